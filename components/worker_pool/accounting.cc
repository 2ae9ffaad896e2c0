#include "components/worker_pool/accounting.h"

#include <mutex>

#include "components/base/clock.h"

namespace heddle {
namespace {

constexpr int kTasksPerClockRead = 64;

std::mutex names_mutex;
std::vector<std::string>& Names() {
  static std::vector<std::string>& names = *new std::vector<std::string>{"other"};
  return names;
}

}  // namespace

std::uint32_t RegisterTaskType(std::string_view name) {
  std::lock_guard<std::mutex> hold(names_mutex);
  std::vector<std::string>& names = Names();
  for (std::size_t id = 1; id < names.size(); ++id) {
    if (names[id] == name) return static_cast<std::uint32_t>(id);
  }
  if (names.size() >= kMaxTaskTypes) return 0;
  names.emplace_back(name);
  return static_cast<std::uint32_t>(names.size() - 1);
}

std::vector<std::string> RegisteredTaskTypes() {
  std::lock_guard<std::mutex> hold(names_mutex);
  return Names();
}

void SlotAccounting::ReadClock(std::uint32_t new_type) {
  const std::int64_t now = NowNs();
  if (since_ns_ != 0) {
    const std::int64_t spent = now - since_ns_;
    busy_ns_ += spent;
    types[type_].tasks.Add(pending_);
    types[type_].ns.Add(static_cast<std::uint64_t>(spent));
  } else {
    types[type_].tasks.Add(pending_);
  }
  tasks.Add(pending_);
  pending_ = 0;
  since_ns_ = now;
  type_ = new_type;
  until_clock_ = kTasksPerClockRead;
}

void SlotAccounting::Restart(std::int64_t now_ns) { since_ns_ = now_ns; }

}  // namespace heddle
