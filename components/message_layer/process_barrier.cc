#include "components/message_layer/process_barrier.h"

#include <mutex>

#include "components/base/check.h"

namespace heddle {
namespace {
constexpr std::size_t kTokenBytes = 8;  // The tag says all.
}

ProcessBarrier::ProcessBarrier(Network& network) : network_(network), receiver_(network.AddReceiver(Receive, this)) {}
ProcessBarrier::~ProcessBarrier() { network_.RemoveReceiver(receiver_); }

void ProcessBarrier::Enter(void (*done)(void*), void* argument) {
  {
    std::lock_guard<SpinLock> hold(lock_);
    HEDDLE_CHECK_EQ(round_, -1) << "a barrier of processes is entered twice";
    done_ = done;
    argument_ = argument;
    round_ = 0;
    if (network_.processes() > 1) network_.Send((network_.process() + 1) % network_.processes(), receiver_, 0, MessageAllocate(kTokenBytes));
  }
  GoOn();
}

void ProcessBarrier::Receive(void* self, void* payload, int, std::uint32_t round) {
  MessageFree(payload);
  auto& barrier = *static_cast<ProcessBarrier*>(self);
  HEDDLE_CHECK_LT(round, barrier.arrived_.size());
  {
    std::lock_guard<SpinLock> hold(barrier.lock_);
    ++barrier.arrived_[round];
  }
  barrier.GoOn();
}

void ProcessBarrier::GoOn() {
  void (*done)(void*) = nullptr;
  void* argument = nullptr;
  {
    std::lock_guard<SpinLock> hold(lock_);
    while (round_ >= 0 && (1L << round_) < network_.processes()) {
      int& arrived = arrived_[static_cast<std::size_t>(round_)];
      if (arrived == 0) return;
      --arrived;
      ++round_;
      const long distance = 1L << round_;
      if (distance < network_.processes()) {
        network_.Send(static_cast<int>((network_.process() + distance) % network_.processes()), receiver_,
                      static_cast<std::uint32_t>(round_), MessageAllocate(kTokenBytes));
      }
    }
    if (round_ < 0) return;
    done = done_;
    argument = argument_;
    round_ = -1;
  }
  done(argument);
}

}  // namespace heddle
