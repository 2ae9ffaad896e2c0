#include "components/runtime/summary.h"

#include <cstdio>
#include <iomanip>
#include <sstream>

namespace heddle {

std::string Summary(const WorkerPoolStatistics& statistics) {
  std::ostringstream text;
  text << "heddle: summary\n"
       << std::setw(10) << "worker" << std::setw(14) << "tasks" << std::setw(14) << "resumed"
       << std::setw(12) << "searches" << std::setw(10) << "sleeps" << std::setw(12) << "idle ms"
       << "\n";
  for (std::size_t i = 0; i < statistics.slots.size(); ++i) {
    const SlotStatistics& slot = statistics.slots[i];
    text << std::setw(10) << i << std::setw(14) << slot.tasks << std::setw(14) << slot.resumes
         << std::setw(12) << slot.searches << std::setw(10) << slot.sleeps << std::setw(12)
         << slot.idle_ns / 1'000'000 << "\n";
  }
  text << std::setw(30) << "task type" << std::setw(14) << "tasks" << std::setw(14) << "ms"
       << std::setw(12) << "ns a task"
       << "\n";
  for (const TaskTypeStatistics& type : statistics.types) {
    if (type.tasks == 0) continue;
    text << std::setw(30) << type.name << std::setw(14) << type.tasks << std::setw(14)
         << type.ns / 1'000'000 << std::setw(12) << type.ns / static_cast<std::int64_t>(type.tasks)
         << "\n";
  }
  text << "threads " << statistics.threads << ", excess members of regions at most "
       << statistics.most_excess_threads << ", slots taken from sleeping bodies "
       << statistics.takeovers << "\n";
  return text.str();
}

void PrintSummary(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace heddle
