// Layout, and who may write what
//
// - `enabled`: written by Start(), Stop() and a forked child, under the mutex; read by everyone.
// - Ring: one a thread, found through a thread-local pointer, listed in the registry.
// - Ring::busy: written by the owner: it is inside Record() and may touch the next three.
// - Ring::events, mask, next: the owner's while it is busy and tracing is on; whoever holds the
//   mutex may have them while the ring cannot be busy. No events: none of this recording yet.
// - Everything else: under the mutex.
//
// Why Stop() may read and free rings while threads record
//
// The owner sets busy, LightFence(), reads `enabled`. Stop() clears `enabled`, HeavyFence(), reads
// busy. Of the two at least one sees the other (Dekker; fence.h). Either the owner sees that
// tracing is off and touches nothing, or Stop() sees busy and waits for the release store that
// clears it, after which the owner's writes are visible. From then on, until the next Start(),
// every owner sees `enabled` false, and the rings are Stop()'s.
//
// After the next Start() an owner that was on its way into Record() all the time reads `enabled`
// with acquire, so that it sees what Stop() did to its ring: it has no events, and goes for new
// ones. An owner waits for the mutex only when not busy, and Stop() waits for busy under the
// mutex: no cycle.
#include "components/trace/trace.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "components/base/clock.h"
#include "components/base/fence.h"
#include "components/trace/chrome_json.h"
#include "components/trace/ticks.h"

namespace heddle::trace {
namespace internal {

alignas(kFalseSharingBytes) Flag enabled;

}  // namespace internal

namespace {

using internal::enabled;

// Half a cache line. The kind stands in the low four bits of the time; 60 bits of ticks last for
// years. The track stands in the high 16 bits of the name's address.
struct Event {
  std::uint64_t ticks_and_kind;
  const char* name;
  std::uint64_t a;
  std::uint64_t b;
};
static_assert(sizeof(Event) == 32);
static_assert(static_cast<int>(TraceEventKind::kCounter) < 16);

struct alignas(kFalseSharingBytes) Ring {
  std::atomic<bool> busy{false};
  std::uint64_t mask = 0;
  std::uint64_t next = 0;
  std::unique_ptr<Event[]> events;

  std::string name;
  long os_thread = gettid();
  bool owner_ended = false;
};

struct Registry {
  std::mutex mutex;
  std::vector<std::unique_ptr<Ring>> rings;
  std::unordered_set<std::string> names;  // Its elements stay where they are.
  std::unordered_map<std::string, TraceTrack> tracks;
  std::vector<std::string> track_names{"the thread's"};
  bool running = false;
  std::size_t capacity = 0;
  int file = -1;
  std::string path;
  internal::Calibration started;
};

void ForkPrepare();
void ForkParent();
void ForkChild();

// Never destroyed: threads end after main() does.
Registry& TheRegistry() {
  static Registry* const registry = [] {
    pthread_atfork(ForkPrepare, ForkParent, ForkChild);
    return new Registry;
  }();
  return *registry;
}

// Initial-exec: one instruction to reach it, also from the shared library.
__attribute__((tls_model("initial-exec"))) thread_local Ring* this_ring = nullptr;
__attribute__((tls_model("initial-exec"))) thread_local bool this_thread_ended = false;

// Gives the ring to the registry when its thread ends: its events are still wanted if a recording
// is running.
struct RingOwner {
  bool armed = false;
  ~RingOwner() {
    this_thread_ended = true;
    Ring* const ring = std::exchange(this_ring, nullptr);
    if (ring == nullptr) return;
    Registry& registry = TheRegistry();
    std::lock_guard lock(registry.mutex);
    ring->owner_ended = true;
    if (ring->events == nullptr)
      std::erase_if(registry.rings, [&](const auto& other) { return other.get() == ring; });
  }
};
thread_local RingOwner this_ring_owner;

// The calling thread's ring; nullptr where its thread-locals are gone already.
Ring* RingOfThisThread(Registry& registry) {
  if (this_ring != nullptr || this_thread_ended) return this_ring;
  this_ring_owner.armed = true;  // The first use registers the destructor.
  std::lock_guard lock(registry.mutex);
  registry.rings.push_back(std::make_unique<Ring>());
  return this_ring = registry.rings.back().get();
}

// Gives the ring a buffer for the running recording. False where there is none, or no memory: the
// event is not recorded.
bool Attach(Ring& ring) {
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  if (!registry.running) return false;
  ring.events.reset(new (std::nothrow) Event[registry.capacity]);
  if (ring.events == nullptr) return false;
  ring.mask = registry.capacity - 1;
  ring.next = 0;
  return true;
}

// Takes the buffers from all rings. Under the mutex; no ring is or can become busy.
void ReleaseRings(Registry& registry) {
  std::erase_if(registry.rings, [](const auto& ring) { return ring->owner_ended; });
  for (const auto& ring : registry.rings) ring->events.reset();
}

internal::ThreadLog ToLog(const Ring& ring, const internal::Calibration& from,
                          const internal::Calibration& to) {
  internal::ThreadLog log;
  log.name = ring.name;
  log.os_thread = ring.os_thread;
  log.ended = ring.owner_ended;
  const std::uint64_t kept = std::min(ring.next, ring.mask + 1);
  log.overwritten = ring.next - kept;
  log.events.reserve(kept);
  for (std::uint64_t i = ring.next - kept; i != ring.next; ++i) {
    const Event& event = ring.events[i & ring.mask];
    const auto name = reinterpret_cast<std::uintptr_t>(event.name);
    log.events.push_back({internal::NsBetween(from, to, event.ticks_and_kind >> 4),
                          static_cast<TraceEventKind>(event.ticks_and_kind & 15),
                          reinterpret_cast<const char*>(name & ((std::uintptr_t{1} << 48) - 1)),
                          event.a, event.b, static_cast<TraceTrack>(name >> 48)});
  }
  return log;
}

// write(2) through a buffer of our own: nothing of it is flushed a second time by a forked child's
// exit().
class Output {
 public:
  explicit Output(int file) : file_(file) {}
  void Write(std::string_view text) {
    buffer_.append(text);
    if (buffer_.size() >= (1 << 16)) Flush();
  }
  // The first errno that occurred, or 0.
  int Close() {
    Flush();
    if (close(file_) != 0 && error_ == 0) error_ = errno;
    return error_;
  }

