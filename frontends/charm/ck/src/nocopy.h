// Large buffers: what nocopy*.cc share, and what others ask of them.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_NOCOPY_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_NOCOPY_H_

#include "ckrdma.h"

namespace heddle::charm {

// The number of the message type with nocopy parameters.
int NocopyMessage();
// A transfer has ended: the buffer's callback gets a copy of it.
void Tell(const CkNcpyBuffer& buffer);
// Errors: aborts where the buffer can take part in no transfer; `what` says what is done with it.
void CheckUsable(const CkNcpyBuffer& buffer, const char* what);
// Visits the marks of a message, in the order of its parameters; `visit` may change them.
template <class Visit>
void ForEachMark(CkMarshallMsg* msg, Visit visit) {
  char* const begin = reinterpret_cast<char*>(msg);
  for (CmiUInt8 at = msg->nocopy; at != 0;) {
    auto* const mark = reinterpret_cast<ck::impl::NocopyMark*>(begin + at);
    visit(mark);
    at = mark->next;
  }
}

// On each PE, in the same order.
void InitTransfers();
void RegisterNocopy();
// At the end: names the parameters that wait for buffers which nobody has posted in this process.
void ReportUnposted();

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_NOCOPY_H_
