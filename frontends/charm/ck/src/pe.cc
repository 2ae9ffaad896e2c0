#include "frontends/charm/ck/src/pe.h"

CpvDeclare(heddle::charm::CkPe*, ckPe);

namespace heddle::charm {

void GroupTable::Set(CkGroupID group, void* branch) {
  if (group.idx < 0) {
    far_[group.idx] = branch;
    return;
  }
  const auto index = static_cast<std::size_t>(group.idx);
  if (index >= dense_.size()) dense_.resize(index + 1, nullptr);
  dense_[index] = branch;
}

void* GroupTable::FindFar(CkGroupID group) const {
  const auto found = far_.find(group.idx);
  return found == far_.end() ? nullptr : found->second;
}

}  // namespace heddle::charm
