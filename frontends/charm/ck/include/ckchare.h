// Chares, and what generated CBase_T classes add to them.
#ifndef CKCHARE_H
#define CKCHARE_H

#include <type_traits>
#include <utility>

#include "ckmarshall.h"
#include "ckmessage.h"
#include "register.h"

namespace ck {
namespace impl {
// Memory of chares.  Thread safety: any.  Errors: aborts where there is none.
void* AllocateObject(size_t bytes);
void FreeObject(void* object);
}  // namespace impl
}  // namespace ck

#define CHARM_INPLACE_NEW                                                       \
  void* operator new(size_t, void* at) { return at; }                           \
  void operator delete(void*, void*) {}                                         \
  void* operator new(size_t bytes) { return ck::impl::AllocateObject(bytes); }  \
  void operator delete(void* object) { ck::impl::FreeObject(object); }

class CkLocRec;

// Base class of all parallel objects. Its methods run on the PE where it lives, one at a time (but for nodegroups).
class Chare {
 public:
  Chare();
  explicit Chare(CkMigrateMessage*);
  virtual ~Chare();
  virtual void pup(PUP::er& p);
  // What the runtime calls: generated classes pack their bases and their SDAG state, too.
  virtual void virtual_pup(PUP::er& p) { pup(p); }
  void parent_pup(PUP::er&) { CkAbort("Charm++: a class without CBase was asked for its parents"); }
  const CkChareID& ckGetChareID() const { return thishandle; }
  void CkGetChareID(CkChareID* dest) const { *dest = thishandle; }
  // The registered type.
  virtual int ckGetChareType() const { return -1; }
  virtual char* ckDebugChareName();
  virtual int ckDebugChareID(char* text, int limit);
  virtual void ckDebugPup(PUP::er& p) { pup(p); }
  // Called where a thread for a [threaded] method has been made.
  virtual void CkAddThreadListeners(CthThread thread, void* msg);
  virtual bool isLocMgr() { return false; }
  void CkEnableObjQ() {}
  CkLocRec* getCkLocRec() const { return myRec; }
  CHARM_INPLACE_NEW

 protected:
  CkChareID thishandle;
  CkLocRec* myRec;

 public:
  bool ckInitialized;
};

// Base of groups that take no part in reductions.
class IrrGroup : public Chare {
 public:
  IrrGroup();
  explicit IrrGroup(CkMigrateMessage* m);
  ~IrrGroup() override;
  void pup(PUP::er& p) override;
  virtual void ckJustMigrated() {}
  const CkGroupID& getGroupID() const { return thisgroup; }
  const CkGroupID& ckGetGroupID() const { return thisgroup; }
  CkGroupID CkGetGroupID() const { return thisgroup; }
  int ckGetChareType() const override;
  virtual bool isNodeGroup() { return false; }
  virtual bool isArrMgr() { return false; }
  virtual bool isReductionMgr() { return false; }
  static bool isIrreducible() { return true; }
  virtual void flushStates() {}

 protected:
  CkGroupID thisgroup;
};

// The object whose entry method runs on this PE, or nullptr.
Chare* CkActiveObj();

namespace ck {
namespace impl {
// A direct call of a local object's entry method, as [inline] and [local] ones are: for the time of the call it is the active object.
class InlineCall {
 public:
  InlineCall(Chare* object, int ep);
  ~InlineCall();
  InlineCall(const InlineCall&) = delete;
  InlineCall& operator=(const InlineCall&) = delete;

 private:
  Chare* before_;
  bool is_observed_;  // By HEDDLE_STATS or HEDDLE_TRACE; what they need is in `observed_`.
  alignas(void*) char observed_[16];
};

// Builds T for a migration, where it can.
template <class T, bool kCan = std::is_constructible<T, CkMigrateMessage*>::value>
struct MigrationConstructor {
  static void Construct(void* at, CkMigrateMessage* m) { new (at) T(m); }
};
template <class T>
struct MigrationConstructor<T, false> {
  static void Construct(void*, CkMigrateMessage*) {
    CkAbort("Charm++: an object moves whose class has no constructor for it; add `explicit T(CkMigrateMessage*)`: %s", __PRETTY_FUNCTION__);
  }
};
}  // namespace impl
}  // namespace ck

// ---- CBase ----
// T::pup() calls nobody's parents: packing goes through the whole hierarchy here, once for each class.
struct CBase {};

