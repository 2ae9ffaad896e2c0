// Messages of the runtime's own that hold anything that can be packed.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_PACKED_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_PACKED_H_

#include "frontends/charm/ck/src/deliver.h"

namespace heddle::charm {

constexpr std::size_t kPackedAt = CK_ALIGN(CmiMsgHeaderSizeBytes, 16);

// To a handler of RegisterHandler(); the program is not quiet until that has unpacked it.  Cost:
// O(bytes), one allocation.
template <class... Parts>
void SendPacked(int pe, int handler, Parts&... parts) {
  PUP::sizer size;
  ((size | parts), ...);
  const std::size_t total = kPackedAt + size.size();
  char* const message = static_cast<char*>(CmiAlloc(static_cast<int>(total)));
  PUP::toMem to(message + kPackedAt);
  ((to | parts), ...);
  SendToHandler(pe, message, total, handler);
}

// In the handler: the same parts. Frees the message.
template <class... Parts>
void Unpack(void* message, Parts&... parts) {
  CountProcessed(MyPe());
  PUP::fromMem from(static_cast<char*>(message) + kPackedAt);
  ((from | parts), ...);
  CmiFree(message);
}

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_PACKED_H_
