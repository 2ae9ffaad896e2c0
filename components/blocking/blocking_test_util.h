// What the tests of this package share: a pool of a parametrised number of workers, and tasks made
// of lambdas.
#ifndef HEDDLE_COMPONENTS_BLOCKING_BLOCKING_TEST_UTIL_H_
#define HEDDLE_COMPONENTS_BLOCKING_BLOCKING_TEST_UTIL_H_

#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "components/worker_pool/pool_fixture_for_test.h"

namespace heddle {

struct FunctionTask : Task {
  explicit FunctionTask(std::function<void()> f) : body(std::move(f)) {
    run = [](Task* task) {
      const std::unique_ptr<FunctionTask> self(static_cast<FunctionTask*>(task));
      self->body();
    };
  }
  std::function<void()> body;
};

class PoolTest : public WorkerPoolTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(WorkerPoolTest::SetUp());
    client_ = AddClient();
  }
  // Submits body() as a task; of the default client where none is named.
  void Start(std::function<void()> body, Client* client = nullptr) {
    Task* const task = new FunctionTask(std::move(body));
    task->client = client != nullptr ? client : client_;
    pool_->Submit(task);
  }
  // Sends body() to a lane of a client with lanes.
  void StartOnLane(Client* client, int lane, std::function<void()> body) {
    Task* const task = new FunctionTask(std::move(body));
    task->client = client;
    client->lanes()[static_cast<std::size_t>(lane)]->Push(task);
  }

  Client* client_ = nullptr;
};

// External threads that are joined.
class Threads {
 public:
  ~Threads() { Join(); }
  void Start(std::function<void()> body) { threads_.emplace_back(std::move(body)); }
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_BLOCKING_TEST_UTIL_H_
