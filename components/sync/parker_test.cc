// Promised: a token lets one Park through, early or late; ParkFor says whether it got one; what
// came before Unpark is visible. Not promised: that tokens add up, or any duration.
#include "components/sync/parker.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

namespace heddle {
namespace {

TEST(ParkerTest, AnUnparkBeforeTheParkLetsItThrough) {
  Parker parker;
  parker.Unpark();
  parker.Park();
  EXPECT_FALSE(parker.ParkFor(0)) << "the token was not consumed";
}

TEST(ParkerTest, TokensDoNotAddUp) {
  Parker parker;
  parker.Unpark();
  parker.Unpark();
  EXPECT_TRUE(parker.TryPark());
  EXPECT_FALSE(parker.TryPark());
}

TEST(ParkerTest, ParkForSaysThatTheTimeRanOutAndLeavesNoTrace) {
  Parker parker;
  EXPECT_FALSE(parker.ParkFor(1000));
  EXPECT_FALSE(parker.ParkFor(-5));
  parker.Unpark();
  EXPECT_TRUE(parker.ParkFor(1000));
  EXPECT_FALSE(parker.ParkFor(1000));
}

TEST(ParkerTest, ParkForTheLongestTimeThereIsIsAWaitForEver) {
  Parker parker;
  std::thread waker([&] { parker.Unpark(); });
  EXPECT_TRUE(parker.ParkFor(std::numeric_limits<std::int64_t>::max()));
  waker.join();
}

TEST(ParkerTest, ASleeperIsWokenAndSeesWhatTheWakerWrote) {
  Parker parker;
  int written = 0;  // Plain: ThreadSanitizer checks the order.
  std::thread waker([&] {
    written = 42;
    parker.Unpark();
  });
  parker.Park();
  EXPECT_EQ(written, 42);
  waker.join();
}

// Whichever of the two comes second finds the other one's announcement.
TEST(ParkerDeathTest, TwoThreadsThatParkOnOneParkerDie) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        Parker parker;
        std::thread other([&] { parker.Park(); });
        parker.Park();
        other.join();
      },
      "two threads park on one Parker");
}

}  // namespace
}  // namespace heddle
