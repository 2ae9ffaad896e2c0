#include "components/message_layer/place.h"

#include <mutex>

#include "components/base/check.h"
#include "components/base/clock.h"
#include "components/base/fence.h"

namespace heddle {
namespace {

// Kinds of what is in a mailbox.
constexpr std::uint32_t kPayload = 0;
constexpr std::uint32_t kEnvelope = 1;  // The payload is the address of one that several places own.
constexpr std::uint32_t kWake = 2;      // Nothing but a reason to look.

TaskType scheduler_type{.name = "messages"};

// Of clients whose lanes are places: they have no tasks but the schedulers, which are messages of their lanes.
class NoTasksPolicy final : public Policy {
 public:
  const char* name() const override { return "messages"; }
  void Push(Task*, int) override { HEDDLE_CHECK(false) << "a task is submitted to a client whose lanes are places"; }
  Task* PopLocal(int) override { return nullptr; }
  Task* PopAny(int) override { return nullptr; }
  bool Empty() const override { return true; }
};

}  // namespace

Place::Place(Places& places, Lane& lane, Scheduler scheduler)
    : places_(places), lane_(lane), scheduler_(scheduler) {
  task_.place = this;
  task_.run = RunScheduler;
  task_.type = &scheduler_type;
  task_.flags = kTaskMovable;  // A place goes on on any worker, in the middle of a handler, too.
  task_.client = &lane.client();
  wake_.kind = kWake;
}

void Place::Push(void* payload) {
  Message* message = Message::Of(payload);
  if (message->owners.load(std::memory_order_relaxed) > 1) [[unlikely]] {
    // Its link may be in use by another place's mailbox.
    void* const envelope = MessageAllocate(sizeof(void*));
    *static_cast<void**>(envelope) = payload;
    message = Message::Of(envelope);
    message->kind = kEnvelope;
  }
  PushMessage(message);
}

void Place::PushMessage(Message* message) {
  if (arrived_.Push(message)) lane_.Push(&task_);  // It was closed: only now the scheduler may start.
}

void Place::Wake() {
  // Who set it before has pushed, or will, and the scheduler takes it back before it looks.
  if (!woken_.exchange(true, std::memory_order_seq_cst)) PushMessage(&wake_);
}

void* Place::TakeArrived() {
  for (;;) {
    Message* const message = arrived_.Pop();
    if (message == nullptr) return nullptr;
    if (message->kind == kPayload) [[likely]] return message->payload();
    if (message->kind == kWake) {
      woken_.store(false, std::memory_order_seq_cst);
      continue;
    }
    void* const payload = *static_cast<void**>(message->payload());
    message->kind = kPayload;
    MessageFree(message->payload());
    return payload;
  }
}

void* Place::TakeScheduled() {
  if (places_.HasShared()) [[unlikely]] {
    if (void* const payload = places_.TakeShared(&scheduled_); payload != nullptr) return payload;
  }
  return scheduled_.Pop();
}

bool Place::HasMessages() const {
  return !arrived_.Empty() || !local_.empty() || !scheduled_.empty() || places_.HasShared();
}

bool Place::Listen(int looks, bool (*look)(void*), void* argument) const {
  const Pool& pool = lane_.client().pool();
  if (!(look == nullptr ? pool.SpinningPays() : pool.SpinningForOthersPays())) looks = 1;
  for (int i = 0; i < looks; ++i) {
    if (!arrived_.Empty() || places_.HasShared()) return true;
    if (lane_.WorkerIsWanted()) return false;
    if (look == nullptr) {
      CpuRelax();
    } else if (look(argument)) {  // Takes longer than a pause.
      return true;
    }
  }
  return false;
}

bool Place::TryClose() {
  if (!local_.empty() || !scheduled_.empty()) return false;
  closed_.store(true, std::memory_order_seq_cst);
  if (!arrived_.CloseIfEmpty()) {
    closed_.store(false, std::memory_order_relaxed);
    return false;
  }
  if (places_.MustHaveShared()) Wake();
  return true;
}

void Place::RunScheduler(Task* task) {
  // From the moment the place is closed it may be pushed again.
  Place* const place = static_cast<SchedulerTask*>(task)->place;
  place->closed_.store(false, std::memory_order_relaxed);
  if (place->scheduler_(*place) == End::kMore) {
    place->lane_.GiveWay();
    place->lane_.Push(task);
  }
}

ClientOptions Places::OptionsOfClient(std::string name, int places) {
  ClientOptions options;
  options.name = std::move(name);
  options.lanes = places;
  options.policy = std::make_unique<NoTasksPolicy>();
  return options;
}

Places::Places(Client& client, Place::Scheduler scheduler) : client_(client) {
  for (const auto& lane : client.lanes()) {
    places_.push_back(std::make_unique<Place>(*this, *lane, scheduler));
  }
}

Places::~Places() {
  for (const auto& place : places_) {
    while (void* const payload = place->Take()) MessageFree(payload);
  }
}

void Places::PushShared(void* payload, MessagePriority priority, MessageQueue::End end) {
  {
    std::lock_guard<SpinLock> hold(lock_);
    shared_.Push(payload, std::move(priority), end);
    shared_count_.store(shared_.size(), std::memory_order_seq_cst);
  }
  const unsigned count = static_cast<unsigned>(places_.size());
  // Two at once may begin at the same place: it is no more than a hint.
  const unsigned first = turn_.load(std::memory_order_relaxed);
  turn_.store(first + 1, std::memory_order_relaxed);
  for (unsigned i = 0; i < count; ++i) {
    Place& place = *places_[(first + i) % count];
    if (place.closed_.load(std::memory_order_seq_cst)) {
      place.Wake();
      return;
    }
  }
}

void* Places::TakeShared(const MessageQueue* than) {
  std::lock_guard<SpinLock> hold(lock_);
  if (than != nullptr && than->FirstIsBefore(shared_)) return nullptr;
  void* const payload = shared_.Pop();
  shared_count_.store(shared_.size(), std::memory_order_relaxed);
  return payload;
}

}  // namespace heddle
