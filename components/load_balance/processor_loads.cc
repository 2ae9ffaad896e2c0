#include "components/load_balance/processor_loads.h"

namespace heddle {

std::vector<int> StayPut(const LoadState& state) {
  std::vector<int> to;
  to.reserve(state.objects.size());
  for (const LoadObject& object : state.objects) to.push_back(object.processor);
  return to;
}

bool MustLeave(const LoadState& state, const LoadObject& object) {
  return object.movable && !state.processors[static_cast<std::size_t>(object.processor)].available;
}

double FairLoad(const LoadState& state) {
  double work = 0, speed = 0;
  for (const LoadProcessor& processor : state.processors) {
    if (!processor.available) continue;
    work += processor.background * processor.speed;
    speed += processor.speed;
  }
  // What cannot leave an unavailable processor is nobody else's work.
  for (const LoadObject& object : state.objects)
    if (object.movable || state.processors[static_cast<std::size_t>(object.processor)].available)
      work += object.load;
  return speed > 0 ? work / speed : 0;
}

ProcessorLoads::ProcessorLoads(const LoadState& state) : state_(state) {
  for (std::size_t p = 0; p < state.processors.size(); ++p) {
    const LoadProcessor& processor = state.processors[p];
    load_.push_back(processor.background);
    if (processor.available)
      by_speed_[processor.speed].emplace(processor.background, static_cast<int>(p));
  }
}

int ProcessorLoads::Best(double load) const {
  int best = -1;
  for (const auto& [speed, processors] : by_speed_) {
    const int p = processors.begin()->second;
    if (best < 0 || With(p, load) < With(best, load)) best = p;
  }
  return best;
}

void ProcessorLoads::Add(int p, double load) {
  double& now = load_[static_cast<std::size_t>(p)];
  const double after = now + load / Speed(p);
  if (state_.processors[static_cast<std::size_t>(p)].available) {
    auto& same = by_speed_[Speed(p)];
    same.erase({now, p});
    same.emplace(after, p);
  }
  now = after;
}

}  // namespace heddle
