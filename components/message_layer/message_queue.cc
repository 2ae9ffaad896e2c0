#include "components/message_layer/message_queue.h"

#include <algorithm>
#include <utility>

namespace heddle {

MessagePriority MessagePriority::Integer(std::int32_t value) {
  MessagePriority priority;
  priority.head_ = std::uint64_t{static_cast<std::uint32_t>(value) ^ 0x8000'0000u} << 32;
  return priority;
}

MessagePriority MessagePriority::Integer64(std::int64_t value) {
  MessagePriority priority;
  if (value == 0) return priority;
  priority.head_ = static_cast<std::uint64_t>(value) ^ kMiddle;
  priority.words_ = 2;
  return priority;
}

MessagePriority MessagePriority::Bits(const std::uint32_t* words, std::size_t bits) {
  MessagePriority priority;
  const std::size_t count = (bits + 31) / 32;
  const auto word = [&](std::size_t i) -> std::uint32_t {
    const std::size_t used = bits - 32 * i;  // Bits beyond the last do not count.
    return used >= 32 ? words[i] : words[i] & ~(~0u >> used);
  };
  priority.words_ = static_cast<std::uint32_t>(count);
  priority.head_ = count == 0 ? 0 : std::uint64_t{word(0)} << 32 | (count > 1 ? word(1) : 0);
  if (count > 2) {
    priority.rest_ = std::make_unique<std::uint32_t[]>(count - 2);
    for (std::size_t i = 2; i < count; ++i) priority.rest_[i - 2] = word(i);
  }
  return priority;
}

bool MessagePriority::Before(const MessagePriority& other) const {
  if (head_ != other.head_) return head_ < other.head_;
  const std::uint32_t both = std::min(words_, other.words_);
  for (std::uint32_t i = 2; i < both; ++i) {
    if (rest_[i - 2] != other.rest_[i - 2]) return rest_[i - 2] < other.rest_[i - 2];
  }
  return words_ < other.words_;
}

bool MessageQueue::Later::operator()(const Entry& a, const Entry& b) const {
  if (b.priority.Before(a.priority)) return true;
  if (a.priority.Before(b.priority)) return false;
  return b.turn < a.turn;
}

void MessageQueue::Push(void* payload, MessagePriority priority, End end) {
  if (priority.middle()) {
    Push(payload, end);
    return;
  }
  const std::int64_t turn = end == End::kBack ? ++last_turn_ : --first_turn_;
  heap_.push_back(Entry{std::move(priority), turn, payload});
  std::push_heap(heap_.begin(), heap_.end(), Later{});
}

const MessageQueue::Entry* MessageQueue::First() const {
  if (heap_.empty()) return nullptr;
  const Entry& first = heap_.front();
  return middle_.empty() || first.priority.Before(MessagePriority()) ? &first : nullptr;
}

void* MessageQueue::PopByPriority() {
  if (First() == nullptr) return middle_.PopFront();
  std::pop_heap(heap_.begin(), heap_.end(), Later{});
  void* const payload = heap_.back().payload;
  heap_.pop_back();
  return payload;
}

bool MessageQueue::FirstIsBefore(const MessageQueue& other) const {
  if (empty() || other.empty()) return !empty();
  const Entry* const mine = First();
  const Entry* const others = other.First();
  const MessagePriority middle;
  return (mine == nullptr ? middle : mine->priority)
      .Before(others == nullptr ? middle : others->priority);
}

bool MessageQueue::Remove(const void* payload) {
  for (std::size_t i = 0; i < middle_.size(); ++i) {
    if (middle_.At(i) != payload) continue;
    for (; i > 0; --i) middle_.At(i) = middle_.At(i - 1);
    (void)middle_.PopFront();
    return true;
  }
  const auto entry = std::find_if(heap_.begin(), heap_.end(),
                                  [payload](const Entry& e) { return e.payload == payload; });
  if (entry == heap_.end()) return false;
  heap_.erase(entry);
  std::make_heap(heap_.begin(), heap_.end(), Later{});
  return true;
}

std::vector<void*> MessageQueue::All() {
  std::vector<void*> all;
  for (std::size_t i = 0; i < middle_.size(); ++i) all.push_back(middle_.At(i));
  for (const Entry& entry : heap_) all.push_back(entry.payload);
  return all;
}

}  // namespace heddle
