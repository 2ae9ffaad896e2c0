// Places: logical workers to which messages are sent. Each is a lane of the pool with queues of its own.
//
// A place is served by its scheduler: a function of the frontend that takes messages and calls their handlers, and that runs as
// an activity of the lane while there are any. It may stop anywhere, in the middle of a handler even (coroutine.h).
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_PLACE_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_PLACE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "components/base/cache_line.h"
#include "components/message_layer/message.h"
#include "components/message_layer/message_queue.h"
#include "components/sync/mpsc_queue.h"
#include "components/sync/spin_lock.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {

class Places;

// Order of messages: those of one sender stay in order. What arrived from others goes first, then what the place sent to
// itself, then what was scheduled here by priority or, by priority between the two, is shared by all places of the process.
class Place {
 public:
  // What a scheduler says at its end. kIdle: it has found nothing, and TryClose() was true.
  enum class End { kIdle, kMore };
  using Scheduler = End (*)(Place& place);

  Place(Places& places, Lane& lane, Scheduler scheduler);
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  int index() const { return lane_.id(); }
  Lane& lane() const { return lane_; }
  Places& places() const { return places_; }

  // Hands a message over: no copy. It may be pushed to several places where it has as many owners.
  // Thread safety: any thread.  Blocking: never.  Memory order: what came before Push happens before the message is taken.
  // Cost: one read-modify-write of a line of the place; a wake-up where its slot sleeps.
  void Push(void* payload);
  // Lets the scheduler look around, also where no message has come.  Thread safety: any thread.  Blocking: never.
  // Cost: an exchange and a Push, or a load where it is awake anyway or has been woken.
  void Wake();

  // ---- For the place's own activity ----

  // A message to itself.  Cost: 2 ns.
  void PushLocal(void* payload) { local_.PushBack(payload); }
  MessageQueue& scheduled() { return scheduled_; }

  // The next message in the order above, or nullptr.
  void* Take() {
    if (!arrived_.Empty()) {
      if (void* const payload = TakeArrived(); payload != nullptr) return payload;
    }
    return TakeOwn();
  }
  // The same without what arrived.
  void* TakeOwn() {
    if (void* const payload = local_.PopFront(); payload != nullptr) return payload;
    return TakeScheduled();
  }
  // What arrived from others only.
  void* TakeArrived();

  // Whether there is a message at hand.
  bool HasMessages() const;
  // Waits a moment for a message or a Wake(), with open eyes, where nobody else wants the worker: true where one came.
  // `look(argument)` is called between two looks, where it is not nullptr, and says whether it found something: where what is
  // awaited comes from other processes.
  bool Listen(int looks, bool (*look)(void* argument) = nullptr, void* argument = nullptr) const;
  // Marks the place idle: from now on a message starts its scheduler, which must end. False where there is something to do.
  bool TryClose();
  bool closed() const { return closed_.load(std::memory_order_relaxed); }

 private:
  friend class Places;
  static void RunScheduler(Task* task);
  void* TakeScheduled();
  void PushMessage(Message* message);

  Places& places_;
  Lane& lane_;
  const Scheduler scheduler_;
  struct SchedulerTask : Task {
    Place* place;
  };
  SchedulerTask task_;
  Ring local_;
  MessageQueue scheduled_;
  Message wake_;
  // True from a successful TryClose() until the scheduler starts: a hint for those who look for an idle place.
  std::atomic<bool> closed_{true};
  std::atomic<bool> woken_{false};  // wake_ is in the mailbox.
  MpscQueue<Message, &Message::next> arrived_;
};

// The places of this process that belong to one client, one for each of its lanes, and the queue that they share.
class Places {
 public:
  // What a client is made of whose lanes are places.
  static ClientOptions OptionsOfClient(std::string name, int places);
  // Of a client with such options.  Thread safety: made before, and ended after, anybody uses them.
  Places(Client& client, Place::Scheduler scheduler);
  ~Places();
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  int size() const { return static_cast<int>(places_.size()); }
  Place& operator[](int index) const { return *places_[static_cast<std::size_t>(index)]; }
  Client& client() const { return client_; }

  // Leaves a message to whichever place comes first; an idle one is woken.
  // Thread safety: any thread.  Blocking: a spin lock, for the length of a queue operation.
  // Cost: a lock, and O(places) where none is idle.
  void PushShared(void* payload, MessagePriority priority = {}, MessageQueue::End end = MessageQueue::End::kBack);
  // Thread safety: any thread.
  bool HasShared() const { return shared_count_.load(std::memory_order_relaxed) != 0; }
  // The same for a place that has just closed.
  // Memory order: PushShared() stores its count and then reads closed_; a place stores closed_ and then reads the count. All four are
  // sequentially consistent, so that one of the two sees the other.
  bool MustHaveShared() const { return shared_count_.load(std::memory_order_seq_cst) != 0; }
  // The first shared message; where `than` is not nullptr only if it comes before that queue's first, or that one is empty.
  void* TakeShared(const MessageQueue* than = nullptr);
  std::size_t shared_count() const { return shared_count_.load(std::memory_order_relaxed); }

 private:
  Client& client_;
  std::vector<std::unique_ptr<Place>> places_;
  alignas(kFalseSharingBytes) SpinLock lock_;
  MessageQueue shared_;  // Under lock_.
  std::atomic<std::size_t> shared_count_{0};
  std::atomic<unsigned> turn_{0};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_PLACE_H_
