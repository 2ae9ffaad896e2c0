// Chare arrays: elements, their proxies, their manager on each PE, and maps.
#ifndef CKARRAY_H
#define CKARRAY_H

#include <memory>
#include <vector>

#include "ckarrayoptions.h"
#include "ckproxy.h"
#include "ckreduction.h"

typedef CkMessage CkArrayMessage;

class CkArray;
namespace heddle {
namespace charm {
class ArrayManager;
}
}  // namespace heddle

// What an array knows of an element that is on its PE.
class CkLocRec {
 public:
  CkArrayIndex index;
  heddle::charm::ArrayManager* manager = nullptr;
  ArrayElement* object = nullptr;
  UShort slot = 0;      // In the manager's table; 0: none.
  CkLocRec* bound = this;  // The next in the ring of elements that move together.
  int moves = 0;        // Migrations so far.
  int reductions = 0;   // Contributions so far; -1: it is new, and does not know yet with which it begins.
  std::vector<CkReductionMsg*> held;  // Until it does.
  int broadcasts = 0;   // Broadcasts that it has had.
  int move_to = -1;     // Once none of the ring runs an entry method; the same in all of it.
  int running = 0;      // Entry methods that run, one inside of another.
  bool dead = false;
  bool leaving = false; // Being deleted by the manager.
  bool migratable = true;
  double load = 0;      // Seconds of entry methods since the last balancing, or as the user says.
  bool user_load = false;
  const CkArrayIndex& getIndex() const { return index; }
};

// What can move to another PE.
class CkMigratable : public Chare {
 public:
  CkArrayIndexMax thisIndexMax;
  bool usesAtSync;       // Calls AtSync(), and is moved only then.
  bool usesAutoMeasure;  // Its load is measured; otherwise it is what setObjTime() or UserSetLBLoad() say.
  bool barrierRegistered;

  CkMigratable();
  explicit CkMigratable(CkMigrateMessage* m);
  ~CkMigratable() override;
  void pup(PUP::er& p) override;
  // Moves when the entry method that runs has returned.
  void migrateMe(int toPe) { ckMigrate(toPe); }
  void ckMigrate(int toPe);
  virtual void ckAboutToMigrate() {}
  virtual void ckJustMigrated() {}
  virtual void ckJustRestored() {}
  // Ends the element, when the entry method that runs has returned.
  virtual void ckDestroy();
  void setMigratable(int migratable);
  bool isMigratable() const;
  // ---- Balancing. All elements that use it call AtSync(); each gets ResumeFromSync() afterwards, on its new PE.
  void AtSync(int waitForMigration = 1);
  virtual void ResumeFromSync() {}
  virtual void UserSetLBLoad() {}
  virtual void CkAddThreadListeners(CthThread thread, void* msg) override;
  void setObjTime(double seconds);
  double getObjTime() const;
  virtual void metaLBCallLB() {}
  virtual bool isLocMgr() override { return false; }
};

class ArrayElement : public CkMigratable {
 public:
  CkArrayID thisArrayID;
  int numInitialElements;

  ArrayElement();
  explicit ArrayElement(CkMigrateMessage* m);
  ~ArrayElement() override;
  void pup(PUP::er& p) override;
  const CkArrayID& ckGetArrayID() const { return thisArrayID; }
  const CkArrayIndex& ckGetArrayIndex() const { return thisIndexMax; }
  CkArray* getCkArray() const;
  // How many elements the array was made with.
  int ckGetArraySize() const { return numInitialElements; }
  int ckGetChareType() const override;
  int getRedNo() const;
  static bool isIrreducible() { return false; }
  CK_REDUCTION_CONTRIBUTE_METHODS_DECL
  void inmem_checkpoint(void*);
};

template <class T>
class ArrayElementT : public ArrayElement {
 public:
  ArrayElementT() { ReadIndex(); }
  explicit ArrayElementT(CkMigrateMessage* m) : ArrayElement(m) { ReadIndex(); }
  void pup(PUP::er& p) override {
    ArrayElement::pup(p);
    if (p.isUnpacking()) ReadIndex();
  }
  T thisIndex;

 private:
  void ReadIndex() { std::memcpy(static_cast<void*>(&thisIndex), thisIndexMax.data(), sizeof(T) < 12 ? sizeof(T) : 12); }
};
template <>
inline void ArrayElementT<CkIndexMax>::ReadIndex() {
  std::memcpy(thisIndex.data, thisIndexMax.data(), sizeof(thisIndex.data));
}
typedef ArrayElementT<CkIndex1D> ArrayElement1D;
typedef ArrayElementT<CkIndex2D> ArrayElement2D;
typedef ArrayElementT<CkIndex3D> ArrayElement3D;
typedef ArrayElementT<CkIndex4D> ArrayElement4D;
typedef ArrayElementT<CkIndex5D> ArrayElement5D;
typedef ArrayElementT<CkIndex6D> ArrayElement6D;
typedef ArrayElementT<CkIndexMax> ArrayElementMax;

