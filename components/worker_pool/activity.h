// What runs: the activity, and the one thread-local through which code finds its own.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_ACTIVITY_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_ACTIVITY_H_

#include "components/ready_queue/task.h"

namespace heddle {

class Client;
class Lane;
class Pool;
struct Thread;

// A running task body or an attached thread's code. It stands on the stack of what it describes and travels with its
// context: what belongs to a worker or a PE is reached from here and never through a thread-local of its own.
struct Activity {
  Client* client = nullptr;  // Whose code runs.
  Lane* lane = nullptr;      // The logical worker it occupies, or nullptr.
  Task* task = nullptr;      // The task whose body runs, or nullptr in an attached thread.
  Activity* outer = nullptr;  // The one on top of which it runs: a waiter's, a pumping handler's.
  void* user = nullptr;      // The frontend's own: on a lane the state of the logical worker, else an implicit task.
  int width = 1;             // How many workers a parallel region opened here may count on (see gang.h).
  bool no_suspend = false;   // Suspending here is an error.
  bool owns_lane = false;    // The frame below runs the lane; false again where a stand-in took it over.
};

// The calling thread's record, or nullptr where it never met a pool. To be read by CurrentThread().
extern constinit thread_local Thread* current_thread __attribute__((tls_model("initial-exec")));

// Activity::user of the calling thread's activity, nullptr where there is none: for what a frontend's users read so often that
// a call would cost too much (Cpv variables). Written by the pool at each switch; Activity::user must not change while it runs.
extern "C" constinit thread_local void* heddle_activity_user __attribute__((tls_model("initial-exec")));

// Both by an instruction of their own: a compiler may keep the address of a thread-local over a call, and does where ThreadSanitizer
// asks for it, while a function that suspends may return on another thread.
inline Thread* CurrentThread() {
#if defined(__x86_64__)
  Thread* thread;
  asm volatile("movq %1, %0" : "=r"(thread) : "m"(current_thread));
  return thread;
#else
  return current_thread;
#endif
}
inline void SetActivityUser(void* user) {
#if defined(__x86_64__)
  asm volatile("movq %1, %0" : "=m"(heddle_activity_user) : "r"(user));
#else
  heddle_activity_user = user;
#endif
}

// The running activity, or nullptr in a thread that runs none.
// Thread safety: any thread; the result is the caller's own.  Blocking: never.  Cost: two loads.
// A suspension may move a movable task to another thread: the pointer stays right, since the activity moves along.
Activity* CurrentActivity();

// Marks a section in which suspending is an error: policies, callbacks, polling services.
// Thread safety: scoped to the calling activity.  Blocking: never.
class NoSuspendSection {
 public:
  NoSuspendSection();
  ~NoSuspendSection();
  NoSuspendSection(const NoSuspendSection&) = delete;
  NoSuspendSection& operator=(const NoSuspendSection&) = delete;

 private:
  Activity* activity_;
  bool before_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_ACTIVITY_H_
