#include "tools/diagnostics/goldens_for_test.h"

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "gtest/gtest.h"

namespace heddle::diagnostics {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Case {
  std::string name, input, expected;
};

std::vector<Case> Cases(const Goldens& goldens, const std::string& golden) {
  std::vector<Case> cases;
  std::istringstream lines(ReadFile(goldens.folder + "goldens/" + golden + ".golden"));
  bool in_input = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("### ", 0) == 0) {
      cases.push_back({line.substr(4), "", ""});
      in_input = true;
    } else if (line == "---") {
      in_input = false;
    } else {
      (in_input ? cases.back().input : cases.back().expected) += line + "\n";
    }
  }
  return cases;
}

// A call that reports something: from its line to the line where its parenthesis closes.
struct Call {
  std::string file;
  int begin, end;
  std::string text;
};

std::vector<Call> Calls(const Goldens& goldens, const std::string& file) {
  const std::string text = ReadFile(goldens.folder + file);
  std::vector<Call> calls;
  int line = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ++line;
    if (i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0) continue;
    for (const std::string& word : goldens.reporters) {
      if (text.compare(i, word.size(), word) != 0) continue;
      Call call{file, line, line, text.substr(i, text.find('\n', i) - i)};
      int depth = 0;
      std::size_t end = i;
      for (; end < text.size(); ++end) {
        if (text[end] == '\n') ++call.end;
        if (text[end] == '"')
          for (++end; text[end] != '"'; ++end) end += text[end] == '\\';
        if (text[end] == '(') ++depth;
        if (text[end] == ')' && --depth == 0) break;
      }
      const std::string whole = text.substr(i, end - i + 1);
      if (whole.find("site)") == std::string::npos && whole.find("Site site") == std::string::npos)
        calls.push_back(call);
    }
  }
  return calls;
}

}  // namespace

void ExpectEveryCaseWordByWord(const Goldens& goldens) {
  const char* const update = std::getenv(goldens.update);
  for (const std::string& golden : goldens.names) {
    std::string fresh;
    for (const Case& c : Cases(goldens, golden)) {
      const Outcome outcome = goldens.translate(c.input);
      EXPECT_EQ(outcome.text, c.expected) << golden << ": " << c.name;
      fresh += "### " + c.name + "\n" + c.input + "---\n" + outcome.text;
    }
    if (update != nullptr) std::ofstream(std::string(update) + "/" + golden + ".golden") << fresh;
  }
}

void ExpectEveryErrorHasACase(const Goldens& goldens, int least) {
  std::map<std::string, std::set<int>> reported;
  for (const std::string& golden : goldens.names)
    for (const Case& c : Cases(goldens, golden))
      for (const Site& site : goldens.translate(c.input).sites) {
        const std::string file = site.file;
        reported[file.substr(file.rfind('/') + 1)].insert(site.line);
      }
  int calls = 0;
  for (const std::string& file : goldens.sources)
    for (const Call& call : Calls(goldens, file)) {
      ++calls;
      const std::set<int>& lines = reported[file];
      const auto hit = lines.lower_bound(call.begin);
      EXPECT_TRUE(hit != lines.end() && *hit <= call.end)
          << file << ":" << call.begin << ": no golden case ends here: " << call.text;
    }
  EXPECT_GT(calls, least);  // The scan has found them.
}

}  // namespace heddle::diagnostics
