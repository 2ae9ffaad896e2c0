// The threads of this process, as the kernel counts them.
#ifndef HEDDLE_TESTS_SITUATIONS_THREADS_H_
#define HEDDLE_TESTS_SITUATIONS_THREADS_H_

#include <sched.h>

#include <filesystem>
#include <fstream>
#include <string>

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

// A thread that was joined stays in /proc for a moment: returns once at most `most` are left.
inline void AwaitThreads(int most) {
  while (CountThreads() > most) sched_yield();
}

}  // namespace heddle

#endif  // HEDDLE_TESTS_SITUATIONS_THREADS_H_
