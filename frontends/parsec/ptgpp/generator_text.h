// Text of C as it grows: indented lines, braces, and #line directives.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_TEXT_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "frontends/parsec/ptgpp/ast.h"

namespace heddle::ptgpp {

namespace internal {
inline void Append(std::string* out, std::string_view text) { out->append(text); }
inline void Append(std::string* out, char c) { out->push_back(c); }
template <typename Integer>
  requires std::is_integral_v<Integer>
void Append(std::string* out, Integer i) {
  out->append(std::to_string(i));
}
}  // namespace internal

// All arguments, strings, characters and integers, in a row.
template <typename... Parts>
std::string Cat(const Parts&... parts) {
  std::string out;
  (internal::Append(&out, parts), ...);
  return out;
}

// "a, b": appends with a separator between.
void Join(std::string* list, std::string_view item, std::string_view separator = ", ");

// As a C string literal with its quotes.
std::string Quoted(std::string_view text);

class Writer {
 public:
  template <typename... Parts>
  void Line(const Parts&... parts) {
    text_.append(static_cast<std::size_t>(4 * depth_), ' ');
    (internal::Append(&text_, parts), ...);
    text_ += '\n';
  }
  // A line that ends with "{" or begins a block; what follows is indented.
  template <typename... Parts>
  void Open(const Parts&... parts) {
    Line(parts...);
    ++depth_;
  }
  void Close(std::string_view end = "}") {
    --depth_;
    Line(end);
  }
  void CloseAll(int blocks) {
    while (blocks-- > 0) Close();
  }
  void Blank() { text_ += '\n'; }
  // Preprocessor lines stand at the margin.
  template <typename... Parts>
  void Margin(const Parts&... parts) {
    (internal::Append(&text_, parts), ...);
    text_ += '\n';
  }
  // The user's text between #line directives, where they are wanted.
  void UserCode(const Code& code, const std::string& file, bool line_directives);
  void Raw(std::string_view text) { text_ += text; }
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
  int depth_ = 0;
};

// Replaces the places where UserCode() ended by #line directives that lead back to `path`.
std::string ResolveLines(const std::string& text, const std::string& path);

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_TEXT_H_
