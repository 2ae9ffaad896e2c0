// Tasks. Each PE has a deque; for every task that is pushed to one there is a ticket in the node's
// shared queue, and who takes the ticket runs a task: its own newest, or another's oldest. So the
// pool wakes a PE for it, and a task that its PE took by itself only leaves a ticket that finds
// nothing.
#include "components/ready_queue/work_stealing_deque.h"
#include "frontends/charm/converse/src/periphery.h"
#include "frontends/charm/converse/src/session.h"

// Holds anything by its address.
struct TaskQueueStruct {
  heddle::WorkStealingDeque deque{4096};

  bool Push(void* data) { return deque.Push(static_cast<heddle::Task*>(data)); }
  void* Pop() { return deque.Pop(); }
  void* Steal() {
    while (!deque.Empty()) {
      // nullptr where another thief was faster: there may be more.
      if (void* const data = deque.Steal(); data != nullptr) return data;
    }
    return nullptr;
  }
};

CpvDeclare(TaskQueue, CsdTaskQueue);

namespace heddle::converse {
namespace {

std::atomic<int> ticket_handler{-1};

void* StealFromOthers() {
  for (int i = 1; i < CmiMyNodeSize(); ++i) {
    const TaskQueue victim = CpvAccessOther(CsdTaskQueue, (CmiMyRank() + i) % CmiMyNodeSize());
    if (void* const task = victim->Steal(); task != nullptr) return task;
  }
  return nullptr;
}

void HandleTicket(void* ticket) {
  CmiFree(ticket);
  void* task = CpvAccess(CsdTaskQueue)->Pop();
  if (task == nullptr) task = StealFromOthers();
  if (task != nullptr) Self().Handle(task);
}

}  // namespace

void InitTaskQueue(Pe&, char**) {
  CpvInitialize(TaskQueue, CsdTaskQueue);
  CpvAccess(CsdTaskQueue) = TaskQueueCreate();
  ticket_handler.store(CmiRegisterHandler(HandleTicket), std::memory_order_relaxed);
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

TaskQueue TaskQueueCreate() { return new TaskQueueStruct; }
void TaskQueuePush(TaskQueue queue, void* data) {
  if (!queue->Push(data))
    CmiAbort("TaskQueuePush: the queue holds %zu tasks, and no more", queue->deque.capacity());
}
void* TaskQueuePop(TaskQueue queue) { return queue->Pop(); }
void* TaskQueueSteal(TaskQueue queue) { return queue->Steal(); }

void TaskQueuePushLocal(void* task) {
  heddle::Places& places = hc::Self().place->places();
  if (!CpvAccess(CsdTaskQueue)->Push(task)) {
    places.PushShared(task);  // A message like any other.
    return;
  }
  void* const ticket = CmiAlloc(static_cast<int>(CmiMsgHeaderSizeBytes));
  CmiSetHandler(ticket, hc::ticket_handler.load(std::memory_order_relaxed));
  places.PushShared(ticket);
}
void* TaskQueuePopLocal() { return CpvAccess(CsdTaskQueue)->Pop(); }
int TaskQueueHasWork() { return !CpvAccess(CsdTaskQueue)->deque.Empty(); }
void StealTask() {
  if (void* const task = hc::StealFromOthers(); task != nullptr) TaskQueuePushLocal(task);
}
int ProcessLocalTasks() {
  int count = 0;
  while (void* const task = TaskQueuePopLocal()) {
    hc::Self().Handle(task);
    ++count;
  }
  if (count > 0) return count;
  void* const task = hc::StealFromOthers();
  if (task == nullptr) return 0;
  hc::Self().Handle(task);
  return 1;
}
void CmiTaskQueueInit() {}
