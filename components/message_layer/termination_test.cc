// Promised: termination is told once for each Start, never while somebody works or a message is under way, and always in the end;
// over a transport that delays and reorders, and again after more work. Not promised: how many waves that takes.
#include "components/message_layer/termination.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "components/message_layer/loopback.h"
#include "components/message_layer/network_test_util.h"

namespace heddle {
namespace {

// What all processes have to do, for the test's own eyes: work that was sent and is not done.
std::atomic<std::int64_t> work_left{0};

// A process: a piece of work of depth n sends up to two pieces of depth n - 1 to random processes.
struct Worker {
  Worker(LoopbackWorld& world, int process, std::uint64_t seed)
      : random(seed),
        network(world.Join(process)),
        receiver(network->AddReceiver(&Worker::Receive, this)),
        detector(*network, {.count = &Worker::Count, .argument = this}) {}

  static void Receive(void* self, void* payload, int, std::uint32_t depth) {
    MessageFree(payload);
    auto& worker = *static_cast<Worker*>(self);
    ++worker.received;
    worker.ready.push_back(depth);
  }
  static TerminationDetector::Counts Count(void* self) {
    const auto& worker = *static_cast<Worker*>(self);
    return {worker.sent, worker.received, worker.ready.empty()};
  }
  static void Terminated(void* self) {
    EXPECT_EQ(work_left.load(), 0);
    ++static_cast<Worker*>(self)->told;
  }
  void Send(int process, std::uint32_t depth) {
    ++sent;
    work_left.fetch_add(1);
    network->Send(process, receiver, depth, MessageAllocate(1));
  }
  // One thread does all of a process: what the poller reads needs no lock.
  bool Step(int processes) {
    bool any = network->Progress();
    if (!ready.empty()) {
      const std::uint32_t depth = ready.front();
      if (depth > 0) {
        for (std::uint32_t i = random.Below(3); i > 0; --i) {
          Send(static_cast<int>(random.Below(static_cast<std::uint32_t>(processes))), depth - 1);
        }
      }
      ready.pop_front();
      work_left.fetch_sub(1);
      any = true;
    }
    return any;
  }

  Random random;
  std::unique_ptr<Network> network;
  int receiver;
  std::deque<std::uint32_t> ready;
  std::uint64_t sent = 0, received = 0;
  int told = 0;
  TerminationDetector detector;
};

struct Crew {
  Crew(int processes, const LoopbackOptions& options) : world(processes, options) {
    for (int i = 0; i < processes; ++i) {
      workers.push_back(
          std::make_unique<Worker>(world, i, options.seed * 31 + static_cast<std::uint64_t>(i)));
    }
  }
  template <class Done>
  void Until(const Done& done) {
    while (!done()) {
      for (auto& worker : workers) worker->Step(world.processes());
    }
  }
  LoopbackWorld world;
  std::vector<std::unique_ptr<Worker>> workers;
};

TEST(TerminationTest, AProcessThatIsAloneAndIdleHasTerminated) {
  Crew crew(1, {});
  crew.workers[0]->detector.Start(&Worker::Terminated, crew.workers[0].get());
  crew.Until([&] { return crew.workers[0]->told == 1; });
}

TEST(TerminationTest, ABusyProcessHoldsTheWave) {
  Crew crew(4, {});
  crew.workers[3]->ready.push_back(0);
  work_left.fetch_add(1);
  crew.workers[1]->detector.Start(&Worker::Terminated, crew.workers[1].get());
  for (int i = 0; i < 1000; ++i) {
    for (int process = 0; process < 4; ++process)
      crew.workers[static_cast<std::size_t>(process)]->network->Progress();
  }
  EXPECT_EQ(crew.workers[1]->told, 0);
  EXPECT_EQ(crew.workers[0]->detector.waves(), 1u) << "no second wave while a process is busy";
  crew.Until([&] { return crew.workers[1]->told == 1; });
}

TEST(TerminationTest, AMessageUnderWayHoldsIt) {
  Crew crew(3, {});
  crew.workers[0]->Send(2, 0);
  crew.workers[1]->detector.Start(&Worker::Terminated, crew.workers[1].get());
  crew.Until([&] { return crew.workers[1]->told == 1; });
  EXPECT_EQ(crew.workers[2]->received, 1u);
}

TEST(TerminationTest, ItIsToldToAllWhoAskedAndCanBeStartedAgain) {
  Crew crew(5, {.seed = 5, .reorder = 128, .delay = 64, .refuse = 32, .post = 64});
  for (int round = 1; round <= 20; ++round) {
    for (auto& worker : crew.workers) {
      worker->Send(0, 3);
      worker->detector.Start(&Worker::Terminated, worker.get());
    }
    crew.Until([&] {
      for (auto& worker : crew.workers) {
        if (worker->told < round) return false;
      }
      return true;
    });
    for (auto& worker : crew.workers) EXPECT_EQ(worker->told, round);
  }
}

// A detector whose notes its owner carries, and which some processes make late.
struct Carrier {
  Carrier(LoopbackWorld& world, int process)
      : network(world.Join(process)), receiver(network->AddReceiver(&Carrier::Receive, this)) {}

