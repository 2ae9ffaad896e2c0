#include "components/runtime/runtime.h"

#include <pthread.h>

#include <cstdlib>
#include <mutex>

#include "components/runtime/summary.h"
#include "components/runtime/watchdog.h"
#include "components/trace/trace.h"

namespace heddle {
namespace {

// The only mutable globals of the library that a user can see the effect of.
//
// Starting and ending are serialised by `life`, under which the pool and the trace take locks of
// their own. The pointer has another lock, under which nothing else is taken: this one is held
// across a fork, where others hold theirs already.
std::mutex* life = new std::mutex;
std::mutex pointer_mutex;
Runtime* runtime = nullptr;

void SetCurrent(Runtime* current) {
  std::lock_guard<std::mutex> hold(pointer_mutex);
  runtime = current;
}

// A forked child has none of the workers: it forgets the runtime, whose memory stays, and makes a
// new one at its next call. A thread that it does not have may have been starting or ending the
// runtime: it takes another `life`.
void BeforeFork() { pointer_mutex.lock(); }
void AfterForkInParent() { pointer_mutex.unlock(); }
void AfterForkInChild() {
  runtime = nullptr;
  life = new std::mutex;
  pointer_mutex.unlock();
}

// exit() with the runtime still held: what was asked to be written is written; workers are not
// waited for.
void AtExit() {
  std::unique_lock<std::mutex> hold(*life, std::try_to_lock);
  if (!hold.owns_lock() || runtime == nullptr) return;
  if (!runtime->options().trace_file.empty()) (void)trace::Stop();
  if (runtime->options().stats) PrintSummary(runtime->SummaryText());
}

const bool hooks_installed = [] {
  return pthread_atfork(BeforeFork, AfterForkInParent, AfterForkInChild) == 0 &&
         std::atexit(AtExit) == 0;
}();

}  // namespace

absl::StatusOr<Runtime*> Runtime::Acquire(const RuntimeOptions& wanted) {
  (void)hooks_installed;
  std::lock_guard<std::mutex> hold(*life);
  if (runtime != nullptr) {
    ++runtime->references_;
    return runtime;
  }
  const absl::StatusOr<Topology> topology = Topology::Detect();
  if (!topology.ok()) return topology.status();
  absl::StatusOr<Options> options = Options::FromEnvironment(wanted, topology->usable_cores());
  if (!options.ok()) return options.status();
  std::unique_ptr<Runtime> made(new Runtime(*std::move(options)));
  const Options& chosen = made->options();
  if (!chosen.trace_file.empty()) {
    if (absl::Status status = trace::Start(chosen.trace_file); !status.ok()) return status;
  }
  PoolOptions pool_options;
  pool_options.slots = chosen.workers;
  pool_options.bind = chosen.bind;
  pool_options.spin_ns = chosen.spin_us * 1000;
  pool_options.topology = &*topology;
  absl::StatusOr<std::unique_ptr<Pool>> pool = Pool::Create(pool_options);
  if (!pool.ok()) {
    if (!chosen.trace_file.empty()) (void)trace::Stop();
    return pool.status();
  }
  made->pool_ = *std::move(pool);
  if (chosen.watchdog_seconds > 0) {
    made->watchdog_ = std::make_unique<Watchdog>(*made->pool_, chosen.watchdog_seconds);
  }
  made->references_ = 1;
  SetCurrent(made.release());
  return runtime;
}

absl::Status Runtime::Release() {
  std::unique_ptr<Runtime> ending;
  {
    std::lock_guard<std::mutex> hold(*life);
    HEDDLE_CHECK_GT(references_, 0) << "the runtime is released more often than acquired";
    if (--references_ > 0) return absl::OkStatus();
    ending.reset(this);
    SetCurrent(nullptr);
    ending->watchdog_.reset();
    if (options_.stats) PrintSummary(SummaryText());
    ending->pool_.reset();
    if (!options_.trace_file.empty()) return trace::Stop();
  }
  return absl::OkStatus();
}

Runtime::Runtime(Options options) : options_(std::move(options)) {}
Runtime::~Runtime() = default;

void Runtime::AddToSummary(std::function<std::string()> section) {
  std::lock_guard<std::mutex> hold(sections_mutex_);
  sections_.push_back(std::move(section));
}

std::string Runtime::SummaryText() {
  std::string text = Summary(pool_->Statistics());
  std::lock_guard<std::mutex> hold(sections_mutex_);
  for (const auto& section : sections_) text += section();
  return text;
}

Runtime* Runtime::Current() {
  std::lock_guard<std::mutex> hold(pointer_mutex);
  return runtime;
}

}  // namespace heddle
