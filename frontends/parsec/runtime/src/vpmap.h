#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_VPMAP_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_VPMAP_H_

#include <atomic>

namespace heddle::parsec {

// Workers of the context that was made last, -1 without one; parsec_init() and parsec_fini() set it.
extern std::atomic<int> context_workers;

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_VPMAP_H_
