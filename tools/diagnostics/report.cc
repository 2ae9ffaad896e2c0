#include "tools/diagnostics/report.h"

#include <algorithm>
#include <numeric>

namespace heddle::diagnostics {

std::string_view Source::Line(const Position& at) const {
  const std::size_t from = std::min(at.offset, text.size());
  std::size_t begin = from == 0 ? std::string::npos : text.rfind('\n', from - 1);
  begin = begin == std::string::npos ? 0 : begin + 1;
  std::size_t end = text.find('\n', begin);
  if (end == std::string::npos) end = text.size();
  return std::string_view(text).substr(begin, end - begin);
}

namespace {
std::string Printable(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' && c != '\t') c = ' ';
  return text;
}
}  // namespace

// As much of the line as a reader can use, with what does not print left blank, and a caret below.
void Report::AddLine(const Position& at) {
  constexpr std::size_t kWidest = 160;
  std::string line(source_.Line(at));
  std::size_t caret = std::min(static_cast<std::size_t>(at.column - 1), line.size());
  if (line.size() > kWidest) {
    const std::size_t from = caret < kWidest / 2 ? 0 : caret - kWidest / 2;
    line = (from > 0 ? "..." : "") + line.substr(from, kWidest) +
           (from + kWidest < line.size() ? "..." : "");
    caret = caret - from + (from > 0 ? 3 : 0);
  }
  std::string below;
  for (std::size_t i = 0; i < caret; ++i) below += i < line.size() && line[i] == '\t' ? '\t' : ' ';
  text_ += Printable(line) + "\n" + below + "^\n";
}

void Report::AddPlace(const Position& at) {
  text_ += source_.name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
}

void Report::Show(std::string_view kind, const Position& at, const std::string& text,
                  const std::string& hint) {
  AddPlace(at);
  text_ += std::string(kind) + ": " + Printable(text) + "\n";
  AddLine(at);
  if (!hint.empty()) text_ += "note: " + hint + "\n";
}

void Report::Remark(const Position& at, std::string_view text) {
  AddPlace(at);
  text_ += "note: " + std::string(text) + "\n";
}

std::string Nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  if (word.size() > 64) return best;  // Nobody mistyped that.
  std::size_t least = word.size() / 3 + 1;
  for (const std::string& candidate : candidates) {
    // Levenshtein's distance, a row at a time.
    std::vector<std::size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), 0u);
    for (std::size_t i = 0; i < word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i + 1;
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t replaced = diagonal + (word[i] == candidate[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
      }
    }
    if (row.back() <= least && row.back() < word.size()) {
      if (row.back() < least || best.empty()) best = candidate;
      least = row.back();
    }
  }
  return best;
}

}  // namespace heddle::diagnostics
