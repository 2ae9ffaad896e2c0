#include "frontends/parsec/runtime/src/schedulers.h"

#include <string>

#include "components/ready_queue/policies.h"

namespace heddle::parsec {
namespace {

// What a module is known for, as one of ours. Those that keep a queue a worker and steal are work stealing, which takes the newest
// task of a worker first and the oldest of a victim; the successor of highest priority runs next whatever the module.
struct Module {
  std::string_view name;
  std::string_view policy;
};
constexpr Module kModules[] = {
    {"lfq", "ws"},     // local flat queues (the default)
    {"ltq", "ws"},     // local tree queues
    {"lhq", "ws"},     // local hierarchical queues
    {"ll", "ws"},      // local lifo
    {"pbq", "ws"},     // priority-based local queues
    {"rnd", "ws"},     // random
    {"llp", "prio"},   // local lifo by priority
    {"ap", "prio"},    // absolute priorities
    {"spq", "prio"},   // simple priority queue
    {"gd", "fifo"},    // global dequeue
    {"ip", "inverse"}  // inverse priorities
};

// The least priority first, on a queue that has the greatest first.
class InversePriority final : public Policy {
 public:
  explicit InversePriority(std::unique_ptr<Policy> queue) : queue_(std::move(queue)) {}
  void Push(Task* task, int worker) override {
    task->priority = ~task->priority;
    queue_->Push(task, worker);
  }
  Task* PopLocal(int worker) override { return Turned(queue_->PopLocal(worker)); }
  Task* PopAny(int worker) override { return Turned(queue_->PopAny(worker)); }
  bool Empty() const override { return queue_->Empty(); }
  bool EmptyFor(int worker) const override { return queue_->EmptyFor(worker); }
  const char* name() const override { return "ip"; }

 private:
  static Task* Turned(Task* task) {
    if (task != nullptr) task->priority = ~task->priority;
    return task;
  }
  std::unique_ptr<Policy> queue_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Policy>> MakeScheduler(std::string_view name, int workers) {
  if (name.empty()) name = "lfq";
  std::string known;
  for (const Module& module : kModules) {
    if (module.name == name) {
      if (module.policy != "inverse") return MakePolicy(module.policy, workers);
      return std::make_unique<InversePriority>(MakePolicy("prio", workers));
    }
    known += " " + std::string(module.name);
  }
  return absl::InvalidArgumentError("parameter mca_sched: there is no scheduler '" + std::string(name) + "'; there are:" + known);
}

}  // namespace heddle::parsec
