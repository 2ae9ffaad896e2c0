#include "tests/situations/openblas.h"

#include <dlfcn.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "components/base/check.h"
#include "components/base/futex.h"
#include "tests/situations/threads.h"

namespace heddle {
namespace {

constexpr char kOpenBlas[] = "/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0";

void* Load(const std::string& path, int flags) {
  void* const handle = dlopen(path.c_str(), RTLD_NOW | flags);
  HEDDLE_CHECK(handle != nullptr) << dlerror();
  return handle;
}

template <typename Function>
void Find(void* handle, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(handle, name));
  HEDDLE_CHECK(function != nullptr) << dlerror();
}

OpenBlas Open(const std::string& path) {
  OpenBlas blas;
  blas.handle = Load(path, RTLD_LOCAL);
  Find(blas.handle, "cblas_dgemm", blas.dgemm);
  Find(blas.handle, "dpotrf_", blas.dpotrf);
  return blas;
}

// A copy of the file has variables of its own; once it is loaded its name is not needed.
OpenBlas OpenCopy(int number) {
  const std::filesystem::path copy =
      std::filesystem::temp_directory_path() /
      ("heddle_openblas_" + std::to_string(getpid()) + "_" + std::to_string(number) + ".so");
  std::filesystem::copy_file(kOpenBlas, copy, std::filesystem::copy_options::overwrite_existing);
  const OpenBlas blas = Open(copy.string());
  std::filesystem::remove(copy);
  return blas;
}

std::size_t At(int row, int column, int size) {
  return static_cast<std::size_t>(row) +
         static_cast<std::size_t>(column) * static_cast<std::size_t>(size);
}

}  // namespace

Problem::Problem(std::uint64_t seed) {
  Random random(seed);
  const auto small = [&random] { return static_cast<double>(random.Below(9)) - 4.0; };
  constexpr int n = kProductSize;
  a_.resize(n * n);
  b_.resize(n * n);
  product_.assign(n * n, 0.0);
  for (double& x : a_) x = small();
  for (double& x : b_) x = small();
  for (int j = 0; j < n; ++j) {
    for (int k = 0; k < n; ++k) {
      for (int i = 0; i < n; ++i) product_[At(i, j, n)] += a_[At(i, k, n)] * b_[At(k, j, n)];
    }
  }
  constexpr int m = kFactorSize;
  factor_.assign(m * m, 0.0);
  matrix_.assign(m * m, 0.0);
  for (int j = 0; j < m; ++j) {
    factor_[At(j, j, m)] = 64.0;
    for (int i = j + 1; i < m; ++i) factor_[At(i, j, m)] = small();
  }
  for (int k = 0; k < m; ++k) {
    for (int j = k; j < m; ++j) {
      for (int i = j; i < m; ++i) {
        matrix_[At(i, j, m)] += factor_[At(i, k, m)] * factor_[At(j, k, m)];
      }
    }
  }
}

std::string Problem::Multiply(const OpenBlas& blas) const {
  constexpr int n = kProductSize, kColumnMajor = 102, kAsIs = 111;
  std::vector<double> result(n * n, -1e9);
  blas.dgemm(kColumnMajor, kAsIs, kAsIs, n, n, n, 1.0, a_.data(), n, b_.data(), n, 0.0,
             result.data(), n);
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] != product_[i]) {
      return "dgemm: element " + std::to_string(i) + " is " + std::to_string(result[i]) + ", not " +
             std::to_string(product_[i]);
    }
  }
  return "";
}

std::string Problem::Factorise(const OpenBlas& blas) const {
  constexpr int n = kFactorSize;
  std::vector<double> result = matrix_;
  int info = -1;
  blas.dpotrf("L", &n, result.data(), &n, &info, 1);
  if (info != 0) return "dpotrf: info is " + std::to_string(info);
  for (int j = 0; j < n; ++j) {
    for (int i = j; i < n; ++i) {
      const double is = result[At(i, j, n)], should_be = factor_[At(i, j, n)];
      if (!(std::fabs(is - should_be) < 1e-9)) {
        return "dpotrf: element (" + std::to_string(i) + ", " + std::to_string(j) + ") is " +
               std::to_string(is) + ", not " + std::to_string(should_be);
      }
    }
  }
  return "";
}

