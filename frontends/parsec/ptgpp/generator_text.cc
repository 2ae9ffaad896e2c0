#include "frontends/parsec/ptgpp/generator_text.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace heddle::ptgpp {
namespace {

// Stands alone on a line where a #line back to the output belongs. Not a character of C outside of strings.
constexpr char kReturn = '\x01';

}  // namespace

void Join(std::string* list, std::string_view item, std::string_view separator) {
  if (!list->empty()) list->append(separator);
  list->append(item);
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

void Writer::UserCode(const Code& code, const std::string& file, bool line_directives) {
  if (line_directives) Margin("#line ", code.line, ' ', Quoted(file));
  text_ += code.text;
  if (text_.empty() || text_.back() != '\n') text_ += '\n';
  if (line_directives) {
    text_ += kReturn;
    text_ += '\n';
  }
}

std::string ResolveLines(const std::string& text, const std::string& path) {
  std::string out;
  out.reserve(text.size() + 256);
  int line = 1;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    if (end - at == 1 && text[at] == kReturn) {
      out += Cat("#line ", line + 1, ' ', Quoted(path));
    } else {
      out.append(text, at, end - at);
    }
    out += '\n';
    ++line;
    at = end + 1;
  }
  return out;
}

}  // namespace heddle::ptgpp
