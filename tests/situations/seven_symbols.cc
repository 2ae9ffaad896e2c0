// A region is a gang. Who asks is found through the current activity: a member of a region of ours
// has its record in Activity::user; a task of anybody else counts as inside of a region as wide as
// its activity; a thread that runs no task is an initial thread and has its control variable in a
// thread-local.
#include "tests/situations/seven_symbols.h"

#include <algorithm>
#include <atomic>

#include "components/base/check.h"
#include "components/runtime/runtime.h"
#include "components/worker_pool/gang.h"

namespace {

using heddle::Activity;
using heddle::CurrentActivity;

heddle::Runtime* runtime = nullptr;
std::atomic<heddle::Client*> client{nullptr};
std::atomic<std::uint64_t> regions[SEVEN_MOST_MEMBERS + 1];
std::atomic<std::uint64_t> members_run[SEVEN_MOST_MEMBERS + 1];

thread_local int initial_thread_wants =
    0;  // omp_set_num_threads in a thread that runs no task; 0: never called.

// An implicit task.
struct Member {
  int number;
  int members;
  bool in_parallel;
};

struct Region {
  void (*function)(void*);
  void* data;
  int members;
  bool in_parallel;
};

// The first call starts the pool and keeps it: like libgomp, this library has no end.
heddle::Client& Client() {
  static heddle::Client* const made = [] {
    const absl::StatusOr<heddle::Runtime*> acquired = heddle::Runtime::Acquire();
    HEDDLE_CHECK(acquired.ok()) << std::string(acquired.status().message());
    runtime = *acquired;
    heddle::ClientOptions options;
    options.name = "openmp";
    heddle::Client* const added = *runtime->pool().AddClient(std::move(options));
    client.store(added, std::memory_order_release);
    return added;
  }();
  return *made;
}

// The region's member as which the caller runs, or nullptr.
Member* CurrentMember() {
  const Activity* const activity = CurrentActivity();
  heddle::Client* const mine = client.load(std::memory_order_acquire);
  return activity == nullptr || mine == nullptr || activity->client != mine
             ? nullptr
             : static_cast<Member*>(activity->user);
}

// Whether the caller's width is that of its activity.
bool HasWidth() {
  const Activity* const activity = CurrentActivity();
  return activity != nullptr && (activity->task != nullptr || CurrentMember() != nullptr);
}

void RunMember(int number, void* argument) {
  const Region& region = *static_cast<const Region*>(argument);
  Member member{number, region.members, region.in_parallel};
  CurrentActivity()->user = &member;
  members_run[region.members].fetch_add(1, std::memory_order_relaxed);
  region.function(region.data);
}

}  // namespace

void GOMP_parallel(void (*function)(void* data), void* data, unsigned num_threads,
                   unsigned /*flags*/) {
  heddle::Client& mine = Client();
  const int members = num_threads > 0 ? static_cast<int>(num_threads) : omp_get_max_threads();
  HEDDLE_CHECK_LE(members, static_cast<int>(SEVEN_MOST_MEMBERS)) << "members of a region";
  Region region{function, data, members, members > 1 || omp_in_parallel() != 0};
  regions[members].fetch_add(1, std::memory_order_relaxed);
  heddle::RunGang(mine, members, RunMember, &region);
}

int omp_get_max_threads() {
  if (HasWidth()) return CurrentActivity()->width;
  return initial_thread_wants > 0 ? initial_thread_wants : heddle::GangWidth(Client().pool());
}

// Nobody named places.
int omp_get_num_places() { return 0; }

int omp_get_num_threads() {
  const Member* const member = CurrentMember();
  return member == nullptr ? 1 : member->members;
}

int omp_get_thread_num() {
  const Member* const member = CurrentMember();
  return member == nullptr ? 0 : member->number;
}

int omp_in_parallel() {
  if (const Member* const member = CurrentMember()) return member->in_parallel;
  return HasWidth() && CurrentActivity()->width == 1;
}

void omp_set_num_threads(int threads) {
  (HasWidth() ? CurrentActivity()->width : initial_thread_wants) = std::max(threads, 1);
}

std::uint64_t seven_regions(int members) { return regions[members].load(); }
std::uint64_t seven_members(int members) { return members_run[members].load(); }