class CkIndex_ArrayElement {
 public:
  static int __idx;
};
typedef CkIndex_ArrayElement CkIndex_ArrayBase;

class CkLocIterator {
 public:
  virtual ~CkLocIterator() {}
};
class CkLocMgr;

// How CkArray::deliver() runs the entry method.
enum CkDeliver_t : unsigned char {
  CkDeliver_queue = 0,  // When its turn comes in the PE's queue.
  CkDeliver_inline = 1  // Now, where the element is here.
};

// An array's part on a PE. Made by the runtime.
class CkArray : public IrrGroup {
 public:
  CkArray(CkArrayOptions* options, int ctor, void* message);
  explicit CkArray(CkMigrateMessage* m);
  ~CkArray() override;
  bool isArrMgr() override { return true; }
  int ckGetChareType() const override { return __idx; }
  void pup(PUP::er& p) override;
  CkGroupID& getGroupID() { return thisgroup; }
  CkArrayID ckGetArrayID() const { return CkArrayID(thisgroup); }
  // The element, where it is on this PE.
  ArrayElement* lookup(const CkArrayIndex& index);
  ArrayElement* getElement(const CkArrayIndex& index) { return lookup(index); }
  // A map's populateInitial() calls it for the elements of this PE; takes the message.
  void insertInitial(const CkArrayIndex& index, void* message, int local = 1);
  int homePe(const CkArrayIndex& index) const;
  // Where the map puts a new element.
  int procNum(const CkArrayIndex& index) const;
  int lastKnown(const CkArrayIndex& index) const;
  void doneInserting();
  // For managers of delegation: a message addressed to an element, which ArraySend() was given, or
  // a copy of it that came from another PE. Takes the message.
  void deliver(CkMessage* m, CkDeliver_t type);
  CkGroupID getmCastMgr() const;
  CkLocMgr* getLocMgr() { return reinterpret_cast<CkLocMgr*>(this); }
  template <class Visit>
  void forEachElement(Visit visit) {
    for (ArrayElement* e : elements()) visit(e);
  }
  std::vector<ArrayElement*> elements();
  CkArrayOptions& options();
  heddle::charm::ArrayManager& manager() { return *manager_; }
  static int __idx;

 private:
  heddle::charm::ArrayManager* manager_;
};

class CProxy_CkArray : public CProxy_IrrGroup {
 public:
  typedef CkArray local_t;
  CProxy_CkArray() {}
  CProxy_CkArray(CkGroupID array) : CProxy_IrrGroup(array) {}
  CkArray* ckLocalBranch() const { return static_cast<CkArray*>(CkLocalBranch(ckGetGroupID())); }
};

// An array was made; tells the callback, with the array's identity as its data.
void CkArrayCreated(const CkCallback& callback, const CkArrayID& array);
// What its callback gets.
class CkArrayCreatedMsg : public CkMessage {
 public:
  explicit CkArrayCreatedMsg(CkArrayID array) : aid(array) {}
  void* operator new(size_t bytes) { return CkAllocMsg(0, static_cast<int>(bytes), 0); }
  CkArrayID aid;
};

// ---- Proxies
#define CK_ARRAY_LISTENER

class CProxy_ArrayBase : public CProxy {
 public:
  CProxy_ArrayBase() {}
  CProxy_ArrayBase(const CkArrayID& array) : array_(array) {}
  CProxy_ArrayBase(const CkArrayID& array, CK_DELCTOR_PARAM) : CProxy(CK_DELCTOR_ARGS), array_(array) {}
  CProxy_ArrayBase(const ArrayElement* e) : array_(e->ckGetArrayID()) {}
  void ckCheck() const {
    if (CMI_UNLIKELY(array_.isZero())) CkAbort("Charm++: this proxy of an array names none; was it assigned?");
  }
  CkArrayID ckGetArrayID() const { return array_; }
  operator CkArrayID() const { return array_; }
  CkArray* ckLocalBranch() const { return static_cast<CkArray*>(CkLocalBranch(array_)); }
  CkLocMgr* ckLocMgr() const { return ckLocalBranch()->getLocMgr(); }
  bool operator==(const CProxy_ArrayBase& o) const { return array_ == o.array_; }
  static CkArrayID ckCreateEmptyArray(const CkArrayOptions& opts = CkArrayOptions());
  static CkArrayID ckCreateArray(CkArrayMessage* msg, int ctor, const CkArrayOptions& opts);
  void ckInsertIdx(CkArrayMessage* msg, int ctor, int onPe, const CkArrayIndex& index) const;
  void ckBroadcast(void* msg, int ep, int opts = 0) const;
  // No more elements are inserted for now: reductions may complete.
  void beginInserting() const {}
  void doneInserting() const;
  // All elements end.
  void ckDestroy() const;
  void ckSetReductionClient(CkCallback* callback) const;
  void ckSetReductionClient(CkReductionClientFn function, void* param = nullptr) const;
  void setReductionClient(CkReductionClientFn function, void* param = nullptr) const { ckSetReductionClient(function, param); }
  void pup(PUP::er& p) {
    CProxy::pup(p);
    p | array_;
  }

