// A context and its workers. One pool client a context; its execution streams are what of the pool's workers it uses at once.
//
// The calling thread counts as one of the workers: while it is outside of the waits, a context of n workers runs on n - 1 of the
// pool's, and with one worker nothing runs. In a wait it borrows a slot and works (a guest of the pool).
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_CONTEXT_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_CONTEXT_H_

#include <atomic>
#include <memory>
#include <vector>

#include "components/base/fence.h"
#include "components/dependency/group.h"
#include "components/message_layer/network.h"
#include "components/runtime/runtime.h"
#include "components/sync/spin_lock.h"
#include "components/worker_pool/worker_pool.h"
#include "parsec/execution_stream.h"
#include "parsec/parsec_internal.h"
#include "parsec/runtime.h"

namespace heddle::parsec {

struct TaskpoolEngine;

// One waiting thread or activity; on its stack.
struct ContextWaiter {
  Suspension suspension{"the end of taskpools"};
  bool (*over)(void* argument) = nullptr;  // Whether it need not wait any more. Never blocks; under the context's lock.
  void* argument = nullptr;
  ContextWaiter* next = nullptr;
};

// parsec_context_t::engine.
struct ContextEngine {
  parsec_context_t* context = nullptr;
  Runtime* runtime = nullptr;
  Pool* pool = nullptr;
  Client* client = nullptr;
  Network* network = nullptr;  // nullptr where this process is alone.
  int cores = 0;               // Workers asked for.
  bool lanes = false;          // Streams are lanes' (fewer workers than the pool has slots, and more than one).
  parsec_execution_stream_t* streams = nullptr;
  int stream_count = 0;        // At least cores: where those are as many as the slots or more, a stream is a slot's.
  PollingServices::Id poll = 0;
  bool task_profiler = false;  // Of mca_pins.

  SpinLock lock;
  bool started = false;                     // Under lock.
  int helpers = 0;                          // Threads and activities in WorkUntil(); under lock.
  int inner_helpers = 0;                    // Those of them that are activities of workers; under lock.
  int width = 1;                            // The client's limit, 0: paused; under lock.
  std::vector<TaskpoolEngine*> taskpools;   // Added and not complete; under lock.
  ContextWaiter* waiters = nullptr;         // Under lock.
  std::atomic<bool> watched{false};         // A taskpool that could be complete is among them, or somebody waits.
};

inline ContextEngine& EngineOf(parsec_context_t* context) { return *static_cast<ContextEngine*>(context->engine); }

// The stream of the calling activity; the first one outside of tasks.  Cost: a few loads.
parsec_execution_stream_t* CurrentStream(ContextEngine& engine);

// Which of a Group's workers the calling thread is (kNoWorker: none).
inline int CurrentWorker() { return Pool::CurrentSlot(); }

// Works, or waits, until over(argument). Called again after each event that Notify() tells of.
// Blocking: suspends the calling activity; a thread of the program works as one of the context's workers.
void WorkUntil(ContextEngine& engine, const char* what, bool (*over)(void* argument), void* argument);

// What waiters wait for may have come true.  Thread safety: any thread.  Blocking: a short lock.
void Notify(ContextEngine& engine);

// Whether taskpools run. Started or not, what waits for it in the client's policy is kept.
void SetStarted(ContextEngine& engine, bool started);

// ClientOptions::ran_dry, and a polling service.
void RanDry(Client& client);
PollResult PollForCompletion(void* engine);

// The end of a context's wait: with several processes, until what was sent to collections of this one has come. Collective.
// Blocking: suspends.
void MeetProcesses(ContextEngine& engine);

// Looks whether taskpools are complete, and completes them in tasks of their own.
// Thread safety: any thread.  Blocking: a short lock.
void LookForCompletion(ContextEngine& engine);
// The same where one could be, after tasks were finished: by workers that run dry, and by who finishes tasks without being one that
// will.  Cost: a fence and a load where none could be.
inline void LookForCompletionIfWatched(ContextEngine& engine) {
  FullFence();
  if (engine.watched.load(std::memory_order_relaxed)) LookForCompletion(engine);
}

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_CONTEXT_H_
