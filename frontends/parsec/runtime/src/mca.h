// Parameters as the runtime reads them. The known ones, with kinds, defaults and limits, stand in mca_known.cc.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MCA_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MCA_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace heddle::parsec::mca {

// The beginning of parsec_init(). Takes options out of *argv (either pointer may be nullptr): --mca NAME VALUE (-mca, --gmca; a second
// one for NAME appends ",VALUE"), --parsec-help, --parsec-version, and a "--" before them. They are moved behind the others and *argc
// tells how many are left. What --mca sets is put into the environment, as the original does. Then checks the values of all known
// parameters, and gives those of messages and arenas their effect. --parsec-help prints the list of parameters, --parsec-version
// the version.
// Errors: InvalidArgument names the parameter, its value, where that came from and what is expected; Cancelled: help was asked for,
// and as in the original there is no context then.
// Thread safety: who calls parsec_init().
absl::Status ReadParameters(int* argc, char*** argv);

// The value of a known parameter: of the kind kInt or kSize; of any. A value that is wrong, which can only have come after
// ReadParameters(), is reported once and the default counts.
// Thread safety: any thread.  Errors: a name that is not in mca_known.cc dies in a CHECK.  Cost: a search of the environment.
std::int64_t IntParameter(std::string_view name);
std::string StringParameter(std::string_view name);

// The list of parameters with values and sources, one a line with its help, for --parsec-help and parsec_usage().
std::string DescribeParameters();

// ---- For mca_known.cc and the C API ----

enum class ParameterKind { kInt, kSize, kString };

struct KnownParameter {
  const char* name;
  ParameterKind kind;
  const char* initial;
  const char* help;
  std::int64_t least = INT64_MIN;
  std::int64_t greatest = INT64_MAX;
  const char* choices = nullptr;  // Of strings: those allowed, separated by '|'; "" is allowed where it is the default.
};

const std::vector<KnownParameter>& KnownParameters();

// The first known parameter whose value is wrong; forgets the files' contents before. As ReadParameters().
absl::Status CheckParameters();

}  // namespace heddle::parsec::mca

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MCA_H_
