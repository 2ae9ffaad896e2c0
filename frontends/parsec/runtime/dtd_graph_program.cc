// The .dot files of DTD's tasks over several processes: each has the nodes of its process, and the edges that lead to them. Run by
// tests/processes, under mpirun and without it.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "frontends/parsec/runtime/dtd_test_support.h"
#include "parsec/arena.h"

namespace heddle::parsec {
namespace {

constexpr int kTasks = 20;
int rank = 0, processes = 1;

parsec_hook_return_t Add(parsec_execution_stream_t*, parsec_task_t* task) {
  std::uint64_t* at;
  parsec_dtd_unpack_args(task, &at);
  ++*at;
  return PARSEC_HOOK_RETURN_DONE;
}

// One tile, which goes around: task i runs in process i % processes and writes it.
bool Run() {
  parsec_context_t* context = parsec_init(2, nullptr, nullptr);
  std::uint64_t memory = 0;
  static parsec_data_t* data = nullptr;
  parsec_data_collection_t collection;
  parsec_data_collection_init(&collection, static_cast<std::uint32_t>(processes), static_cast<std::uint32_t>(rank));
  collection.rank_of_key = [](parsec_data_collection_t*, parsec_data_key_t) -> std::uint32_t { return 0; };
  collection.data_of_key = [](parsec_data_collection_t*, parsec_data_key_t) { return data; };
  if (rank == 0) parsec_data_create(&data, &collection, 0, &memory, sizeof(memory), PARSEC_DATA_FLAG_PARSEC_MANAGED);
  parsec_dtd_data_collection_init(&collection);
  int region = 0;
  parsec_arena_datatype_t* adt = parsec_arena_datatype_new();
  parsec_arena_datatype_set_type(adt, sizeof(memory), PARSEC_ARENA_ALIGNMENT_SSE, parsec_datatype_uint64_t);
  parsec_dtd_attach_arena_datatype(context, adt, &region);
  parsec_context_start(context);
  parsec_taskpool_t* const taskpool = parsec_dtd_taskpool_new();
  parsec_context_add_taskpool(context, taskpool);
  for (int i = 0; i < kTasks; ++i) {
    const int place = i % processes;
    parsec_dtd_insert_task(taskpool, &Add, 0, PARSEC_DEV_CPU, "add", PASSED_BY_REF, parsec_dtd_tile_of(&collection, 0),
                           PARSEC_INOUT | region, sizeof(int), &place, PARSEC_VALUE | PARSEC_AFFINITY, PARSEC_DTD_ARG_END);
  }
  parsec_dtd_data_flush_all(taskpool, &collection);
  parsec_taskpool_wait(taskpool);
  parsec_taskpool_free(taskpool);
  parsec_context_wait(context);
  parsec_dtd_data_collection_fini(&collection);
  parsec_dtd_detach_arena_datatype(context, region);
  parsec_arena_datatype_release(&adt);
  parsec_fini(&context);
  return rank != 0 || memory == kTasks;
}

// Whether the file of this process has what it should, in any order, but for workers and colours.
bool Check(const std::string& name) {
  std::set<std::string> expected, found;
  for (int i = rank; i < kTasks; i += processes) {
    expected.insert("add(" + std::to_string(i) + ")");
    if (i > 0) expected.insert(std::to_string(i - 1) + " -> " + std::to_string(i) + " 0 => 0");
  }
  std::ifstream file(name);
  for (std::string line; std::getline(file, line);) {
    unsigned pool, pool_to;
    int from, to, flow, flow_to;
    if (std::sscanf(line.c_str(), " \"%u:%d\" -> \"%u:%d\" [label=\"%d => %d\"];", &pool, &from, &pool_to, &to, &flow,
                    &flow_to) == 6) {
      found.insert(std::to_string(from) + " -> " + std::to_string(to) + " " + std::to_string(flow) + " => " + std::to_string(flow_to));
    } else if (line.find(" [shape=") != std::string::npos) {
      const std::size_t at = line.find("label=\"");
      if (at != std::string::npos) found.insert(line.substr(at + 7, line.find('\\', at) - at - 7));
    }
  }
  if (found == expected) return true;
  for (const std::string& one : expected) std::printf("process %d: expected %s\n", rank, one.c_str());
  for (const std::string& one : found) std::printf("process %d: found %s\n", rank, one.c_str());
  return false;
}

}  // namespace
}  // namespace heddle::parsec

int main(int argc, char** argv) {
  using heddle::parsec::processes;
  using heddle::parsec::rank;
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &processes);
  const char* const folder = std::getenv("TMPDIR");
  const std::string prefix = std::string(folder != nullptr ? folder : "/tmp") + "/dtd_graph";
  setenv("PARSEC_MCA_profile_dot", prefix.c_str(), 1);
  if (!heddle::parsec::Run() || !heddle::parsec::Check(prefix + "-" + std::to_string(rank) + ".dot")) MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank == 0) std::puts("dtd_graph: done");
  MPI_Finalize();
  return 0;
}
