// The cache lines of what every task touches; see parsec_internal.h and data_internal.h.
#include <cstddef>

#include "parsec/data_internal.h"
#include "parsec/ptg.h"

static_assert(sizeof(parsec_object_t) == 24);
static_assert(sizeof(parsec_list_item_t) == 40);
static_assert(offsetof(parsec_task_t, heddle) == 64);
static_assert(offsetof(parsec_task_t, taskpool) == 128);
static_assert(offsetof(parsec_task_t, locals) == 160);
static_assert(offsetof(parsec_task_t, data) == 256);
static_assert(offsetof(parsec_data_copy_t, version) < 64 && offsetof(parsec_data_copy_t, flags) < 64);
