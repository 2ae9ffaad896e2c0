/* The interface to interfaces: nothing but the runtime's own. */
#ifndef PARSEC_INTERFACE_H_HAS_BEEN_INCLUDED
#define PARSEC_INTERFACE_H_HAS_BEEN_INCLUDED
#include "parsec/parsec_internal.h"
#endif /* PARSEC_INTERFACE_H_HAS_BEEN_INCLUDED */
