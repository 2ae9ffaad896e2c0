// Blocking calls, and the monitor that takes a slot from a thread that sleeps in a body without having said so.
//
// The monitor runs from the first client on that has more lanes than the pool has slots: eight PEs that meet in a pthread
// barrier must not hang on two slots where the original has eight threads; and from the first gang on that a task waited for,
// since that task keeps its slot, which a member may need. It gives a slot away when its holder has been asleep in
// the kernel, in the same body, for 10 ms while the slot has work. It never does so to a thread inside of the pool: see
// OwnerSection in slot.h.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <system_error>

#include "components/base/clock.h"
#include "components/base/futex.h"
#include "components/worker_pool/blocking_call.h"
#include "components/worker_pool/pool_impl.h"

namespace heddle {
namespace {

constexpr std::int64_t kMonitorIntervalNs = 5'000'000;
constexpr std::int64_t kAsleepNs = 10'000'000;

// Whether the thread sleeps in the kernel: state S or D of /proc/self/task/TID/stat.
bool IsAsleep(pid_t tid) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", static_cast<int>(tid));
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[256];
  const ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return false;
  text[size] = '\0';
  const char* const name_end = std::strrchr(text, ')');
  return name_end != nullptr && (name_end[2] == 'S' || name_end[2] == 'D');
}

}  // namespace

bool BlockingCall::Begin() {
  Thread* const self = CurrentThread();
  if (self == nullptr || self->slot == nullptr || self->activity == nullptr) return false;
  Pool::Impl& impl = self->pool->impl();
  Slot* const slot = self->slot;
  {
    const OwnerSection section;
    if (section.slot() == nullptr) return false;
    slot->accounting.Flush();
    if (Task* const task = slot->next_task; task != nullptr) {
      slot->next_task = nullptr;
      task->client->policy().Push(task, slot->index);
    }
    impl.blocking_threads.fetch_add(1, std::memory_order_relaxed);
    impl.PassOn(slot, self, Thread::kAway);
  }
  self->in_blocking_call = true;
  impl.spin.ThreadSleeps();
  return true;
}

void BlockingCall::End() {
  Thread* const self = CurrentThread();
  Pool::Impl& impl = self->pool->impl();
  self->in_blocking_call = false;
  impl.spin.ThreadBecomesRunnable();
  impl.AcquireSlot(self->slot, self);  // While this activity lives the pool does not stop.
  LeaveSection(self);
  impl.blocking_threads.fetch_sub(1, std::memory_order_relaxed);
}

void Pool::Impl::NeedMonitor() {
  std::lock_guard<std::mutex> hold(monitor_mutex);
  if (monitor.joinable()) return;
  observations.resize(slots.size());
  const BlockedSignals blocked;
  try {
    monitor = std::thread([this] { MonitorMain(); });
  } catch (const std::system_error&) {
    // No thread to be had: the pool works without, and asks again with the next client.
  }
}

void Pool::Impl::StopMonitor() {
  std::lock_guard<std::mutex> hold(monitor_mutex);
  if (!monitor.joinable()) return;
  monitor_word.store(1, std::memory_order_release);
  FutexWake(monitor_word, 1);
  monitor.join();
}

void Pool::Impl::MonitorMain() {
  pthread_setname_np(pthread_self(), "heddle/monitor");
  while (monitor_word.load(std::memory_order_acquire) == 0) {
    FutexWait(monitor_word, 0, kMonitorIntervalNs);
    for (std::size_t i = 0; i < slots.size(); ++i) CheckSlot(slots[i].get(), observations[i]);
  }
}

void Pool::Impl::CheckSlot(Slot* slot, Observation& seen) {
  Thread* const holder = slot->holder.load(std::memory_order_acquire);
  if (holder == nullptr || slot->state.load(std::memory_order_acquire) != SlotState::kRunning ||
      !IsAsleep(holder->tid.load(std::memory_order_relaxed))) {
    seen = Observation{};
    return;
  }
  const std::uint64_t bodies = holder->bodies.load(std::memory_order_relaxed);
  const std::int64_t now = NowNs();
  if (seen.holder != holder || seen.bodies != bodies) {
    seen = Observation{holder, bodies, now};
    return;
  }
  if (now - seen.asleep_since_ns < kAsleepNs) return;
  // The table of clients may be looked at from here only while no client leaves it.
  std::unique_lock<std::mutex> table(table_mutex, std::try_to_lock);
  if (!table.owns_lock()) return;
  Thread* to = nullptr;
  {
    std::lock_guard<SpinLock> hold(slot->lock);
    if (slot->holder.load(std::memory_order_relaxed) != holder) return;
    if (holder->waits.load(std::memory_order_seq_cst)) return;
    // A slot that sleeps has a holder: nobody falls asleep while it has none here.
    std::lock_guard<SpinLock> no_sleep(idle_lock);
    slot->holder.store(nullptr, std::memory_order_seq_cst);
    HeavyFence();
    // Inside of the pool, or on its way there: awake after all. A section that saw no holder meanwhile did without. What
    // belongs to the holder may be looked at once it is in no section.
    const bool busy = slot->state.load(std::memory_order_seq_cst) != SlotState::kRunning ||
                      holder->sections.load(std::memory_order_acquire) != 0 ||
                      holder->waits.load(std::memory_order_seq_cst) ||
                      holder->bodies.load(std::memory_order_relaxed) != bodies;
    if (busy || (slot->attention.load(std::memory_order_seq_cst) == 0 && slot->resumed.empty() &&
                 slot->yielded.empty() && slot->next_task == nullptr && !MayHaveWork(slot))) {
      slot->holder.store(holder, std::memory_order_seq_cst);
      holder->parker.Unpark();  // It may have seen that it does not hold the slot, and sleep.
      return;
    }
    to = PassOnLocked(slot, holder, Thread::kAway);
  }
  seen = Observation{};
  if (to == nullptr) {
    GiveToNewThread(slot);
  } else {
    to->parker.Unpark();
  }
  takeovers.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace heddle
