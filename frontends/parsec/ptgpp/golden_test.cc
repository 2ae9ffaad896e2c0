// What parsec-ptgpp says about wrong input, word by word, and that no error of it is without such a case
// (tools/diagnostics/goldens_for_test.h). PTGPP_GOLDENS=DIRECTORY writes the goldens as they would be right.
#include <string>

#include "frontends/parsec/ptgpp/check.h"
#include "frontends/parsec/ptgpp/parser.h"
#include "gtest/gtest.h"
#include "tools/diagnostics/goldens_for_test.h"

namespace heddle::ptgpp {
namespace {

diagnostics::Outcome Translate(const std::string& input) {
  Source source{"t.jdf", input};
  Diagnostics diagnostics(source);
  Jdf jdf = Parse(source, &diagnostics);
  if (diagnostics.errors() == 0) Check(&jdf, CheckOptions(), &diagnostics);
  return {diagnostics.text(), diagnostics.sites()};
}

const diagnostics::Goldens kGoldens = {
    "frontends/parsec/ptgpp/",
    {"lexer", "parser", "names", "flows", "properties", "accepted"},
    {"lexer.cc", "parser.cc", "parser_expression.cc", "check.cc", "check_names.cc", "check_flows.cc",
     "check_properties.cc", "check_remote.cc"},
    {"Error(", "Warning(", "Note(", "Fail(", "Expect(", "ExpectName("},
    "PTGPP_GOLDENS",
    Translate};

TEST(Golden, EveryCaseIsReportedWordByWord) { diagnostics::ExpectEveryCaseWordByWord(kGoldens); }

TEST(Golden, EveryErrorHasACase) { diagnostics::ExpectEveryErrorHasACase(kGoldens, 90); }

}  // namespace
}  // namespace heddle::ptgpp
