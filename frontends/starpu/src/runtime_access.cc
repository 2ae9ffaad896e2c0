// The one pool of the process: the only file that knows where it comes from.
#include <cstdio>
#include <string>

#include "components/runtime/runtime.h"
#include "frontends/starpu/src/context.h"

namespace heddle::starpu {

Pool* AcquirePool() {
  const absl::StatusOr<Runtime*> runtime = Runtime::Acquire();
  if (!runtime.ok()) {
    std::fprintf(stderr, "[starpu] no workers: %s\n", std::string(runtime.status().message()).c_str());
    return nullptr;
  }
  return &(*runtime)->pool();
}

void ReleasePool() {
  if (const absl::Status status = Runtime::Current()->Release(); !status.ok()) {
    std::fprintf(stderr, "[starpu] %s\n", std::string(status.message()).c_str());
  }
}

}  // namespace heddle::starpu
