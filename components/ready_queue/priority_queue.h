// A queue of tasks by priority, stable: of equal priorities the first pushed comes first (or the
// last, if asked).
//
// Layout: a bucket for each priority that is present, with its tasks linked by Task::next; a hash
// table (open addressing, linear probing) from priority to bucket; a 4-ary heap of the priorities,
// each once. Real programs use few priorities: to push into or pop from a bucket that exists costs
// no walk of the heap, however many tasks there are, and stability needs no sequence numbers. Where
// all priorities differ it is a 4-ary heap of 8-byte entries and a hash table beside it. A bucket
// that has run empty stays until it comes to the top of the heap, as the next task mostly has the
// same priority.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_PRIORITY_QUEUE_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_PRIORITY_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "components/ready_queue/task.h"

namespace heddle {

// Thread safety: one thread at a time.  Blocking: never.
class PriorityQueue {
 public:
  // Which of the tasks of one priority comes first.
  enum class Ties { kOldestFirst, kNewestFirst };

  explicit PriorityQueue(Ties ties = Ties::kOldestFirst);

  // Cost: O(1) where the priority is present, else O(log p), p: different priorities. Allocates
  // only when p exceeds all before.
  void Push(Task* task);

  // The task of the greatest priority, or nullptr. Cost: O(1), or O(log p) where it was the last of
  // its priority.
  Task* Pop();

  // What Pop() would return.
  Task* Peek();

  std::size_t size() const { return size_; }
  bool Empty() const { return size_ == 0; }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  struct Bucket {
    Task* first = nullptr;
    Task* last = nullptr;
  };
  struct Entry {
    std::int32_t priority;
    std::uint32_t bucket;  // kNone in the table: free.
  };

  std::uint32_t Home(std::int32_t priority) const {
    return static_cast<std::uint32_t>(priority) * 0x9e3779b1u >> shift_;
  }
  std::uint32_t BucketOf(std::int32_t priority);
  std::uint32_t AddBucket(std::int32_t priority, std::uint32_t place);
  void RemoveTop();
  void Erase(std::int32_t priority);
  void Grow();

  Ties ties_;
  std::size_t size_ = 0;
  std::uint32_t shift_;
  std::vector<Entry> heap_;
  std::vector<Entry> table_;
  std::vector<Bucket> buckets_;
  std::vector<std::uint32_t> free_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_PRIORITY_QUEUE_H_
