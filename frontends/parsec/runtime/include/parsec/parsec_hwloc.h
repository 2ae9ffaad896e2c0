/* How many cores there are, for programs that make threads of their own. */
#ifndef HWLOC_H_HAS_BEEN_INCLUDED
#define HWLOC_H_HAS_BEEN_INCLUDED

#include "parsec/parsec_config.h"

BEGIN_C_DECLS

static inline int parsec_hwloc_init(void) { return 0; }
static inline int parsec_hwloc_fini(void) { return 0; }
/* Cores that the process may use. */
PARSEC_DECLSPEC int parsec_hwloc_nb_real_cores(void);

END_C_DECLS

#endif /* HWLOC_H_HAS_BEEN_INCLUDED */
