/* Tasks in one call: starpu_task_insert(codelet, option, arguments..., ..., 0), and arguments packed into a buffer.
 *
 * Options are numbers above the access modes; each says what follows it. Contexts: the program, task bodies and callbacks.
 * Errors: an option that does not exist here ends the process with its number (the original asserts). Left out: scheduling
 * transactions, recursive tasks and the "soon" callback (STARPU_TRANSACTION, STARPU_RECURSIVE_*, STARPU_SOON_*). */
#ifndef HEDDLE_STARPU_TASK_UTIL_H
#define HEDDLE_STARPU_TASK_UTIL_H

#include <stddef.h>
#include <stdint.h>

#include "starpu_data.h"
#include "starpu_task.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Data: an access mode, handle. A codelet with a fixed number of buffers must have the same modes, or none yet. */
#define STARPU_MODE_SHIFT 17
#define STARPU_VALUE (1 << STARPU_MODE_SHIFT)             /* pointer, size_t or int: copied now */
#define STARPU_CALLBACK (2 << STARPU_MODE_SHIFT)          /* function */
#define STARPU_CALLBACK_WITH_ARG (3 << STARPU_MODE_SHIFT) /* function, pointer that is freed afterwards */
#define STARPU_CALLBACK_ARG (4 << STARPU_MODE_SHIFT)      /* pointer that is freed afterwards */
#define STARPU_PRIORITY (5 << STARPU_MODE_SHIFT)          /* int */
#define STARPU_EXECUTE_ON_NODE (6 << STARPU_MODE_SHIFT)   /* int: of starpu_mpi; nothing here */
#define STARPU_EXECUTE_ON_DATA (7 << STARPU_MODE_SHIFT)   /* handle: of starpu_mpi; nothing here */
#define STARPU_DATA_ARRAY (8 << STARPU_MODE_SHIFT)        /* handles, int: with the codelet's modes */
#define STARPU_DATA_MODE_ARRAY (9 << STARPU_MODE_SHIFT)   /* struct starpu_data_descr*, int */
#define STARPU_TAG (11 << STARPU_MODE_SHIFT)              /* starpu_tag_t */
#define STARPU_HYPERVISOR_TAG (12 << STARPU_MODE_SHIFT)   /* int */
#define STARPU_FLOPS (13 << STARPU_MODE_SHIFT)            /* double */
#define STARPU_SCHED_CTX (14 << STARPU_MODE_SHIFT)        /* unsigned */
#define STARPU_PROLOGUE_CALLBACK (15 << STARPU_MODE_SHIFT)         /* function, run at submission */
#define STARPU_PROLOGUE_CALLBACK_ARG (16 << STARPU_MODE_SHIFT)     /* pointer that is freed afterwards */
#define STARPU_PROLOGUE_CALLBACK_POP (17 << STARPU_MODE_SHIFT)     /* function, run before the codelet */
#define STARPU_PROLOGUE_CALLBACK_POP_ARG (18 << STARPU_MODE_SHIFT) /* pointer that is freed afterwards */
#define STARPU_EXECUTE_ON_WORKER (19 << STARPU_MODE_SHIFT)         /* int; -1: any */
#define STARPU_EXECUTE_WHERE (20 << STARPU_MODE_SHIFT)             /* unsigned long long: STARPU_CPU ... */
#define STARPU_TAG_ONLY (21 << STARPU_MODE_SHIFT)                  /* starpu_tag_t: sets tag_id, not use_tag */
#define STARPU_POSSIBLY_PARALLEL (22 << STARPU_MODE_SHIFT)         /* unsigned */
#define STARPU_WORKER_ORDER (23 << STARPU_MODE_SHIFT)              /* unsigned; the first is 1 */
#define STARPU_NODE_SELECTION_POLICY (24 << STARPU_MODE_SHIFT)     /* int: of starpu_mpi; nothing here */
#define STARPU_NAME (25 << STARPU_MODE_SHIFT)                      /* string, not copied */
#define STARPU_CL_ARGS (26 << STARPU_MODE_SHIFT)                   /* packed arguments that are freed, size_t */
#define STARPU_CL_ARGS_NFREE (27 << STARPU_MODE_SHIFT)             /* packed arguments, size_t */
#define STARPU_TASK_DEPS_ARRAY (28 << STARPU_MODE_SHIFT)           /* int, struct starpu_task**: before this one starts */
#define STARPU_TASK_COLOR (29 << STARPU_MODE_SHIFT)                /* int */
#define STARPU_HANDLES_SEQUENTIAL_CONSISTENCY (30 << STARPU_MODE_SHIFT) /* unsigned char*, one a buffer */
#define STARPU_TASK_SYNCHRONOUS (31 << STARPU_MODE_SHIFT)               /* int: the insertion waits for the task */
#define STARPU_TASK_END_DEPS_ARRAY (32 << STARPU_MODE_SHIFT)            /* int, struct starpu_task**: before this one ends */
#define STARPU_TASK_END_DEP (33 << STARPU_MODE_SHIFT)                   /* int: starpu_task_end_dep_add() */
#define STARPU_TASK_WORKERIDS (34 << STARPU_MODE_SHIFT)                 /* unsigned, uint32_t*: words of a mask of workers */
#define STARPU_SEQUENTIAL_CONSISTENCY (35 << STARPU_MODE_SHIFT)         /* unsigned */
#define STARPU_TASK_PROFILING_INFO (36 << STARPU_MODE_SHIFT)            /* struct starpu_profiling_task_info* */
#define STARPU_TASK_NO_SUBMITORDER (37 << STARPU_MODE_SHIFT)            /* unsigned */
#define STARPU_CALLBACK_ARG_NFREE (38 << STARPU_MODE_SHIFT)             /* pointer */
#define STARPU_CALLBACK_WITH_ARG_NFREE (39 << STARPU_MODE_SHIFT)        /* function, pointer */
#define STARPU_PROLOGUE_CALLBACK_ARG_NFREE (40 << STARPU_MODE_SHIFT)    /* pointer */
#define STARPU_PROLOGUE_CALLBACK_POP_ARG_NFREE (41 << STARPU_MODE_SHIFT) /* pointer */
#define STARPU_TASK_SCHED_DATA (42 << STARPU_MODE_SHIFT)                 /* void* */
#define STARPU_TASK_FILE (44 << STARPU_MODE_SHIFT)                       /* string, not copied */
#define STARPU_TASK_LINE (45 << STARPU_MODE_SHIFT)                       /* int */
#define STARPU_EPILOGUE_CALLBACK (46 << STARPU_MODE_SHIFT)               /* function, run after the codelet */
#define STARPU_EPILOGUE_CALLBACK_ARG (47 << STARPU_MODE_SHIFT)           /* pointer that is freed afterwards */
#define STARPU_SHIFTED_MODE_MAX (57 << STARPU_MODE_SHIFT)

