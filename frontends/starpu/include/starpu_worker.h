/* Workers: one for each logical CPU that was asked for, numbered from 0. */
#ifndef HEDDLE_STARPU_WORKER_H
#define HEDDLE_STARPU_WORKER_H

#include <stddef.h>
#include <stdio.h>

#include "starpu_config.h"
#include "starpu_task.h"

#ifdef __cplusplus
extern "C" {
#endif

enum starpu_node_kind {
  STARPU_UNUSED = 0,
  STARPU_CPU_RAM = 1,
  STARPU_CUDA_RAM = 2,
  STARPU_OPENCL_RAM = 3,
  STARPU_DISK_RAM = 4
};

enum starpu_worker_archtype {
  STARPU_CPU_WORKER = 0,
  STARPU_CUDA_WORKER = 1,
  STARPU_OPENCL_WORKER = 2,
  STARPU_MAX_FPGA_WORKER = 4,
  STARPU_MPI_MS_WORKER = 5,
  STARPU_TCPIP_MS_WORKER = 6,
  STARPU_HIP_WORKER = 7,
  STARPU_NARCH = 8,
  STARPU_ANY_WORKER = 255
};

struct starpu_worker_collection;
struct starpu_sched_ctx_iterator {
  int cursor;
  void *value;
  void *possible_value;
  char visited[STARPU_NMAXWORKERS];
  int possibly_parallel;
};

enum starpu_worker_collection_type { STARPU_WORKER_TREE, STARPU_WORKER_LIST };

/* The workers of a scheduling context, for policies: init_iterator, then get_next while has_next. */
struct starpu_worker_collection {
  int *workerids;
  void *collection_private;
  unsigned nworkers;
  enum starpu_worker_collection_type type;
  unsigned (*has_next)(struct starpu_worker_collection *workers, struct starpu_sched_ctx_iterator *it);
  int (*get_next)(struct starpu_worker_collection *workers, struct starpu_sched_ctx_iterator *it);
  void (*init_iterator)(struct starpu_worker_collection *workers, struct starpu_sched_ctx_iterator *it);
  void (*init_iterator_for_parallel_tasks)(struct starpu_worker_collection *workers, struct starpu_sched_ctx_iterator *it,
                                           struct starpu_task *task);
};

unsigned starpu_worker_get_count(void);
unsigned starpu_cpu_worker_get_count(void);
/* What there is none of: 0. */
unsigned starpu_cuda_worker_get_count(void);
unsigned starpu_opencl_worker_get_count(void);
unsigned starpu_hip_worker_get_count(void);
unsigned starpu_mpi_ms_worker_get_count(void);
unsigned starpu_combined_worker_get_count(void);

/* The calling worker: in codelets, callbacks run by a worker, and policies; -1 elsewhere. */
int starpu_worker_get_id(void);
unsigned _starpu_worker_get_id_check(const char *file, int line);
#define starpu_worker_get_id_check() _starpu_worker_get_id_check(__FILE__, __LINE__)

enum starpu_worker_archtype starpu_worker_get_type(int id);
int starpu_worker_get_count_by_type(enum starpu_worker_archtype type);
/* Fills up to maxsize ids. The number of workers of that type, or (unsigned)-ERANGE where they are more. */
unsigned starpu_worker_get_ids_by_type(enum starpu_worker_archtype type, int *workerids, unsigned maxsize);
int starpu_worker_get_by_type(enum starpu_worker_archtype type, int num);
int starpu_worker_get_by_devid(enum starpu_worker_archtype type, int devid);
void starpu_worker_get_name(int id, char *dst, size_t maxlen);
void starpu_worker_display_names(FILE *output, enum starpu_worker_archtype type);
void starpu_worker_display_all(FILE *output);
void starpu_worker_display_count(FILE *output, enum starpu_worker_archtype type);
int starpu_worker_get_devid(int id);
int starpu_worker_get_devids(enum starpu_worker_archtype type, int *devids, int num);
const char *starpu_worker_get_type_as_string(enum starpu_worker_archtype type);

unsigned starpu_worker_get_memory_node(unsigned workerid);
unsigned starpu_worker_get_local_memory_node(void);
unsigned starpu_memory_nodes_get_count(void);
int starpu_memory_nodes_get_numa_count(void);
int starpu_memory_nodes_get_count_by_kind(enum starpu_node_kind kind);
enum starpu_node_kind starpu_node_get_kind(unsigned node);
int starpu_memory_node_get_devid(unsigned node);
int starpu_memory_node_get_name(unsigned node, char *name, size_t size);

/* Of a parallel task; 1 and 0 in others, -1 outside of tasks. */
int starpu_combined_worker_get_size(void);
int starpu_combined_worker_get_rank(void);
int starpu_combined_worker_get_id(void);

/* For policies that wait for a lock of theirs. */
void starpu_worker_relax_on(void);
void starpu_worker_relax_off(void);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_WORKER_H */
