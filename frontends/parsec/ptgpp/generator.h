// From a checked JDF to C.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_H_

#include <string>

#include "frontends/parsec/ptgpp/ast.h"

namespace heddle::ptgpp {

// -M
enum class DependencyStorage { kBest, kIndexArray, kDynamicHashTable };

struct GeneratorOptions {
  std::string base_name;      // -f: parsec_<base_name>_new()
  std::string header_path;    // -H; its file name is what the source includes
  std::string source_path;    // -C; for the #line directives that return to it
  DependencyStorage storage = DependencyStorage::kBest;
  bool dynamic_termination = false;  // -D
  bool line_directives = true;       // --noline: false
  bool force_profile = false;        // --force-profile: every class is profiled, whatever its properties say
};

// Writes the C header and source of `jdf`, which Check() found free of errors.  Thread safety: any thread, one jdf each.
// Errors: none; what is not generated (bodies for GPUs) is left out.
void Generate(const Jdf& jdf, const GeneratorOptions& options, std::string* header, std::string* source);

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_H_
