// Multicasts to sections and reductions over them.
#ifndef CKMULTICAST_H
#define CKMULTICAST_H

#include "charm++.h"

// Takes the section's information out of a message; `cookie`, which an element keeps, goes on counting its reductions.
void CkGetSectionInfo(CkSectionInfo& cookie, void* msg);

class CkMulticastMgr;
class CProxy_CkMulticastMgr : public CProxy_Group {
 public:
  typedef CkMulticastMgr local_t;
  CProxy_CkMulticastMgr() {}
  CProxy_CkMulticastMgr(CkGroupID group) : CProxy_Group(group) {}
  CProxy_CkMulticastMgr(const IrrGroup* branch) : CProxy_Group(branch) {}
  CkMulticastMgr* ckLocalBranch() const;
  static CkMulticastMgr* ckLocalBranch(CkGroupID group);
  static CkGroupID ckNew(int factor = USE_DEFAULT_BRANCH_FACTOR, int splitSize = 0, int splitThreshold = 0);
};

class CkMulticastMgr : public CkDelegateMgr {
 public:
  CkMulticastMgr() {}
  explicit CkMulticastMgr(CkMigrateMessage* m) : CkDelegateMgr(m) {}
  void initDelegateMgr(CProxy* proxy, int opts = 0) override;
  void ArraySectionSend(CkDelegateData* data, int ep, void* msg, int sections, CkSectionID* section, int opts) override;
  void GroupSectionSend(CkDelegateData* data, int ep, void* msg, int sections, CkSectionID* section) override;
  // The callback of reductions over the section whose contributions name none; takes it.
  void setReductionClient(CProxySection_ArrayElement& proxy, CkCallback* callback);
  void setReductionClient(CProxySection_Group& proxy, CkCallback* callback);
  void setReductionClient(CProxySection_ArrayElement& proxy, CkReductionClientFn function, void* param = nullptr);
  void setSection(CkSectionInfo& cookie) { (void)cookie; }
  void setSection(CProxySection_ArrayElement& proxy) { initDelegateMgr(&proxy); }
  void resetSection(CProxySection_ArrayElement& proxy) { initDelegateMgr(&proxy); }
  void rebuild(CkSectionInfo&) {}
  void contribute(CkSectionInfo& cookie, int userFlag = -1, int fragment = -1);
  void contribute(CkSectionInfo& cookie, const CkCallback& cb, int userFlag = -1, int fragment = -1);
  void contribute(int dataSize, void* data, CkReduction::reducerType type, CkSectionInfo& cookie, int userFlag = -1, int fragment = -1);
  void contribute(int dataSize, void* data, CkReduction::reducerType type, CkSectionInfo& cookie, const CkCallback& cb, int userFlag = -1, int fragment = -1);
  template <class T>
  void contribute(std::vector<T>& data, CkReduction::reducerType type, CkSectionInfo& cookie, const CkCallback& cb, int userFlag = -1, int fragment = -1) {
    contribute(static_cast<int>(data.size() * sizeof(T)), data.data(), type, cookie, cb, userFlag, fragment);
  }
  template <class T>
  void contribute(std::vector<T>& data, CkReduction::reducerType type, CkSectionInfo& cookie, int userFlag = -1, int fragment = -1) {
    contribute(static_cast<int>(data.size() * sizeof(T)), data.data(), type, cookie, userFlag, fragment);
  }
};

#endif  // CKMULTICAST_H
