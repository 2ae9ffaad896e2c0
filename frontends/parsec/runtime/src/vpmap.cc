#include "parsec/vpmap.h"

#include "frontends/parsec/runtime/src/vpmap.h"
#include "parsec/constants.h"

namespace heddle::parsec {

std::atomic<int> context_workers{-1};

}  // namespace heddle::parsec

extern "C" {

int parsec_vpmap_get_nb_vp() { return 1; }
int parsec_vpmap_get_nb_total_threads() { return heddle::parsec::context_workers.load(std::memory_order_relaxed); }
int parsec_vpmap_get_vp_threads(int vp) { return vp == 0 ? parsec_vpmap_get_nb_total_threads() : PARSEC_ERR_BAD_PARAM; }

}  // extern "C"
