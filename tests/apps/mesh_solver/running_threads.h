// How many threads of this process run at a time, as the kernel sees it.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_RUNNING_THREADS_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_RUNNING_THREADS_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace heddle::mesh {

// Threads of this process in state R (running, or ready and waiting for a core) in
// /proc/self/task/*/stat, without the thread `except` (a kernel thread id).  Cost: about 10 us a
// thread.
int CountRunningThreads(int except);

// Samples that number every 5 ms, from a thread that sleeps between samples and is not counted,
// until Stop(). Thread safety: one thread.
class RunningThreads {
 public:
  // `on_sample`, where there is one, is called after each sample, on the sampling thread.
  explicit RunningThreads(std::function<void()> on_sample = {});
  ~RunningThreads() { Stop(); }

  // Ends the sampling; the largest number seen, 0 where there was no time for a sample. May be
  // called again. Blocking: until a sample under way has ended.
  int Stop();

  // After Stop(): the samples' sum and how many there were. A sample may catch threads that are on
  // their way to sleep, on a loaded machine for milliseconds; the mean hardly does, and shows every
  // thread that keeps running.
  std::int64_t sum() const { return sum_; }
  std::int64_t samples() const { return samples_; }

 private:
  void Loop();

  const std::function<void()> on_sample_;
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool stop_ = false;  // Under mutex_.
  int most_ = 0;  // This and the next two are written by the sampling thread, and read after it has
                  // been joined.
  std::int64_t sum_ = 0;
  std::int64_t samples_ = 0;
  std::thread thread_;  // The last member: it uses the others.
};

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_RUNNING_THREADS_H_
