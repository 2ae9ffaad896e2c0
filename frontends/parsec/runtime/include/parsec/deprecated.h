/* Names of earlier versions. Those of the object system (OBJ_NEW ...) stand in class/parsec_object.h. */
#ifndef PARSEC_DEPRECATED_H_HAS_BEEN_INCLUDED
#define PARSEC_DEPRECATED_H_HAS_BEEN_INCLUDED

#include "parsec/runtime.h"

#define parsec_enqueue(context, tp) parsec_context_add_taskpool(context, tp)

#endif /* PARSEC_DEPRECATED_H_HAS_BEEN_INCLUDED */
