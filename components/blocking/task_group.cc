#include "components/blocking/task_group.h"

#include "components/base/check.h"

namespace heddle {
namespace {

Client* ClientOfCaller(Pool& pool) {
  const Activity* const activity = CurrentActivity();
  HEDDLE_CHECK(activity != nullptr && activity->client != nullptr &&
               &activity->client->pool() == &pool)
      << "a task group without a client was made by a thread without one";
  return activity->client;
}

}  // namespace

TaskGroup::TaskGroup(Pool& pool) : client_(ClientOfCaller(pool)) {}

void TaskGroup::Block(SuspendMode mode) {
  Suspension suspension("the tasks of a group");
  Suspend(
      suspension, mode,
      [](Suspension* waiter, void* group) {
        if (!static_cast<TaskGroup*>(group)->group_.ArmWaiter(waiter)) Resume(waiter);
      },
      this);
}

void TaskGroup::Wake() { Resume(static_cast<Suspension*>(group_.waiter())); }

void TaskGroup::DieUnfinished() {
  HEDDLE_CHECK(false) << "a task group of client " << client_->name()
                      << " ends before its tasks: Wait() is missing";
  __builtin_unreachable();
}

}  // namespace heddle
