// What is well written and wrong.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_CHECK_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_CHECK_H_

#include <memory>
#include <vector>

#include "frontends/charm/charmxi/ast.h"
#include "frontends/charm/charmxi/source.h"

namespace heddle::charmxi {

void Check(const std::vector<std::unique_ptr<Module>>& modules, Diagnostics* diagnostics);

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_CHECK_H_
