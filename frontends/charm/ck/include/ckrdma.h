// Large buffers without copies in between: as parameters of entry methods (nocopy, nocopypost), and
// by get and put.
//
// Within a process the bytes go from the sender's buffer straight to the receiver's; between
// processes a nocopy parameter travels in its message, and get and put go by the network's own
// transfers. The sender's buffer is its own again when its callback has been invoked.
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

using CkNcpyStatus = CmiNcpyStatus;
using CkNcpyMode = CmiNcpyMode;

// Somebody's memory: where it is, and who is told when a transfer from or to it has ended. Plain
// bytes, which may be sent to other PEs and used again.
//
// Each transfer registers what it needs and ends that registration, so the modes make no difference
// here but for CK_BUFFER_NOREG, which takes part in no transfer.
class CkNcpyBuffer : public CmiNcpyBuffer {
 public:
  CkCallback cb;  // Gets a CkDataMsg with this CkNcpyBuffer.

  CkNcpyBuffer() : cb(CkCallback::ignore) {}
  // `bytes` at `address`, of the calling PE.  Errors: aborts for unknown modes.
  explicit CkNcpyBuffer(const void* address, size_t bytes, unsigned short reg = CK_BUFFER_REG,
                        unsigned short dereg = CK_BUFFER_DEREG) {
    init(address, bytes, reg, dereg);
  }
  explicit CkNcpyBuffer(const void* address, size_t bytes, const CkCallback& callback,
                        unsigned short reg = CK_BUFFER_REG,
                        unsigned short dereg = CK_BUFFER_DEREG) {
    init(address, bytes, callback, reg, dereg);
  }
  void init(const void* address, size_t bytes, const CkCallback& callback,
            unsigned short reg = CK_BUFFER_REG, unsigned short dereg = CK_BUFFER_DEREG) {
    CmiNcpyBuffer::init(nullptr, 0, reg, dereg);
    ptr = address;
    cnt = bytes;
    cb = callback;
  }
  void init(const void* address, size_t bytes, unsigned short reg = CK_BUFFER_REG,
            unsigned short dereg = CK_BUFFER_DEREG) {
    init(address, bytes, CkCallback(CkCallback::ignore), reg, dereg);
  }
  // From the source's memory into this one, or from this one into the destination's; this one is of
  // the calling process. Both callbacks are invoked at the end. Returns at once: `complete` where
  // it has ended already, which is so within a process. Errors: aborts where the destination is
  // smaller, or a buffer cannot take part.
  CkNcpyStatus get(CkNcpyBuffer& source);
  CkNcpyStatus put(CkNcpyBuffer& destination);
  void registerMem() {}
  void deregisterMem() {}
  void pup(PUP::er& p) { p(reinterpret_cast<char*>(this), sizeof(*this)); }
};
static_assert(std::is_trivially_copyable<CkNcpyBuffer>::value, "it travels as bytes");

// The argument for a nocopy or nocopypost parameter.
inline CkNcpyBuffer CkSendBuffer(const void* ptr, const CkCallback& cb,
                                 unsigned short reg = CK_BUFFER_REG,
                                 unsigned short dereg = CK_BUFFER_DEREG) {
  return CkNcpyBuffer(ptr, 0, cb, reg, dereg);
}
inline CkNcpyBuffer CkSendBuffer(const void* ptr, unsigned short reg = CK_BUFFER_REG,
                                 unsigned short dereg = CK_BUFFER_DEREG) {
  return CkNcpyBuffer(ptr, 0, reg, dereg);
}

namespace ck {
namespace impl {
struct PostCall;
}
}  // namespace ck

// What a post entry method gets for each of its nocopypost parameters.
struct CkNcpyBufferPost {
  unsigned short regMode = CK_BUFFER_REG;
  unsigned short deregMode = CK_BUFFER_DEREG;
  int index = 0;
  ck::impl::PostCall* call = nullptr;
};

// In a post entry method: its nocopypost parameter `index`, from 0, goes where CkPostBuffer() says
// for this tag. The entry method is called when all of them have their buffers.
// Errors: aborts for an index that there is not, and for a tag that another one waits for.
void CkMatchBuffer(CkNcpyBufferPost* post, int index, int tag);
// The same with tags of the process.
void CkMatchNodeBuffer(CkNcpyBufferPost* post, int index, int tag);

namespace ck {
namespace impl {
void PostBuffer(void* buffer, size_t bytes, int tag, bool of_process);
template <class T>
struct PostedSize {
  static constexpr size_t kBytes = sizeof(T);
};
template <>
struct PostedSize<void> {
  static constexpr size_t kBytes = 1;
};
}  // namespace impl
}  // namespace ck

// Gives `size` elements at `buffer` to the parameter that CkMatchBuffer() names with this tag on
// this PE, before or after this. The buffer gets the sender's first `size` elements.  Errors:
// aborts where that is more than the sender sends, and for a tag that has been posted and not
// matched. Thread safety: any entry method's PE.  Blocking: never.
template <class T>
void CkPostBuffer(T* buffer, size_t size, int tag) {
  ck::impl::PostBuffer(buffer, size * ck::impl::PostedSize<T>::kBytes, tag, false);
}
// The same for CkMatchNodeBuffer(), on any PE of the process.
template <class T>
void CkPostNodeBuffer(T* buffer, size_t size, int tag) {
  ck::impl::PostBuffer(buffer, size * ck::impl::PostedSize<T>::kBytes, tag, true);
}

