// Proxies and delegation.
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/futures.h"
#include "frontends/charm/ck/src/pe.h"

CkDelegateData::~CkDelegateData() = default;

// ---- What a manager does with what it is not interested in
CkDelegateMgr::~CkDelegateMgr() = default;
void CkDelegateMgr::ChareSend(CkDelegateData*, int ep, void* msg, const CkChareID* chare, int) { CkSendMsg(ep, msg, chare); }
void CkDelegateMgr::GroupSend(CkDelegateData*, int ep, void* msg, int pe, CkGroupID group) { CkSendMsgBranch(ep, msg, pe, group); }
void CkDelegateMgr::GroupBroadcast(CkDelegateData*, int ep, void* msg, CkGroupID group) { CkBroadcastMsgBranch(ep, msg, group); }
void CkDelegateMgr::NodeGroupSend(CkDelegateData*, int ep, void* msg, int node, CkNodeGroupID group) {
  CkSendMsgNodeBranch(ep, msg, node, group);
}
void CkDelegateMgr::NodeGroupBroadcast(CkDelegateData*, int ep, void* msg, CkNodeGroupID group) {
  CkBroadcastMsgNodeBranch(ep, msg, group);
}
CkDelegateData* CkDelegateMgr::DelegatePointerPup(PUP::er&, CkDelegateData* data) { return data; }

// ---- Delegation of a proxy
void CProxy::DelegateAs(CkDelegateMgr* to, CkDelegateData* data) {
  delegate_ = to;
  delegate_group_ = to->CkGetGroupID();
  nodegroup_ = to->isNodeGroup();
  if (data != nullptr) data_ = to->ckCopyDelegateData(data);
}
void CProxy::CopyData(const CProxy& other) { data_ = other.ckDelegatedTo()->ckCopyDelegateData(other.data_); }
CProxy& CProxy::operator=(const CProxy& other) {
  if (this == &other) return *this;
  CkDelegateData* const before = data_;
  delegate_ = other.delegate_;
  delegate_group_ = other.delegate_group_;
  nodegroup_ = other.nodegroup_;
  data_ = nullptr;
  if (other.data_ != nullptr) CopyData(other);
  if (before != nullptr) before->unref();
  return *this;
}
void CProxy::ckDelegate(CkDelegateMgr* to, CkDelegateData* data) {
  if (data != nullptr) data->ref();
  if (data_ != nullptr) data_->unref();
  delegate_ = to;
  delegate_group_ = to->CkGetGroupID();
  nodegroup_ = to->isNodeGroup();
  data_ = data;
}
void CProxy::ckUndelegate() {
  if (data_ != nullptr) data_->unref();
  delegate_ = nullptr;
  data_ = nullptr;
  delegate_group_.setZero();
}
CkDelegateMgr* CProxy::FindDelegate() const {
  // A proxy may have come from another PE: the branch is this one's.
  void* const branch = nodegroup_ ? CkLocalNodeBranch(delegate_group_) : CkLocalBranch(delegate_group_);
  if (branch == nullptr) CkAbort("Charm++: a proxy is delegated to group %d, which is not on this PE", delegate_group_.idx);
  delegate_ = static_cast<CkDelegateMgr*>(branch);
  return delegate_;
}
void CProxy::pup(PUP::er& p) {
  if (p.isUnpacking()) {
    if (data_ != nullptr) data_->unref();
    data_ = nullptr;
    delegate_ = nullptr;
  }
  p | delegate_group_;
  if (delegate_group_.isZero()) return;
  p | nodegroup_;
  int has_data = data_ != nullptr;
  p | has_data;
  if (has_data == 0) return;
  CkDelegateData* const data = FindDelegate()->DelegatePointerPup(p, data_);
  if (p.isUnpacking() && data != nullptr) {
    data->ref();
    data_ = data;
  }
}

// ---- Sends
void CProxy_Chare::ckSend(void* msg, int ep, int opts) const {
  ckCheck();
  if (ckIsDelegated()) {
    const int pe = CkChareMsgPrep(ep, msg, &id_);
    ckDelegatedTo()->ChareSend(ckDelegatedPtr(), ep, msg, &id_, pe);
  } else {
    CkSendMsg(ep, msg, &id_, opts);
  }
}
void* CProxy_Chare::ckSendSync(void* msg, int ep) const {
  ckCheck();
  const heddle::charm::AttachedFuture future(msg);
  ckSend(msg, ep);
  return future.Wait();
}

template <bool kNode>
void CkGroupProxy<kNode>::ckBroadcast(void* msg, int ep, int opts) const {
  ckCheck();
  if constexpr (kNode) {
    if (ckIsDelegated()) {
      CkNodeGroupMsgPrep(ep, msg, group_);
      ckDelegatedTo()->NodeGroupBroadcast(ckDelegatedPtr(), ep, msg, group_);
    } else {
      CkBroadcastMsgNodeBranch(ep, msg, group_, opts);
    }
  } else if (ckIsDelegated()) {
    CkGroupMsgPrep(ep, msg, group_);
    ckDelegatedTo()->GroupBroadcast(ckDelegatedPtr(), ep, msg, group_);
  } else {
    CkBroadcastMsgBranch(ep, msg, group_, opts);
  }
}

template <bool kNode>
void CkGroupProxy<kNode>::ckSendMulti(void* msg, int ep, int count, const int* where, int opts) const {
  ckCheck();
  if constexpr (kNode) {
    CkSendMsgNodeBranchMulti(ep, msg, group_, count, where, opts);
  } else {
    CkSendMsgBranchMulti(ep, msg, group_, count, where, opts);
  }
}
template void CkGroupProxy<false>::ckBroadcast(void*, int, int) const;
template void CkGroupProxy<true>::ckBroadcast(void*, int, int) const;
template void CkGroupProxy<false>::ckSendMulti(void*, int, int, const int*, int) const;
template void CkGroupProxy<true>::ckSendMulti(void*, int, int, const int*, int) const;

void CProxyElement_Group::ckSend(void* msg, int ep, int opts) const {
  ckCheck();
  if (ckIsDelegated()) {
    CkGroupMsgPrep(ep, msg, ckGetGroupID());
    ckDelegatedTo()->GroupSend(ckDelegatedPtr(), ep, msg, pe_, ckGetGroupID());
  } else {
    CkSendMsgBranch(ep, msg, pe_, ckGetGroupID(), opts);
  }
}
void* CProxyElement_Group::ckSendSync(void* msg, int ep) const {
  const heddle::charm::AttachedFuture future(msg);
  ckSend(msg, ep);
  return future.Wait();
}
void CProxyElement_NodeGroup::ckSend(void* msg, int ep, int opts) const {
  ckCheck();
  if (ckIsDelegated()) {
    CkNodeGroupMsgPrep(ep, msg, ckGetGroupID());
    ckDelegatedTo()->NodeGroupSend(ckDelegatedPtr(), ep, msg, node_, ckGetGroupID());
  } else {
    CkSendMsgNodeBranch(ep, msg, node_, ckGetGroupID(), opts);
  }
}
void* CProxyElement_NodeGroup::ckSendSync(void* msg, int ep) const {
  const heddle::charm::AttachedFuture future(msg);
  ckSend(msg, ep);
  return future.Wait();
}
