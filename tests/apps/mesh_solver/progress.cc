#include "tests/apps/mesh_solver/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace heddle::mesh {

std::string ProgressBar(std::int64_t done, std::int64_t tasks, double seconds) {
  constexpr int kWidth = 40;
  const double part =
      tasks > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(tasks), 0.0, 1.0) : 1;
  const int filled = static_cast<int>(part * kWidth);
  std::string bar(filled, '=');
  if (filled < kWidth) bar += '>';
  bar.resize(kWidth, ' ');
  char text[128];
  std::snprintf(text, sizeof(text), "factorising [%s] %3d %% %6.1f s", bar.c_str(),
                static_cast<int>(part * 100), seconds);
  return text;
}

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void Progress::Show(std::int64_t done, std::int64_t tasks, double seconds) {
  if (!terminal_ || seconds < shown_ + 0.1) return;
  shown_ = seconds;
  drawn_ = true;
  std::fprintf(stderr, "\r%s", ProgressBar(done, tasks, seconds).c_str());
  std::fflush(stderr);
}

}  // namespace heddle::mesh
