#include "tests/apps/mesh_solver/running_threads.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace heddle::mesh {
namespace {

constexpr std::chrono::milliseconds kInterval(5);

// The state letter of /proc/self/task/NAME/stat: the first field behind the name of the program,
// which is in parentheses and may contain some. 0 where the thread has ended meanwhile.
char StateOf(const char* name) {
  const int file =
      open(("/proc/self/task/" + std::string(name) + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[512];
  const ssize_t length = read(file, text, sizeof(text));
  close(file);
  if (length <= 0) return 0;
  const std::string_view stat(text, length);
  const std::size_t behind = stat.rfind(')');
  return behind != std::string_view::npos && behind + 2 < stat.size() ? stat[behind + 2] : 0;
}

}  // namespace

int CountRunningThreads(int except) {
  DIR* const tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return 0;
  int running = 0;
  while (const dirent* const entry = readdir(tasks)) {
    if (entry->d_name[0] == '.' || std::atoi(entry->d_name) == except) continue;
    if (StateOf(entry->d_name) == 'R') ++running;
  }
  closedir(tasks);
  return running;
}

RunningThreads::RunningThreads(std::function<void()> on_sample)
    : on_sample_(std::move(on_sample)), thread_([this] { Loop(); }) {}

int RunningThreads::Stop() {
  if (thread_.joinable()) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    stop_changed_.notify_one();
    thread_.join();
  }
  return most_;
}

void RunningThreads::Loop() {
  const int self = static_cast<int>(syscall(SYS_gettid));
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stop_) {
    lock.unlock();
    const int running = CountRunningThreads(self);
    most_ = std::max(most_, running);
    sum_ += running;
    ++samples_;
    if (on_sample_) on_sample_();
    lock.lock();
    stop_changed_.wait_for(lock, kInterval, [this] { return stop_; });
  }
}

}  // namespace heddle::mesh
