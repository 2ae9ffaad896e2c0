// For the tests: threads that take what is ready from one queue under one mutex, at either end.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_TEST_EXECUTOR_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_TEST_EXECUTOR_H_

#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "components/base/random.h"

namespace heddle::test {

inline std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

// The numbers of threads to test with.
inline std::vector<int> ThreadCounts() {
  const int given = static_cast<int>(FromEnvironment("HEDDLE_TEST_WORKERS", 0));
  return given > 0 ? std::vector<int>{given} : std::vector<int>{1, 2, 4, 8};
}

template <typename T>
class Executor {
 public:
  // run(item, worker) runs on `threads` threads.
  Executor(int threads, std::uint64_t seed, std::function<void(T, int)> run)
      : run_(std::move(run)), random_(seed) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this, i] { Loop(i); });
  }
  // Runs what was submitted, and what that submits, to the end.
  ~Executor() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void Submit(T item) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (random_.Below(2) == 0) {
        queue_.push_back(item);
      } else {
        queue_.push_front(item);
      }
    }
    wake_.notify_one();
  }

 private:
  void Loop(int worker) {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return !queue_.empty() || (stop_ && running_ == 0); });
      if (queue_.empty()) break;
      T item = queue_.front();
      queue_.pop_front();
      ++running_;
      lock.unlock();
      run_(item, worker);
      lock.lock();
      --running_;
    }
    wake_.notify_all();
  }

  std::function<void(T, int)> run_;
  Random random_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<T> queue_;
  int running_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace heddle::test

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_TEST_EXECUTOR_H_
