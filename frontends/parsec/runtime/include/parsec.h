/* PaRSEC's API. Beside this programs include parsec/arena.h, parsec/mca/device/device.h, parsec/data_dist/matrix/... as they need. */
#ifndef PARSEC_H_HAS_BEEN_INCLUDED
#define PARSEC_H_HAS_BEEN_INCLUDED

#include "parsec/data_distribution.h"
#include "parsec/datatype.h"
#include "parsec/deprecated.h"
#include "parsec/interfaces/interface.h"
#include "parsec/parsec_config.h"
#include "parsec/runtime.h"
#include "parsec/scheduling.h"
#include "parsec/utils/debug.h"
#if __has_include("parsec/interfaces/dtd/insert_function.h")
#include "parsec/interfaces/dtd/insert_function.h"
#endif

#endif /* PARSEC_H_HAS_BEEN_INCLUDED */
