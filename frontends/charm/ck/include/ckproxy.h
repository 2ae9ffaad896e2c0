// Proxies: handles of objects that may live anywhere. Generated CProxy_T classes derive from these.
//
// A proxy is a small value. Sends may be called by any entry method or thread of any PE; they return at once, and give the
// message away. A proxy that names nothing aborts when it is used.
#ifndef CKPROXY_H
#define CKPROXY_H

#include "ckcallback.h"
#include "ckchare.h"
#include "ckreductionfwd.h"
#include "cksection.h"

class CProxy;

// What a delegation manager attaches to a proxy. Counted by its users.
class CkDelegateData : public CkNoncopyable {
 public:
  CkDelegateData() : references_(0) {}
  virtual ~CkDelegateData();
  void reset() { references_ = 0; }
  void ref() { ++references_; }
  void unref() {
    if (--references_ == 0) delete this;
  }

 private:
  int references_;
};

// A group that gets what is sent through proxies delegated to it. By default it sends everything on.
class CkDelegateMgr : public IrrGroup {
 public:
  CkDelegateMgr() {}
  explicit CkDelegateMgr(CkMigrateMessage* m) : IrrGroup(m) {}
  ~CkDelegateMgr() override;
  virtual void ChareSend(CkDelegateData* data, int ep, void* msg, const CkChareID* chare, int onPE);
  virtual void GroupSend(CkDelegateData* data, int ep, void* msg, int onPE, CkGroupID group);
  virtual void GroupBroadcast(CkDelegateData* data, int ep, void* msg, CkGroupID group);
  virtual void GroupSectionSend(CkDelegateData* data, int ep, void* msg, int sections, CkSectionID* section);
  virtual void NodeGroupSend(CkDelegateData* data, int ep, void* msg, int onNode, CkNodeGroupID group);
  virtual void NodeGroupBroadcast(CkDelegateData* data, int ep, void* msg, CkNodeGroupID group);
  virtual void NodeGroupSectionSend(CkDelegateData* data, int ep, void* msg, int sections, CkSectionID* section);
  virtual void ArrayCreate(CkDelegateData* data, int ep, void* msg, const CkArrayIndex& index, int onPE, CkArrayID array);
  virtual void ArraySend(CkDelegateData* data, int ep, void* msg, const CkArrayIndex& index, CkArrayID array);
  virtual void ArrayBroadcast(CkDelegateData* data, int ep, void* msg, CkArrayID array);
  virtual void ArraySectionSend(CkDelegateData* data, int ep, void* msg, int sections, CkSectionID* section, int opts);
  virtual void initDelegateMgr(CProxy*, int = 0) {}
  virtual CkDelegateData* ckCopyDelegateData(CkDelegateData* data) {
    data->ref();
    return data;
  }
  // Packs the proxy's data; returns new data when unpacking.
  virtual CkDelegateData* DelegatePointerPup(PUP::er& p, CkDelegateData* data);
};

#define CK_DELCTOR_PARAM CkDelegateMgr *dTo, CkDelegateData *dPtr
#define CK_DELCTOR_ARGS dTo, dPtr
#define CK_DELCTOR_CALL ckDelegatedTo(), ckDelegatedPtr()

class CProxy {
 public:
  CProxy(const CProxy& other)
      : delegate_(other.delegate_), data_(nullptr), delegate_group_(other.delegate_group_), nodegroup_(other.nodegroup_) {
    if (CMI_UNLIKELY(other.data_ != nullptr)) CopyData(other);
  }
  CProxy& operator=(const CProxy& other);
  ~CProxy() {
    if (data_ != nullptr) data_->unref();
  }
  // What is sent through this proxy goes to `to` from now on. `data`, which the manager understands, belongs to the proxy.
  void ckDelegate(CkDelegateMgr* to, CkDelegateData* data = nullptr);
  void ckUndelegate();
  // Cost: a load.
  int ckIsDelegated() const { return delegate_group_.idx != 0; }
  CkDelegateMgr* ckDelegatedTo() const { return ckIsDelegated() ? FindDelegate() : nullptr; }
  CkDelegateData* ckDelegatedPtr() const { return data_; }
  CkGroupID ckDelegatedIdx() const { return delegate_group_; }
  void pup(PUP::er& p);

