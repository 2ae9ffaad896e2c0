// What the grammar cannot say: names, numbers of arguments, dependencies without their other end.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_CHECK_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_CHECK_H_

#include <string>

#include "frontends/parsec/ptgpp/ast.h"
#include "frontends/parsec/ptgpp/source.h"

namespace heddle::ptgpp {

struct CheckOptions {
  bool warn_masked = true;  // --Wmasked: false. A local has a global's name.
  bool warn_mutual_exclusion =
      true;  // --Wmutexin: false. An input comes after one that always holds.
  bool warn_remote_reference =
      true;  // --Wremoteref: false. A task may use data of another process directly.
};

// Fills in what ast.h calls "Set by Check()", of a tree that was parsed without errors; all of it
// where no error is found. Cost: linear in the file, but for pairs of flows and of dependencies of
// the same flow.
void Check(Jdf* jdf, const CheckOptions& options, Diagnostics* diagnostics);

// Removes properties and options of this name everywhere: --ignore-property. Before Check().
void IgnoreProperty(Jdf* jdf, const std::string& name);

// The expression as C, in full parentheses; inline C as %{...%}. The same text means the same value
// at the same place.
std::string Text(const Expression& expression);

// The place of a piece of data, as text that is the same for those that the JDF says lie together, by [aligned = ...] too.
std::string PlaceOf(const Jdf& jdf, const Call& call);

// MAX_* of parsec_config.h, which a test compares.
constexpr int kMaxLocals = 24;
constexpr int kMaxParameters = 20;
constexpr int kMaxInputs = 10;
constexpr int kMaxOutputs = 10;
// Indices of flows are bytes, and 255 stands for none.
constexpr int kMaxFlows = 250;

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_CHECK_H_
