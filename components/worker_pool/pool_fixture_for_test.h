// A pool with as many workers as the test's parameter says; its clients go with it.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_POOL_FIXTURE_FOR_TEST_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_POOL_FIXTURE_FOR_TEST_H_

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "components/worker_pool/worker_pool.h"

namespace heddle {

class WorkerPoolTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    PoolOptions options;
    options.slots = GetParam();
    absl::StatusOr<std::unique_ptr<Pool>> pool = Pool::Create(options);
    ASSERT_TRUE(pool.ok()) << pool.status();
    pool_ = *std::move(pool);
  }
  void TearDown() override {
    for (Client* client : clients_) pool_->RemoveClient(client);
    pool_.reset();
  }
  Client* AddClient(ClientOptions options = {}) {
    absl::StatusOr<Client*> client = pool_->AddClient(std::move(options));
    EXPECT_TRUE(client.ok()) << client.status();
    clients_.push_back(*client);
    return *client;
  }
  std::unique_ptr<Pool> pool_;
  std::vector<Client*> clients_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_POOL_FIXTURE_FOR_TEST_H_
