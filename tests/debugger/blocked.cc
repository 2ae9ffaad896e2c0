// A task that waits for ever, for the debugger's script to find.
#include <cstdio>

#include "components/blocking/event.h"
#include "components/runtime/runtime.h"

namespace {

heddle::Event event;

[[gnu::noinline]] void WaitDeepInside() {
  event.Wait();
  asm volatile("");  // No tail call: the debugger shall see this frame.
}

}  // namespace

// The debugger stops here.
extern "C" [[gnu::noinline]] void Blocked() { asm volatile(""); }

int main() {
  heddle::Runtime* const runtime = *heddle::Runtime::Acquire();
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
  Blocked();
  std::puts("without a debugger there is nothing to see");
  event.Set();
  runtime->pool().RemoveClient(client);
  return runtime->Release().ok() ? 0 : 1;
}
