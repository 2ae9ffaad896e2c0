// Lines and tokens of a text file, with the place of each for error messages. Used by the readers.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_TEXT_SCANNER_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_TEXT_SCANNER_H_

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace heddle::mesh {

// One string of everything that is given; for messages.
template <typename... Parts>
std::string Text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

// `token` in quotes, at most 40 characters of it, with unprintable bytes as \xNN: fit for a
// terminal.
std::string Quoted(std::string_view token);

// Walks over a text that somebody else owns. It never reads beyond it and allocates nothing but
// messages. Thread safety: one thread at a time.
class TextScanner {
 public:
  TextScanner(std::string_view text, std::string_view name) : rest_(text), name_(name) {}

  // Goes to the next line; false at the end of the text. A trailing newline begins no line.
  bool NextLine();

  // The same, but passes over lines that begin with `comment`, and over blank ones where
  // `skip_blank`.
  bool NextDataLine(char comment, bool skip_blank);

  // The next token of the line (separated by spaces, tabs, carriage returns), empty at its end.
  std::string_view NextToken();

  // The next token as a whole number in [low, high]. `what` names it in messages: "a neighbour",
  // "the number of edges".
  absl::StatusOr<std::int64_t> NextInteger(std::string_view what, std::int64_t low,
                                           std::int64_t high);

  // The next token as a finite number.
  absl::StatusOr<double> NextReal(std::string_view what);

  // "NAME:LINE: MESSAGE", for the current line, or for another one.
  absl::Status Error(std::string_view message) const { return ErrorAt(line_, message); }
  absl::Status ErrorAt(std::int64_t line, std::string_view message) const;

  std::int64_t line() const { return line_; }
  bool AtEndOfLine();
  // Bytes after the current line.
  std::int64_t remaining() const { return static_cast<std::int64_t>(rest_.size()); }

 private:
  std::string_view rest_;
  std::string_view current_;
  std::string_view name_;
  std::int64_t line_ = 0;
};

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_TEXT_SCANNER_H_
