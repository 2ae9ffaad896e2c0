// The threads of this process, as the kernel counts them.
#ifndef HEDDLE_TESTS_SITUATIONS_THREADS_H_
#define HEDDLE_TESTS_SITUATIONS_THREADS_H_

#include <dirent.h>
#include <sched.h>

namespace heddle {

inline int CountThreads() {
  int count = 0;
  DIR* const folder = opendir("/proc/self/task");
  while (const dirent* const entry = readdir(folder)) count += entry->d_name[0] != '.';
  closedir(folder);
  return count;
}

// A thread that was joined stays in /proc for a moment: returns once at most `most` are left.
inline void AwaitThreads(int most) {
  while (CountThreads() > most) sched_yield();
}

}  // namespace heddle

#endif  // HEDDLE_TESTS_SITUATIONS_THREADS_H_
