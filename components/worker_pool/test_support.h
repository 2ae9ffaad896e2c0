// What the tests of the pool are written with.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_TEST_SUPPORT_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_TEST_SUPPORT_H_

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>

#include "components/base/futex.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {

// Counts down; an external thread waits for zero.
class Countdown {
 public:
  explicit Countdown(std::uint32_t count) : count_(count) {}
  void Done() {
    if (count_.fetch_sub(1) == 1) FutexWake(count_, INT32_MAX);
  }
  void Wait() {
    for (std::uint32_t count; (count = count_.load()) != 0;) FutexWait(count_, count);
  }

 private:
  std::atomic<std::uint32_t> count_;
};

struct FunctionTask : Task {
  explicit FunctionTask(std::function<void()> body) : body_(std::move(body)) {
    run = [](Task* task) {
      std::unique_ptr<FunctionTask> self(static_cast<FunctionTask*>(task));
      self->body_();
    };
  }
  std::function<void()> body_;
};

inline Task* NewTask(Client* client, std::function<void()> body) {
  Task* const task = new FunctionTask(std::move(body));
  task->client = client;
  return task;
}

// A flag that activities wait for.
class Event {
 public:
  // `suspended` is called once the caller is suspended.
  void Wait(SuspendMode mode = SuspendMode::kHold, const char* what = "an event",
            std::function<void()> suspended = nullptr) {
    Suspension suspension(what);
    std::function<void(Suspension*)> publish = [&](Suspension* s) {
      if (suspended != nullptr) suspended();
      Publish(s);
    };
    Suspend(
        suspension, mode,
        [](Suspension* s, void* p) { (*static_cast<std::function<void(Suspension*)>*>(p))(s); }, &publish);
  }
  void Set() {
    Suspension* waiter = waiter_.exchange(Flag());
    if (waiter != nullptr && waiter != Flag()) Resume(waiter);
  }

 private:
  static Suspension* Flag() { return reinterpret_cast<Suspension*>(1); }
  void Publish(Suspension* suspension) {
    Suspension* none = nullptr;
    if (!waiter_.compare_exchange_strong(none, suspension)) Resume(suspension);
  }
  std::atomic<Suspension*> waiter_{nullptr};
};

// A number from the environment, for the stress tests' scale.
inline std::int64_t FromEnvironment(const char* name, std::int64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::atoll(text);
}

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_TEST_SUPPORT_H_