 private:
  void Flush() {
    for (std::size_t done = 0; done < buffer_.size() && error_ == 0;) {
      const ssize_t n = write(file_, buffer_.data() + done, buffer_.size() - done);
      if (n >= 0) {
        done += static_cast<std::size_t>(n);
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
    buffer_.clear();
  }
  const int file_;
  int error_ = 0;
  std::string buffer_;
};

void ForkPrepare() { TheRegistry().mutex.lock(); }
void ForkParent() { TheRegistry().mutex.unlock(); }

// Only the calling thread is left; it is not busy, since Record() does not fork. The others' rings
// are stale.
void ForkChild() {
  Registry& registry = TheRegistry();
  enabled.on.store(false, std::memory_order_relaxed);
  for (const auto& ring : registry.rings) {
    ring->owner_ended = ring.get() != this_ring;
    ring->busy.store(false, std::memory_order_relaxed);
    if (!ring->owner_ended) ring->os_thread = gettid();
  }
  ReleaseRings(registry);
  if (registry.running) close(registry.file);
  registry.running = false;
  registry.mutex.unlock();
}

}  // namespace

// Out of line, so that the thread-local is looked up anew at each call: a context may move between
// threads.
__attribute__((noinline)) void internal::RecordEnabled(TraceEventKind kind, const char* name,
                                                       std::uint64_t a, std::uint64_t b) {
  Ring* ring = this_ring;
  if (ring == nullptr) [[unlikely]] {
    ring = RingOfThisThread(TheRegistry());
    if (ring == nullptr) return;
  }
  for (;;) {
    ring->busy.store(true, std::memory_order_relaxed);
    LightFence();  // Pairs with the HeavyFence() of Stop().
    const bool on = enabled.on.load(std::memory_order_acquire);
    if (on && ring->events != nullptr) [[likely]]
      break;
    ring->busy.store(false, std::memory_order_release);
    if (!on || !Attach(*ring)) return;
  }
  ring->events[ring->next++ & ring->mask] = {
      internal::ReadTicks() << 4 | static_cast<std::uint64_t>(kind), name, a, b};
  ring->busy.store(false, std::memory_order_release);
}

const char* Intern(std::string_view text) {
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  return registry.names.emplace(text).first->c_str();
}

TraceTrack Track(std::string_view name) {
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  const auto known = registry.tracks.find(std::string(name));
  if (known != registry.tracks.end()) return known->second;
  if (registry.track_names.size() > std::numeric_limits<TraceTrack>::max()) return kTrackOfThread;
  const auto track = static_cast<TraceTrack>(registry.track_names.size());
  registry.track_names.emplace_back(name);
  return registry.tracks[std::string(name)] = track;
}

void SetThreadName(std::string_view name) {
  Registry& registry = TheRegistry();
  Ring* const ring = RingOfThisThread(registry);
  if (ring == nullptr) return;
  std::lock_guard lock(registry.mutex);
  ring->name = name;
}

absl::Status Start(std::string path, std::size_t events_per_thread) {
  constexpr std::size_t kMost = std::size_t{1} << 30;
  if (events_per_thread < 1 || events_per_thread > kMost) {
    return absl::InvalidArgumentError(
        absl::StrCat("trace of ", events_per_thread, " events per thread; allowed: 1 to ", kMost));
  }
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  if (registry.running)
    return absl::FailedPreconditionError(absl::StrCat("already tracing into ", registry.path));
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot write the trace ", path));
  registry.file = file;
  registry.path = std::move(path);
  registry.capacity = std::bit_ceil(events_per_thread);
  registry.started = internal::Calibrate();
  registry.running = true;
  enabled.on.store(true, std::memory_order_release);
  return absl::OkStatus();
}

absl::Status Stop() {
  Registry& registry = TheRegistry();
  std::vector<internal::ThreadLog> logs;
  std::vector<std::string> track_names;
  std::string path;
  int file = -1;
  internal::Calibration started, stopped;
  {
    std::lock_guard lock(registry.mutex);
    if (!registry.running) return absl::FailedPreconditionError("not tracing");
    enabled.on.store(false, std::memory_order_relaxed);
    HeavyFence();  // Pairs with the LightFence() of Record().
    for (const auto& ring : registry.rings)
      while (ring->busy.load(std::memory_order_acquire)) sched_yield();
    started = registry.started;
    stopped = internal::Calibrate();
    for (const auto& ring : registry.rings)
      if (ring->events != nullptr) logs.push_back(ToLog(*ring, started, stopped));
    ReleaseRings(registry);
    registry.running = false;
    track_names = registry.track_names;
    path = std::move(registry.path);
    file = registry.file;
  }
  Output output(file);
  internal::WriteChromeJson(
      std::move(logs), stopped.ns - started.ns, [&](std::string_view text) { output.Write(text); },
      track_names);
  const int error = output.Close();
  if (error == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(error, absl::StrCat("cannot write the trace ", path));
}

}  // namespace heddle::trace
