// A file's text, and errors in it as clang shows them.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_SOURCE_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_SOURCE_H_

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontends/parsec/ptgpp/ast.h"

namespace heddle::ptgpp {

struct Source {
  std::string name;  // As messages shall name it.
  std::string text;
  // The line that holds the place, without its end.
  std::string_view Line(const Position& at) const;
};

// The line of parsec-ptgpp that found an error; as a default argument it is the caller's. The tests
// see to it that each has a golden case.
struct Site {
  Site(const char* in = __builtin_FILE(), int at = __builtin_LINE()) : file(in), line(at) {}
  const char* file;
  int line;
};

// Collects what is wrong. The same is said once, and no more than kMost errors and kMost warnings
// in all: text() stays short whatever the file holds.  Thread safety: its owner's.
class Diagnostics {
 public:
  static constexpr int kMost = 20;
  explicit Diagnostics(const Source& source) : source_(source) {}
  // `hint`, where it is not empty, says what to do.
  void Error(const Position& at, const std::string& text, const std::string& hint = "",
             Site site = Site());
  void Warning(const Position& at, const std::string& text, const std::string& hint = "",
               Site site = Site());
  // What is worth to be known and not wrong. Said once, wherever it happens again.
  void Note(const Position& at, const std::string& text, Site site = Site());
  // Of each at most kMost + 1.
  int errors() const { return errors_; }
  int warnings() const { return warnings_; }
  // All so far, in order: file:line:column: error: text, the line, a caret, the hint.
  const std::string& text() const { return text_; }
  const std::vector<Site>& sites() const { return sites_; }

 private:
  void Add(const char* kind, const Position& at, const std::string& text, const std::string& hint,
           Site site, int* shown);
  void ShowLine(const Position& at);

  const Source& source_;
  std::string text_;
  int errors_ = 0;
  int warnings_ = 0;
  std::set<std::pair<std::size_t, std::string>> said_;
  std::set<std::string> notes_;
  std::vector<Site> sites_;
};

// The candidate that is most like `word`, or "" where none is near.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_SOURCE_H_
