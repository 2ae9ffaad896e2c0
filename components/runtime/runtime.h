// The one runtime object of a process: made by the first frontend, dropped by the last.
#ifndef HEDDLE_COMPONENTS_RUNTIME_RUNTIME_H_
#define HEDDLE_COMPONENTS_RUNTIME_RUNTIME_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "components/runtime/options.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {

class Watchdog;

// Thread safety: Acquire and Release from any thread; frontends that start and stop at once are
// serialised.
class Runtime {
 public:
  // The process's runtime, with one more reference. The first call starts the workers; `wanted`
  // counts only there, and the environment before it. Blocking: while another thread starts or
  // stops the runtime. Errors: InvalidArgument for an option, naming variable, value and what is
  // allowed; what Pool::Create says; a trace file that cannot be written. Nothing is left over.
  static absl::StatusOr<Runtime*> Acquire(const RuntimeOptions& wanted = {});

  // Gives one reference back. The last one ends the workers, writes the trace and prints the
  // summary, where asked for. Not from a task. Errors: of the trace; the runtime has ended all the
  // same.
  absl::Status Release();

  // Adds what a frontend counts to the summary, below the pool's tables, in the order of these
  // calls. `section` is called once, when the summary is printed, by the thread that ends the
  // runtime or calls exit(): tasks may be running then. It returns whole lines. Where no summary
  // was asked for it is not called. Thread safety: any thread, a task too.  Blocking: a short lock.
  void AddToSummary(std::function<std::string()> section);

  // The runtime if there is one, without a reference.
  static Runtime* Current();

  // What the summary says; for who prints it.
  std::string SummaryText();

  Pool& pool() { return *pool_; }
  const Options& options() const { return options_; }

  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

 private:
  explicit Runtime(Options options);

  const Options options_;
  std::unique_ptr<Pool> pool_;
  std::unique_ptr<Watchdog> watchdog_;
  int references_ = 0;
  std::mutex sections_mutex_;
  std::vector<std::function<std::string()>> sections_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_RUNTIME_RUNTIME_H_
