// Futures: a value that somebody will send, and for which threads of the PE that made the future can wait.
#ifndef CKFUTURES_H
#define CKFUTURES_H

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "ckmarshall.h"

// Of the calling PE.
CkFuture CkCreateFuture();
// From any PE, once; gives the message away.
void CkSendToFuture(CkFuture future, void* msg);
// On the PE that made it. Blocks the calling thread, which must be a [threaded] method's; the message stays the future's until it is
// released, and is the caller's then.
void* CkWaitFuture(CkFuture future);
void CkReleaseFuture(CkFuture future);
int CkProbeFuture(CkFuture future);
void* CkWaitFutureID(CkFutureID future);
void CkWaitVoidFuture(CkFutureID future);
void CkReleaseFutureID(CkFutureID future);
int CkProbeFutureID(CkFutureID future);
void CkSendToFutureID(CkFutureID future, void* msg, int pe);
void* CkWaitReleaseFuture(CkFutureID future);
CkFutureID CkCreateAttachedFuture(void* msg);
void* CkRemoteCall(int ep, void* msg, const CkChareID* chare);
void* CkRemoteBranchCall(int ep, void* msg, CkGroupID group, int pe);
// The value in a message of parameters, a reduction's result or a CkDataMsg.  Errors: aborts for other messages.
void* CkGetMsgBuffer(void* msg);
std::vector<void*> CkWaitAllIDs(const std::vector<CkFutureID>& futures);
std::pair<void*, CkFutureID> CkWaitAnyID(const std::vector<CkFutureID>& futures);

namespace ck {

template <class T>
class future {
 public:
  using value_type = T;
  future() : handle_(CkCreateFuture()) {}
  future(PUP::reconstruct) : handle_() {}
  future(const CkFuture& handle) : handle_(handle) {}
  // The value; waits for it.
  T get() const {
    CheckLocal();
    return unmarshall_value(CkWaitFuture(handle_));
  }
  // From any PE.
  void set(const T& value) { CkSendToFuture(handle_, impl::Marshall(nullptr, value)); }
  CkFuture handle() const { return handle_; }
  bool is_ready() const { return CkProbeFuture(handle_) != 0; }
  bool is_local() const { return handle_.pe == CkMyPe(); }
  // The future and its value end.
  void release() {
    CheckLocal();
    if (is_ready()) CkFreeMsg(CkWaitFuture(handle_));
    CkReleaseFuture(handle_);
  }
  void pup(PUP::er& p) { p | handle_; }
  bool operator==(const future& o) const { return handle_ == o.handle_; }
  static T unmarshall_value(void* msg) {
    PUP::fromMem from(CkGetMsgBuffer(msg));
    PUP::detail::TemporaryObjectHolder<T> holder;
    static_cast<PUP::er&>(from) | holder;
    return std::move(holder.t);
  }

 private:
  void CheckLocal() const {
    if (!is_local()) CkAbort("Charm++: a future of PE %d was waited for or released on PE %d", handle_.pe, CkMyPe());
  }
  CkFuture handle_;
};

template <class Iterator, class T = typename std::iterator_traits<Iterator>::value_type::value_type>
std::vector<T> wait_all(Iterator first, Iterator last) {
  std::vector<T> values;
  for (; first != last; ++first) values.push_back(first->get());
  return values;
}
// The first value that there is, and whose it is.
template <class Iterator, class T = typename std::iterator_traits<Iterator>::value_type::value_type>
std::pair<T, Iterator> wait_any(Iterator first, Iterator last) {
  std::vector<CkFutureID> ids;
  for (Iterator i = first; i != last; ++i) ids.push_back(i->handle().id);
  const std::pair<void*, CkFutureID> any = CkWaitAnyID(ids);
  Iterator which = first;
  while (which->handle().id != any.second) ++which;
  return std::pair<T, Iterator>(future<T>::unmarshall_value(any.first), which);
}
// Those that are ready now, which go in front, and where the others begin.
template <class Iterator, class T = typename std::iterator_traits<Iterator>::value_type::value_type>
std::pair<std::vector<T>, Iterator> wait_some(Iterator first, Iterator last) {
  Iterator pending = std::partition(first, last, [](const future<T>& f) { return f.is_ready(); });
  return std::pair<std::vector<T>, Iterator>(wait_all(first, pending), pending);
}

}  // namespace ck

#endif  // CKFUTURES_H