/* 0, or -ENODEV where no worker can run it. Cost: that of starpu_task_submit() and some 20 ns. */
int starpu_task_insert(struct starpu_codelet* cl, ...);
int starpu_insert_task(struct starpu_codelet* cl, ...);
/* The same without the submission; cl_arg_free is set where it packed values. */
struct starpu_task* starpu_task_build(struct starpu_codelet* cl, ...);
/* The same for a task of the program's that was initialised. */
int starpu_task_set(struct starpu_task* task, struct starpu_codelet* cl, ...);

/* Steps of the above, for layers on top: room for `room` more buffers beside current_buffer (allocated_buffers starts at 0), and
 * buffers one by one. */
void starpu_task_insert_data_make_room(struct starpu_codelet* cl, struct starpu_task* task, int* allocated_buffers,
                                       int current_buffer, int room);
void starpu_task_insert_data_process_arg(struct starpu_codelet* cl, struct starpu_task* task, int* allocated_buffers,
                                         int* current_buffer, int arg_type, starpu_data_handle_t handle);
void starpu_task_insert_data_process_array_arg(struct starpu_codelet* cl, struct starpu_task* task, int* allocated_buffers,
                                               int* current_buffer, int nb_handles, starpu_data_handle_t* handles);
void starpu_task_insert_data_process_mode_array_arg(struct starpu_codelet* cl, struct starpu_task* task, int* allocated_buffers,
                                                    int* current_buffer, int nb_descrs, struct starpu_data_descr* descrs);

/* STARPU_VALUE, pointer, size, ..., 0 into a new buffer, which free() or STARPU_CL_ARGS takes. Two values need no alignment in it. */
void starpu_codelet_pack_args(void** arg_buffer, size_t* arg_buffer_size, ...);
/* Copies the values to the pointers, in order, until a null pointer or the last value. */
void starpu_codelet_unpack_args(void* cl_arg, ...);
/* And packs those that are left into `buffer`, if it is not null. */
void starpu_codelet_unpack_args_and_copyleft(void* cl_arg, void* buffer, size_t buffer_size, ...);

/* One by one. */
struct starpu_codelet_pack_arg_data {
  char* arg_buffer;
  size_t arg_buffer_size;
  size_t current_offset;
  int nargs;
};
void starpu_codelet_pack_arg_init(struct starpu_codelet_pack_arg_data* state);
void starpu_codelet_pack_arg(struct starpu_codelet_pack_arg_data* state, const void* ptr, size_t ptr_size);
void starpu_codelet_pack_arg_fini(struct starpu_codelet_pack_arg_data* state, void** cl_arg, size_t* cl_arg_size);
void starpu_codelet_unpack_arg_init(struct starpu_codelet_pack_arg_data* state, void* cl_arg, size_t cl_arg_size);
void starpu_codelet_unpack_arg(struct starpu_codelet_pack_arg_data* state, void* ptr, size_t size);
void starpu_codelet_dup_arg(struct starpu_codelet_pack_arg_data* state, void** ptr, size_t* size);  /* A copy, for free(). */
void starpu_codelet_pick_arg(struct starpu_codelet_pack_arg_data* state, void** ptr, size_t* size); /* Where it is. */
void starpu_codelet_unpack_discard_arg(struct starpu_codelet_pack_arg_data* state);
void starpu_codelet_unpack_arg_fini(struct starpu_codelet_pack_arg_data* state);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_TASK_UTIL_H */
