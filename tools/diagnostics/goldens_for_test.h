// What a compiler says about wrong input, word by word, and that no error of it is without such a case.
//
// A *.golden file holds cases: `### name`, the input, `---`, what the compiler says.
#ifndef HEDDLE_TOOLS_DIAGNOSTICS_GOLDENS_FOR_TEST_H_
#define HEDDLE_TOOLS_DIAGNOSTICS_GOLDENS_FOR_TEST_H_

#include <string>
#include <vector>

#include "tools/diagnostics/report.h"

namespace heddle::diagnostics {

struct Outcome {
  std::string text;
  std::vector<Site> sites;
};

struct Goldens {
  std::string folder;                // Of the compiler, with a slash at its end.
  std::vector<std::string> names;    // folder + goldens/NAME.golden
  std::vector<std::string> sources;  // That report errors.
  // What reports, each with its parenthesis, wherever it is called with a place of its own: `site` in a call passes on the caller's.
  std::vector<std::string> reporters;
  // NAME=DIRECTORY in the environment writes the files as they would be right there: read the difference before you take it over.
  const char* update = nullptr;
  Outcome (*translate)(const std::string& input) = nullptr;
};

// Both are bodies of a GoogleTest test.
void ExpectEveryCaseWordByWord(const Goldens& goldens);
// `least`: fewer calls than these show that the scan has not found them.
void ExpectEveryErrorHasACase(const Goldens& goldens, int least);

}  // namespace heddle::diagnostics

#endif  // HEDDLE_TOOLS_DIAGNOSTICS_GOLDENS_FOR_TEST_H_
