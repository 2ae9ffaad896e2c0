// Sections: some of an array's elements, or of a group's branches.
#ifndef CKSECTION_H
#define CKSECTION_H

#include <vector>

#include "ckarrayindex.h"

#define USE_DEFAULT_BRANCH_FACTOR 0

// What an element keeps of a section it belongs to: which it is, where its root is, and how many reductions it has taken part in.
class CkSectionInfo {
 public:
  void* val;      // The section's number on its root PE.
  CkGroupID aid;
  int pe;         // Of the root; -1: none yet.
  int redNo;
  int members;
  CkSectionInfo() : val(nullptr), aid(), pe(-1), redNo(0), members(0) {}
  CkSectionInfo(CkArrayID array, void* value = nullptr) : val(value), aid(array), pe(CkMyPe()), redNo(0), members(0) {}
  CkSectionInfo(int root, void* value, int number, CkArrayID array) : val(value), aid(array), pe(root), redNo(number), members(0) {}
  bool operator==(const CkSectionInfo& o) const { return val == o.val && aid == o.aid && pe == o.pe && redNo == o.redNo; }
  int& get_pe() { return pe; }
  int& get_redNo() { return redNo; }
  void set_redNo(int number) { redNo = number; }
  void*& get_val() { return val; }
  CkGroupID& get_aid() { return aid; }
  CkGroupID get_aid() const { return aid; }
};
PUPbytes(CkSectionInfo)

// First base of messages that are sent to sections: they carry the section's information.
class CkMcastBaseMsg {
 public:
  CkSectionInfo _cookie;
  unsigned short ep;
  CkMcastBaseMsg() : ep(0), magic_(kMagic) {}
  static bool checkMagic(const CkMcastBaseMsg* m) { return m->magic_ == kMagic; }
  int& gpe() { return _cookie.get_pe(); }
  int& redno() { return _cookie.get_redNo(); }
  void*& entry() { return _cookie.get_val(); }

 private:
  static const unsigned kMagic = 0x5ec710u;
  unsigned magic_;
};

// A section: its members, and its information.
class CkSectionID {
 public:
  CkSectionInfo _cookie;
  std::vector<CkArrayIndex> _elems;  // Of arrays
  std::vector<int> pelist;           // Of groups
  int bfactor;

  CkSectionID() : bfactor(USE_DEFAULT_BRANCH_FACTOR) {}
  template <class Index>
  CkSectionID(const CkArrayID& array, const Index* elements, int count, int factor = USE_DEFAULT_BRANCH_FACTOR)
      : _elems(elements, elements + count), bfactor(factor) {
    _cookie.aid = array;
  }
  template <class Index>
  CkSectionID(const CkArrayID& array, const std::vector<Index>& elements, int factor = USE_DEFAULT_BRANCH_FACTOR)
      : _elems(elements.begin(), elements.end()), bfactor(factor) {
    _cookie.aid = array;
  }
  CkSectionID(const CkGroupID& group, const int* pes, int count, int factor = USE_DEFAULT_BRANCH_FACTOR)
      : pelist(pes, pes + count), bfactor(factor) {
    _cookie.aid = group;
  }
  CkSectionID(const CkGroupID& group, const std::vector<int>& pes, int factor = USE_DEFAULT_BRANCH_FACTOR)
      : pelist(pes), bfactor(factor) {
    _cookie.aid = group;
  }
  CkGroupID get_aid() const { return _cookie.get_aid(); }
  int nElems() const { return static_cast<int>(_elems.size()); }
  int nPes() const { return static_cast<int>(pelist.size()); }
  void pup(PUP::er& p);
};

#endif  // CKSECTION_H
