/* Virtual processes: there is one, with all workers. */
#ifndef _VPMAP_H_
#define _VPMAP_H_

#include "parsec/parsec_config.h"

BEGIN_C_DECLS

/* 1. */
PARSEC_DECLSPEC int parsec_vpmap_get_nb_vp(void);
/* The workers of the context that was made last; -1 without one. */
PARSEC_DECLSPEC int parsec_vpmap_get_nb_total_threads(void);
/* The same of a virtual process; PARSEC_ERR_BAD_PARAM (-4) where there is none of that number. */
PARSEC_DECLSPEC int parsec_vpmap_get_vp_threads(int vp);

END_C_DECLS

#endif /* _VPMAP_H_ */
