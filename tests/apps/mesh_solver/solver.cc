#include "tests/apps/mesh_solver/solver.h"

#include "components/base/check.h"
#include "components/base/clock.h"
#include "tests/apps/mesh_solver/blas.h"
#include "tests/apps/mesh_solver/running_threads.h"
#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {

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

void PotrfTask(TaskLedger& ledger, int worker, Tile a, int first_column) {
  if (!ledger.failed()) {
    const int info = blas::Potrf(a.rows, a.data, a.ld);
    if (info != 0) ledger.Fail(first_column + info - 1);
  }
  ledger.Count(worker);
}

void TrsmTask(TaskLedger& ledger, int worker, Tile l, Tile a) {
  if (!ledger.failed()) blas::Trsm(a.rows, a.cols, l.data, l.ld, a.data, a.ld);
  ledger.Count(worker);
}

void SyrkTask(TaskLedger& ledger, int worker, Tile a, Tile c) {
  if (!ledger.failed()) blas::Syrk(c.rows, a.cols, a.data, a.ld, c.data, c.ld);
  ledger.Count(worker);
}

void GemmTask(TaskLedger& ledger, int worker, Tile a, Tile b, Tile c) {
  if (!ledger.failed()) {
    blas::Gemm(c.rows, c.cols, a.cols, a.data, a.ld, b.data, b.ld, c.data, c.ld);
  }
  ledger.Count(worker);
}

absl::StatusOr<FactorizationReport> FactorizationBackend::Factorize(
    TiledBand& band, const ProgressCallback& progress) {
  if (absl::Status status = Attach(band); !status.ok()) return status;
  TaskLedger ledger(workers());
  const std::int64_t tasks = band.tasks();
  FactorizationReport report;
  absl::Status ran;
  {
    const std::int64_t start = NowNs();
    RunningThreads running([&] {
      if (progress) progress(ledger.total(), tasks, 1e-9 * (NowNs() - start));
    });
    const std::int64_t begin = NowNs();
    ran = Run(band, ledger);
    report.seconds = 1e-9 * (NowNs() - begin);
    report.max_running_threads = running.Stop();
  }
  const absl::Status detached = Detach(band);
  if (!ran.ok()) return ran;
  if (!detached.ok()) return detached;
  report.tasks = ledger.total();
  report.tasks_per_worker = ledger.per_worker();
  report.failed_column = ledger.failed_column();
  if (report.tasks != tasks) {
    return absl::InternalError(
        Text("the frontend ", name(), " ran ", report.tasks, " of ", tasks, " tasks"));
  }
  return report;
}

}  // namespace heddle::mesh
