// Promised: what belongs to an activity (errno, caught exceptions) is right across suspensions, on another thread too; a child
// that is forked in a task forgets the pool and may make its own; exit() from a task ends the process though workers are in
// the middle of tasks. Not promised: thread-locals of a movable task after it has moved.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <vector>

#include "components/base/sanitizer.h"
#include "components/worker_pool/test_support.h"

// A child has one thread, whose stack is not the one from which GoogleTest's objects are reached, and leaves pools behind: what
// LeakSanitizer would find at its end is meant. The parent's is looked at.
static bool is_child = false;
extern "C" int __lsan_is_turned_off() { return is_child; }  // NOLINT(bugprone-reserved-identifier): its name.

namespace heddle {
namespace {

std::unique_ptr<Pool> NewPool(int slots) {
  PoolOptions options;
  options.slots = slots;
  absl::StatusOr<std::unique_ptr<Pool>> pool = Pool::Create(options);
  EXPECT_TRUE(pool.ok()) << pool.status();
  return *std::move(pool);
}

pid_t Fork() {
  const pid_t child = fork();
  is_child = is_child || child == 0;
  return child;
}

// Runs `body` as a task of a new pool, in a child process, which then exits with 9. Returns the child's status.
int StatusOfChild(const std::function<void(Pool&, Client*)>& body) {
  const pid_t child = Fork();
  if (child == 0) {
    std::unique_ptr<Pool> pool = NewPool(2);
    Client* const client = *pool->AddClient({});
    Countdown ran(1);
    pool->Submit(NewTask(client, [&] {
      body(*pool, client);
      ran.Done();
    }));
    ran.Wait();
    _exit(9);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// The status of a child that is forked right here.
int StatusOf(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

class WorkerPoolLifeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (HEDDLE_TSAN) GTEST_SKIP() << "TSan lets no thread start in a forked child";
  }
};

TEST_F(WorkerPoolLifeTest, AChildOfATaskThatUsesNoPoolEndsAsItLikes) {
  EXPECT_EQ(StatusOfChild([](Pool&, Client*) {
              const pid_t child = Fork();
              if (child == 0) _exit(CurrentActivity() == nullptr ? 5 : 6);
              _exit(StatusOf(child));
            }),
            5);
}

TEST_F(WorkerPoolLifeTest, AChildOfATaskMakesAPoolOfItsOwn) {
  EXPECT_EQ(StatusOfChild([](Pool&, Client*) {
              const pid_t child = Fork();
              if (child == 0) {
                std::unique_ptr<Pool> pool = NewPool(2);
                Client* const client = *pool->AddClient({});
                Event event;
                pool->Submit(NewTask(client, [&] { event.Set(); }));
                event.Wait();
                pool->RemoveClient(client);
                pool.reset();
                _exit(5);
              }
              _exit(StatusOf(child));
            }),
            5);
}

TEST_F(WorkerPoolLifeTest, AChildThatReturnsFromTheBodyExits) {
  EXPECT_EQ(StatusOfChild([](Pool&, Client*) {
              const pid_t child = Fork();
              if (child == 0) return;
              _exit(StatusOf(child) == 0 ? 5 : 6);
            }),
            5);
}

TEST_F(WorkerPoolLifeTest, AChildDropsThePoolOfItsParentWithoutWaitingForIt) {
  std::unique_ptr<Pool> pool = NewPool(2);
  const pid_t child = Fork();
  if (child == 0) {
    pool.reset();
    _exit(5);
  }
  EXPECT_EQ(StatusOf(child), 5);
}

// The other worker is in a task that never ends: a join would never return.
TEST_F(WorkerPoolLifeTest, ExitFromATaskJoinsNobody) {
  EXPECT_EQ(StatusOfChild([](Pool& pool, Client* client) {
              static Countdown started(1);
              pool.Submit(NewTask(client, [] {
                started.Done();
                Countdown(1).Wait();
              }));
              started.Wait();
              static std::unique_ptr<Pool> dropped_at_exit(&pool);
              exit(7);
            }),
            7);
}

thread_local int of_this_thread = 0;

// Not inlined, and asked anew each time: compilers keep addresses of thread-locals.
__attribute__((noinline)) pid_t ThreadId() {
  asm volatile("");
  return gettid();
}

__attribute__((noinline)) int Errno() {
  asm volatile("");
  return errno;
}

TEST(WorkerPoolActivityTest, AMovableTaskKeepsErrnoAndExceptionsOnAnotherThread) {
  std::unique_ptr<Pool> pool = NewPool(1);
  Client* const client = *pool->AddClient({});
  ClientOptions options;
  options.guests = true;
  Client* const guests = *pool->AddClient(std::move(options));
  // The task suspends on the guest, which leaves; then the worker goes on with it.
  Event go_on, guest_goes;
  Countdown ended(1);
  pid_t before = 0, after = 0;
  {
    const Attachment attachment(guests);
    pool->Submit(NewTask(guests, [&] {
      before = ThreadId();
      try {
        throw std::runtime_error("mine");
      } catch (const std::runtime_error&) {
        guest_goes.Set();
        errno = 42;
        go_on.Wait();
        EXPECT_EQ(Errno(), 42);
        try {
          throw;
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "mine");
        }
      }
      after = ThreadId();
      ended.Done();
    }));
    guest_goes.Wait();
  }
  go_on.Set();
  ended.Wait();
  // Whoever ran its first part, the second ran on the worker: nobody else is there.
  EXPECT_NE(after, gettid());
  EXPECT_NE(before, 0);
  pool->RemoveClient(client);
  pool->RemoveClient(guests);
}

TEST(WorkerPoolActivityTest, ATaskFindsItsThreadLocalsAfterASuspension) {
  std::unique_ptr<Pool> pool = NewPool(4);
  Client* const client = *pool->AddClient({});
  constexpr int kTasks = 400;
  Countdown ended(kTasks);
  std::vector<Event> events(kTasks / 2);
  for (std::size_t i = 0; i < events.size(); ++i) {
    pool->Submit(NewTask(client, [&, i] {
      const pid_t thread = ThreadId();
      ++of_this_thread;
      events[i].Wait();
      EXPECT_EQ(ThreadId(), thread);
      EXPECT_GT(of_this_thread, 0);
      ended.Done();
    }));
    pool->Submit(NewTask(client, [&, i] {
      events[i].Set();
      ended.Done();
    }));
  }
  ended.Wait();
  pool->RemoveClient(client);
}

}  // namespace
}  // namespace heddle
