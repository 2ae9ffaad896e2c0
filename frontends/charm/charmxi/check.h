// What the grammar cannot say: attributes that fit, names that exist, types that can travel.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_CHECK_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_CHECK_H_

#include <memory>
#include <vector>

#include "frontends/charm/charmxi/ast.h"
#include "frontends/charm/charmxi/source.h"

namespace heddle::charmxi {

// The modules of a file. What they name may stand in other modules and in C++ headers: what is not
// declared here is wrong only where a file names neither.
void Check(const std::vector<std::unique_ptr<Module>>& modules, Diagnostics* diagnostics);

// An entry method of this chare, and the statements of its body.
void CheckEntry(const Chare& chare, const Entry& entry, Diagnostics* diagnostics);

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_CHECK_H_
