/* Data handles: how tasks and the program get at data, whatever its interface. */
#ifndef HEDDLE_STARPU_DATA_H
#define HEDDLE_STARPU_DATA_H

#include <stddef.h>
#include <stdint.h>

#include "starpu_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The only memory node. */
#define STARPU_MAIN_RAM 0

struct _starpu_data_state;
typedef struct _starpu_data_state *starpu_data_handle_t;
struct starpu_codelet;
struct starpu_data_interface_ops;

enum starpu_data_access_mode {
  STARPU_NONE = 0,
  STARPU_R = 1 << 0,
  STARPU_W = 1 << 1,
  STARPU_RW = STARPU_R | STARPU_W,
  STARPU_SCRATCH = 1 << 2, /* Memory of the task's own, while it runs. */
  STARPU_REDUX = 1 << 3,   /* A contribution; see starpu_data_set_reduction_methods. */
  STARPU_COMMUTE = 1 << 4, /* With W or RW: in any order, one at a time. */
  STARPU_SSEND = 1 << 5,   /* starpu_mpi: a synchronous send. */
  STARPU_LOCALITY = 1 << 6,
  STARPU_NOPLAN = 1 << 8, /* Leave partition plans as they are. */
  STARPU_UNMAP = 1 << 9,
  STARPU_NOFOOTPRINT = 1 << 10,
  STARPU_ACCESS_MODE_MAX = 1 << 11
};

/* ---- Life ----
 * Unregister waits for all tasks that use the handle and puts its value back where it was registered. Not from a task. */
void starpu_data_unregister(starpu_data_handle_t handle);
/* The value need not be put back. */
void starpu_data_unregister_no_coherency(starpu_data_handle_t handle);
/* Does not wait: the handle goes when the tasks submitted so far have ended. */
void starpu_data_unregister_submit(starpu_data_handle_t handle);
/* Gives up the value; what reads it next must be preceded by a write. */
void starpu_data_invalidate(starpu_data_handle_t handle);
void starpu_data_invalidate_submit(starpu_data_handle_t handle);
void starpu_data_deinitialize(starpu_data_handle_t handle);
void starpu_data_deinitialize_submit(starpu_data_handle_t handle);

/* ---- Access from the program ----
 * Ordered like a task of this moment. Blocks until the data is there; -EDEADLK in a task. */
#define STARPU_ACQUIRE_NO_NODE -1
#define STARPU_ACQUIRE_NO_NODE_LOCK_ALL -2
int starpu_data_acquire(starpu_data_handle_t handle, enum starpu_data_access_mode mode);
int starpu_data_acquire_on_node(starpu_data_handle_t handle, int node, enum starpu_data_access_mode mode);
/* Does not block: callback(arg) runs once the data is there, in this call where that is now. It or somebody later releases. */
int starpu_data_acquire_cb(starpu_data_handle_t handle, enum starpu_data_access_mode mode, void (*callback)(void *), void *arg);
int starpu_data_acquire_on_node_cb(starpu_data_handle_t handle, int node, enum starpu_data_access_mode mode,
                                   void (*callback)(void *), void *arg);
int starpu_data_acquire_cb_sequential_consistency(starpu_data_handle_t handle, enum starpu_data_access_mode mode,
                                                  void (*callback)(void *), void *arg, int sequential_consistency);
int starpu_data_acquire_on_node_cb_sequential_consistency(starpu_data_handle_t handle, int node,
                                                          enum starpu_data_access_mode mode, void (*callback)(void *),
                                                          void *arg, int sequential_consistency);
/* -EAGAIN where it would have to wait. */
int starpu_data_acquire_try(starpu_data_handle_t handle, enum starpu_data_access_mode mode);
int starpu_data_acquire_on_node_try(starpu_data_handle_t handle, int node, enum starpu_data_access_mode mode);
void starpu_data_release(starpu_data_handle_t handle);
void starpu_data_release_on_node(starpu_data_handle_t handle, int node);

/* ---- Hints: true of one memory node, nothing to do ---- */
int starpu_data_request_allocation(starpu_data_handle_t handle, unsigned node);
int starpu_data_fetch_on_node(starpu_data_handle_t handle, unsigned node, unsigned async);
int starpu_data_prefetch_on_node(starpu_data_handle_t handle, unsigned node, unsigned async);
int starpu_data_prefetch_on_node_prio(starpu_data_handle_t handle, unsigned node, unsigned async, int prio);
int starpu_data_idle_prefetch_on_node(starpu_data_handle_t handle, unsigned node, unsigned async);
int starpu_data_idle_prefetch_on_node_prio(starpu_data_handle_t handle, unsigned node, unsigned async, int prio);
unsigned starpu_data_is_on_node(starpu_data_handle_t handle, unsigned node);
void starpu_data_wont_use(starpu_data_handle_t handle);
void starpu_data_advise_as_important(starpu_data_handle_t handle, unsigned is_important);
void starpu_data_set_wt_mask(starpu_data_handle_t handle, uint32_t wt_mask);
void starpu_data_query_status(starpu_data_handle_t handle, int memory_node, int *is_allocated, int *is_valid,
                              int *is_requested);
unsigned starpu_data_test_if_allocated_on_node(starpu_data_handle_t handle, unsigned memory_node);

/* ---- Properties ---- */
void starpu_data_set_name(starpu_data_handle_t handle, const char *name);
const char *starpu_data_get_name(starpu_data_handle_t handle);
void starpu_data_set_user_data(starpu_data_handle_t handle, void *user_data);
void *starpu_data_get_user_data(starpu_data_handle_t handle);
struct starpu_data_interface_ops *starpu_data_get_interface_ops(starpu_data_handle_t handle);
/* 0: tasks on this data are not ordered by submission; writers still exclude each other. */
void starpu_data_set_sequential_consistency_flag(starpu_data_handle_t handle, unsigned flag);
unsigned starpu_data_get_sequential_consistency_flag(starpu_data_handle_t handle);
unsigned starpu_data_get_default_sequential_consistency_flag(void);
void starpu_data_set_default_sequential_consistency_flag(unsigned flag);
/* init_cl (W) makes a neutral element, redux_cl (RW, R) adds the second buffer to the first. */
void starpu_data_set_reduction_methods(starpu_data_handle_t handle, struct starpu_codelet *redux_cl,
                                       struct starpu_codelet *init_cl);
void starpu_data_set_reduction_methods_with_args(starpu_data_handle_t handle, struct starpu_codelet *redux_cl,
                                                 void *redux_cl_arg, struct starpu_codelet *init_cl, void *init_cl_arg);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_DATA_H */
