// libFuzzer: any bytes are translated or refused with a message that says where; what passes the
// checks is generated.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "frontends/parsec/ptgpp/check.h"
#include "frontends/parsec/ptgpp/generator.h"
#include "frontends/parsec/ptgpp/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle::ptgpp;
  const Source source{"fuzz.jdf", std::string(reinterpret_cast<const char*>(data), size)};
  Diagnostics diagnostics(source);
  Jdf jdf = Parse(source, &diagnostics);
  IgnoreProperty(&jdf, "profile");
  if (diagnostics.errors() == 0) Check(&jdf, CheckOptions(), &diagnostics);
  if (diagnostics.errors() + diagnostics.warnings() > 0 &&
      diagnostics.text().find("fuzz.jdf:") != 0)
    std::abort();
  if (diagnostics.text().size() > 2 * Diagnostics::kMost * std::size_t{2000}) std::abort();
  if (diagnostics.errors() > 0) return 0;
  GeneratorOptions options;
  options.base_name = "fuzz";
  options.header_path = "fuzz.h";
  options.source_path = "fuzz.c";
  std::string header, code;
  Generate(jdf, options, &header, &code);
  if (header.empty() || code.empty()) std::abort();
  return 0;
}
