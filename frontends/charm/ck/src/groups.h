// Groups have a branch on each PE, nodegroups one in each process. Messages for a branch that is
// not here yet wait for it.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_GROUPS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_GROUPS_H_

#include "frontends/charm/ck/src/pe.h"

namespace heddle::charm {

// The number of a group, or nodegroup, that this PE makes; `next` is the PE's count of them.
CkGroupID NewGroupID(int* next);
// NewGroupID(next) never gives this number, which may be of a run on other PEs.
void SkipGroupID(CkGroupID group, int* next);

// The branch on this PE, which stands in the table from now on; its constructor comes next.
Creating NewBranch(CkGroupID group, int chare);
// The branch has been made: what waited for it is executed.
void GroupExists(CkGroupID group);
int TypeOfGroup(CkGroupID group);

// What Execute() calls.
void ExecuteForGroup(envelope* env);
void ExecuteForNodegroup(envelope* env);

// For restarts. A branch is made by its constructor for migration, or the one without parameters;
// GroupExists() is the caller's.
IrrGroup* RestoreGroup(CkGroupID group, int chare);
void RestoreArray(CkGroupID group, CkArrayOptions& options);
// Unpacks it, too, before other PEs see it.
void RestoreNodegroup(CkGroupID group, int chare, PUP::er& p);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_GROUPS_H_
