// Large buffers without copies in between: as parameters of entry methods (nocopy, nocopypost), and by get and put.
//
// Within a process the bytes go from the sender's buffer straight to the receiver's; between processes they travel in one message.
// The sender's buffer is its own again when its callback has been invoked.
#ifndef CKRDMA_H
#define CKRDMA_H

#include "ckcallback.h"
#include "ckmarshall.h"
#include "conv-rdma.h"

#define CK_BUFFER_REG CMK_BUFFER_REG
#define CK_BUFFER_UNREG CMK_BUFFER_UNREG
#define CK_BUFFER_PREREG CMK_BUFFER_PREREG
#define CK_BUFFER_NOREG CMK_BUFFER_NOREG
#define CK_BUFFER_DEREG CMK_BUFFER_DEREG
#define CK_BUFFER_NODEREG CMK_BUFFER_NODEREG
#define CkRdmaAlloc CmiRdmaAlloc
#define CkRdmaFree CmiRdmaFree

enum class CkNcpyStatus : char { incomplete, complete };
enum class CkNcpyMode : char { MEMCPY, CMA, RDMA };

// Somebody's memory: where it is, and who is told when a transfer from or to it has ended. A value that may be sent to other PEs.
class CkNcpyBuffer {
 public:
  const void* ptr;
  size_t cnt;
  int pe;
  CkCallback cb;   // Gets a CkDataMsg with this CkNcpyBuffer.
  unsigned short regMode, deregMode;
  const void* ref; // The user's.

  CkNcpyBuffer() : ptr(nullptr), cnt(0), pe(-1), cb(CkCallback::ignore), regMode(0), deregMode(0), ref(nullptr) {}
  explicit CkNcpyBuffer(const void* address, size_t bytes, unsigned short reg = CK_BUFFER_REG, unsigned short dereg = CK_BUFFER_DEREG)
      : ptr(address), cnt(bytes), pe(CkMyPe()), cb(CkCallback::ignore), regMode(reg), deregMode(dereg), ref(nullptr) {}
  explicit CkNcpyBuffer(const void* address, size_t bytes, const CkCallback& callback, unsigned short reg = CK_BUFFER_REG, unsigned short dereg = CK_BUFFER_DEREG)
      : ptr(address), cnt(bytes), pe(CkMyPe()), cb(callback), regMode(reg), deregMode(dereg), ref(nullptr) {}
  void init(const void* address, size_t bytes, const CkCallback& callback, unsigned short reg = CK_BUFFER_REG, unsigned short dereg = CK_BUFFER_DEREG) {
    *this = CkNcpyBuffer(address, bytes, callback, reg, dereg);
  }
  void init(const void* address, size_t bytes, unsigned short reg = CK_BUFFER_REG, unsigned short dereg = CK_BUFFER_DEREG) {
    *this = CkNcpyBuffer(address, bytes, reg, dereg);
  }
  // Called where this buffer is: from the source's memory to this one's, or the reverse. Both callbacks are invoked at the end. Returns
  // at once: complete where it has ended already.  Errors: aborts where the sizes differ.
  CkNcpyStatus get(CkNcpyBuffer& source);
  CkNcpyStatus put(CkNcpyBuffer& destination);
  void registerMem() {}
  void deregisterMem() {}
  void setRef(const void* r) { ref = r; }
  const void* getRef() const { return ref; }
  void pup(PUP::er& p) {
    p(reinterpret_cast<char*>(&ptr), sizeof(ptr));
    p | cnt, p | pe, p | cb, p | regMode, p | deregMode;
    p(reinterpret_cast<char*>(&ref), sizeof(ref));
  }
};

// What a nocopypost method may choose.
struct CkNcpyBufferPost {
  unsigned short regMode = CK_BUFFER_REG;
  unsigned short deregMode = CK_BUFFER_DEREG;
  int index = 0;
};

// The argument for a nocopy parameter.
inline CkNcpyBuffer CkSendBuffer(const void* ptr, const CkCallback& cb, unsigned short reg = CK_BUFFER_REG, unsigned short dereg = CK_BUFFER_DEREG) {
  return CkNcpyBuffer(ptr, 0, cb, reg, dereg);
}
inline CkNcpyBuffer CkSendBuffer(const void* ptr, unsigned short reg = CK_BUFFER_REG, unsigned short dereg = CK_BUFFER_DEREG) {
  return CkNcpyBuffer(ptr, 0, reg, dereg);
}

namespace ck {
namespace impl {

// In a marshalled message: the buffer, and from when the message has left its process where in it the bytes stand.
struct NocopyArgument {
  CkNcpyBuffer buffer;
};
inline NocopyArgument Nocopy(const CkNcpyBuffer& buffer, size_t bytes) {
  NocopyArgument argument;
  argument.buffer = buffer;
  argument.buffer.cnt = bytes;
  return argument;
}
// Begins each of them, to be found by who packs the message.
struct NocopyMark {
  CmiUInt8 magic;
  CmiUInt8 inlined;  // 0, or the distance from the message's buffer to the bytes
};

template <class P>
inline void PackOne(P& p, const NocopyArgument& argument) {
  static char padding[16] = {};
  p(padding, CK_ALIGN(p.size(), 16) - p.size());
  NocopyMark mark = {0x6e6f636f70792121ull, 0};
  p(reinterpret_cast<char*>(&mark), sizeof(mark));
  const_cast<CkNcpyBuffer&>(argument.buffer).pup(p);
}

// Like Marshall(), where some argument is Nocopy(): the bytes are put into the message when it leaves the process.
void MarkNocopyMessage(void* msg);
template <class... Arguments>
inline CkMarshallMsg* MarshallNocopy(const CkEntryOptions* options, const Arguments&... arguments) {
  CkMarshallMsg* msg = Marshall(options, arguments...);
  MarkNocopyMessage(msg);
  return msg;
}

// Takes nocopy parameters; what it copied lasts as long as this.
class NocopyUnmarshaller : public Unmarshaller {
 public:
  explicit NocopyUnmarshaller(void* msg) : Unmarshaller(msg) {}
  ~NocopyUnmarshaller();
  template <class T>
  T* NocopyArray(size_t* count = nullptr) {
    size_t bytes = 0;
    T* data = static_cast<T*>(Take(&bytes));
    if (count != nullptr) *count = bytes / sizeof(T);
    return data;
  }
  // nocopypost: where the bytes are, to be copied by Deliver() into what the program posts.
  struct Posted {
    CkNcpyBuffer buffer;
    const void* inlined;
  };
  Posted Post();
  static void Deliver(const Posted& posted, void* to, size_t bytes);

 private:
  void* Take(size_t* bytes);
  std::vector<char*> copies_;
};

}  // namespace impl
}  // namespace ck

#endif  // CKRDMA_H
