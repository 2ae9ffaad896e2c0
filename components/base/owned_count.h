// A count with one writer, which others may read meanwhile: what statistics are made of.
#ifndef HEDDLE_COMPONENTS_BASE_OWNED_COUNT_H_
#define HEDDLE_COMPONENTS_BASE_OWNED_COUNT_H_

#include <atomic>
#include <cstdint>

namespace heddle {

class OwnedCount {
 public:
  // Thread safety: the owner; one after another where they are ordered.  Cost: a plain addition.
  void Add(std::uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  // Thread safety: any thread.  Memory order: none.
  std::uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BASE_OWNED_COUNT_H_