 protected:
  CProxy() : delegate_(nullptr), data_(nullptr), nodegroup_(false) { delegate_group_.idx = 0; }
  // As the proxy that this one was made of.
  CProxy(CK_DELCTOR_PARAM) : delegate_(nullptr), data_(nullptr), nodegroup_(false) {
    delegate_group_.idx = 0;
    if (CMI_UNLIKELY(dTo != nullptr)) DelegateAs(dTo, dPtr);
  }

 private:
  void CopyData(const CProxy& other);
  void DelegateAs(CkDelegateMgr* to, CkDelegateData* data);
  CkDelegateMgr* FindDelegate() const;

  mutable CkDelegateMgr* delegate_;
  CkDelegateData* data_;
  CkGroupID delegate_group_;
  bool nodegroup_;
};

class CProxy_Chare : public CProxy {
 public:
  CProxy_Chare() {
    id_.onPE = 0;
    id_.objPtr = nullptr;
  }
  CProxy_Chare(const CkChareID& id) : id_(id) {}
  CProxy_Chare(const Chare* chare) : id_(chare->ckGetChareID()) {}
  void ckCheck() const {
    if (CMI_UNLIKELY(id_.objPtr == nullptr && id_.onPE != 0)) CkAbort("Charm++: this proxy of a chare names none; was it assigned?");
  }
  const CkChareID& ckGetChareID() const { return id_; }
  operator const CkChareID&() const { return id_; }
  void ckSetChareID(const CkChareID& id) { id_ = id; }
  bool operator==(const CProxy_Chare& other) const { return id_.onPE == other.id_.onPE && id_.objPtr == other.id_.objPtr; }
  void ckSend(void* msg, int ep, int opts = 0) const;
  // Blocks the calling thread until the [sync] method has answered; the answer is the caller's.
  void* ckSendSync(void* msg, int ep) const;
  static CkChareID ckCreate(void* msg, int chare, int ep, int onPE) {
    CkChareID id;
    CkCreateChare(chare, ep, msg, &id, onPE);
    return id;
  }
  void pup(PUP::er& p) {
    CProxy::pup(p);
    p | id_.onPE;
    p(reinterpret_cast<char*>(&id_.objPtr), sizeof(id_.objPtr));
  }

 private:
  CkChareID id_;
};

// What proxies of groups and of nodegroups share. kNode: of nodegroups, whose branches are one a process.
template <bool kNode>
class CkGroupProxy : public CProxy {
 public:
  CkGroupProxy() { group_.setZero(); }
  CkGroupProxy(CkGroupID group) : group_(group) {}
  CkGroupProxy(CkGroupID group, CK_DELCTOR_PARAM) : CProxy(CK_DELCTOR_ARGS), group_(group) {}
  CkGroupProxy(const IrrGroup* branch) : group_(branch->ckGetGroupID()) {}
  bool operator==(const CkGroupProxy& other) const { return group_ == other.group_; }
  void ckCheck() const {
    if (CMI_UNLIKELY(group_.isZero())) CkAbort("Charm++: this proxy of a group names none; was it assigned?");
  }
  CkGroupID ckGetGroupID() const { return group_; }
  operator CkGroupID() const { return group_; }
  void ckSetGroupID(CkGroupID group) { group_ = group; }
  CkChareID ckGetChareID() const {
    CkChareID id;
    id.onPE = CkMyPe();
    id.objPtr = ckLocalObject();
    return id;
  }
  // This PE's (process's) branch, or nullptr while there is none.
  void* ckLocalObject() const { return kNode ? CkLocalNodeBranch(group_) : CkLocalBranch(group_); }
  void ckBroadcast(void* msg, int ep, int opts = 0) const;
  void ckSendMulti(void* msg, int ep, int count, const int* where, int opts = 0) const;
  static CkGroupID ckCreate(void* msg, int chare, int ep) {
    return kNode ? CkCreateNodeGroup(chare, ep, msg) : CkCreateGroup(chare, ep, msg);
  }
  // The callback for reductions whose contributions name none.
  void ckSetReductionClient(CkCallback* callback) const;
  void ckSetReductionClient(CkReductionClientFn function, void* param = nullptr) const;
  void setReductionClient(CkReductionClientFn function, void* param = nullptr) const { ckSetReductionClient(function, param); }
  void pup(PUP::er& p) {
    CProxy::pup(p);
    p | group_;
  }

