// heddle.h over the components: a translation and nothing else.
#include "components/runtime/heddle.h"

#include <cerrno>
#include <memory>
#include <string>

#include "components/dependency/group.h"
#include "components/memory_pool/pool.h"
#include "components/runtime/runtime.h"
#include "components/sync/spin_lock.h"
#include "components/worker_pool/blocking_call.h"

using heddle::Runtime;

struct heddle_group {
  explicit heddle_group(int workers) : group(workers) {}
  heddle::Group group;
};

struct heddle_completion {
  heddle::SpinLock lock;
  bool done = false;
  heddle::Suspension* waiters = nullptr;
};

struct heddle_attachment {
  explicit heddle_attachment(heddle::Client* client) : attachment(client) {}
  heddle::Attachment attachment;
};

namespace {

thread_local std::string last_error;

int Fail(int error, std::string text) {
  last_error = std::move(text);
  return -error;
}

int Fail(const absl::Status& status) {
  const int error = status.code() == absl::StatusCode::kInvalidArgument     ? EINVAL
                    : status.code() == absl::StatusCode::kResourceExhausted ? EAGAIN
                                                                            : EIO;
  return Fail(error, std::string(status.message()));
}

heddle::Client* Unwrap(heddle_client* client) { return reinterpret_cast<heddle::Client*>(client); }
heddle::Task* Unwrap(heddle_task* task) { return reinterpret_cast<heddle::Task*>(task); }
static_assert(sizeof(heddle_task) == sizeof(heddle::Task));
static_assert(alignof(heddle_task) == alignof(heddle::Task));
static_assert(sizeof(heddle_waiter) >= sizeof(heddle::Suspension));
static_assert(alignof(heddle_waiter) >= alignof(heddle::Suspension));

// heddle_task::user: the body and its argument.
void RunCTask(heddle::Task* task) {
  void* const argument = task->user[1];
  reinterpret_cast<void (*)(void*)>(task->user[0])(argument);
}

int Prepare(heddle_client* client, heddle_task* task) {
  if (task == nullptr || Unwrap(task)->run == nullptr) {
    return Fail(EINVAL, "heddle_submit: the task has no body; call heddle_task_init first");
  }
  if (client != nullptr) Unwrap(task)->client = Unwrap(client);
  const heddle::Activity* const activity = heddle::CurrentActivity();
  if (Unwrap(task)->client == nullptr && (activity == nullptr || activity->client == nullptr)) {
    return Fail(EINVAL, "heddle_submit: no client, and the caller is not a task that has one");
  }
  return 0;
}

}  // namespace