 private:
  CkArrayID array_;
};

class CProxyElement_ArrayBase : public CProxy_ArrayBase {
 public:
  CProxyElement_ArrayBase() {}
  CProxyElement_ArrayBase(const CkArrayID& array, const CkArrayIndex& index) : CProxy_ArrayBase(array), index_(index) {}
  CProxyElement_ArrayBase(const CkArrayID& array, const CkArrayIndex& index, CK_DELCTOR_PARAM)
      : CProxy_ArrayBase(array, CK_DELCTOR_ARGS), index_(index) {}
  CProxyElement_ArrayBase(const ArrayElement* e) : CProxy_ArrayBase(e), index_(e->ckGetArrayIndex()) {}
  const CkArrayIndex& ckGetIndex() const { return index_; }
  bool operator==(const CProxyElement_ArrayBase& o) const { return ckGetArrayID() == o.ckGetArrayID() && index_ == o.index_; }
  void ckInsert(CkArrayMessage* msg, int ctor, int onPe) const { ckInsertIdx(msg, ctor, onPe, index_); }
  void ckSend(void* msg, int ep, int opts = 0) const;
  void* ckSendSync(void* msg, int ep) const;
  // The element, where it is on this PE; otherwise nullptr.
  ArrayElement* ckLocal() const;
  // Moves it there; wherever it is now.
  void ckEmigrate(int toPe) const;
  void ckDestroy() const;
  void pup(PUP::er& p) {
    CProxy_ArrayBase::pup(p);
    p | index_;
  }

 private:
  CkArrayIndex index_;
};

class CProxySection_ArrayBase : public CProxy_ArrayBase {
 public:
  CProxySection_ArrayBase() {}
  CProxySection_ArrayBase(const CkSectionID& section) : CProxy_ArrayBase(CkArrayID(section.get_aid())), sections_(1, section) {}
  CProxySection_ArrayBase(const CkArrayID& array, const CkArrayIndex* elements, int count, int factor = USE_DEFAULT_BRANCH_FACTOR)
      : CProxy_ArrayBase(array), sections_(1, CkSectionID(array, elements, count, factor)) {}
  CProxySection_ArrayBase(const CkArrayID& array, const CkArrayIndex* elements, int count, CK_DELCTOR_PARAM)
      : CProxy_ArrayBase(array, CK_DELCTOR_ARGS), sections_(1, CkSectionID(array, elements, count)) {}
  CProxySection_ArrayBase(const CkArrayID& array, const std::vector<CkArrayIndex>& elements, int factor = USE_DEFAULT_BRANCH_FACTOR)
      : CProxy_ArrayBase(array), sections_(1, CkSectionID(array, elements, factor)) {}
  // Of several arrays.
  CProxySection_ArrayBase(int count, const CkArrayID* arrays, CkArrayIndex const* const* elements, const int* counts,
                          int factor = USE_DEFAULT_BRANCH_FACTOR)
      : CProxy_ArrayBase(arrays[0]) {
    for (int i = 0; i < count; ++i) sections_.push_back(CkSectionID(arrays[i], elements[i], counts[i], factor));
  }
  CProxySection_ArrayBase(const std::vector<CkArrayID>& arrays, const std::vector<std::vector<CkArrayIndex>>& elements,
                          int factor = USE_DEFAULT_BRANCH_FACTOR)
      : CProxy_ArrayBase(arrays[0]) {
    for (size_t i = 0; i < arrays.size(); ++i) sections_.push_back(CkSectionID(arrays[i], elements[i], factor));
  }
  CProxySection_ArrayBase(const CProxySection_ArrayBase& o) = default;
  CProxySection_ArrayBase& operator=(const CProxySection_ArrayBase& o) = default;

