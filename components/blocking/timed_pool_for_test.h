// For benchmarks of work on the workers: the benchmark's thread submits one task, which measures, and
// sleeps meanwhile.
#ifndef HEDDLE_COMPONENTS_BLOCKING_TIMED_POOL_FOR_TEST_H_
#define HEDDLE_COMPONENTS_BLOCKING_TIMED_POOL_FOR_TEST_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "components/base/clock.h"
#include "components/blocking/event.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {

// A pool with one client, and a task to run on it.
class TimedPool {
 public:
  explicit TimedPool(int workers) {
    PoolOptions options;
    options.slots = workers;
    pool_ = *Pool::Create(options);
    client_ = *pool_->AddClient({});
  }
  ~TimedPool() { pool_->RemoveClient(client_); }

  // Runs body() as a task; returns the time that it took, in seconds.
  template <class F>
  double Time(F body) {
    struct Root : Task {
      explicit Root(F f) : body(std::move(f)) {}
      F body;
      Event done;
      std::int64_t ns = 0;
    } root(std::move(body));
    root.client = client_;
    root.run = [](Task* task) {
      Root* const self = static_cast<Root*>(task);
      const std::int64_t begin = NowNs();
      self->body();
      self->ns = NowNs() - begin;
      self->done.Set();
    };
    pool_->Submit(&root);
    root.done.Wait();
    return 1e-9 * static_cast<double>(root.ns);
  }

  Client& client() { return *client_; }
  Pool& pool() { return *pool_; }

 private:
  std::unique_ptr<Pool> pool_;
  Client* client_ = nullptr;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_TIMED_POOL_FOR_TEST_H_
