// What is wrong in a .ci file.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_SOURCE_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_SOURCE_H_

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/diagnostics/report.h"

namespace heddle::charmxi {

using diagnostics::Nearest;
using diagnostics::Position;
using diagnostics::Site;
using diagnostics::Source;

// Collects what is wrong. The same is said once, and no more than kMost times in all: text() stays
// short whatever the file holds.  Thread safety: its owner's.
class Diagnostics {
 public:
  static constexpr int kMost = 20;
  explicit Diagnostics(const Source& source) : report_(source) {}
  // `hint`, where it is not empty, says what to do.
  void Error(const Position& at, const std::string& text, const std::string& hint = "",
             Site site = Site());
  void Warning(const Position& at, const std::string& text, const std::string& hint = "",
               Site site = Site());
  int errors() const { return errors_; }
  // All so far, in order: file:line:column: error: text, the line, a caret, the hint.
  const std::string& text() const { return report_.text(); }
  const std::vector<Site>& sites() const { return sites_; }

 private:
  bool Add(const char* kind, const Position& at, const std::string& text, const std::string& hint,
           Site site);

  diagnostics::Report report_;
  int errors_ = 0;
  std::set<std::pair<std::size_t, std::string>> said_;
  std::vector<Site> sites_;
};

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_SOURCE_H_