 private:
  CkGroupID group_;
};

class CProxy_Group : public CkGroupProxy<false> {
 public:
  CProxy_Group() {}
  CProxy_Group(CkGroupID group) : CkGroupProxy<false>(group) {}
  CProxy_Group(CkGroupID group, CK_DELCTOR_PARAM) : CkGroupProxy<false>(group, CK_DELCTOR_ARGS) {}
  CProxy_Group(const IrrGroup* branch) : CkGroupProxy<false>(branch) {}
};
class CProxy_NodeGroup : public CkGroupProxy<true> {
 public:
  CProxy_NodeGroup() {}
  CProxy_NodeGroup(CkGroupID group) : CkGroupProxy<true>(group) {}
  CProxy_NodeGroup(CkGroupID group, CK_DELCTOR_PARAM) : CkGroupProxy<true>(group, CK_DELCTOR_ARGS) {}
  CProxy_NodeGroup(const IrrGroup* branch) : CkGroupProxy<true>(branch) {}
};

class CProxyElement_Group : public CProxy_Group {
 public:
  CProxyElement_Group() : pe_(-1) {}
  CProxyElement_Group(CkGroupID group, int pe) : CProxy_Group(group), pe_(pe) {}
  CProxyElement_Group(CkGroupID group, int pe, CK_DELCTOR_PARAM) : CProxy_Group(group, CK_DELCTOR_ARGS), pe_(pe) {}
  CProxyElement_Group(const IrrGroup* branch) : CProxy_Group(branch), pe_(CkMyPe()) {}
  bool operator==(const CProxyElement_Group& other) const { return ckGetGroupID() == other.ckGetGroupID() && pe_ == other.pe_; }
  int ckGetGroupPe() const { return pe_; }
  void ckSend(void* msg, int ep, int opts = 0) const;
  void* ckSendSync(void* msg, int ep) const;
  void pup(PUP::er& p) {
    CProxy_Group::pup(p);
    p | pe_;
  }

 private:
  int pe_;
};
class CProxyElement_NodeGroup : public CProxy_NodeGroup {
 public:
  CProxyElement_NodeGroup() : node_(-1) {}
  CProxyElement_NodeGroup(CkGroupID group, int node) : CProxy_NodeGroup(group), node_(node) {}
  CProxyElement_NodeGroup(CkGroupID group, int node, CK_DELCTOR_PARAM) : CProxy_NodeGroup(group, CK_DELCTOR_ARGS), node_(node) {}
  CProxyElement_NodeGroup(const IrrGroup* branch) : CProxy_NodeGroup(branch), node_(CkMyNode()) {}
  bool operator==(const CProxyElement_NodeGroup& other) const {
    return ckGetGroupID() == other.ckGetGroupID() && node_ == other.node_;
  }
  int ckGetGroupPe() const { return node_; }
  void ckSend(void* msg, int ep, int opts = 0) const;
  void* ckSendSync(void* msg, int ep) const;
  void pup(PUP::er& p) {
    CProxy_NodeGroup::pup(p);
    p | node_;
  }

 private:
  int node_;
};
typedef CProxy_Group CProxy_IrrGroup;
typedef CProxyElement_Group CProxyElement_IrrGroup;

// Bases of the generated index classes.
class CkIndex_Chare {
 public:
  static int __idx;
};
class CkIndex_Group {
 public:
  static int __idx;
};
typedef CkIndex_Group CkIndex_NodeGroup;
typedef CkIndex_Group CkIndex_IrrGroup;

#endif  // CKPROXY_H
