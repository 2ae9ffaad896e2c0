// Callbacks: "tell this when you are done". A small value that may be stored, packed, and sent to other PEs.
#ifndef CKCALLBACK_H
#define CKCALLBACK_H

#include <cstdint>
#include <cstring>

#include "charm.h"
#include "ckarrayindex.h"
#include "cksection.h"

typedef void (*CkCallbackFn)(void* param, void* message);
typedef void (*Ck1CallbackFn)(void* message);

class Chare;
class Group;
class NodeGroup;
class ArrayElement;
class CProxyElement_ArrayBase;
class CProxySection_ArrayBase;
class CProxyElement_Group;
class CProxyElement_NodeGroup;
class CProxy_NodeGroup;
class CkArrayID;

#define CkSelfCallback(ep) CkCallback(this, ep)

// Thread safety: a value.  send() may be called on any PE, gives the message away, and does not block.
class CkCallback {
 public:
  enum callbackType : uint8_t {
    invalid = 0,
    ignore,         // Frees the message.
    ckExit,         // CkExit()
    resumeThread,   // Wakes the thread that waits in thread_delay().
    callCFn,        // Calls a function on the PE that made the callback.
    call1Fn,        // Calls a function where it is invoked.
    sendChare, sendGroup, sendNodeGroup, sendArray,
    isendChare, isendGroup, isendNodeGroup, isendArray,  // The same, at once where the object is here.
    bcastGroup, bcastNodeGroup, bcastArray, bcastSection,
    replyCCS,
    sendFuture
  };

  CkCallback() { Set(invalid); }
  // Of types without a target.
  CkCallback(callbackType t);
  CkCallback(Ck1CallbackFn fn) {
    Set(call1Fn);
    d_.function.one = fn;
  }
  CkCallback(CkCallbackFn fn, void* param) {
    Set(callCFn);
    d_.function.two = fn;
    d_.function.param = param;
    pe_ = CkMyPe();
  }
  CkCallback(const CkFuture& future) {
    Set(sendFuture);
    d_.future = future;
  }
  CkCallback(int ep, const CkChareID& id, bool forceInline = false);
  CkCallback(int ep, const CProxy_NodeGroup& group);
  CkCallback(int ep, const CkGroupID& id, bool isNodeGroup = false);
  CkCallback(int ep, int onPE, const CProxy_NodeGroup& group, bool forceInline = false);
  CkCallback(int ep, int onPE, const CkGroupID& id, bool forceInline = false, bool isNodeGroup = false);
  CkCallback(int ep, const CProxyElement_Group& branch, bool forceInline = false);
  CkCallback(int ep, const CProxyElement_NodeGroup& branch, bool forceInline = false);
  CkCallback(int ep, const CkArrayID& array);
  CkCallback(int ep, const CkArrayIndex& index, const CkArrayID& array, bool forceInline = false);
  CkCallback(int ep, const CProxyElement_ArrayBase& element, bool forceInline = false);
  CkCallback(int ep, CProxySection_ArrayBase& section, bool forceInline = false);
  CkCallback(int ep, CkSectionID& section);
  CkCallback(Chare* object, int ep, bool forceInline = false);
  CkCallback(Group* object, int ep, bool forceInline = false);
  CkCallback(NodeGroup* object, int ep, bool forceInline = false);
  CkCallback(ArrayElement* object, int ep, bool forceInline = false);

  // A group's broadcast becomes a send to one branch, here unless one is named.
  void transformBcastToLocalElem(int element = -1);
  bool isInvalid() const { return type == invalid; }
  bool isIgnore() const { return type == ignore; }
  bool isCkExit() const { return type == ckExit; }
  callbackType getType() const { return type; }
  // The message that is sent will have it.
  void setRefNum(CMK_REFNUM_TYPE ref) {
    has_ref_ = true;
    ref_ = ref;
  }
  void setRefnum(CMK_REFNUM_TYPE ref) { setRefNum(ref); }
  // Blocks the calling thread until the callback, of type resumeThread, is invoked; the message is the caller's.
  void* thread_delay() const;
  // Takes the message; nullptr: one without content is made.
  void send(void* message = nullptr) const;
  // Sends a CkDataMsg with a copy of the bytes.
  void send(int length, const void* data) const;
  bool operator==(const CkCallback& o) const;
  void pup(PUP::er& p);

  callbackType type;

 private:
  friend class CkCallbackResumeThread;
  struct SectionTarget {
    CkGroupID array;
    int pe;
    int number;
  };
  union Target {
    struct {
      Ck1CallbackFn one;
      CkCallbackFn two;
      void* param;
    } function;
    CkChareID chare;
    CkGroupID group;
    CkFuture future;
    struct {
      CkGroupID id;
      int nInts_dimension;
      int index[CK_ARRAYINDEX_MAXLEN];
    } array;
    SectionTarget section;
  };
  void Set(callbackType t) {
    std::memset(static_cast<void*>(this), 0, sizeof(*this));
    type = t;
    pe_ = -1;
  }
  void SetArray(callbackType t, int ep, const CkArrayID& array, const CkArrayIndex& index);
  CkArrayIndex ArrayIndex() const;
  void* Message(void* message) const;

  bool has_ref_;
  int ep_;
  int pe_;
  CMK_REFNUM_TYPE ref_;
  Target d_;
};
PUPbytes(CkCallback)

// Waits, at the end of its scope, until it has been invoked.
class CkCallbackResumeThread : public CkCallback {
 public:
  CkCallbackResumeThread() : CkCallback(resumeThread), result_(nullptr) {}
  // What the callback was sent is put there.
  CkCallbackResumeThread(void*& result) : CkCallback(resumeThread), result_(&result) {}
  ~CkCallbackResumeThread();

 private:
  void** result_;
};

#endif  // CKCALLBACK_H