extern "C" {

const char* heddle_last_error(void) { return last_error.c_str(); }

int heddle_init(int workers) {
  heddle::RuntimeOptions options;
  if (workers != 0) options.workers = workers;
  const absl::StatusOr<Runtime*> runtime = Runtime::Acquire(options);
  return runtime.ok() ? 0 : Fail(runtime.status());
}

int heddle_shutdown(void) {
  Runtime* const runtime = Runtime::Current();
  if (runtime == nullptr) return Fail(EINVAL, "heddle_shutdown without heddle_init");
  const absl::Status status = runtime->Release();
  return status.ok() ? 0 : Fail(status);
}

int heddle_workers(void) {
  Runtime* const runtime = Runtime::Current();
  return runtime == nullptr ? 0 : runtime->pool().slots();
}

int heddle_worker_id(void) { return heddle::Pool::CurrentSlot(); }

heddle_client* heddle_client_create(const char* name, const heddle_client_options* options) {
  Runtime* const runtime = Runtime::Current();
  if (runtime == nullptr) {
    Fail(EINVAL, "heddle_client_create without heddle_init");
    return nullptr;
  }
  heddle::ClientOptions wanted;
  if (name != nullptr) wanted.name = name;
  if (options != nullptr) {
    if (options->weight != 0) wanted.weight = options->weight;
    wanted.width_limit = options->width_limit;
    wanted.lanes = options->lanes;
    wanted.guests = options->guests != 0;
  }
  const absl::StatusOr<heddle::Client*> client = runtime->pool().AddClient(std::move(wanted));
  if (!client.ok()) {
    Fail(client.status());
    return nullptr;
  }
  return reinterpret_cast<heddle_client*>(*client);
}

void heddle_client_destroy(heddle_client* client) {
  if (client != nullptr) Unwrap(client)->pool().RemoveClient(Unwrap(client));
}

int heddle_client_set_weight(heddle_client* client, double weight) {
  if (!(weight > 0)) {
    return Fail(EINVAL, "heddle_client_set_weight: " + std::to_string(weight) + " is not above 0");
  }
  Unwrap(client)->set_weight(weight);
  return 0;
}

int heddle_client_set_width(heddle_client* client, int workers) {
  if (workers < 0) {
    return Fail(EINVAL, "heddle_client_set_width: " + std::to_string(workers) + " is negative");
  }
  Unwrap(client)->set_width_limit(workers);
  return 0;
}

void heddle_task_init(heddle_task* task, void (*body)(void* argument), void* argument,
                      int priority) {
  heddle::Task* const header = new (task) heddle::Task;
  header->run = RunCTask;
  header->priority = priority;
  header->user[0] = reinterpret_cast<void*>(body);
  header->user[1] = argument;
}

int heddle_submit(heddle_client* client, heddle_task* task) {
  if (const int error = Prepare(client, task); error != 0) return error;
  heddle::Client* const of =
      Unwrap(task)->client != nullptr ? Unwrap(task)->client : heddle::CurrentActivity()->client;
  of->pool().Submit(Unwrap(task));
  return 0;
}

int heddle_submit_to_lane(heddle_client* client, int lane, heddle_task* task) {
  if (const int error = Prepare(client, task); error != 0) return error;
  const auto& lanes = Unwrap(client)->lanes();
  if (lane < 0 || static_cast<std::size_t>(lane) >= lanes.size()) {
    return Fail(EINVAL, "heddle_submit_to_lane: client " + Unwrap(client)->name() + " has " +
                            std::to_string(lanes.size()) + " lanes, not lane " +
                            std::to_string(lane));
  }
  lanes[static_cast<std::size_t>(lane)]->Push(Unwrap(task));
  return 0;
}

int heddle_lane_id(void) {
  const heddle::Activity* const activity = heddle::CurrentActivity();
  return activity == nullptr || activity->lane == nullptr ? -1 : activity->lane->id();
}

int heddle_block(heddle_waiter* waiter, int mode,
                 void (*publish)(heddle_waiter* waiter, void* argument), void* argument) {
  if (mode < HEDDLE_HOLD || mode > HEDDLE_SUBSTITUTE) {
    return Fail(EINVAL, "heddle_block: mode " + std::to_string(mode) +
                            " is none of HEDDLE_HOLD, HEDDLE_RELEASE, HEDDLE_SUBSTITUTE");
  }
  struct Call {
    void (*publish)(heddle_waiter*, void*);
    void* argument;
  } call{publish, argument};
  heddle::Suspension* const suspension = new (waiter) heddle::Suspension;
  heddle::Suspend(
      *suspension, static_cast<heddle::SuspendMode>(mode),
      [](heddle::Suspension* published, void* c) {
        const Call copy = *static_cast<Call*>(c);
        copy.publish(reinterpret_cast<heddle_waiter*>(published), copy.argument);
      },
      &call);
  return 0;
}

void heddle_unblock(heddle_waiter* waiter) {
  heddle::Resume(reinterpret_cast<heddle::Suspension*>(waiter));
}

void heddle_yield(void) { heddle::Yield(); }

int heddle_blocking_begin(void) { return heddle::BlockingCall::Begin() ? 1 : 0; }
void heddle_blocking_end(int token) {
  if (token != 0) heddle::BlockingCall::End();
}

heddle_group* heddle_group_create(void) {
  Runtime* const runtime = Runtime::Current();
  if (runtime == nullptr) {
    Fail(EINVAL, "heddle_group_create without heddle_init");
    return nullptr;
  }
  return new heddle_group(runtime->pool().slots());
}

void heddle_group_destroy(heddle_group* group) { delete group; }

// A cell of its own only for who is sure to stay on its worker meanwhile: no suspension lies between the two.
void heddle_group_started(heddle_group* group, uint64_t tasks) {
  group->group.Started(heddle::kNoWorker, tasks);
}
void heddle_group_finished(heddle_group* group) { group->group.Finished(heddle::kNoWorker); }

void heddle_group_wait(heddle_group* group) {
  struct Wait : heddle::GroupWaiter {
    heddle::Suspension suspension{"a group of tasks"};
    heddle::Group* group;
  } wait;
  wait.group = &group->group;
  wait.notify = [](heddle::GroupWaiter* waiter) {
    heddle::Resume(&static_cast<Wait*>(waiter)->suspension);
  };
  heddle::Suspend(
      wait.suspension, heddle::SuspendMode::kHold,
      [](heddle::Suspension*, void* w) {
        Wait* const published = static_cast<Wait*>(w);
        published->group->AddWaiter(published);
      },
      &wait);
}

heddle_completion* heddle_completion_create(void) { return heddle::PoolNew<heddle_completion>(); }
void heddle_completion_destroy(heddle_completion* completion) { heddle::PoolDelete(completion); }

void heddle_completion_signal(heddle_completion* completion) {
  completion->lock.lock();
  completion->done = true;
  heddle::Suspension* waiter = completion->waiters;
  completion->waiters = nullptr;
  completion->lock.unlock();
  while (waiter != nullptr) {
    heddle::Suspension* const next = waiter->next;
    heddle::Resume(waiter);
    waiter = next;
  }
}

int heddle_completion_done(heddle_completion* completion) {
  completion->lock.lock();
  const bool done = completion->done;
  completion->lock.unlock();
  return done ? 1 : 0;
}

void heddle_completion_wait(heddle_completion* completion) {
  if (heddle_completion_done(completion) != 0) return;
  heddle::Suspension suspension("a completion");
  heddle::Suspend(
      suspension, heddle::SuspendMode::kHold,
      [](heddle::Suspension* published, void* c) {
        heddle_completion* const waited = static_cast<heddle_completion*>(c);
        waited->lock.lock();
        if (!waited->done) {
          published->next = waited->waiters;
          waited->waiters = published;
          waited->lock.unlock();
          return;
        }
        waited->lock.unlock();
        heddle::Resume(published);
      },
      completion);
}

heddle_attachment* heddle_attach(heddle_client* client) {
  if (heddle::Pool::CurrentSlot() != heddle::Policy::kNoWorker) {
    Fail(EINVAL, "heddle_attach: the caller is a worker already");
    return nullptr;
  }
  return heddle::PoolNew<heddle_attachment>(Unwrap(client));
}

void heddle_detach(heddle_attachment* attachment) { heddle::PoolDelete(attachment); }

uint64_t heddle_polling_add(int (*poll)(void* argument), void* argument) {
  Runtime* const runtime = Runtime::Current();
  if (runtime == nullptr) {
    Fail(EINVAL, "heddle_polling_add without heddle_init");
    return 0;
  }
  // PollResult has the values of HEDDLE_POLL_*.
  return runtime->pool().polling().AddService(
      reinterpret_cast<heddle::PollResult (*)(void*)>(reinterpret_cast<void*>(poll)), argument);
}

void heddle_polling_remove(uint64_t id) {
  if (Runtime* const runtime = Runtime::Current(); runtime != nullptr) {
    runtime->pool().polling().RemoveService(id);
  }
}

}  // extern "C"