namespace ck {
namespace impl {

// A nocopy parameter in a message. CkMarshallMsg::nocopy names the first one, each the next one.
struct NocopyMark {
  enum Where : CmiInt4 {
    kAtSender,   // in `buffer`, of this process
    kInMessage,  // `at`
    kPosted      // in `buffer`, which the receiver has posted, and is filled
  };
  CmiUInt8 next;  // From the message's begin; 0: there is none.
  CmiUInt8 at;    // From the message's begin.
  Where where;
  CmiInt4 process;  // kPosted: whose memory it is
  CkNcpyBuffer buffer;
};

struct NocopyArgument {
  CkNcpyBuffer buffer;
  mutable size_t at;  // Where PackOne() put the mark.
};
// Errors: aborts for a buffer without memory, or of CK_BUFFER_NOREG.
NocopyArgument Nocopy(const CkNcpyBuffer& buffer, size_t bytes);

template <class P>
inline void PackOne(P& p, const NocopyArgument& argument) {
  static char padding[16] = {};
  p(padding, CK_ALIGN(p.size(), 16) - p.size());
  argument.at = p.size();
  NocopyMark mark = {0, 0, NocopyMark::kAtSender, 0, argument.buffer};
  p(reinterpret_cast<char*>(&mark), sizeof(mark));
}

// Each returns where the next mark is to be named.
template <class T>
inline CmiUInt8* LinkMark(char*, CmiUInt8* link, const T&) {
  return link;
}
inline CmiUInt8* LinkMark(char* msg, CmiUInt8* link, const NocopyArgument& argument) {
  *link = 16 + argument.at;
  return &reinterpret_cast<NocopyMark*>(msg + *link)->next;
}
inline void LinkMarks(char*, CmiUInt8*) {}
template <class T, class... Rest>
inline void LinkMarks(char* msg, CmiUInt8* link, const T& first, const Rest&... rest) {
  LinkMarks(msg, LinkMark(msg, link, first), rest...);
}

void SetNocopyMessage(CkMarshallMsg* msg);
// Like Marshall(), where some argument is Nocopy(): the bytes are put into the message when it
// leaves the process.
template <class... Arguments>
inline CkMarshallMsg* MarshallNocopy(const CkEntryOptions* options, const Arguments&... arguments) {
  CkMarshallMsg* msg = Marshall(options, arguments...);
  SetNocopyMessage(msg);
  LinkMarks(reinterpret_cast<char*>(msg), &msg->nocopy, arguments...);
  return msg;
}

// Takes nocopy parameters; what it copied lasts as long as this.
class NocopyUnmarshaller : public Unmarshaller {
 public:
  explicit NocopyUnmarshaller(void* msg)
      : Unmarshaller(msg), msg_(static_cast<char*>(msg)), posted_(false) {}
  ~NocopyUnmarshaller();
  // The next parameter.
  NocopyMark* Mark() {
    advance(CK_ALIGN(size(), 16) - size());
    NocopyMark* const mark = reinterpret_cast<NocopyMark*>(get_current_pointer());
    advance(sizeof(*mark));
    return mark;
  }
  // nocopy: its elements, once.
  template <class T>
  T* NocopyArray(NocopyMark* mark) {
    return static_cast<T*>(Take(mark));
  }
  // The same for SDAG, which keeps them.
  template <class T>
  void NocopyElements(NocopyMark* mark, T* elements) {
    typedef typename std::remove_pointer<decltype(elements->data())>::type Element;
    const Element* const data = static_cast<const Element*>(Source(msg_, *mark));
    elements->assign(data, data + mark->buffer.cnt / sizeof(Element));
    Copied(mark);
  }
  // nocopypost: nullptr until the receiver has posted it, which is so for all of them or none.
  template <class T>
  T* PostedArray(size_t* count = nullptr) {
    NocopyMark* const mark = Mark();
    posted_ = mark->where == NocopyMark::kPosted;
    if (!posted_) {
      posts_.push_back(mark);
      return nullptr;
    }
    if (count != nullptr) *count = mark->buffer.cnt / sizeof(T);
    return static_cast<T*>(const_cast<void*>(Source(msg_, *mark)));
  }
  bool posted() const { return posted_; }
  void* message() const { return msg_; }
  // Those that are not posted.
  const std::vector<NocopyMark*>& posts() const { return posts_; }

  // Where a parameter's bytes are.  Errors: aborts where they were posted in another process.
  static const void* Source(const char* msg, const NocopyMark& mark);
  // The sender has its buffer back.
  static void Copied(NocopyMark* mark);

 private:
  void* Take(NocopyMark* mark);
  char* msg_;
  bool posted_;
  std::vector<NocopyMark*> posts_;
  std::vector<char*> copies_;
};

// One call of a post entry method, and what follows.
class Posts {
 public:
  // For the parameters that `from` has met; `object`: a chare of any kind, and its entry method.
  Posts(const NocopyUnmarshaller& from, void* object, int ep);
  Posts(const Posts&) = delete;
  Posts& operator=(const Posts&) = delete;
  ~Posts();
  CkNcpyBufferPost* array() { return posts_.data(); }
  // The post entry method has said where the buffer is by writing to its argument.
  void Given(int index, void* buffer, size_t bytes);
  // After the post entry method: whether all buffers are there and filled, so that the entry method
  // may be called. If not, the object will get a message where they are kPosted.
  // Errors: aborts for a parameter without CkMatchBuffer() or a buffer.
  bool Ready();
  // Where Ready().
  template <class T>
  T* Array(int index, size_t* count = nullptr) const {
    size_t bytes = 0;
    void* const buffer = Buffer(index, &bytes);
    if (count != nullptr) *count = bytes / sizeof(T);
    return static_cast<T*>(buffer);
  }

 private:
  void* Buffer(int index, size_t* bytes) const;
  std::vector<CkNcpyBufferPost> posts_;
  PostCall* call_;  // nullptr: it goes on without this.
};

}  // namespace impl
}  // namespace ck

#endif  // CKRDMA_H
