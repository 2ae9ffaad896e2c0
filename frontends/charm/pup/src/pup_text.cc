// PUPers of text: components/serialization's numbers, and what stands between them.
#include <cctype>
#include <cstring>
#include <string>
#include <string_view>

#include "components/serialization/file.h"
#include "frontends/charm/pup/src/number_formats.h"
#include "pup.h"

namespace PUP {
namespace {

using heddle::charm::FormatOf;

const char* At(const void* values, size_t i, size_t item) {
  return static_cast<const char*>(values) + i * item;
}

// Longer than any number and any character.
constexpr size_t kLongestValue = heddle::kLongestNumber + 1;

// A blank and the i-th of the values; what is no visible character is written as its number.
// Returns the length.
size_t Format(char* to, const void* values, size_t i, size_t item, dataType type) {
  const char* const value = At(values, i, item);
  to[0] = ' ';
  if (type == Tchar && std::isprint(static_cast<unsigned char>(*value)) != 0) {
    to[1] = to[3] = '\'';
    to[2] = *value;
    return 4;
  }
  return 1 + heddle::FormatNumber(FormatOf(type, item), value, to + 1);
}

// The next value: up to a blank, but a character in quotes may be one. Empty at the end of the
// file. A ! in front of a value begins a comment, as no value does.
std::string NextValue(FILE* file) {
  int c = std::getc(file);
  while (c != EOF && (std::isspace(c) != 0 || c == '!')) {
    if (c == '!') {
      while (c != EOF && c != '\n') c = std::getc(file);
    }
    if (c != EOF) c = std::getc(file);
  }
  std::string value;
  const bool quoted = c == '\'';
  while (c != EOF && value.size() < 256 && (quoted ? value.size() < 3 : std::isspace(c) == 0)) {
    value += static_cast<char>(c);
    if (quoted && value.size() == 3) return value;
    c = std::getc(file);
  }
  if (c != EOF) (void)std::ungetc(c, file);
  return value;
}

bool Parse(const std::string& text, void* to, size_t item, dataType type) {
  if (type == Tchar && text.size() == 3 && text[0] == '\'' && text[2] == '\'') {
    *static_cast<char*>(to) = text[1];
    return true;
  }
  return heddle::ParseNumber(FormatOf(type, item), text, to);
}

}  // namespace

void toTextFile::bytes(void* values, size_t count, size_t item, dataType type) {
  char value[kLongestValue];
  for (size_t i = 0; i < count; ++i)
    (void)std::fwrite(value, 1, Format(value, values, i, item, type), f);
  (void)std::putc('\n', f);
}
void toTextFile::comment(const char* text) { std::fprintf(f, "! %s\n", text); }

void sizerText::bytes(void* values, size_t count, size_t item, dataType type) {
  char value[kLongestValue];
  for (size_t i = 0; i < count; ++i) used_ += Format(value, values, i, item, type);
  ++used_;
}
void toText::bytes(void* values, size_t count, size_t item, dataType type) {
  const auto add = [this](const char* text, size_t length) {
    if (used_ + length >= length_)
      CmiAbort(
          "PUP: a text of more than the %zu bytes that were given for it; size it with "
          "PUP::sizerText",
          length_);
    std::memcpy(at_ + used_, text, length);
    used_ += length;
  };
  char value[kLongestValue];
  for (size_t i = 0; i < count; ++i) add(value, Format(value, values, i, item, type));
  add("\n", 1);
  at_[used_] = 0;
}

void fromTextFile::comment(const char*) {}
void fromTextFile::parseError(const char* what) {
  heddle::FileReader file(f);
  CmiAbort("PUP: %s, before byte %llu: there should be %s", file.Name().c_str(),
           static_cast<unsigned long long>(file.Position()), what);
}
void fromTextFile::bytes(void* values, size_t count, size_t item, dataType type) {
  for (size_t i = 0; i < count; ++i) {
    const std::string text = NextValue(f);
    if (Parse(text, static_cast<char*>(values) + i * item, item, type)) continue;
    std::string what = type == Tchar   ? "a character in quotes"
                       : type == Tbool ? "true or false"
                                       : "a number";
    if (type != Tchar && type != Tbool)
      what += " that fits into " + std::to_string(item) + " bytes";
    parseError((what + (text.empty() ? ", and the file ends" : ", not " + text)).c_str());
    // Somebody's own parseError() came back: what is left is nothing.
    std::memset(static_cast<char*>(values) + i * item, 0, (count - i) * item);
    return;
  }
}
bool fromTextFile::impl_mayFollow(size_t count, size_t least_bytes) {
  heddle::FileReader file(f);
  if (file.CheckCount(count, least_bytes == 0 ? 0 : 1)) return true;
  parseError(("fewer than " + std::to_string(count) + " items").c_str());
  return false;
}

}  // namespace PUP
