// What parsec-ptgpp says about wrong input, word by word, and that no error of it is without such a
// case.
//
// A *.golden file holds cases: `### name`, the input, `---`, what parsec-ptgpp says.
// PTGPP_GOLDENS=DIRECTORY writes the files as they would be right there: read the difference before
// you take it over.
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "frontends/parsec/ptgpp/check.h"
#include "frontends/parsec/ptgpp/parser.h"
#include "gtest/gtest.h"

namespace heddle::ptgpp {
namespace {

const std::string kFolder = "frontends/parsec/ptgpp/";
const char* const kGoldens[] = {"lexer", "parser", "names", "flows", "properties", "accepted"};
const char* const kSources[] = {
    "lexer.cc",       "parser.cc",      "parser_expression.cc", "check.cc",
    "check_names.cc", "check_flows.cc", "check_properties.cc",  "check_remote.cc"};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Case {
  std::string name, input, expected;
};

std::vector<Case> Cases(const std::string& golden) {
  std::vector<Case> cases;
  std::istringstream lines(ReadFile(kFolder + "goldens/" + golden + ".golden"));
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

struct Outcome {
  std::string text;
  std::vector<Site> sites;
};

Outcome Translate(const std::string& input) {
  Source source{"t.jdf", input};
  Diagnostics diagnostics(source);
  Jdf jdf = Parse(source, &diagnostics);
  if (diagnostics.errors() == 0) Check(&jdf, CheckOptions(), &diagnostics);
  return {diagnostics.text(), diagnostics.sites()};
}

TEST(Golden, EveryCaseIsReportedWordByWord) {
  const char* const update = std::getenv("PTGPP_GOLDENS");
  for (const std::string golden : kGoldens) {
    std::string fresh;
    for (const Case& c : Cases(golden)) {
      const Outcome outcome = Translate(c.input);
      EXPECT_EQ(outcome.text, c.expected) << golden << ": " << c.name;
      fresh += "### " + c.name + "\n" + c.input + "---\n" + outcome.text;
    }
    if (update != nullptr) std::ofstream(std::string(update) + "/" + golden + ".golden") << fresh;
  }
}

// A call that reports something: from its line to the line where its parenthesis closes.
struct Call {
  std::string file;
  int begin, end;
  std::string text;
};

// What reports, wherever it is called with a place of its own: `site` in a call passes on the
// caller's.
std::vector<Call> Calls(const std::string& file) {
  const std::string text = ReadFile(kFolder + file);
  std::vector<Call> calls;
  int line = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ++line;
    if (i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0) continue;
    for (const std::string word :
         {"Error(", "Warning(", "Note(", "Fail(", "Expect(", "ExpectName("}) {
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

TEST(Golden, EveryErrorHasACase) {
  std::map<std::string, std::set<int>> reported;
  for (const std::string golden : kGoldens)
    for (const Case& c : Cases(golden))
      for (const Site& site : Translate(c.input).sites) {
        const std::string file = site.file;
        reported[file.substr(file.rfind('/') + 1)].insert(site.line);
      }
  int calls = 0;
  for (const char* const file : kSources)
    for (const Call& call : Calls(file)) {
      ++calls;
      const std::set<int>& lines = reported[file];
      const auto hit = lines.lower_bound(call.begin);
      EXPECT_TRUE(hit != lines.end() && *hit <= call.end)
          << file << ":" << call.begin << ": no golden case ends here: " << call.text;
    }
  EXPECT_GT(calls, 90);  // The scan has found them.
}

}  // namespace
}  // namespace heddle::ptgpp
