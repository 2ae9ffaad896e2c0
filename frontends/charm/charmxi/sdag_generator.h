// Structured Dagger: the members that T_SDAG_CODE adds to the user's class, and their code.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_SDAG_GENERATOR_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_SDAG_GENERATOR_H_

#include <string>

#include "frontends/charm/charmxi/emitter.h"

namespace heddle::charmxi {

// Whether messages for this entry method go to SDAG: it has a body there, or a `when` of its chare
// waits for it.
bool SdagReceives(const Chare& chare, const Entry& entry);
// The body of `_call_`, which has impl_msg and impl_obj.
std::string SdagCall(const ChareNames& names, const Entry& entry, std::size_t number);
// The same where the message is a reduction's, impl_result, and variables hold the parameters.
std::string SdagReductionCall(const ChareNames& names, const Entry& entry, std::size_t number);
// What T_SDAG_CODE stands for, as one line continued; "" where the chare uses no SDAG.
std::string SdagMacro(const ChareNames& names);
// The classes of its calls' parameters, for what comes before SdagDefinitions().
std::string SdagClosures(const ChareNames& names);
std::string SdagDefinitions(const ChareNames& names, const std::string& file);

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_SDAG_GENERATOR_H_
