// The one pool of the process: the only file that knows where it comes from.
#include <cstdio>
#include <memory>
#include <string>

#include "frontends/starpu/src/context.h"

namespace heddle::starpu {
namespace {
std::unique_ptr<Pool> pool;
}  // namespace

Pool* AcquirePool() {
  absl::StatusOr<std::unique_ptr<Pool>> made = Pool::Create(PoolOptions());
  if (!made.ok()) {
    std::fprintf(stderr, "[starpu] no workers: %s\n", std::string(made.status().message()).c_str());
    return nullptr;
  }
  pool = *std::move(made);
  return pool.get();
}

void ReleasePool() { pool.reset(); }

}  // namespace heddle::starpu
