// Parameters of entry methods, packed into messages: what generated proxies and generated calls
// use.
//
// Layout of a marshalled message: the parameters in order, PUPed; an array parameter `T x[n]` is
// its count (size_t), padding to 16 bytes, and the bytes of its elements.
#ifndef CKMARSHALL_H
#define CKMARSHALL_H

#include <cstring>
#include <type_traits>
#include <utility>

#include "ckentryoptions.h"
#include "ckmessage.h"
#include "envelope.h"

class CMessage_CkMarshallMsg : public CkMessage {
 public:
  static int __idx;
};
class CkMarshallMsg : public CMessage_CkMarshallMsg {
 public:
  char* msgBuf;     // Aligned to 16 bytes, and behind this object.
  CmiUInt8 nocopy;  // Of messages with nocopy parameters (ckrdma.h): where the first one's mark is.
  // new (&bytes, 0) CkMarshallMsg
  void* operator new(size_t, int* bytes, int = 0);
};

// Errors: aborts where there is no memory.  Cost: one allocation from the PE's pool.
CkMarshallMsg* CkAllocateMarshallMsgNoninline(int size, const CkEntryOptions* opts);
inline CkMarshallMsg* CkAllocateMarshallMsg(int size, const CkEntryOptions* opts = nullptr) {
  if (opts != nullptr) return CkAllocateMarshallMsgNoninline(size, opts);
  envelope* env =
      envelope::Allocate(ForChareMsg, CMessage_CkMarshallMsg::__idx, static_cast<UInt>(16 + size));
  CkMarshallMsg* msg = static_cast<CkMarshallMsg*>(EnvToUsr(env));
  msg->msgBuf = reinterpret_cast<char*>(msg) + 16;
  return msg;
}
inline void* CkMarshallMsg::operator new(size_t, int* bytes, int) {
  return CkAllocateMarshallMsg(*bytes);
}

namespace ck {
namespace impl {

template <class T>
struct ArrayArgument {
  const T* data;
  size_t count;
};
// An array parameter with its length.
template <class T>
inline ArrayArgument<T> Array(const T* data, size_t count) {
  return ArrayArgument<T>{data, count};
}

template <class P, class T>
inline void PackOne(P& p, const T& value) {
  p | const_cast<T&>(value);
}
template <class P, class T>
inline void PackOne(P& p, const ArrayArgument<T>& array) {
  static char padding[16] = {};
  size_t count = array.count;
  p | count;
  p(padding, CK_ALIGN(p.size(), 16) - p.size());
  p(reinterpret_cast<char*>(const_cast<typename std::remove_const<T>::type*>(array.data)),
    count * sizeof(T));
}

template <class P>
inline void PackAll(P&) {}
template <class P, class T, class... Rest>
inline void PackAll(P& p, const T& first, const Rest&... rest) {
  PackOne(p, first);
  PackAll(p, rest...);
}

// The message of a call with these arguments.  Cost: one allocation, and each argument is PUPed
// twice.
template <class... Arguments>
inline CkMarshallMsg* Marshall(const CkEntryOptions* options, const Arguments&... arguments) {
  PUP::sizer size;
  PackAll(size, arguments...);
  CkMarshallMsg* msg = CkAllocateMarshallMsg(static_cast<int>(size.size()), options);
  PUP::toMem to(msg->msgBuf);
  PackAll(to, arguments...);
  return msg;
}

// Reads the parameters in the order in which Marshall() got them; arrays stay in the message.
class Unmarshaller : public PUP::fromMem {
 public:
  explicit Unmarshaller(void* msg) : PUP::fromMem(static_cast<CkMarshallMsg*>(msg)->msgBuf) {}
  template <class T>
  T* Array(size_t* count = nullptr) {
    size_t n = 0;
    static_cast<PUP::fromMem&>(*this) | n;
    if (count != nullptr) *count = n;
    advance(CK_ALIGN(size(), 16) - size());
    T* data = reinterpret_cast<T*>(get_current_pointer());
    advance(n * sizeof(T));
    return data;
  }
};

// Where the result of a [sync] method goes. Taken before the method is called, since it may free
// its message.
class ReplyTo {
 public:
  explicit ReplyTo(const void* request)
      : id_(UsrToEnv(request)->getRef()), pe_(static_cast<int>(UsrToEnv(request)->getSrcPe())) {}
  // Takes the message.
  void Send(void* reply) const;
  void SendNothing() const { Send(CkAllocSysMsg()); }
  template <class T>
  void SendValue(const T& value) const {
    Send(Marshall(nullptr, value));
  }

 private:
  CkFutureID id_;
  int pe_;
};
// The result that a proxy's [sync] call returned as a message: taken out of it.
template <class T>
inline T SyncResult(void* reply) {
  Unmarshaller from(reply);
  PUP::detail::TemporaryObjectHolder<T> value;
  static_cast<PUP::fromMem&>(from) | value;
  CkFreeMsg(reply);
  return std::move(value.t);
}

}  // namespace impl
}  // namespace ck

#endif  // CKMARSHALL_H
