/* Binding the calling thread to a core. */
#ifndef BINDTHREAD_H
#define BINDTHREAD_H

#include "parsec/parsec_config.h"

BEGIN_C_DECLS

/* Core `cpu` of those that the process may use, from 0; `ht` (which of its threads) is not looked at. Workers are bound by Heddle:
 * this is for threads that a program makes.
 * Returns cpu, or -1 where there is no such core. */
PARSEC_DECLSPEC int parsec_bindthread(int cpu, int ht);

END_C_DECLS

#endif /* BINDTHREAD_H */
