// What stands before every message: Converse's header, then what Charm++ needs to deliver it.
//
// Layout of a message's block: envelope | user's part | priority words | group dependencies. All but the user's part is
// plain bytes and travels as it is between processes.
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include "charm.h"

typedef enum {
  NewChareMsg = 1,      // a chare's constructor
  NewVChareMsg = 2,     // the same, for a chare with an identity promised before
  BocInitMsg = 3,       // a group's constructor
  ForChareMsg = 4,
  ForBocMsg = 5,
  ForVidMsg = 6,        // a chare named by its promised identity
  FillVidMsg = 7,       // the promised chare exists now
  RODataMsg = 9,        // readonly data: a process may begin
  ROMsgMsg = 10,
  NodeBocInitMsg = 18,
  ForNodeBocMsg = 19,
  ArrayEltInitMsg = 20, // an array element's constructor
  ForArrayEltMsg = 21,
  BocBcastMsg = 23,
  ArrayBcastMsg = 24,   // for all elements of an array on the PEs that get it
  AggregateMsg = 25,    // items of [aggregate] entry methods
  LAST_CK_ENVELOPE_TYPE = 26
} CkEnvelopeType;

inline size_t CkPriobitsToInts(int bits) { return (static_cast<size_t>(bits) + 31) / 32; }
inline size_t CkMsgAlignLength(size_t bytes) { return CMIALIGN(bytes, 8); }

// Thread safety: of whoever owns the message.  Cost: each accessor a load or a store.
struct alignas(16) envelope {
 public:
  struct Chare {
    void* ptr;     // the object, or its promised identity
    CmiUInt4 bype; // who asked for it
    CmiInt4 chare; // its type
    CmiInt4 forAnyPe;
  };
  struct Group {
    CkGroupID g;
    CkGroupID rednMgr;
    CmiInt4 epoch;
    CmiInt4 chare;
    CmiInt4 to;    // the PE or process, -1: all
  };
  struct Array {
    CkGroupID arr;
    short nInts, dimension; // the element's index, as CkArrayIndex holds it
    int index[3];
    CmiUInt1 hops;
    CmiUInt1 ifNotThere;
    CmiUInt2 slot;  // the element's, where the sender knew one; a hint
  };

  CMK_REFNUM_TYPE getRef() const { return ref_; }
  void setRef(CMK_REFNUM_TYPE ref) { ref_ = ref; }
  UChar getQueueing() const { return queueing_; }
  void setQueueing(UChar q) { queueing_ = q; }
  UChar getMsgtype() const { return type_; }
  void setMsgtype(UChar m) { type_ = m; }
  UShort getMsgIdx() const { return msg_; }
  void setMsgIdx(UShort idx) { msg_ = idx; }
  UChar isPacked() const { return packed_; }
  void setPacked(UChar p) { packed_ = p; }
  UInt getTotalsize() const {
    return static_cast<UInt>(sizeof(envelope) + CkMsgAlignLength(usersize_) + getPrioBytes() + getGroupDepSize());
  }
  UInt getUsersize() const { return usersize_; }
  // The user's part becomes shorter.
  void setUsersize(UInt bytes);
  // The block has as many already.
  void AssignUsersize(UInt bytes) { usersize_ = bytes; }
  void shrinkUsersize(UInt bytes) { setUsersize(usersize_ - bytes); }
  UShort getPriobits() const { return priobits_; }
  UShort getPrioWords() const { return static_cast<UShort>(CkPriobitsToInts(priobits_)); }
  UShort getPrioBytes() const { return static_cast<UShort>(getPrioWords() * sizeof(int)); }
  void* getPrioPtr() const { return Begin() + sizeof(envelope) + CkMsgAlignLength(usersize_); }
  UShort getEpIdx() const { return ep_; }
  void setEpIdx(UShort ep) { ep_ = ep; }
  UInt getSrcPe() const { return static_cast<UInt>(source_); }
  void setSrcPe(UInt pe) { source_ = static_cast<CmiInt4>(pe); }
  UShort getGroupDepNum() const { return group_deps_; }
  UShort getGroupDepSize() const { return static_cast<UShort>(group_deps_ * sizeof(CkGroupID)); }
  CkGroupID* GroupDeps() const { return reinterpret_cast<CkGroupID*>(static_cast<char*>(getPrioPtr()) + getPrioBytes()); }
  CkGroupID getGroupDep(int index = 0) const { return GroupDeps()[index]; }
  void setGroupDep(const CkGroupID& g, int index = 0) { GroupDeps()[index] = g; }
  // CK_MSG_* that it was sent with.
  UChar getOptions() const { return options_; }
  void setOptions(int opts) { options_ = static_cast<CmiUInt1>(opts); }

