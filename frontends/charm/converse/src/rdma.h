#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_RDMA_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_RDMA_H_

#include <cstddef>

namespace heddle::converse {

// What others need to reach the memory, for CMK_NOCOPY_DIRECT_BYTES at `info`.
void RegisterMemory(void* info, const void* address, std::size_t bytes);

// zcPup: on every PE.
void InitPackedSources();

}  // namespace heddle::converse

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_RDMA_H_