template <class T, bool automatic>
struct recursive_pup_impl {
  void operator()(T* object, PUP::er& p) { object->T::pup(p); }
};
template <class T>
struct recursive_pup_impl<T, true> {
  void operator()(T* object, PUP::er& p) {
    object->parent_pup(p);
    object->_sdag_pup(p);
    object->T::pup(p);
  }
};
template <class T>
void recursive_pup(T* object, PUP::er& p) {
  recursive_pup_impl<T, std::is_base_of<CBase, T>::value>()(object, p);
}

class CProxy_ArrayBase;

#define CBASE_MEMBERS                                                                                             \
  typedef typename CProxy_Derived::local_t local_t;                                                               \
  typedef typename CProxy_Derived::index_t index_t;                                                               \
  typedef typename CProxy_Derived::proxy_t proxy_t;                                                               \
  typedef typename CProxy_Derived::element_t element_t;                                                           \
  CProxy_Derived thisProxy;                                                                                       \
  void pup(PUP::er&) {}                                                                                           \
  void _sdag_pup(PUP::er&) {}                                                                                     \
  void virtual_pup(PUP::er& p) { recursive_pup<local_t>(static_cast<local_t*>(this), p); }                        \
  int ckGetChareType() const { return index_t::__idx; }

template <class Parent, class CProxy_Derived>
struct CBaseT1 : Parent, virtual CBase {
  CBASE_MEMBERS
  template <class... Arguments>
  CBaseT1(Arguments&&... arguments) : Parent(std::forward<Arguments>(arguments)...) {
    thisProxy = CProxy_Derived(this);
  }
  void parent_pup(PUP::er& p) {
    recursive_pup<Parent>(this, p);
    p | thisProxy;
  }
};

template <class Parent1, class Parent2, class CProxy_Derived>
struct CBaseT2 : public Parent1, public Parent2, virtual CBase {
  CBASE_MEMBERS
  CBaseT2() : Parent1(), Parent2() { thisProxy = CProxy_Derived(static_cast<Parent1*>(this)); }
  CBaseT2(CkMigrateMessage* m) : Parent1(m), Parent2(m) { thisProxy = CProxy_Derived(static_cast<Parent1*>(this)); }
  void parent_pup(PUP::er& p) {
    recursive_pup<Parent1>(this, p);
    recursive_pup<Parent2>(this, p);
    p | thisProxy;
  }
  const CkChareID& ckGetChareID() const { return Parent1::ckGetChareID(); }
  static bool isIrreducible() { return Parent1::isIrreducible() && Parent2::isIrreducible(); }
  CHARM_INPLACE_NEW
};

// More than two: each step adds a parent to the one before.
#define CBASE_STEP(n)                                                                         \
  CBaseT##n() : base(), Parent##n() {}                                                        \
  CBaseT##n(CkMigrateMessage* m) : base(m), Parent##n(m) {}                                   \
  void parent_pup(PUP::er& p) {                                                               \
    base::parent_pup(p);                                                                      \
    recursive_pup<Parent##n>(this, p);                                                        \
  }                                                                                           \
  static bool isIrreducible() { return base::isIrreducible() && Parent##n::isIrreducible(); } \
  CHARM_INPLACE_NEW
template <class Parent1, class Parent2, class Parent3, class CProxy_Derived>
struct CBaseT3 : public CBaseT2<Parent1, Parent2, CProxy_Derived>, public Parent3 {
  typedef CBaseT2<Parent1, Parent2, CProxy_Derived> base;
  CBASE_STEP(3)
};
template <class Parent1, class Parent2, class Parent3, class Parent4, class CProxy_Derived>
struct CBaseT4 : public CBaseT3<Parent1, Parent2, Parent3, CProxy_Derived>, public Parent4 {
  typedef CBaseT3<Parent1, Parent2, Parent3, CProxy_Derived> base;
  CBASE_STEP(4)
};
template <class Parent1, class Parent2, class Parent3, class Parent4, class Parent5, class CProxy_Derived>
struct CBaseT5 : public CBaseT4<Parent1, Parent2, Parent3, Parent4, CProxy_Derived>, public Parent5 {
  typedef CBaseT4<Parent1, Parent2, Parent3, Parent4, CProxy_Derived> base;
  CBASE_STEP(5)
};
#undef CBASE_STEP

#endif  // CKCHARE_H
