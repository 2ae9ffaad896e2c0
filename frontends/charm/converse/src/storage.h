#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_STORAGE_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_STORAGE_H_

namespace heddle::converse {

struct Pe;

// A PE at the head of a block with room for its Cpv variables. Lives as long as the process.
Pe* NewPe(int pe, int rank);

}  // namespace heddle::converse

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_STORAGE_H_
