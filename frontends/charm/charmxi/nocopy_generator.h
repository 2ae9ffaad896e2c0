// nocopy and nocopypost parameters on the receiver's side.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_NOCOPY_GENERATOR_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_NOCOPY_GENERATOR_H_

#include <functional>
#include <string>

#include "frontends/charm/charmxi/emitter.h"

namespace heddle::charmxi {

// The variable that holds parameter i, of this name.
using VariableOf = std::function<std::string(std::size_t)>;

// Statements that call the post entry method, the one of the same name with a CkNcpyBufferPost*
// behind its parameters, unless the buffers are posted already. Where they are not posted behind it
// `otherwise` leaves the function; else the parameters' pointers are set.
// `count_of`: where the numbers of their elements go; its result may be empty.
std::string CallPostMethod(const ChareNames& names, const Entry& entry, const std::string& ep,
                           const VariableOf& variable, const VariableOf& count_of,
                           const std::string& otherwise);

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_NOCOPY_GENERATOR_H_
