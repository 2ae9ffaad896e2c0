#include "tests/situations/little_frontend.h"

#include <string>

#include "components/blocking/event.h"
#include "components/runtime/runtime.h"
#include "components/worker_pool/worker_pool.h"

namespace {

// Each library has its own.
heddle::Runtime* runtime = nullptr;
heddle::Client* client = nullptr;
std::string last_error;

const char* Fail(const absl::Status& status) {
  last_error = std::string(status.message());
  return last_error.c_str();
}

struct Call {
  heddle::Task task;  // First: the task is the call.
  void (*body)(void*);
  void* argument;
  heddle::Event ended;
};

}  // namespace

const char* little_start(const char* name) {
  const absl::StatusOr<heddle::Runtime*> acquired = heddle::Runtime::Acquire();
  if (!acquired.ok()) return Fail(acquired.status());
  heddle::ClientOptions options;
  options.name = name;
  const absl::StatusOr<heddle::Client*> added = (*acquired)->pool().AddClient(std::move(options));
  if (!added.ok()) {
    Fail(added.status());
    (void)(*acquired)->Release();
    return last_error.c_str();
  }
  runtime = *acquired;
  client = *added;
  return nullptr;
}

const char* little_stop() {
  runtime->pool().RemoveClient(client);
  client = nullptr;
  heddle::Runtime* const released = runtime;
  runtime = nullptr;
  const absl::Status status = released->Release();
  return status.ok() ? nullptr : Fail(status);
}

LittleView little_view() {
  heddle::Runtime* const current = heddle::Runtime::Current();
  const heddle::Activity* const activity = heddle::CurrentActivity();
  const heddle::Client* const whose = activity == nullptr ? nullptr : activity->client;
  LittleView view;
  view.runtime = current;
  view.code = reinterpret_cast<const void*>(&heddle::Runtime::Acquire);
  view.activity = activity;
  view.client = whose == nullptr ? nullptr : whose->name().c_str();
  view.worker = heddle::Pool::CurrentSlot();
  view.workers = current == nullptr ? 0 : current->pool().slots();
  return view;
}

void little_run(void (*body)(void* argument), void* argument) {
  Call call;
  call.task.run = [](heddle::Task* task) {
    Call* const self = reinterpret_cast<Call*>(task);
    self->body(self->argument);
    self->ended.Set();
  };
  call.task.client = client;
  call.body = body;
  call.argument = argument;
  runtime->pool().Submit(&call.task);
  call.ended.Wait();
}
