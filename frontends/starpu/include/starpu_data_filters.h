/* Cutting data into pieces that tasks use as handles of their own.
 *
 * Two ways. starpu_data_partition() waits for the tasks on the data and replaces it by its pieces until
 * starpu_data_unpartition(), which waits for the tasks on the pieces. A *plan* only makes the handles of the pieces; tasks on
 * the data and on the pieces of any plan may then be submitted in any order, and the order of accesses follows: going from one view to
 * another is an empty task that the library submits itself at the first use, or when starpu_data_partition_submit() says so.
 * Contexts: the program, task bodies and callbacks; the two that wait are for the program only. */
#ifndef STARPU_DATA_FILTERS_H
#define STARPU_DATA_FILTERS_H

#include "starpu_data.h"
#include "starpu_data_interfaces.h"
#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct starpu_data_filter {
  /* Fills child_interface for piece `id` of `nparts`: sizes, layout and, where the parent has memory, pointers into it. Vector
   * and matrix pieces also need allocsize = size of the piece in bytes. */
  void (*filter_func)(void* parent_interface, void* child_interface, struct starpu_data_filter* filter, unsigned id, unsigned nparts);
  unsigned nchildren;
  unsigned (*get_nchildren)(struct starpu_data_filter* filter, starpu_data_handle_t initial_handle); /* Instead of nchildren. */
  struct starpu_data_interface_ops* (*get_child_ops)(struct starpu_data_filter* filter, unsigned id); /* Null: the parent's. */
  unsigned filter_arg;
  void* filter_arg_ptr;
};

/* ---- Synchronous ---- */

/* Blocking: until the tasks submitted on the data are done. Partitioned data that is partitioned again is an error. */
void starpu_data_partition(starpu_data_handle_t initial_handle, struct starpu_data_filter* f);
/* Takes back nested partitions, too. Blocking: until the tasks on all pieces are done. The pieces' handles end. */
void starpu_data_unpartition(starpu_data_handle_t root_data, unsigned gathering_node);
/* Applies the first filter to the root, the second to each of its pieces, and so on. */
void starpu_data_map_filters(starpu_data_handle_t root_data, unsigned nfilters, ...);
void starpu_data_vmap_filters(starpu_data_handle_t root_data, unsigned nfilters, va_list pa);
void starpu_data_map_filters_parray(starpu_data_handle_t root_handle, int nfilters, struct starpu_data_filter** filters);
void starpu_data_map_filters_array(starpu_data_handle_t root_handle, int nfilters, struct starpu_data_filter* filters);

int starpu_data_get_nb_children(starpu_data_handle_t handle);
starpu_data_handle_t starpu_data_get_child(starpu_data_handle_t handle, unsigned i);
/* The piece reached from the root by `depth` indices, an int or unsigned each. */
starpu_data_handle_t starpu_data_get_sub_data(starpu_data_handle_t root_data, unsigned depth, ...);
starpu_data_handle_t starpu_data_vget_sub_data(starpu_data_handle_t root_data, unsigned depth, va_list pa);

/* ---- Asynchronous ---- */

/* Makes the handles of the pieces, into `children`. The data itself stays in use. */
void starpu_data_partition_plan(starpu_data_handle_t initial_handle, struct starpu_data_filter* f, starpu_data_handle_t* children);
/* The number of plans of this data that have not been cleaned. */
unsigned starpu_data_partition_get_nplans(starpu_data_handle_t handle);
/* From now on the pieces are used: tasks submitted on them wait for those submitted on the data. */
void starpu_data_partition_submit(starpu_data_handle_t initial_handle, unsigned nparts, starpu_data_handle_t* children);
/* From now on the data and its pieces are read. */
void starpu_data_partition_readonly_submit(starpu_data_handle_t initial_handle, unsigned nparts, starpu_data_handle_t* children);
/* After a read-only one: from now on the pieces are written, the data is not used. */
void starpu_data_partition_readwrite_upgrade_submit(starpu_data_handle_t initial_handle, unsigned nparts, starpu_data_handle_t* children);
/* After a written one: from now on the data and its pieces are read. */
void starpu_data_partition_readonly_downgrade_submit(starpu_data_handle_t initial_handle, unsigned nparts, starpu_data_handle_t* children);
/* From now on the data is used: tasks submitted on it wait for those submitted on the pieces. */
void starpu_data_unpartition_submit(starpu_data_handle_t initial_handle, unsigned nparts, starpu_data_handle_t* children,
                                    int gathering_node);
