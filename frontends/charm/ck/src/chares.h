// How single chares are named. A CkChareID's word names, on its PE:
// - a chare by its address;
// - a chare whose type is [migratable] by a number that no other chare of that PE ever gets, as 2 n
// + 1, which no address is:
//   proxies of it are valid still in a run that is restarted from a checkpoint on as many PEs;
// - the first main chare, on PE 0, by nullptr: programs use proxies of it that they never assigned.
// Promises (onPE < 0) are named in the same way.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_CHARES_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_CHARES_H_

#include "frontends/charm/ck/src/pe.h"

namespace heddle::charm {

inline bool IsNumber(const void* name) { return (reinterpret_cast<std::uintptr_t>(name) & 1) != 0; }
inline std::size_t NumberIn(const void* name) {
  return reinterpret_cast<std::uintptr_t>(name) >> 1;
}
inline void* NumberName(std::size_t number) { return reinterpret_cast<void*>(2 * number + 1); }

// A single chare on this PE, or a main chare, that will be made next.  Errors: as NewObject().
Creating NewChare(int chare);
// The chare, and the number, of a checkpoint.
Creating NewRestoredChare(int chare, std::size_t number);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_CHARES_H_
