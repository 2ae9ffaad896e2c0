// Memory of messages.
#include <cstdlib>
#include <cstring>

#include "components/message_layer/message.h"
#include "frontends/charm/converse/src/api.h"

static_assert(sizeof(CmiChunkHeader) == sizeof(heddle::Message));

void* CmiAlloc(int size) {
  if (size < 0) [[unlikely]]
    CmiAbort("CmiAlloc(%d): a size is not negative", size);
  void* const message = heddle::MessageAllocate(static_cast<std::size_t>(size));
  if (static_cast<std::size_t>(size) >= sizeof(CmiMessageHeader)) [[likely]]
    std::memset(message, 0, sizeof(CmiMessageHeader));
  return message;
}
void CmiFree(void* msg) {
  if (msg != nullptr) heddle::MessageFree(msg);
}
void CmiReference(void* msg) { heddle::MessageReference(msg); }
int CmiGetReference(void* msg) {
  return static_cast<int>(heddle::Message::Of(msg)->owners.load(std::memory_order_acquire));
}
int CmiSize(void* msg) { return static_cast<int>(heddle::Message::Of(msg)->bytes); }

void CmiInitMsgHeader(void* msg, int size) {
  if (static_cast<std::size_t>(size) >= sizeof(CmiMessageHeader))
    std::memset(msg, 0, sizeof(CmiMessageHeader));
}
char* CmiCopyMsg(char* msg, int len) {
  char* const copy = static_cast<char*>(CmiAlloc(len));
  std::memcpy(copy, msg, static_cast<std::size_t>(len));
  return copy;
}

void* CmiAlignedAlloc(size_t alignment, size_t size) {
  void* block = nullptr;
  return posix_memalign(&block, alignment, size) == 0 ? block : nullptr;
}
void* CmiMallocAligned(const size_t size, const unsigned int alignment) {
  return CmiAlignedAlloc(alignment, size);
}
void CmiFreeAligned(void* ptr) { std::free(ptr); }
void* malloc_nomigrate(size_t size) { return std::malloc(size); }
void free_nomigrate(void* ptr) { std::free(ptr); }
