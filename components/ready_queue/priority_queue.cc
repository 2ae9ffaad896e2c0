#include "components/ready_queue/priority_queue.h"

#include <algorithm>

namespace heddle {

PriorityQueue::PriorityQueue(Ties ties)
    : ties_(ties), shift_(32 - 4), table_(std::size_t{1} << 4, Entry{0, kNone}) {}

void PriorityQueue::Push(Task* task) {
  Bucket& bucket = buckets_[BucketOf(task->priority)];
  ++size_;
  if (bucket.first == nullptr) {
    task->next = nullptr;
    bucket.first = bucket.last = task;
  } else if (ties_ == Ties::kOldestFirst) {
    task->next = nullptr;
    bucket.last->next = task;
    bucket.last = task;
  } else {
    task->next = bucket.first;
    bucket.first = task;
  }
}

Task* PriorityQueue::Peek() {
  if (size_ == 0) return nullptr;
  while (buckets_[heap_.front().bucket].first == nullptr) RemoveTop();
  return buckets_[heap_.front().bucket].first;
}

Task* PriorityQueue::Pop() {
  Task* task = Peek();
  if (task == nullptr) return nullptr;
  buckets_[heap_.front().bucket].first = task->next;
  --size_;
  return task;
}

std::uint32_t PriorityQueue::BucketOf(std::int32_t priority) {
  const auto mask = static_cast<std::uint32_t>(table_.size() - 1);
  for (std::uint32_t place = Home(priority);; place = (place + 1) & mask) {
    const Entry& entry = table_[place];
    if (entry.bucket == kNone) return AddBucket(priority, place);
    if (entry.priority == priority) return entry.bucket;
  }
}

std::uint32_t PriorityQueue::AddBucket(std::int32_t priority, std::uint32_t place) {
  if (heap_.size() + 1 > table_.size() / 2) {
    Grow();
    return BucketOf(priority);
  }
  std::uint32_t bucket;
  if (free_.empty()) {
    bucket = static_cast<std::uint32_t>(buckets_.size());
    buckets_.emplace_back();
  } else {
    bucket = free_.back();
    free_.pop_back();
  }
  table_[place] = {priority, bucket};
  heap_.push_back({priority, bucket});
  std::size_t hole = heap_.size() - 1;
  while (hole > 0 && heap_[(hole - 1) / 4].priority < priority) {
    heap_[hole] = heap_[(hole - 1) / 4];
    hole = (hole - 1) / 4;
  }
  heap_[hole] = {priority, bucket};
  return bucket;
}

void PriorityQueue::RemoveTop() {
  Erase(heap_.front().priority);
  free_.push_back(heap_.front().bucket);
  const Entry moved = heap_.back();
  heap_.pop_back();
  const std::size_t size = heap_.size();
  if (size == 0) return;
  std::size_t hole = 0;
  for (;;) {
    const std::size_t first = 4 * hole + 1;
    if (first >= size) break;
    std::size_t best = first;
    for (std::size_t child = first + 1; child < std::min(first + 4, size); ++child) {
      if (heap_[child].priority > heap_[best].priority) best = child;
    }
    if (heap_[best].priority <= moved.priority) break;
    heap_[hole] = heap_[best];
    hole = best;
  }
  heap_[hole] = moved;
}

// Later entries of the same run move up where their home allows it, so that no tombstones are
// needed.
void PriorityQueue::Erase(std::int32_t priority) {
  const auto mask = static_cast<std::uint32_t>(table_.size() - 1);
  std::uint32_t hole = Home(priority);
  while (table_[hole].priority != priority || table_[hole].bucket == kNone)
    hole = (hole + 1) & mask;
  for (std::uint32_t place = (hole + 1) & mask; table_[place].bucket != kNone;
       place = (place + 1) & mask) {
    if (((place - Home(table_[place].priority)) & mask) >= ((place - hole) & mask)) {
      table_[hole] = table_[place];
      hole = place;
    }
  }
  table_[hole].bucket = kNone;
}

void PriorityQueue::Grow() {
  table_.assign(table_.size() * 2, Entry{0, kNone});
  --shift_;
  const auto mask = static_cast<std::uint32_t>(table_.size() - 1);
  for (const Entry& entry : heap_) {
    std::uint32_t place = Home(entry.priority);
    while (table_[place].bucket != kNone) place = (place + 1) & mask;
    table_[place] = entry;
  }
}

}  // namespace heddle
