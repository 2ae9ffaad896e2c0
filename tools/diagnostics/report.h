// A source file's text, and what is wrong in it as clang shows it: what our compilers (charmxi, parsec-ptgpp) have in common.
// Which errors there are, and how many of them are shown, is each compiler's own (its source.h).
#ifndef HEDDLE_TOOLS_DIAGNOSTICS_REPORT_H_
#define HEDDLE_TOOLS_DIAGNOSTICS_REPORT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::diagnostics {

// A place in the file; lines and columns count from 1.
struct Position {
  int line = 0;
  int column = 0;
  std::size_t offset = 0;
};

struct Source {
  std::string name;  // As messages shall name it.
  std::string text;
  // The line that holds the place, without its end.
  std::string_view Line(const Position& at) const;
};

// The line of the compiler that found an error; as a default argument it is the caller's. The tests see to it that each has a
// golden case (goldens_for_test.h).
struct Site {
  Site(const char* in = __builtin_FILE(), int at = __builtin_LINE()) : file(in), line(at) {}
  const char* file;
  int line;
};

// Thread safety: its owner's.
class Report {
 public:
  explicit Report(const Source& source) : source_(source) {}
  // file:line:column: kind: text, the line, a caret; and `hint`, where it is not empty, which says what to do.
  void Show(std::string_view kind, const Position& at, const std::string& text, const std::string& hint);
  // file:line:column: note: text.
  void Remark(const Position& at, std::string_view text);
  // All so far, in order.
  const std::string& text() const { return text_; }

 private:
  void AddPlace(const Position& at);
  void AddLine(const Position& at);

  const Source& source_;
  std::string text_;
};

// The candidate that is most like `word`, or "" where none is near.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace heddle::diagnostics

#endif  // HEDDLE_TOOLS_DIAGNOSTICS_REPORT_H_
