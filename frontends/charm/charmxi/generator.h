// The tree of a .ci file to its two headers: X.decl.h, with the classes that programs use, and
// X.def.h, with their code.
//
// The text is short since the runtime's base classes and templates do the work: a proxy's method
// marshals its parameters and calls ckSend(); an index class registers, and unmarshals for the
// call. What is not a template stands in X.def.h under
// `#ifndef CK_TEMPLATES_ONLY`, what is one under `#ifdef CK_TEMPLATES_ONLY`, as programs expect.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_GENERATOR_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_GENERATOR_H_

#include <string>

#include "frontends/charm/charmxi/ast.h"

namespace heddle::charmxi {

struct Generated {
  std::string decl;
  std::string def;
};
// `file` is the .ci file's name, for #line and comments.
Generated Generate(const Module& module, const std::string& file);

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_GENERATOR_H_
