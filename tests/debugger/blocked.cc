// A task that waits for ever, for the debugger's script to find.
#include <atomic>
#include <cstdio>
#include <optional>

#include "components/blocking/event.h"
#include "components/runtime/runtime.h"

namespace {

heddle::Event event;
std::atomic<bool> next_has_run = false;

[[gnu::noinline]] void WaitDeepInside() {
  event.Wait();
  asm volatile("");  // No tail call: the debugger shall see this frame.
}

}  // namespace

// The debugger stops here.
extern "C" [[gnu::noinline]] void Blocked() { asm volatile(""); }

int main() {
  heddle::Runtime* const runtime = *heddle::Runtime::Acquire({.workers = 1, .bind = std::nullopt});
  heddle::ClientOptions options;
  options.name = "solver";
  heddle::Client* const client = *runtime->pool().AddClient(std::move(options));
  static heddle::TaskType type{"factor"};
  static heddle::Task task;
  task.client = client;
  task.type = &type;
  task.run = [](heddle::Task*) { WaitDeepInside(); };
  runtime->pool().Submit(&task);
  while (runtime->pool().Describe().find("waits for") == std::string::npos) {
  }
  // The task says what it waits for before it leaves its stack. When the only worker has run another one, it has left.
  static heddle::Task next;
  next.client = client;
  next.run = [](heddle::Task*) { next_has_run = true; };
  runtime->pool().Submit(&next);
  while (!next_has_run) {
  }
  Blocked();
  std::puts("without a debugger there is nothing to see");
  event.Set();
  runtime->pool().RemoveClient(client);
  return runtime->Release().ok() ? 0 : 1;
}