Process& Process::Get() {
  static Process* const process =
      new Process;  // The runtime that the seven symbols hold has no end either.
  return *process;
}

Process::Process() {
  const char* const workers = std::getenv("HEDDLE_TEST_WORKERS");
  // A machine of four cores, so that as many workers may be had anywhere.
  setenv("HEDDLE_TOPOLOGY", "pack:1 core:4 pu:1", 1);
  if (workers != nullptr) setenv("HEDDLE_WORKERS", workers, 1);
  const char* const seven = std::getenv("SEVEN_SYMBOLS");
  HEDDLE_CHECK(seven != nullptr) << "the path of our libgomp.so.1; BUILD.bazel sets it";
  // OpenBLAS needs a libgomp.so.1, and the dynamic linker finds one of that name loaded.
  Load(std::filesystem::absolute(seven).string(), RTLD_LOCAL);
  copies_.push_back(Open(kOpenBlas));
  for (int copy = 1; copy < kCopies; ++copy) copies_.push_back(OpenCopy(copy));
  void* const blas = copies_[0].handle;
  Find(blas, "GOMP_parallel", omp_.parallel);
  Find(blas, "omp_get_max_threads", omp_.get_max_threads);
  Find(blas, "omp_get_num_threads", omp_.get_num_threads);
  Find(blas, "omp_get_thread_num", omp_.get_thread_num);
  Find(blas, "omp_in_parallel", omp_.in_parallel);
  Find(blas, "omp_set_num_threads", omp_.set_num_threads);
  Find(blas, "seven_regions", omp_.regions);
  Find(blas, "seven_members", omp_.members);
  HEDDLE_CHECK(Runtime::Current() == nullptr) << "loading OpenBLAS started the runtime";
  threads_before_ = CountThreadsBefore();
  const absl::StatusOr<Runtime*> runtime = Runtime::Acquire();
  HEDDLE_CHECK(runtime.ok()) << std::string(runtime.status().message());
  runtime_ = *runtime;
  workers_ = runtime_->pool().slots();
  regions_before_.assign(SEVEN_MOST_MEMBERS + 1, 0);
}

void Process::RunTasks(Client& client, int count, const std::function<void(int)>& body) const {
  struct Job {
    const std::function<void(int)>& body;
    std::atomic<std::uint32_t> left;
  } job{body, {static_cast<std::uint32_t>(count)}};
  struct One {
    Task task;
    Job* job;
    int number;
  };
  std::vector<One> tasks(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    One& one = tasks[static_cast<std::size_t>(i)];
    one.job = &job;
    one.number = i;
    one.task.client = &client;
    one.task.run = [](Task* task) {
      One* const self = reinterpret_cast<One*>(task);
      Job* const its = self->job;
      its->body(self->number);
      if (its->left.fetch_sub(1) == 1) FutexWake(its->left, 1);
    };
    client.pool().Submit(&one.task);
  }
  for (std::uint32_t left; (left = job.left.load()) != 0;) FutexWait(job.left, left);
}

int Process::UncountedThreads(int others) const {
  // A thread that was joined stays in /proc for a moment, and one that was made has no name for a
  // moment.
  int uncounted = 0;
  for (int look = 0; look < 10'000; ++look) {
    const int threads = CountThreads() - CountThreads("heddle/monitor");
    const WorkerPoolStatistics statistics = runtime_->pool().Statistics();
    uncounted =
        threads - threads_before_ - others - statistics.threads - statistics.most_excess_threads;
    if (uncounted <= 0) return 0;
    sched_yield();
  }
  return uncounted;
}

std::vector<std::uint64_t> Process::TakeRegions() {
  std::vector<std::uint64_t> since;
  for (int members = 0; members <= SEVEN_MOST_MEMBERS; ++members) {
    std::uint64_t& before = regions_before_[static_cast<std::size_t>(members)];
    const std::uint64_t now = omp_.regions(members);
    since.push_back(now - before);
    before = now;
  }
  return since;
}

}  // namespace heddle
