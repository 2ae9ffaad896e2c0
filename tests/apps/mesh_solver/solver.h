// What a frontend's version of the factorisation implements, and the kernels and the ledger that it
// is given.
//
// The numerics stand once, here. A version is one short file in its frontend's own API: a class
// derived from FactorizationBackend whose Run() submits, for every k,
//
//   POTRF(k, k)                                    PotrfTask(ledger, worker, tile(k, k), k *
//   tile_size()) TRSM (k, k) -> (i, k)     k < i <= last_row(k)  TrsmTask (ledger, worker, tile(k,
//   k), tile(i, k)) SYRK (j, k) -> (j, j)     k < j <= last_row(k)  SyrkTask (ledger, worker,
//   tile(j, k), tile(j, j)) GEMM (i, k), (j, k) -> (i, j)         j < i <= last_row(k)
//                                                   GemmTask (ledger, worker, tile(i, k), tile(j,
//                                                   k), tile(i, j))
//
// with what each reads before the arrow and updates behind it, and waits for them all.
// serial_backend.cc is the reference. A version joins with a line in backends.cc.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_SOLVER_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_SOLVER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "components/base/cache_line.h"
#include "tests/apps/mesh_solver/tiled_band.h"

namespace heddle::mesh {

// How many task bodies run at the same moment, of any number of ledgers. A body has its thread to
// itself from its beginning to its end, so that as many threads run bodies. Exact, where samples
// may miss something. Thread safety: any thread.  Blocking: never.
class BodiesAtOnce {
 public:
  void Begin();
  void End() { now_.fetch_sub(1, std::memory_order_relaxed); }
  int most() const { return most_.load(std::memory_order_relaxed); }

 private:
  alignas(kFalseSharingBytes) std::atomic<int> now_{0};
  std::atomic<int> most_{0};
};

// Counts the tasks of one factorisation, by worker, and keeps its first failure.
// Thread safety: any thread, but one at a time for each worker.  Blocking: never.
class TaskLedger {
 public:
  // `bodies`, where there is one, is told of each body, and outlives the ledger.
  explicit TaskLedger(int workers, BodiesAtOnce* bodies = nullptr)
      : counts_(workers), bodies_(bodies) {}

  // A task ended on `worker`, 0 <= worker < workers.  Cost: a store to a line of the worker's own.
  void Count(int worker);

  // The pivot of `column` (from 0) is not positive. The smallest column is kept; tasks that start
  // later do nothing.
  void Fail(int column);
  bool failed() const { return failed_column_.load(std::memory_order_relaxed) != kNone; }
  int failed_column() const;  // -1: none.

  BodiesAtOnce* bodies() const { return bodies_; }
  int workers() const { return static_cast<int>(counts_.size()); }
  std::int64_t total() const;
  std::vector<std::int64_t> per_worker() const;

 private:
  static constexpr int kNone = 0x7fffffff;
  struct alignas(kFalseSharingBytes) Cell {
    std::atomic<std::int64_t> value{0};
  };
  std::vector<Cell> counts_;
  BodiesAtOnce* const bodies_;
  std::atomic<int> failed_column_{kNone};
};

// The task bodies. `worker` is the worker that runs the body; each counts itself.
// Thread safety: any thread, on tiles that no other task writes meanwhile.  Blocking: never.
void PotrfTask(TaskLedger& ledger, int worker, Tile a,
               int first_column);  // A = L of A; first_column of the matrix
void TrsmTask(TaskLedger& ledger, int worker, Tile l, Tile a);  // A = A L^-T
void SyrkTask(TaskLedger& ledger, int worker, Tile a, Tile c);  // C = C - A A^T, lower triangle
void GemmTask(TaskLedger& ledger, int worker, Tile a, Tile b, Tile c);  // C = C - A B^T

struct BackendOptions {
  int workers = 0;         // 0: as many as the frontend takes by itself.
  std::string trace_file;  // Empty: no trace.
};

struct FactorizationReport {
  double seconds = 0;
  std::int64_t tasks = 0;
  std::vector<std::int64_t> tasks_per_worker;
  int max_running_threads = 0;  // Seen by RunningThreads in the samples of this run.
  int failed_column = -1;  // From 0, in the order of the band; -1: the matrix is positive definite.
};

// Told from time to time, from a thread of its own, how many tasks are done.
using ProgressCallback = std::function<void(std::int64_t done, std::int64_t tasks, double seconds)>;

// One frontend's version. Used by one thread: Start, then Factorize any number of times, then
// destruction, which ends what Start began and writes the trace.
class FactorizationBackend {
 public:
  virtual ~FactorizationBackend() = default;

  // As in --frontend=NAME.
  virtual const char* name() const = 0;
  // Errors: InvalidArgument, with what is allowed, for options that this frontend cannot follow.
  virtual absl::Status Start(const BackendOptions& options) = 0;
  // How many workers run tasks; known after Start. Their numbers are what the task bodies pass on.
  virtual int workers() const = 0;
  // Ends the frontend and writes the trace; called once, after the last Factorize.
  virtual absl::Status Stop() { return absl::OkStatus(); }

  // Whether the thread that called Start must be the one that factorises, since the frontend knows
  // it.
  virtual bool needs_starting_thread() const { return false; }
  // Whether the thread that factorises is a thread of its own beside the workers while it submits,
  // as the original's is.
  virtual bool submits_beside_workers() const { return false; }

  // Times Run() on the band, counts running threads meanwhile and checks that every task ran.
  // Errors: what Attach, Run and Detach return; Internal where a task did not run or ran twice.
  absl::StatusOr<FactorizationReport> Factorize(TiledBand& band,
                                                const ProgressCallback& progress = {});

  // Factorize() in three parts, for who runs several frontends at once and watches the threads
  // itself (together.cc). Prepare and Finish: the thread that called Start. Perform: any one
  // thread, within what needs_starting_thread() says; timed.
  absl::Status Prepare(TiledBand& band) { return Attach(band); }
  absl::StatusOr<FactorizationReport> Perform(TiledBand& band, TaskLedger& ledger);
  absl::Status Finish(TiledBand& band) { return Detach(band); }

 protected:
  // Makes the band's tiles known to the frontend, and forgets them again. Not timed: the peer's
  // data is in place, too.
  virtual absl::Status Attach(TiledBand&) { return absl::OkStatus(); }
  virtual absl::Status Detach(TiledBand&) { return absl::OkStatus(); }
  // Submits every task and waits for them. Timed.
  virtual absl::Status Run(TiledBand& band, TaskLedger& ledger) = 0;
};

struct BackendEntry {
  const char* name;
  const char* description;
  std::unique_ptr<FactorizationBackend> (*make)();
};

// The table of backends.cc, and the entry of a name (nullptr: none).
const std::vector<BackendEntry>& Backends();
const BackendEntry* FindBackend(std::string_view name);

std::unique_ptr<FactorizationBackend> MakeSerialBackend();
std::unique_ptr<FactorizationBackend> MakeStarpuBackend();
std::unique_ptr<FactorizationBackend> MakeCharmBackend();
std::unique_ptr<FactorizationBackend> MakeParsecPtgBackend();
std::unique_ptr<FactorizationBackend> MakeParsecDtdBackend();

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_SOLVER_H_
