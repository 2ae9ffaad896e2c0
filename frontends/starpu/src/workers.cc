// Who works: numbers, names, kinds.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "frontends/starpu/src/context.h"
#include "starpu_worker.h"

using heddle::starpu::context;
using heddle::starpu::CurrentWorker;

namespace {
int Count() { return context == nullptr ? 0 : context->worker_count; }
bool IsCpu(enum starpu_worker_archtype type) { return type == STARPU_CPU_WORKER || type == STARPU_ANY_WORKER; }
}  // namespace

extern "C" {

unsigned starpu_worker_get_count(void) { return static_cast<unsigned>(Count()); }
unsigned starpu_cpu_worker_get_count(void) { return static_cast<unsigned>(Count()); }
unsigned starpu_cuda_worker_get_count(void) { return 0; }
unsigned starpu_opencl_worker_get_count(void) { return 0; }
unsigned starpu_hip_worker_get_count(void) { return 0; }
unsigned starpu_mpi_ms_worker_get_count(void) { return 0; }
unsigned starpu_combined_worker_get_count(void) { return 0; }

int starpu_worker_get_id(void) {
  if (const int worker = heddle::starpu::PolicyWorker(); worker >= 0) return worker;
  const heddle::starpu::Worker* const worker = CurrentWorker();
  return worker == nullptr ? -1 : worker->id;
}

unsigned _starpu_worker_get_id_check(const char* file, int line) {
  const int id = starpu_worker_get_id();
  HEDDLE_CHECK_GE(id, 0) << "starpu_worker_get_id_check outside of a worker, " << file << ":" << line;
  return static_cast<unsigned>(id);
}

enum starpu_worker_archtype starpu_worker_get_type(int) { return STARPU_CPU_WORKER; }
int starpu_worker_get_count_by_type(enum starpu_worker_archtype type) { return IsCpu(type) ? Count() : 0; }

unsigned starpu_worker_get_ids_by_type(enum starpu_worker_archtype type, int* workerids, unsigned maxsize) {
  if (!IsCpu(type)) return 0;
  const unsigned count = static_cast<unsigned>(Count());
  for (unsigned id = 0; id < count && id < maxsize; ++id) workerids[id] = static_cast<int>(id);
  return count > maxsize ? static_cast<unsigned>(-ERANGE) : count;
}

int starpu_worker_get_by_type(enum starpu_worker_archtype type, int num) {
  return IsCpu(type) && num >= 0 && num < Count() ? num : -1;
}
int starpu_worker_get_by_devid(enum starpu_worker_archtype type, int devid) { return starpu_worker_get_by_type(type, devid); }

void starpu_worker_get_name(int id, char* dst, size_t maxlen) { std::snprintf(dst, maxlen, "CPU %d", id); }

void starpu_worker_display_names(FILE* output, enum starpu_worker_archtype type) {
  const int count = starpu_worker_get_count_by_type(type);
  std::fprintf(output, "%d %s worker%s:\n", count, starpu_worker_get_type_as_string(type), count == 1 ? "" : "s");
  for (int id = 0; id < count; ++id) std::fprintf(output, "\tCPU %d\n", id);
}
void starpu_worker_display_all(FILE* output) { starpu_worker_display_names(output, STARPU_CPU_WORKER); }
void starpu_worker_display_count(FILE* output, enum starpu_worker_archtype type) {
  std::fprintf(output, "%d %s workers\n", starpu_worker_get_count_by_type(type), starpu_worker_get_type_as_string(type));
}

int starpu_worker_get_devid(int id) { return id; }
int starpu_worker_get_devids(enum starpu_worker_archtype type, int* devids, int num) {
  const int count = starpu_worker_get_count_by_type(type);
  for (int id = 0; id < count && id < num; ++id) devids[id] = id;
  return count < num ? count : num;
}

const char* starpu_worker_get_type_as_string(enum starpu_worker_archtype type) {
  switch (type) {
    case STARPU_CPU_WORKER: return "CPU";
    case STARPU_CUDA_WORKER: return "CUDA";
    case STARPU_OPENCL_WORKER: return "OpenCL";
    case STARPU_MAX_FPGA_WORKER: return "MAX FPGA";
    case STARPU_MPI_MS_WORKER: return "MPI MS";
    case STARPU_ANY_WORKER: return "any";
    default: return "unknown";
  }
}

unsigned starpu_worker_get_memory_node(unsigned) { return STARPU_MAIN_RAM; }
unsigned starpu_worker_get_local_memory_node(void) { return STARPU_MAIN_RAM; }
unsigned starpu_memory_nodes_get_count(void) { return 1; }
int starpu_memory_nodes_get_numa_count(void) { return 1; }
int starpu_memory_nodes_get_count_by_kind(enum starpu_node_kind kind) { return kind == STARPU_CPU_RAM; }
enum starpu_node_kind starpu_node_get_kind(unsigned node) { return node == STARPU_MAIN_RAM ? STARPU_CPU_RAM : STARPU_UNUSED; }
int starpu_memory_node_get_devid(unsigned) { return 0; }
int starpu_memory_node_get_name(unsigned node, char* name, size_t size) { return std::snprintf(name, size, "RAM %u", node); }

int starpu_combined_worker_get_size(void) {
  const heddle::starpu::Worker* const worker = CurrentWorker();
  return worker != nullptr && worker->current != nullptr ? 1 : -1;
}
int starpu_combined_worker_get_rank(void) {
  const heddle::starpu::Worker* const worker = CurrentWorker();
  return worker != nullptr && worker->current != nullptr ? 0 : -1;
}
int starpu_combined_worker_get_id(void) { return starpu_worker_get_id(); }

}  // extern "C"
