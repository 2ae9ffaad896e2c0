// Promised: every message is handled exactly once, by the place it was sent to and by one thread at a time; those of one sender in
// order; a place that was woken looks; no message is left behind. With 1, 2, 4 and 8 slots on what cores there are; HEDDLE_TEST_SEED
// and HEDDLE_TEST_ROUNDS as everywhere.
#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "components/base/random.h"
#include "components/message_layer/place.h"
#include "components/message_layer/reduction.h"
#include "components/message_layer/spanning_tree.h"
#include "components/sync/stress_options.h"
#include "components/worker_pool/worker_pool.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

constexpr int kPlaces = 8;
constexpr int kSenders = kPlaces + 1;  // And a thread outside.
constexpr std::uint32_t kToAnybody = 1000;

struct Ball {
  std::uint32_t hops;      // Still to go.
  std::uint32_t to;        // A place, or kToAnybody.
  std::uint32_t sender;
  std::uint32_t sequence;  // Of those from this sender to this place.
};

class PlaceStress : public testing::TestWithParam<int> {
 protected:
  PlaceStress() : options_(ReadStressOptions(200'000)) {
    PoolOptions options;
    options.slots = GetParam();
    options.bind = false;
    pool_ = std::move(Pool::Create(options).value());
    client_ = pool_->AddClient(Places::OptionsOfClient("places", kPlaces)).value();
    test_ = this;
    places_ = std::make_unique<Places>(*client_, Schedule);
    for (int i = 0; i < kPlaces; ++i) randoms_.emplace_back(options_.seed + static_cast<std::uint64_t>(i));
  }
  ~PlaceStress() override {
    pool_->RemoveClient(client_);
    places_.reset();
  }

  static Place::End Schedule(Place& place) { return test_->Run(place); }

  Place::End Run(Place& place) {
    const int me = place.index();
    EXPECT_FALSE(busy_[me].exchange(true)) << "two threads in place " << me;
    Place::End end = Place::End::kMore;
    for (int count = 0;; ++count) {
      void* const payload = place.Take();
      if (payload != nullptr) {
        Handle(place, *static_cast<Ball*>(payload), payload);
        if (count > 0 && randoms_[me].Below(100) == 0) break;
        continue;
      }
      if (place.Listen(static_cast<int>(randoms_[me].Below(4)))) continue;
      busy_[me].store(false);
      if (place.TryClose()) {
        end = Place::End::kIdle;
        return end;
      }
      EXPECT_FALSE(busy_[me].exchange(true));
    }
    busy_[me].store(false);
    return end;
  }

  void Handle(Place& place, const Ball& ball, void* payload) {
    const auto me = static_cast<std::uint32_t>(place.index());
    if (ball.to != kToAnybody) {
      ASSERT_EQ(ball.to, me);
      ASSERT_EQ(ball.sequence, received_[ball.sender][me]++) << "from " << ball.sender << " to " << me;
    }
    handled_.fetch_add(1, std::memory_order_relaxed);
    if (ball.hops > 0) Send(&place, me, randoms_[me], ball.hops - 1);
    MessageFree(payload);
    left_.fetch_sub(1);
  }

  // By `place`, or from outside.
  void Send(Place* place, std::uint32_t sender, Random& random, std::uint32_t hops) {
    left_.fetch_add(1);
    void* const payload = MessageAllocate(sizeof(Ball) + random.Below(200));
    auto* const ball = ::new (payload) Ball{hops, random.Below(kPlaces), sender, 0};
    const std::uint32_t how = random.Below(16);
    if (how == 0) {
      ball->to = kToAnybody;
      places_->PushShared(payload, MessagePriority::Integer(static_cast<std::int32_t>(random.Below(3)) - 1));
      return;
    }
    if (how == 1) (*places_)[static_cast<int>(random.Below(kPlaces))].Wake();
    if (place != nullptr && ball->to == sender) {
      ball->to = kToAnybody;  // Its own queues keep an order of their own.
      if (how < 8) {
        place->PushLocal(payload);
      } else {
        place->scheduled().Push(payload);
      }
      return;
    }
    ball->sequence = sent_[sender][ball->to]++;
    (*places_)[static_cast<int>(ball->to)].Push(payload);
  }

  void AwaitEnd() {
    while (left_.load() != 0) std::this_thread::yield();
  }

  const StressOptions options_;
  std::unique_ptr<Pool> pool_;
  Client* client_;
  std::unique_ptr<Places> places_;
  std::vector<Random> randoms_;
  std::atomic<bool> busy_[kPlaces] = {};
  // A sender's row is its own; a column's entry is its place's.
  std::uint32_t sent_[kSenders][kPlaces] = {};
  std::uint32_t received_[kSenders][kPlaces] = {};
  std::atomic<std::int64_t> left_{0};
  std::atomic<std::int64_t> handled_{0};
  static PlaceStress* test_;
};
PlaceStress* PlaceStress::test_ = nullptr;

TEST_P(PlaceStress, EveryBallArrivesOnceAndInOrder) {
  SCOPED_TRACE(options_.Text());
  Random random(options_.seed);
  constexpr int kBalls = 50;
  const auto hops = static_cast<std::uint32_t>(options_.rounds / kBalls);
  for (int i = 0; i < kBalls; ++i) {
    Send(nullptr, kPlaces, random, hops);
    RandomDelay(&random);
  }
  AwaitEnd();
  EXPECT_EQ(handled_.load(), std::int64_t{kBalls} * (hops + 1));
}

TEST_P(PlaceStress, ASingleMessageAlwaysWakesAnIdlePlace) {
  SCOPED_TRACE(options_.Text());
  Random random(options_.seed);
  const int rounds = options_.rounds / 20;
  for (int i = 0; i < rounds; ++i) {
    Send(nullptr, kPlaces, random, random.Below(3));
    AwaitEnd();
    if (random.Below(4) == 0) RandomDelay(&random);
  }
}

TEST_P(PlaceStress, APayloadOfSeveralOwnersGoesToSeveralPlaces) {
  SCOPED_TRACE(options_.Text());
  for (int round = 0; round < options_.rounds / 100; ++round) {
    void* const payload = MessageAllocate(sizeof(Ball));
    ::new (payload) Ball{0, kToAnybody, 0, 0};
    for (int i = 1; i < kPlaces; ++i) MessageReference(payload);
    left_.fetch_add(kPlaces);
    for (int i = 0; i < kPlaces; ++i) (*places_)[i].Push(payload);
    AwaitEnd();
  }
}

INSTANTIATE_TEST_SUITE_P(Slots, PlaceStress, testing::Values(1, 2, 4, 8));

TEST(SpanningTree, EveryMemberButTheRootIsOneChildOfItsParent) {
  for (int size = 1; size < 40; ++size) {
    for (int arity = 1; arity <= 5; ++arity) {
      for (int root = 0; root < size; root += 3) {
        const SpanningTree tree(size, arity, root);
        std::vector<int> parents(static_cast<std::size_t>(size), -1);
        for (int member = 0; member < size; ++member) {
          for (int i = 0; i < tree.Children(member); ++i) {
            ASSERT_EQ(parents.at(static_cast<std::size_t>(tree.Child(member, i))), -1);
            parents.at(static_cast<std::size_t>(tree.Child(member, i))) = member;
          }
        }
        for (int member = 0; member < size; ++member) {
          ASSERT_EQ(tree.Parent(member), parents[static_cast<std::size_t>(member)]) << size << " " << arity << " " << root;
          ASSERT_EQ(tree.Parent(member) == -1, member == root);
        }
      }
    }
  }
}

TEST(ReductionTable, IsCompleteWithItsOwnAndAllChildrenInAnyOrder) {
  ReductionTable table;
  int a = 0, b = 0, own = 0;
  EXPECT_FALSE(table.AddChild(7, &a).has_value());
  EXPECT_FALSE(table.AddOwn(7, &own, 2).has_value());
  EXPECT_FALSE(table.AddOwn(8, &own, 1).has_value());
  const auto all = table.AddChild(7, &b);
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->own, &own);
  EXPECT_EQ(all->children, (std::vector<void*>{&a, &b}));
  EXPECT_EQ(table.under_way(), 1u);
  EXPECT_TRUE(table.AddOwn(9, &own, 0).has_value());
  EXPECT_TRUE(table.AddChild(8, &a).has_value());
  EXPECT_EQ(table.under_way(), 0u);
}

}  // namespace
}  // namespace heddle
