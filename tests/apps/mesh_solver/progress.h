// A bar on the terminal.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_PROGRESS_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_PROGRESS_H_

#include <cstdint>
#include <string>

namespace heddle::mesh {

// "factorising [=====>    ]  52 %   1.3 s", `done` of `tasks`.
std::string ProgressBar(std::int64_t done, std::int64_t tasks, double seconds);

// Draws the bar over itself on the standard error, where that is a terminal, ten times a second
// from 0.2 s on, and wipes it away in the end. Thread safety: one thread at a time.
class Progress {
 public:
  Progress();
  ~Progress();
  void Show(std::int64_t done, std::int64_t tasks, double seconds);

 private:
  const bool terminal_;
  double shown_ = 0.1;
  bool drawn_ = false;
};

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_PROGRESS_H_
