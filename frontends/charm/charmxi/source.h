// A file's text, and errors in it as clang shows them.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_SOURCE_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_SOURCE_H_

#include <string>
#include <string_view>
#include <vector>

#include "frontends/charm/charmxi/ast.h"

namespace heddle::charmxi {

struct Source {
  std::string name;  // As messages shall name it.
  std::string text;
  // The line that holds the place, without its end.
  std::string_view Line(const Position& at) const;
};

// Collects what is wrong.  Thread safety: its owner's.
class Diagnostics {
 public:
  explicit Diagnostics(const Source& source) : source_(source) {}
  // `hint`, where it is not empty, says what to do.
  void Error(const Position& at, const std::string& text, const std::string& hint = "");
  void Warning(const Position& at, const std::string& text, const std::string& hint = "");
  int errors() const { return errors_; }
  // All so far, in order: file:line:column: error: text, the line, a caret, the hint.
  const std::string& text() const { return text_; }

 private:
  void Add(const char* kind, const Position& at, const std::string& text, const std::string& hint);
  const Source& source_;
  std::string text_;
  int errors_ = 0;
};

// The candidate that is most like `word`, or "" where none is near.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_SOURCE_H_
