// The threads of this process, as the kernel counts them.
#ifndef HEDDLE_TESTS_SITUATIONS_THREADS_H_
#define HEDDLE_TESTS_SITUATIONS_THREADS_H_

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace heddle {

// All, or those of one name.
inline int CountThreads(const std::string& name = "") {
  int count = 0;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string its_name;
    if (!name.empty()) std::getline(std::ifstream(thread.path() / "comm"), its_name);
    count += its_name == name;
  }
  return count;
}

// How many there are before what a test counts. A sanitizer makes one of its own with the first
// thread of the program: so one was made before.
inline int CountThreadsBefore() {
  std::filesystem::path first;
  std::thread([&first] {
    first = "/proc/self/task/" + std::to_string(syscall(SYS_gettid));
  }).join();
  while (std::filesystem::exists(first)) sched_yield();
  return CountThreads();
}

// A thread that was joined stays in /proc for a moment: returns once at most `most` are left.
inline void AwaitThreads(int most) {
  while (CountThreads() > most) sched_yield();
}

}  // namespace heddle

#endif  // HEDDLE_TESTS_SITUATIONS_THREADS_H_
