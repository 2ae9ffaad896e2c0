// What charmxi says about wrong input, word by word, and that no error of it is without such a case
// (tools/diagnostics/goldens_for_test.h). CHARMXI_GOLDENS=DIRECTORY writes the goldens as they
// would be right.
#include <string>

#include "frontends/charm/charmxi/check.h"
#include "frontends/charm/charmxi/parser.h"
#include "gtest/gtest.h"
#include "tools/diagnostics/goldens_for_test.h"

namespace heddle::charmxi {
namespace {

diagnostics::Outcome Translate(const std::string& input) {
  Source source{"t.ci", input};
  Diagnostics diagnostics(source);
  const auto modules = Parse(source, &diagnostics);
  if (diagnostics.errors() == 0) Check(modules, &diagnostics);
  return {diagnostics.text(), diagnostics.sites()};
}

const diagnostics::Goldens kGoldens = {
    "frontends/charm/charmxi/",
    {"lexer", "declarations", "sdag", "checks"},
    {"lexer.cc", "parser.cc", "parser_chare.cc", "parser_sdag.cc", "parser_type.cc", "check.cc",
     "check_entry.cc"},
    {"Error(", "Warning(", "Fail(", "Expect(", "ExpectName(", "Semicolon(", "Fits(", "Once("},
    "CHARMXI_GOLDENS",
    Translate};

TEST(Golden, EveryCaseIsReportedWordByWord) { diagnostics::ExpectEveryCaseWordByWord(kGoldens); }

TEST(Golden, EveryErrorHasACase) { diagnostics::ExpectEveryErrorHasACase(kGoldens, 90); }

}  // namespace
}  // namespace heddle::charmxi
