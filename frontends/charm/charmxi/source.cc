#include "frontends/charm/charmxi/source.h"

#include <algorithm>
#include <numeric>

namespace heddle::charmxi {

std::string_view Source::Line(const Position& at) const {
  const std::size_t from = std::min(at.offset, text.size());
  std::size_t begin = from == 0 ? std::string::npos : text.rfind('\n', from - 1);
  begin = begin == std::string::npos ? 0 : begin + 1;
  std::size_t end = text.find('\n', begin);
  if (end == std::string::npos) end = text.size();
  return std::string_view(text).substr(begin, end - begin);
}

void Diagnostics::Add(const char* kind, const Position& at, const std::string& text,
                      const std::string& hint) {
  text_ += source_.name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
           kind + ": " + text + "\n";
  const std::string line(source_.Line(at));
  if (at.line > 0) {
    text_ += line + "\n";
    for (int i = 1; i < at.column; ++i) {
      const auto index = static_cast<std::size_t>(i - 1);
      text_ += index < line.size() && line[index] == '\t' ? '\t' : ' ';
    }
    text_ += "^\n";
  }
  if (!hint.empty()) text_ += "note: " + hint + "\n";
}

void Diagnostics::Error(const Position& at, const std::string& text, const std::string& hint) {
  ++errors_;
  Add("error", at, text, hint);
}
void Diagnostics::Warning(const Position& at, const std::string& text, const std::string& hint) {
  Add("warning", at, text, hint);
}

std::string Nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
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

}  // namespace heddle::charmxi