  void* getObjPtr() const { return chare().ptr; }
  void setObjPtr(void* p) { chare().ptr = p; }
  CkGroupID getGroupNum() const { return group().g; }
  void setGroupNum(CkGroupID g) { group().g = g; }
  CkGroupID getArrayMgr() const { return array().arr; }
  void setArrayMgr(CkGroupID g) { array().arr = g; }
  CkGroupID& getsetArrayMgr() { return array().arr; }
  int getArrayMgrIdx() const { return array().arr.idx; }
  UShort& getsetArrayEp() { return ep_; }
  UShort& getsetArrayBcastEp() { return ep_; }
  UChar& getsetArrayHops() { return array().hops; }
  UInt getsetArraySrcPe() const { return getSrcPe(); }
  int getArrayIfNotThere() const { return array().ifNotThere; }
  void setArrayIfNotThere(int nt) { array().ifNotThere = static_cast<CmiUInt1>(nt); }

  UShort getElementSlot() const { return array().slot; }
  void setElementSlot(UShort slot) { array().slot = slot; }

  Chare& chare() { return to_.chare; }
  const Chare& chare() const { return to_.chare; }
  Group& group() { return to_.group; }
  const Group& group() const { return to_.group; }
  Array& array() { return to_.array; }
  const Array& array() const { return to_.array; }

  // A block of the right size; the user's part, priority and dependencies hold nothing yet.  Errors: as CmiAlloc().
  static envelope* Allocate(UChar type, int msg, UInt user_bytes, int prio_bits = 0, int group_deps = 0) {
    const size_t total = sizeof(envelope) + CkMsgAlignLength(user_bytes) + CkPriobitsToInts(prio_bits) * sizeof(int) +
                         static_cast<size_t>(group_deps) * sizeof(CkGroupID);
    envelope* env = static_cast<envelope*>(CmiAlloc(static_cast<int>(total)));
    env->ep_ = 0;
    env->msg_ = static_cast<UShort>(msg);
    env->type_ = type;
    env->queueing_ = CK_QUEUEING_FIFO;
    env->packed_ = 0;
    env->options_ = 0;
    env->priobits_ = static_cast<UShort>(prio_bits);
    env->group_deps_ = static_cast<UShort>(group_deps);
    env->usersize_ = user_bytes;
    env->ref_ = 0;
    env->source_ = -1;
    return env;
  }

 private:
  char* Begin() const { return reinterpret_cast<char*>(const_cast<envelope*>(this)); }

  CmiMessageHeader core_;
  UShort ep_;
  UShort msg_;
  CmiUInt1 type_;
  CmiUInt1 queueing_;
  CmiUInt1 packed_;
  CmiUInt1 options_;
  UShort priobits_;
  UShort group_deps_;
  UInt usersize_;
  CMK_REFNUM_TYPE ref_;
  CmiInt4 source_;
  union To {
    Chare chare;
    Group group;
    Array array;
  } to_;
};
static_assert(sizeof(envelope) % 16 == 0, "users' parts are aligned");

inline envelope* UsrToEnv(const void* msg) {
  return reinterpret_cast<envelope*>(const_cast<char*>(static_cast<const char*>(msg)) - sizeof(envelope));
}
inline void* EnvToUsr(const envelope* env) {
  return const_cast<char*>(reinterpret_cast<const char*>(env)) + sizeof(envelope);
}

// Before a message leaves the process, and after it has entered one. The block may be another one afterwards.
void CkPackMessage(envelope** env);
void CkUnpackMessage(envelope** env);

#endif  // ENVELOPE_H
