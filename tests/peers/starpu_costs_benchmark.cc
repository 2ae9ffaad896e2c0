// Costs of StarPU's API that are no time per task: the memory of a pending task, and the CPU that
// an initialised process uses while nobody asks it for anything. One source for both
// implementations: BUILD.bazel compiles it against Debian's StarPU 1.3 and against ours, each in
// its own program.
#include <benchmark/benchmark.h>
#include <starpu.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

namespace heddle::peers {
namespace {

std::int64_t Now(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

// Memory of the process that is in use: what it maps for itself, whoever allocates it.
double ResidentBytes() {
  long total = 0, resident = 0, shared = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  const bool read =
      file != nullptr && std::fscanf(file, "%ld %ld %ld", &total, &resident, &shared) == 3;
  if (file != nullptr) std::fclose(file);
  return read ? static_cast<double>(resident - shared) * static_cast<double>(sysconf(_SC_PAGESIZE))
              : -1;
}

void Empty(void**, void*) {}

// The workers are paused, and nothing has been freed before: each task needs memory of its own, the
// user's struct included.
void BM_MemoryOfAPendingTask(benchmark::State& state) {
  constexpr int kTasks = 50'000;
  static starpu_codelet codelet;
  codelet.cpu_funcs[0] = Empty;
  codelet.cpu_funcs_name[0] = "Empty";
  codelet.name = "empty";
  for (auto _ : state) {
    if (starpu_init(nullptr) != 0) {
      state.SkipWithError("starpu_init failed");
      return;
    }
    // One is run first, so that what is made once is not counted.
    bool submitted = true;
    const auto submit = [&submitted] {
      starpu_task* const task = starpu_task_create();
      task->cl = &codelet;
      submitted = starpu_task_submit(task) == 0 && submitted;
    };
    submit();
    starpu_task_wait_for_all();
    starpu_pause();
    const double before = ResidentBytes();
    for (int i = 0; i < kTasks; ++i) submit();
    const double after = ResidentBytes();
    starpu_resume();
    starpu_task_wait_for_all();
    starpu_shutdown();
    if (!submitted || before < 0) state.SkipWithError("a task was not submitted, or no /proc");
    state.counters["bytes"] = (after - before) / kTasks;
  }
}
BENCHMARK(BM_MemoryOfAPendingTask)->Iterations(1);

// After one task, so that the workers have been awake. What it uses in the first 100 ms, in which
// workers may still look for work, is counted as well.
void BM_IdleProcess(benchmark::State& state) {
  static starpu_codelet codelet;
  codelet.cpu_funcs[0] = Empty;
  codelet.cpu_funcs_name[0] = "Empty";
  codelet.name = "empty";
  for (auto _ : state) {
    if (starpu_init(nullptr) != 0) {
      state.SkipWithError("starpu_init failed");
      return;
    }
    starpu_task* const task = starpu_task_create();
    task->cl = &codelet;
    if (starpu_task_submit(task) != 0) state.SkipWithError("a task was not submitted");
    starpu_task_wait_for_all();
    const std::int64_t wall = Now(CLOCK_MONOTONIC), cpu = Now(CLOCK_PROCESS_CPUTIME_ID);
    timespec left{2, 0};
    while (nanosleep(&left, &left) != 0) {
    }
    state.counters["percent_of_a_core"] = 100 *
                                          static_cast<double>(Now(CLOCK_PROCESS_CPUTIME_ID) - cpu) /
                                          static_cast<double>(Now(CLOCK_MONOTONIC) - wall);
    starpu_shutdown();
  }
}
BENCHMARK(BM_IdleProcess)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace heddle::peers
