// Proxies of some branches of a group.
#ifndef CKGROUPSECTION_H
#define CKGROUPSECTION_H

#include <vector>

#include "ckproxy.h"
#include "cksection.h"

class CProxySection_Group : public CProxy_Group {
 public:
  CProxySection_Group() {}
  CProxySection_Group(const CkGroupID& group, const int* pes, int count, int factor = USE_DEFAULT_BRANCH_FACTOR)
      : CProxy_Group(group), sections_(1, CkSectionID(group, pes, count, factor)) {}
  CProxySection_Group(const CkGroupID& group, const int* pes, int count, CK_DELCTOR_PARAM)
      : CProxy_Group(group, CK_DELCTOR_ARGS), sections_(1, CkSectionID(group, pes, count)) {}
  CProxySection_Group(const CProxySection_Group& o, CK_DELCTOR_PARAM) : CProxy_Group(o.ckGetGroupID(), CK_DELCTOR_ARGS), sections_(o.sections_) {}
  CProxySection_Group(const IrrGroup* branch) : CProxy_Group(branch) {}
  CProxySection_Group(int count, const CkGroupID* groups, int const* const* pes, const int* counts, int factor = USE_DEFAULT_BRANCH_FACTOR)
      : CProxy_Group(groups[0]) {
    for (int i = 0; i < count; ++i) sections_.push_back(CkSectionID(groups[i], pes[i], counts[i], factor));
  }
  CProxySection_Group(const CProxySection_Group& o) = default;
  CProxySection_Group& operator=(const CProxySection_Group& o) = default;
  void ckSectionDelegate(CkDelegateMgr* manager);
  void ckSend(void* msg, int ep, int opts = 0) const;
  int ckGetNumSections() const { return static_cast<int>(sections_.size()); }
  CkSectionInfo& ckGetSectionInfo() { return sections_[0]._cookie; }
  CkSectionID* ckGetSectionIDs() { return sections_.data(); }
  CkSectionID& ckGetSectionID(int i = 0) { return sections_[static_cast<size_t>(i)]; }
  CkGroupID ckGetGroupIDn(int i) const { return sections_[static_cast<size_t>(i)]._cookie.get_aid(); }
  const int* ckGetElements(int i = 0) const { return sections_[static_cast<size_t>(i)].pelist.data(); }
  int ckGetNumElements(int i = 0) const { return static_cast<int>(sections_[static_cast<size_t>(i)].pelist.size()); }
  void pup(PUP::er& p);

 private:
  std::vector<CkSectionID> sections_;
};
typedef CProxySection_Group CProxySection_NodeGroup;
typedef CProxySection_Group CProxySection_IrrGroup;

#endif  // CKGROUPSECTION_H
