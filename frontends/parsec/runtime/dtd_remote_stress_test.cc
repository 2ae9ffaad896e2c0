// Random tasks over tiles of several processes, each placed at random, against sequential execution: every process draws the same
// tasks, and each body finds what its predecessors in other processes wrote. Not a test of speed, nor of types with gaps.
//
//   dtd_remote_stress_test [SEED [TASKS [WORKERS [WINDOW]]]]         alone or under mpirun
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "components/base/random.h"
#include "frontends/parsec/runtime/dtd_test_support.h"
#include "parsec/arena.h"

namespace heddle::parsec {
namespace {

constexpr int kTiles = 10;
constexpr int kMost = 3;
constexpr std::size_t kWords = 100;  // Of a tile; the first and the last are its value.

int rank = 0;
int processes = 1;
std::atomic<int> errors{0};
std::atomic<int> ran{0};
std::vector<std::uint64_t> memory[kTiles];
parsec_data_t* data[kTiles];

struct Work {
  int place;  // -1: everywhere.
  int count;
  int op[kMost];
  std::uint64_t before[kMost];
  std::uint64_t operand[kMost];
};

std::uint64_t Apply(int op, std::uint64_t value, std::uint64_t operand) {
  return op == PARSEC_INPUT ? value : op == PARSEC_OUTPUT ? operand : value * 31 + operand;
}

parsec_hook_return_t Body(parsec_execution_stream_t*, parsec_task_t* task) {
  int place;
  Work work;
  std::uint64_t* at[kMost];
  parsec_dtd_unpack_args(task, &place, &work, &at[0], &at[1], &at[2]);
  if (work.place >= 0 && work.place != rank) errors.fetch_add(1);
  for (int i = 0; i < work.count; ++i) {
    if (work.op[i] != PARSEC_OUTPUT && (at[i][0] != work.before[i] || at[i][kWords - 1] != work.before[i])) errors.fetch_add(1);
  }
  for (int i = 0; i < work.count; ++i) {
    if (work.op[i] != PARSEC_INPUT) at[i][0] = at[i][kWords - 1] = Apply(work.op[i], work.before[i], work.operand[i]);
  }
  ran.fetch_add(1);
  return PARSEC_HOOK_RETURN_DONE;
}

Work Draw(Random& random, int* tile, std::uint64_t* expected) {
  Work work{};
  work.count = 1 + static_cast<int>(random.Below(kMost));
  bool writes = false;
  for (int i = 0; i < work.count; ++i) {
    tile[i] = DrawOther(random, kTiles, tile, i);
    const std::uint32_t kind = random.Below(4);
    work.op[i] = kind < 2 ? PARSEC_INPUT : kind == 2 ? PARSEC_OUTPUT : PARSEC_INOUT;
    writes = writes || kind >= 2;
    work.operand[i] = random.Next();
    work.before[i] = expected[tile[i]];
    expected[tile[i]] = Apply(work.op[i], work.before[i], work.operand[i]);
  }
  work.place = static_cast<int>(random.Below(static_cast<std::uint32_t>(processes)));
  if (!writes && random.Below(4) == 0) work.place = -1;
  return work;
}

int Run(std::uint64_t seed, int tasks, int workers, int window) {
  parsec_context_t* context = parsec_init(workers, nullptr, nullptr);
  parsec_data_collection_t collection;
  parsec_data_collection_init(&collection, processes, rank);
  collection.rank_of_key = [](parsec_data_collection_t*, parsec_data_key_t key) {
    return static_cast<std::uint32_t>(key % static_cast<unsigned>(processes));
  };
  collection.data_of_key = [](parsec_data_collection_t*, parsec_data_key_t key) { return data[key]; };
  for (int i = rank; i < kTiles; i += processes) {
    memory[i].assign(kWords, 0);
    parsec_data_create(&data[i], &collection, static_cast<parsec_data_key_t>(i), memory[i].data(), kWords * 8,
                       PARSEC_DATA_FLAG_PARSEC_MANAGED);
  }
  parsec_dtd_data_collection_init(&collection);
  int region = 0;
  parsec_arena_datatype_t* adt = parsec_arena_datatype_new();
  parsec_arena_datatype_set_type(adt, kWords * 8, PARSEC_ARENA_ALIGNMENT_SSE, parsec_datatype_uint64_t);
  parsec_dtd_attach_arena_datatype(context, adt, &region);
  parsec_context_start(context);
  parsec_taskpool_t* taskpools[2];
  for (parsec_taskpool_t*& taskpool : taskpools) {
    taskpool = parsec_dtd_taskpool_new();
    parsec_context_add_taskpool(context, taskpool);
  }
  parsec_dtd_window_size = window;
  parsec_dtd_threshold_size = window / 2;
  Random random(seed);
  std::uint64_t expected[kTiles] = {};
  int mine = 0;
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (int n = 0; n < tasks; ++n) {
      int tile[kMost] = {};
      const Work work = Draw(random, tile, expected);
      mine += work.place == rank || work.place < 0 ? 1 : 0;
      const auto at = [&](int i) {
        return i < work.count ? parsec_dtd_tile_of(&collection, static_cast<parsec_data_key_t>(tile[i])) : nullptr;
      };
      const auto op = [&](int i) { return (i < work.count ? work.op[i] : static_cast<int>(PARSEC_INOUT)) | region; };
      parsec_dtd_insert_task(taskpools[random.Below(2)], Body, 0, PARSEC_DEV_CPU, "random", sizeof(int), &work.place,
                             PARSEC_VALUE | (work.place < 0 ? 0 : static_cast<int>(PARSEC_AFFINITY)), sizeof(work), &work, PARSEC_VALUE,
                             PASSED_BY_REF, at(0), op(0), PASSED_BY_REF, at(1), op(1), PASSED_BY_REF, at(2), op(2), PARSEC_DTD_ARG_END);
      if (random.Below(50) == 0) parsec_dtd_data_flush(taskpools[0], parsec_dtd_tile_of(&collection, random.Below(kTiles)));
    }
    if (epoch != 1) parsec_dtd_data_flush_all(taskpools[0], &collection);  // Otherwise the waits bring the tiles home.
    for (parsec_taskpool_t* taskpool : taskpools) parsec_taskpool_wait(taskpool);
    for (int i = rank; i < kTiles; i += processes) {
      if (memory[i][0] != expected[i] || memory[i][kWords - 1] != expected[i]) errors.fetch_add(1);
    }
    MPI_Barrier(MPI_COMM_WORLD);  // Bodies of the next epoch write the memory that is looked at here.
  }
  if (errors != 0 || ran != mine) {
    std::printf("seed %llu: process %d: %d errors, %d tasks of %d ran\n", static_cast<unsigned long long>(seed), rank, errors.load(),
                ran.load(), mine);
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  for (parsec_taskpool_t* taskpool : taskpools) parsec_taskpool_free(taskpool);
  parsec_context_wait(context);
  parsec_dtd_data_collection_fini(&collection);
  parsec_dtd_detach_arena_datatype(context, region);
  parsec_arena_datatype_release(&adt);
  parsec_fini(&context);
  return 0;
}

}  // namespace
}  // namespace heddle::parsec

int main(int argc, char** argv) {
  using heddle::parsec::FromEnvironment;
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &heddle::parsec::rank);
  MPI_Comm_size(MPI_COMM_WORLD, &heddle::parsec::processes);
  const auto argument = [&](int i, long otherwise) { return argc > i ? std::atol(argv[i]) : otherwise; };
  const int result = heddle::parsec::Run(static_cast<std::uint64_t>(argument(1, FromEnvironment("HEDDLE_TEST_SEED", 5))),
                                         static_cast<int>(argument(2, 1000)),
                                         static_cast<int>(argument(3, FromEnvironment("HEDDLE_TEST_WORKERS", 2))),
                                         static_cast<int>(argument(4, 100)));
  MPI_Finalize();
  if (heddle::parsec::rank == 0) std::puts("OK");
  return result;
}
