/* What the original's scheduling.h declares for programs stands in parsec_internal.h. */
#ifndef PARSEC_SCHEDULING_H_HAS_BEEN_INCLUDED
#define PARSEC_SCHEDULING_H_HAS_BEEN_INCLUDED
#include "parsec/parsec_internal.h"
#endif /* PARSEC_SCHEDULING_H_HAS_BEEN_INCLUDED */
