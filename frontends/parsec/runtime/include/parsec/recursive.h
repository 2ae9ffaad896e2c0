/* A task that runs a taskpool in the place of its body. */
#ifndef _PARSEC_RECURSIVE_H_
#define _PARSEC_RECURSIVE_H_

#include "parsec/data_dist/matrix/matrix.h"
#include "parsec/data_distribution.h"
#include "parsec/execution_stream.h"
#include "parsec/parsec_internal.h"
#include "parsec/scheduling.h"

BEGIN_C_DECLS

typedef struct parsec_recursive_callback_s parsec_recursive_callback_t;
typedef void (*parsec_recursive_callback_f)(parsec_taskpool_t *tp, const parsec_recursive_callback_t *data);

struct parsec_recursive_callback_s {
    parsec_task_t *task;
    parsec_recursive_callback_f callback;
    int nbdesc;
    parsec_data_collection_t *desc[1]; /* nbdesc */
};

/* To be returned by the body: adds `tp` to the task's context. When it is complete, `callback` is called (it frees tp), the task
 * is, and the nbdesc tiled matrices that follow (parsec_tiled_matrix_t*, from malloc) are destroyed and freed.
 * Contexts: the body of `task`. */
PARSEC_DECLSPEC parsec_hook_return_t parsec_recursivecall(parsec_task_t *task, parsec_taskpool_t *tp,
                                                          parsec_recursive_callback_f callback, int nbdesc, ...);

END_C_DECLS

#endif /* _PARSEC_RECURSIVE_H_ */