  void Make() {
    detector = std::make_unique<TerminationDetector>(
        *network, TerminationDetector::Owner{.count = [](void* self) { return static_cast<Carrier*>(self)->Count(); },
                                             .carry = &Carrier::Carry,
                                             .ended = [](void* self) { ++static_cast<Carrier*>(self)->ended; },
                                             .argument = this});
    for (const TerminationDetector::Note& note : early) detector->Receive(note);
    early.clear();
  }
  TerminationDetector::Counts Count() const { return {0, 0, idle}; }
  static void Carry(void* self, int process, const TerminationDetector::Note& note) {
    void* const payload = MessageAllocate(sizeof(note));
    std::memcpy(payload, &note, sizeof(note));
    auto& carrier = *static_cast<Carrier*>(self);
    carrier.network->Send(process, carrier.receiver, 0, payload);
  }
  static void Receive(void* self, void* payload, int, std::uint32_t) {
    TerminationDetector::Note note;
    std::memcpy(&note, payload, sizeof(note));
    MessageFree(payload);
    auto& carrier = *static_cast<Carrier*>(self);
    if (carrier.detector == nullptr) {
      carrier.early.push_back(note);
    } else {
      carrier.detector->Receive(note);
    }
  }

  std::unique_ptr<Network> network;
  int receiver;
  bool idle = true;
  int ended = 0;
  std::vector<TerminationDetector::Note> early;
  std::unique_ptr<TerminationDetector> detector;
};

TEST(TerminationTest, ACarriedOneWaitsForProcessesThatMakeItLateAndEndsInEach) {
  Random random(TestSeed());
  for (std::uint64_t left = TestRounds(100); left > 0; --left) {
    const int processes = 2 + static_cast<int>(random.Below(5));
    LoopbackWorld world(processes, {.seed = random.Next(), .reorder = 64, .delay = 64, .refuse = 32, .post = 64});
    std::vector<std::unique_ptr<Carrier>> carriers;
    for (int i = 0; i < processes; ++i) carriers.push_back(std::make_unique<Carrier>(world, i));
    const auto progress = [&](int times) {
      for (int i = 0; i < times; ++i) {
        for (auto& carrier : carriers) carrier->network->Progress();
      }
    };
    const auto ended = [&] {
      int sum = 0;
      for (auto& carrier : carriers) sum += carrier->ended;
      return sum;
    };
    const int late = 1 + static_cast<int>(random.Below(static_cast<std::uint32_t>(processes - 1)));
    for (int i = 0; i < processes; ++i) {
      if (i != late) carriers[static_cast<std::size_t>(i)]->Make();
    }
    carriers[0]->detector->Start();
    progress(200);
    EXPECT_EQ(ended(), 0) << "process " << late << " has not made its detector";
    Carrier& last = *carriers[static_cast<std::size_t>(late)];
    last.idle = false;
    last.Make();
    progress(200);
    EXPECT_EQ(ended(), 0) << "process " << late << " is busy";
    last.idle = true;
    while (ended() < processes) progress(1);
    progress(200);
    EXPECT_EQ(ended(), processes) << "once in each";
    for (auto& carrier : carriers) EXPECT_TRUE(carrier->early.empty());
  }
}

// Each process on a thread of its own, so that waves and work overlap in every way.
TEST(TerminationTest, ItIsNeverToldEarly) {
  Random random(TestSeed());
  for (std::uint64_t left = TestRounds(200); left > 0; --left) {
    constexpr int kProcesses = 4;
    Crew crew(kProcesses, {random.Next(), static_cast<int>(random.Below(200)),
                           static_cast<int>(random.Below(100)), static_cast<int>(random.Below(100)),
                           static_cast<int>(random.Below(200))});
    std::atomic<int> told{0};
    for (auto& worker : crew.workers) worker->Send(1, 8);
    OnThreads(kProcesses, [&](int process) {
      Worker& worker = *crew.workers[static_cast<std::size_t>(process)];
      worker.detector.Start(&Worker::Terminated, &worker);
      bool counted = false;
      while (told.load() < kProcesses) {
        if (!worker.Step(kProcesses)) std::this_thread::yield();
        if (worker.told == 1 && !counted) {
          counted = true;
          told.fetch_add(1);
        }
      }
    });
  }
}

}  // namespace
}  // namespace heddle
