#include "components/message_layer/termination.h"

#include <cstring>
#include <mutex>
#include <utility>

#include "components/base/check.h"

namespace heddle {

TerminationDetector::TerminationDetector(Network& network, const Owner& owner)
    : network_(network), owner_(owner), process_(network.process()) {
  for (int child = 2 * process_ + 1; child <= 2 * process_ + 2; ++child)
    children_ += child < network.processes();
  if (owner.carry == nullptr) {
    receiver_ = network.AddReceiver(
        [](void* self, void* payload, int, std::uint32_t) {
          Note note;
          std::memcpy(&note, payload, sizeof(note));
          MessageFree(payload);
          static_cast<TerminationDetector*>(self)->Receive(note);
        },
        this);
  }
  service_ = network.AddService(
      [](void* self) { return static_cast<TerminationDetector*>(self)->Poll(); }, this);
}

// It may be called as soon as `ended` was, while the poller is still in here: RemoveService waits for it.
TerminationDetector::~TerminationDetector() {
  network_.RemoveService(service_);
  if (receiver_ >= 0) network_.RemoveReceiver(receiver_);
}

void TerminationDetector::Start(Terminated terminated, void* argument) {
  std::uint64_t request = 0;
  if (terminated != nullptr) {
    std::lock_guard<SpinLock> hold(lock_);
    request = next_request_++;
    started_.emplace(request, std::pair(terminated, argument));
  }
  Send(0, kStart, request);
}

void TerminationDetector::Send(int process, Tag tag, std::uint64_t number, std::uint64_t sent, std::uint64_t received) {
  const Note note{tag, process_, number, sent, received};
  if (owner_.carry != nullptr) return owner_.carry(owner_.argument, process, note);
  void* const payload = MessageAllocate(sizeof(note));
  std::memcpy(payload, &note, sizeof(note));
  network_.Send(process, receiver_, tag, payload);
}

void TerminationDetector::SendDown(Tag tag, std::uint64_t number) {
  for (int i = 1; i <= children_; ++i) Send(2 * process_ + i, tag, number);
}

void TerminationDetector::Receive(const Note& note) {
  switch (static_cast<Tag>(note.tag)) {
    case kStart:
      next_.emplace_back(note.from, note.number);
      if (current_.empty()) BeginDetection();
      break;
    case kProbe:
      BeginWave(note.number);
      break;
    case kReply:
      HEDDLE_CHECK_EQ(note.number, wave_) << "an answer to another wave, from process " << note.from;
      sent_ += note.sent;
      received_ += note.received;
      --missing_;
      Answer();
      break;
    case kEnd:
      End();
      break;
    case kTerminated: {
      std::pair<Terminated, void*> call;
      {
        std::lock_guard<SpinLock> hold(lock_);
        call = started_.at(note.number);
        started_.erase(note.number);
      }
      call.first(call.second);
      break;
    }
  }
}

// Only for requests that are there: a wave that began before a request may have passed what the requester did before it.
void TerminationDetector::BeginDetection() {
  current_.swap(next_);
  has_previous_ = false;
  BeginWave(wave_ + 1);
}

void TerminationDetector::BeginWave(std::uint64_t wave) {
  wave_ = wave;
  sent_ = received_ = 0;
  missing_ = children_;
  taking_part_ = probed_ = true;
  SendDown(kProbe, wave);
  Answer();
}

// Where the subtree has answered, and we are idle.
void TerminationDetector::Answer() {
  if (!probed_ || missing_ > 0) return;
  const Counts counts = owner_.count(owner_.argument);
  if (!counts.idle) return;  // Poll() asks again.
  probed_ = false;
  sent_ += counts.sent;
  received_ += counts.received;
  if (process_ == 0) {
    WaveIsBack();
  } else {
    Send((process_ - 1) / 2, kReply, wave_, sent_, received_);
  }
}

void TerminationDetector::WaveIsBack() {
  const bool terminated = has_previous_ && received_before_ == sent_;
  has_previous_ = true;
  received_before_ = received_;
  if (!terminated) {
    again_ = true;
    return;
  }
  for (const auto& [process, number] : std::exchange(current_, {})) {
    if (number != 0) Send(process, kTerminated, number);
  }
  if (!next_.empty()) {
    BeginDetection();
  } else {
    End();
  }
}

void TerminationDetector::End() {
  taking_part_ = false;
  SendDown(kEnd, wave_);
  if (owner_.ended != nullptr) owner_.ended(owner_.argument);
}

PollResult TerminationDetector::Poll() {
  if (again_) {
    again_ = false;
    BeginWave(wave_ + 1);
    return PollResult::kOutstanding;
  }
  Answer();
  return taking_part_ ? PollResult::kOutstanding : PollResult::kIdle;
}

}  // namespace heddle
