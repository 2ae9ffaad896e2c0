// libFuzzer: any bytes are translated or refused with a message that says where; what passes the
// checks is generated.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "frontends/charm/charmxi/check.h"
#include "frontends/charm/charmxi/generator.h"
#include "frontends/charm/charmxi/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle::charmxi;
  const Source source{"fuzz.ci", std::string(reinterpret_cast<const char*>(data), size)};
  Diagnostics diagnostics(source);
  const auto modules = Parse(source, &diagnostics);
  if (diagnostics.errors() == 0) Check(modules, &diagnostics);
  if ((diagnostics.errors() > 0) && diagnostics.text().find("fuzz.ci:") != 0) std::abort();
  if (diagnostics.text().size() > Diagnostics::kMost * std::size_t{2000}) std::abort();
  if (diagnostics.errors() > 0) return 0;
  for (const auto& module : modules) {
    const Generated headers = Generate(*module, source.name);
    if (headers.decl.empty() || headers.def.empty()) std::abort();
  }
  return 0;
}
