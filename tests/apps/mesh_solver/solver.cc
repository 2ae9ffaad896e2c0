#include "tests/apps/mesh_solver/solver.h"

#include "components/base/check.h"
#include "components/base/clock.h"
#include "tests/apps/mesh_solver/blas.h"
#include "tests/apps/mesh_solver/running_threads.h"
#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {

void BodiesAtOnce::Begin() {
  const int now = now_.fetch_add(1, std::memory_order_relaxed) + 1;
  int most = most_.load(std::memory_order_relaxed);
  while (now > most && !most_.compare_exchange_weak(most, now, std::memory_order_relaxed)) {
  }
}

void TaskLedger::Count(int worker) {
  HEDDLE_CHECK(worker >= 0 && worker < workers()) << "worker " << worker << " of " << workers();
  std::atomic<std::int64_t>& count = counts_[worker].value;
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void TaskLedger::Fail(int column) {
  int known = failed_column_.load(std::memory_order_relaxed);
  while (column < known &&
         !failed_column_.compare_exchange_weak(known, column, std::memory_order_relaxed)) {
  }
}

int TaskLedger::failed_column() const {
  const int column = failed_column_.load(std::memory_order_relaxed);
  return column == kNone ? -1 : column;
}

std::int64_t TaskLedger::total() const {
  std::int64_t sum = 0;
  for (const Cell& cell : counts_) sum += cell.value.load(std::memory_order_relaxed);
  return sum;
}

std::vector<std::int64_t> TaskLedger::per_worker() const {
  std::vector<std::int64_t> out;
  for (const Cell& cell : counts_) out.push_back(cell.value.load(std::memory_order_relaxed));
  return out;
}

namespace {

// A body, while it runs: what the ledger is told at its end, and the counter of bodies at both
// ends.
class Body {
 public:
  Body(TaskLedger& ledger, int worker) : ledger_(ledger), worker_(worker) {
    if (ledger.bodies() != nullptr) ledger.bodies()->Begin();
  }
  ~Body() {
    ledger_.Count(worker_);
    if (ledger_.bodies() != nullptr) ledger_.bodies()->End();
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

 private:
  TaskLedger& ledger_;
  const int worker_;
};

}  // namespace

void PotrfTask(TaskLedger& ledger, int worker, Tile a, int first_column) {
  const Body body(ledger, worker);
  if (ledger.failed()) return;
  const int info = blas::Potrf(a.rows, a.data, a.ld);
  if (info != 0) ledger.Fail(first_column + info - 1);
}

void TrsmTask(TaskLedger& ledger, int worker, Tile l, Tile a) {
  const Body body(ledger, worker);
  if (!ledger.failed()) blas::Trsm(a.rows, a.cols, l.data, l.ld, a.data, a.ld);
}

void SyrkTask(TaskLedger& ledger, int worker, Tile a, Tile c) {
  const Body body(ledger, worker);
  if (!ledger.failed()) blas::Syrk(c.rows, a.cols, a.data, a.ld, c.data, c.ld);
}

void GemmTask(TaskLedger& ledger, int worker, Tile a, Tile b, Tile c) {
  const Body body(ledger, worker);
  if (!ledger.failed()) {
    blas::Gemm(c.rows, c.cols, a.cols, a.data, a.ld, b.data, b.ld, c.data, c.ld);
  }
}

absl::StatusOr<FactorizationReport> FactorizationBackend::Perform(TiledBand& band,
                                                                  TaskLedger& ledger) {
  FactorizationReport report;
  const std::int64_t begin = NowNs();
  if (absl::Status ran = Run(band, ledger); !ran.ok()) return ran;
  report.seconds = 1e-9 * static_cast<double>(NowNs() - begin);
  report.tasks = ledger.total();
  report.tasks_per_worker = ledger.per_worker();
  report.failed_column = ledger.failed_column();
  if (report.tasks != band.tasks()) {
    return absl::InternalError(
        Text("the frontend ", name(), " ran ", report.tasks, " of ", band.tasks(), " tasks"));
  }
  return report;
}

absl::StatusOr<FactorizationReport> FactorizationBackend::Factorize(
    TiledBand& band, const ProgressCallback& progress) {
  if (absl::Status status = Attach(band); !status.ok()) return status;
  TaskLedger ledger(workers());
  const std::int64_t tasks = band.tasks();
  absl::StatusOr<FactorizationReport> report;
  int most_running = 0;
  {
    const std::int64_t start = NowNs();
    RunningThreads running([&] {
      if (progress) progress(ledger.total(), tasks, 1e-9 * (NowNs() - start));
    });
    report = Perform(band, ledger);
    most_running = running.Stop();
  }
  const absl::Status detached = Detach(band);
  if (!report.ok()) return report;
  if (!detached.ok()) return detached;
  report->max_running_threads = most_running;
  return report;
}

}  // namespace heddle::mesh
