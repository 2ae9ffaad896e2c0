// A double-ended queue of pointers in one growing ring, for one thread at a time.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_RING_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_RING_H_

#include <cstddef>
#include <memory>
#include <utility>

namespace heddle {

// Thread safety: one thread at a time.  Blocking: never.
// Cost: 1 to 2 ns an operation, none of which touches what is pointed to; allocates when it grows beyond all before.
class Ring {
 public:
  bool empty() const { return head_ == tail_; }
  std::size_t size() const { return tail_ - head_; }

  void PushBack(void* item) {
    if (size() == capacity_) [[unlikely]] Grow();
    items_[tail_++ & (capacity_ - 1)] = item;
  }
  void PushFront(void* item) {
    if (size() == capacity_) [[unlikely]] Grow();
    items_[--head_ & (capacity_ - 1)] = item;
  }
  // nullptr where it is empty.
  void* PopFront() { return empty() ? nullptr : items_[head_++ & (capacity_ - 1)]; }
  // The `index`th from the front.
  void*& At(std::size_t index) { return items_[(head_ + index) & (capacity_ - 1)]; }

 private:
  [[gnu::noinline]] void Grow() {
    const std::size_t grown = capacity_ == 0 ? 64 : 2 * capacity_;
    auto items = std::make_unique<void*[]>(grown);
    const std::size_t count = size();
    for (std::size_t i = 0; i < count; ++i) items[i] = At(i);
    items_ = std::move(items);
    capacity_ = grown;
    head_ = 0;
    tail_ = count;
  }

  // Positions count on for ever; unsigned, they wrap together.
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  std::size_t capacity_ = 0;  // A power of two.
  std::unique_ptr<void*[]> items_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_RING_H_
