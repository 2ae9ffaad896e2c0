// Messages by priority, as Converse orders them: the smaller comes first, stable, and with a middle for those without.
//
// A priority is a string of bits, most significant first, compared as binary fractions are: of two of which one begins the
// other the shorter comes first. An integer is such a string, too, with its sign bit turned over; so all kinds interleave.
// Zero is the middle, and what has no priority is there: a ring, while all others are in a heap of (bits, turn).
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_MESSAGE_QUEUE_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_MESSAGE_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "components/message_layer/ring.h"

namespace heddle {

class MessagePriority {
 public:
  // The middle.
  MessagePriority() = default;
  static MessagePriority Integer(std::int32_t value);
  static MessagePriority Integer64(std::int64_t value);
  // `words` hold `bits` bits, the first in the most significant bit of the first word; copied.
  static MessagePriority Bits(const std::uint32_t* words, std::size_t bits);

  MessagePriority(MessagePriority&&) = default;
  MessagePriority& operator=(MessagePriority&&) = default;

  // Whether this one comes first. Cost: a comparison, and more only beyond 64 equal bits.
  bool Before(const MessagePriority& other) const;
  // Whether it is the integer zero.
  bool middle() const { return head_ == kMiddle && words_ <= 1; }

 private:
  static constexpr std::uint64_t kMiddle = std::uint64_t{1} << 63;
  std::uint64_t head_ = kMiddle;                // The first two words, left-justified.
  std::uint32_t words_ = 1;                     // Of 32 bits, as Converse compares them.
  std::unique_ptr<std::uint32_t[]> rest_;       // From the third on.
};

// Thread safety: one thread at a time.  Blocking: never.
class MessageQueue {
 public:
  // Of messages of equal priority, which comes first: a message at the front goes before all that wait.
  enum class End { kBack, kFront };

  // Cost: 2 ns without priority, otherwise O(log n).
  void Push(void* payload, End end = End::kBack) {
    if (end == End::kBack) {
      middle_.PushBack(payload);
    } else {
      middle_.PushFront(payload);
    }
  }
  void Push(void* payload, MessagePriority priority, End end = End::kBack);

  // The first, or nullptr.
  void* Pop() {
    if (heap_.empty()) [[likely]] return middle_.PopFront();
    return PopByPriority();
  }

  bool empty() const { return middle_.empty() && heap_.empty(); }
  std::size_t size() const { return middle_.size() + heap_.size(); }
  // Whether the first of this one comes before the first of `other`; false where this one is empty.
  bool FirstIsBefore(const MessageQueue& other) const;

  // Forgets a message wherever it stands. Cost: O(n).
  bool Remove(const void* payload);
  // All messages, in no order.
  std::vector<void*> All();

 private:
  struct Entry {
    MessagePriority priority;
    std::int64_t turn;  // Grows at the back, falls at the front.
    void* payload;
  };
  // For the heap algorithms, whose top is the greatest.
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const;
  };
  // nullptr: the middle comes first.
  const Entry* First() const;
  void* PopByPriority();

  Ring middle_;
  std::vector<Entry> heap_;
  std::int64_t last_turn_ = 0;
  std::int64_t first_turn_ = 0;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_MESSAGE_QUEUE_H_