/* The same for whichever plan is in use, and for plans of its pieces. */
void starpu_data_unpartition_submit_r(starpu_data_handle_t initial_handle, int gathering_node);
/* From now on the data and its pieces are read. */
void starpu_data_unpartition_readonly_submit(starpu_data_handle_t initial_handle, unsigned nparts, starpu_data_handle_t* children,
                                             int gathering_node);
/* Gives a plan up, after a submitted return to the data. The handles of the pieces end once their tasks are done. */
void starpu_data_partition_clean(starpu_data_handle_t root_data, unsigned nparts, starpu_data_handle_t* children);
void starpu_data_partition_clean_node(starpu_data_handle_t root_data, unsigned nparts, starpu_data_handle_t* children, int gather_node);
/* The views of this data change only by the calls above, never by use. */
void starpu_data_partition_not_automatic(starpu_data_handle_t handle);

/* ---- Filters: `nparts` pieces of n / nparts elements, one more in the first n % nparts ---- */

void starpu_filter_nparts_compute_chunk_size_and_offset(unsigned n, unsigned nparts, size_t elemsize, unsigned id, unsigned blocksize,
                                                        unsigned* chunk_size, size_t* offset);

#define STARPU_DECLARE_FILTER_(name) \
  void name(void* parent_interface, void* child_interface, struct starpu_data_filter* f, unsigned id, unsigned nparts)

/* With _shadow: the pieces overlap by (uintptr_t)filter_arg_ptr elements at each side, which are not counted in n; read only. */
STARPU_DECLARE_FILTER_(starpu_vector_filter_block);
STARPU_DECLARE_FILTER_(starpu_vector_filter_block_shadow);
STARPU_DECLARE_FILTER_(starpu_vector_filter_list_long); /* filter_arg_ptr: nparts sizes, long. */
STARPU_DECLARE_FILTER_(starpu_vector_filter_list); /* filter_arg_ptr: nparts sizes, uint32_t. */
STARPU_DECLARE_FILTER_(starpu_vector_filter_divide_in_2); /* filter_arg: the size of the first of two pieces. */
STARPU_DECLARE_FILTER_(starpu_vector_filter_pick_variable); /* filter_arg_ptr: the first element; piece i is element i after it. */
struct starpu_data_interface_ops* starpu_vector_filter_pick_variable_child_ops(struct starpu_data_filter* f, unsigned child);

STARPU_DECLARE_FILTER_(starpu_matrix_filter_block); /* Cuts x. */
STARPU_DECLARE_FILTER_(starpu_matrix_filter_block_shadow);
STARPU_DECLARE_FILTER_(starpu_matrix_filter_vertical_block); /* Cuts y. */
STARPU_DECLARE_FILTER_(starpu_matrix_filter_vertical_block_shadow);
STARPU_DECLARE_FILTER_(starpu_matrix_filter_pick_vector_y); /* Rows, from row (uintptr_t)filter_arg_ptr. */
struct starpu_data_interface_ops* starpu_matrix_filter_pick_vector_child_ops(struct starpu_data_filter* f, unsigned child);

STARPU_DECLARE_FILTER_(starpu_block_filter_block); /* Cuts x. */
STARPU_DECLARE_FILTER_(starpu_block_filter_block_shadow);
STARPU_DECLARE_FILTER_(starpu_block_filter_vertical_block); /* Cuts y. */
STARPU_DECLARE_FILTER_(starpu_block_filter_vertical_block_shadow);
STARPU_DECLARE_FILTER_(starpu_block_filter_depth_block); /* Cuts z. */
STARPU_DECLARE_FILTER_(starpu_block_filter_depth_block_shadow);

STARPU_DECLARE_FILTER_(starpu_tensor_filter_block); /* Cuts x. */
STARPU_DECLARE_FILTER_(starpu_tensor_filter_vertical_block); /* Cuts y. */
STARPU_DECLARE_FILTER_(starpu_tensor_filter_depth_block); /* Cuts z. */
STARPU_DECLARE_FILTER_(starpu_tensor_filter_time_block); /* Cuts t. */

STARPU_DECLARE_FILTER_(starpu_ndim_filter_block); /* Cuts dimension filter_arg. */
STARPU_DECLARE_FILTER_(starpu_ndim_filter_block_shadow);

#undef STARPU_DECLARE_FILTER_

#ifdef __cplusplus
}
#endif

#endif /* STARPU_DATA_FILTERS_H */