  void ckAutoDelegate(int = 1) {}
  void ckSectionDelegate(CkDelegateMgr* manager) {
    ckDelegate(manager);
    manager->initDelegateMgr(this, 0);
  }
  void ckSend(void* msg, int ep, int opts = 0) const;
  int ckGetNumSections() const { return static_cast<int>(sections_.size()); }
  CkSectionInfo& ckGetSectionInfo() { return sections_[0]._cookie; }
  CkSectionID* ckGetSectionIDs() { return sections_.data(); }
  CkSectionID& ckGetSectionID(int i = 0) { return sections_[static_cast<size_t>(i)]; }
  CkArrayID ckGetArrayIDn(int i) const { return CkArrayID(sections_[static_cast<size_t>(i)]._cookie.get_aid()); }
  CkArrayIndex* ckGetArrayElements(int i = 0) const { return const_cast<CkArrayIndex*>(sections_[static_cast<size_t>(i)]._elems.data()); }
  int ckGetNumElements(int i = 0) const { return static_cast<int>(sections_[static_cast<size_t>(i)]._elems.size()); }
  // Called by an element for the section that `cookie`, from the section's message, names.
  static void contribute(CkSectionInfo& cookie, int userFlag = -1, int fragment = -1);
  static void contribute(CkSectionInfo& cookie, const CkCallback& cb, int userFlag = -1, int fragment = -1);
  static void contribute(int dataSize, void* data, CkReduction::reducerType type, CkSectionInfo& cookie, int userFlag = -1, int fragment = -1);
  static void contribute(int dataSize, void* data, CkReduction::reducerType type, CkSectionInfo& cookie, const CkCallback& cb, int userFlag = -1, int fragment = -1);
  template <class T>
  static void contribute(std::vector<T>& data, CkReduction::reducerType type, CkSectionInfo& cookie, int userFlag = -1, int fragment = -1) {
    contribute(static_cast<int>(data.size() * sizeof(T)), data.data(), type, cookie, userFlag, fragment);
  }
  template <class T>
  static void contribute(std::vector<T>& data, CkReduction::reducerType type, CkSectionInfo& cookie, const CkCallback& cb, int userFlag = -1, int fragment = -1) {
    contribute(static_cast<int>(data.size() * sizeof(T)), data.data(), type, cookie, cb, userFlag, fragment);
  }
  void pup(PUP::er& p);

 private:
  mutable std::vector<CkSectionID> sections_;
};
typedef CProxy_ArrayBase CProxy_ArrayElement;
typedef CProxyElement_ArrayBase CProxyElement_ArrayElement;
typedef CProxySection_ArrayBase CProxySection_ArrayElement;

// ---- Maps: where elements are made.
class CkArrayMap : public IrrGroup {
 public:
  CkArrayMap() {}
  explicit CkArrayMap(CkMigrateMessage* m) : IrrGroup(m) {}
  ~CkArrayMap() override;
  // A handle for the array in the calls below.
  virtual int registerArray(const CkArrayIndex& numElements, CkArrayID array);
  virtual void unregisterArray(int) {}
  virtual void storeCkArrayOpts(CkArrayOptions) {}
  // The PE on which the element is made, and asked for; the same on every PE.
  virtual int procNum(int arrayHdl, const CkArrayIndex& index);
  virtual int homePe(int arrayHdl, const CkArrayIndex& index) { return procNum(arrayHdl, index); }
  // Makes this PE's initial elements; takes the message.
  virtual void populateInitial(int arrayHdl, CkArrayOptions& options, void* ctorMsg, CkArray* manager);
  static bool isIrreducible() { return true; }
};

#define CK_MAP_PROXIES(name)                                                                             \
  class CkIndex_##name : public CkIndex_IrrGroup {                                                       \
   public:                                                                                               \
    static int __idx;                                                                                    \
  };                                                                                                     \
  class CProxyElement_##name : public CProxyElement_IrrGroup {                                           \
   public:                                                                                               \
    using CProxyElement_IrrGroup::CProxyElement_Group;                                                   \
    CProxyElement_##name() {}                                                                            \
  };                                                                                                     \
  class CProxy_##name : public CProxy_IrrGroup {                                                         \
   public:                                                                                               \
    typedef name local_t;                                                                                \
    CProxy_##name() {}                                                                                   \
    CProxy_##name(CkGroupID group) : CProxy_Group(group) {}                                              \
    CProxy_##name(CkGroupID group, CK_DELCTOR_PARAM) : CProxy_Group(group, CK_DELCTOR_ARGS) {}           \
    CProxy_##name(const IrrGroup* branch) : CProxy_Group(branch) {}                                      \
    name* ckLocalBranch() const { return static_cast<name*>(CkLocalBranch(ckGetGroupID())); }            \
    static CkGroupID ckNew();                                                                            \
  };                                                                                                     \
  class CProxySection_##name : public CProxySection_IrrGroup {                                           \
   public:                                                                                               \
    using CProxySection_Group::CProxySection_Group;                                                      \
    CProxySection_##name() {}                                                                            \
  };

#endif  // CKARRAY_H
