// What ran, how often and for how long. Counts are exact; time is attributed when the task type or client changes and at
// every 64th task, so that a task of 50 ns does not read the clock.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_ACCOUNTING_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_ACCOUNTING_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "components/base/owned_count.h"
#include "components/ready_queue/task.h"

namespace heddle {

// Gives a task type an id under which its tasks are counted, and remembers its name; at most kMaxTaskTypes, later ones share
// id 0 ("other").  Thread safety: any thread.  Blocking: a short lock.
inline constexpr int kMaxTaskTypes = 256;
std::uint32_t RegisterTaskType(std::string_view name);

struct TaskTypeStatistics {
  std::string name;
  std::uint64_t tasks = 0;
  std::int64_t ns = 0;
};

struct SlotStatistics {
  std::uint64_t tasks = 0;
  std::uint64_t searches = 0;      // How often it ran out of work.
  std::uint64_t sleeps = 0;
  std::uint64_t resumes = 0;       // Suspended contexts that went on.
  std::int64_t idle_ns = 0;
};

struct WorkerPoolStatistics {
  std::vector<SlotStatistics> slots;
  std::vector<TaskTypeStatistics> types;
  int threads = 0;             // OS threads of the pool.
  int excess_threads = 0;      // Gang members without a slot, now.
  int most_excess_threads = 0;
  int blocking_threads = 0;    // Inside a foreign blocking call, now.
  std::uint64_t takeovers = 0; // Slots that the monitor gave to a spare thread.
};

// The part of a slot that its holder writes; anybody may read it (relaxed atomics, each with one writer at a time).
class SlotAccounting {
 public:
  // Before each task.  Cost: three instructions where nothing changed.
  void Begin(const Task& task) {
    const std::uint32_t type = task.type == nullptr ? 0 : task.type->id;
    if (type != type_ || --until_clock_ <= 0) ReadClock(type);
    ++pending_;
  }
  // Attributes what is pending. Before idling and whenever figures shall be exact.  Cost: a clock read.
  void Flush() { ReadClock(type_); }
  // Restarts the clock after idling, whose time belongs to no task.
  void Restart(std::int64_t now_ns);

  std::int64_t last_read_ns() const { return since_ns_; }
  // Time attributed since the last call, for the fair share.
  std::int64_t TakeBusy() {
    const std::int64_t busy = busy_ns_;
    busy_ns_ = 0;
    return busy;
  }

  OwnedCount tasks, searches, sleeps, resumes, idle_ns;
  struct Type {
    OwnedCount tasks, ns;
  };
  std::array<Type, kMaxTaskTypes> types;

 private:
  void ReadClock(std::uint32_t new_type);

  std::uint32_t type_ = 0;
  int until_clock_ = 0;
  std::uint32_t pending_ = 0;
  std::int64_t since_ns_ = 0;
  std::int64_t busy_ns_ = 0;
};

// Names and sums of all types over the slots' accounts.
std::vector<std::string> RegisteredTaskTypes();

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_ACCOUNTING_H_
