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

// The library, started for the life of this object.
class Session {
 public:
  explicit Session(benchmark::State& state) : state_(state), started_(starpu_init(nullptr) == 0) {
    codelet_.cpu_funcs[0] = Empty;
    codelet_.cpu_funcs_name[0] = "Empty";
    codelet_.name = "empty";
    if (!started_) state_.SkipWithError("starpu_init failed");
  }
  ~Session() {
    if (started_) starpu_shutdown();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  bool started() const { return started_; }
  void Submit() {
    starpu_task* const task = starpu_task_create();
    task->cl = &codelet_;
    if (starpu_task_submit(task) != 0) state_.SkipWithError("a task was not submitted");
  }

 private:
  benchmark::State& state_;
  const bool started_;
  starpu_codelet codelet_{};
};

// The workers are paused, and nothing has been freed before: each task needs memory of its own, the
// user's struct included.
void BM_MemoryOfAPendingTask(benchmark::State& state) {
  constexpr int kTasks = 50'000;
  for (auto _ : state) {
    Session session(state);
    if (!session.started()) return;
    // One is run first, so that what is made once is not counted.
    session.Submit();
    starpu_task_wait_for_all();
    starpu_pause();
    const double before = ResidentBytes();
    for (int i = 0; i < kTasks; ++i) session.Submit();
    const double after = ResidentBytes();
    starpu_resume();
    starpu_task_wait_for_all();
    if (before < 0) state.SkipWithError("no /proc/self/statm");
    state.counters["bytes"] = (after - before) / kTasks;
  }
}
BENCHMARK(BM_MemoryOfAPendingTask)->Iterations(1);

// After one task, so that the workers have been awake. What it uses in the first 100 ms, in which
// workers may still look for work, is counted as well. The two seconds are what is measured: there
// is nothing to wait for.
void BM_IdleProcess(benchmark::State& state) {
  for (auto _ : state) {
    Session session(state);
    if (!session.started()) return;
    session.Submit();
    starpu_task_wait_for_all();
    const std::int64_t wall = Now(CLOCK_MONOTONIC), cpu = Now(CLOCK_PROCESS_CPUTIME_ID);
    timespec left{2, 0};
    while (nanosleep(&left, &left) != 0) {
    }
    state.counters["percent_of_a_core"] = 100 *
                                          static_cast<double>(Now(CLOCK_PROCESS_CPUTIME_ID) - cpu) /
                                          static_cast<double>(Now(CLOCK_MONOTONIC) - wall);
  }
}
BENCHMARK(BM_IdleProcess)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace heddle::peers
