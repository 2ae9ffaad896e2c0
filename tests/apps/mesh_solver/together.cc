#include "tests/apps/mesh_solver/together.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <latch>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "components/base/clock.h"
#include "components/runtime/heddle.h"
#include "tests/apps/mesh_solver/prepared_mesh.h"
#include "tests/apps/mesh_solver/progress.h"
#include "tests/apps/mesh_solver/running_threads.h"
#include "tests/apps/mesh_solver/solver.h"

namespace heddle::mesh {
namespace {

// One frontend and the band that is its own.
struct Member {
  std::unique_ptr<FactorizationBackend> backend;
  TiledBand band;
  TogetherRow row;
  absl::StatusOr<FactorizationReport> result = FactorizationReport{};  // Of the last time together.
};

class Together {
 public:
  Together(const Options& options, PreparedMesh mesh, TogetherReport& report)
      : options_(options), mesh_(std::move(mesh)), report_(report) {}

  absl::Status Add(std::unique_ptr<FactorizationBackend> backend) {
    auto band = mesh_.MakeBand(options_, report_);
    if (!band.ok()) return band.status();
    report_.submitting += backend->submits_beside_workers() ? 1 : 0;
    TogetherRow row;
    row.frontend = backend->name();
    row.workers = backend->workers();
    members_.push_back({std::move(backend), *std::move(band), std::move(row)});
    return absl::OkStatus();
  }

  absl::Status RunAlone() {
    for (Member& member : members_) {
      Say("alone: " + member.row.frontend);
      for (int round = 0; round < options_.repeat; ++round) {
        member.band.Fill(mesh_.problem.matrix, mesh_.position);
        auto result = member.backend->Factorize(member.band);
        if (absl::Status status = Check(member, result); !status.ok()) return status;
        member.row.alone.push_back(result->seconds);
      }
    }
    return absl::OkStatus();
  }

  absl::Status RunAllAtOnce() {
    Say("together");
    for (int round = 0; round < options_.repeat; ++round) {
      for (Member& member : members_) {
        member.band.Fill(mesh_.problem.matrix, mesh_.position);
        if (absl::Status status = member.backend->Prepare(member.band); !status.ok()) return status;
      }
      Round();
      for (Member& member : members_) {
        if (absl::Status status = member.backend->Finish(member.band); !status.ok()) return status;
        if (absl::Status status = Check(member, member.result); !status.ok()) return status;
        member.row.together.push_back(member.result->seconds);
      }
    }
    report_.most_bodies = bodies_.most();
    report_.samples = samples_;
    report_.mean_running =
        samples_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(samples_);
    return absl::OkStatus();
  }

  absl::Status Stop() {
    absl::Status first;
    for (Member& member : members_) {
      const absl::Status stopped = member.backend->Stop();
      if (first.ok()) first = stopped;
      report_.rows.push_back(member.row);
    }
    return first;
  }

 private:
  // All members factorise from the same moment on. Those that must have this thread take turns on
  // it; there is one of them.
  void Round() {
    std::list<TaskLedger> ledgers;
    std::int64_t tasks = 0;
    std::vector<std::pair<Member*, TaskLedger*>> runs;
    for (Member& member : members_) {
      tasks += member.band.tasks();
      runs.emplace_back(&member, &ledgers.emplace_back(member.backend->workers(), &bodies_));
    }
    const auto here = [](const Member& member) { return member.backend->needs_starting_thread(); };
    const auto own =
        std::count_if(members_.begin(), members_.end(), [&](const Member& m) { return !here(m); });
    std::latch start(own + 1);
    const auto perform = [](Member& member, TaskLedger& ledger) {
      member.result = member.backend->Perform(member.band, ledger);
    };
    Progress bar;
    std::vector<std::thread> threads;
    const std::int64_t begin = NowNs();
    RunningThreads running([&] {
      std::int64_t done = 0;
      for (const TaskLedger& ledger : ledgers) done += ledger.total();
      bar.Show(done, tasks, 1e-9 * static_cast<double>(NowNs() - begin));
    });
    for (const auto& [member, ledger] : runs) {
      if (here(*member)) continue;
      threads.emplace_back([&start, &perform, member = member, ledger = ledger] {
        start.arrive_and_wait();
        perform(*member, *ledger);
      });
    }
    start.arrive_and_wait();
    const std::int64_t started = NowNs();
    for (const auto& [member, ledger] : runs) {
      if (here(*member)) perform(*member, *ledger);
    }
    for (std::thread& thread : threads) thread.join();
    report_.wall.push_back(1e-9 * static_cast<double>(NowNs() - started));
    report_.most_running = std::max(report_.most_running, running.Stop());
    sum_ += running.sum();
    samples_ += running.samples();
  }

  absl::Status Check(Member& member, const absl::StatusOr<FactorizationReport>& result) const {
    if (!result.ok()) return result.status();
    if (absl::Status status = mesh_.CheckDefinite(*result, report_); !status.ok()) return status;
    const double residual = mesh_.Residual(member.band);
    // A NaN is taken, and stays.
    if (residual > member.row.residual || std::isnan(residual)) member.row.residual = residual;
    return absl::OkStatus();
  }

  void Say(const std::string& what) const {
    if (!options_.json) std::fprintf(stderr, "mesh_solver: %s\n", what.c_str());
  }

  const Options& options_;
  const PreparedMesh mesh_;
  TogetherReport& report_;
  BodiesAtOnce bodies_;
  std::int64_t sum_ = 0;  // Of the samples of running threads.
  std::int64_t samples_ = 0;
  std::list<Member> members_;
};

}  // namespace

absl::StatusOr<TogetherReport> RunTogether(const Options& options) {
  std::vector<std::unique_ptr<FactorizationBackend>> backends;
  for (const BackendEntry& entry : Backends()) {
    if (std::string_view(entry.name) == "serial") continue;
    backends.push_back(entry.make());
    absl::Status status = backends.back()->Start({options.workers, options.trace_file});
    if (!status.ok()) return status;
  }
  TogetherReport report;
  report.slots = heddle_workers();
  auto mesh = PrepareMesh(options, report);
  if (!mesh.ok()) return mesh.status();
  Together together(options, *std::move(mesh), report);
  absl::Status status;
  for (auto& backend : backends) {
    if (status.ok()) status = together.Add(std::move(backend));
  }
  if (status.ok()) status = together.RunAlone();
  if (status.ok()) status = together.RunAllAtOnce();
  const absl::Status stopped = together.Stop();
  if (status.ok()) status = stopped;
  if (!status.ok()) return status;
  return report;
}

}  // namespace heddle::mesh
