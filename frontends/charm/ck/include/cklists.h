// The containers of old programs: a growing array and a queue. New code takes the standard library's.
#ifndef CKLISTS_H
#define CKLISTS_H

#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include "charm.h"
#include "pup_stl.h"

// Thread safety: as std::vector.  Costs: as std::vector.
template <class T>
class CkVec {
 public:
  typedef T type;
  CkVec() {}
  // Room for `capacity`, of which the first `used` are there.
  explicit CkVec(size_t capacity) { v_.reserve(capacity); }
  CkVec(size_t capacity, size_t used) {
    v_.reserve(capacity);
    v_.resize(used);
  }

  size_t size() const { return v_.size(); }
  size_t length() const { return v_.size(); }
  size_t capacity() const { return v_.capacity(); }
  bool empty() const { return v_.empty(); }
  T* getVec() { return v_.data(); }
  const T* getVec() const { return v_.data(); }
  T& operator[](size_t i) { return v_[i]; }
  const T& operator[](size_t i) const { return v_[i]; }
  T& front() { return v_.front(); }
  T& back() { return v_.back(); }
  T* begin() { return v_.data(); }
  T* end() { return v_.data() + v_.size(); }
  const T* begin() const { return v_.data(); }
  const T* end() const { return v_.data() + v_.size(); }

  int reserve(size_t capacity) {
    v_.reserve(capacity);
    return 1;
  }
  int resize(size_t size) {
    v_.resize(size);
    return 1;
  }
  void growAtLeast(size_t pos) {
    if (pos >= v_.capacity()) v_.reserve(pos * 2 + 16);
  }
  // Sets the element `pos`, and makes the array long enough for it.
  void insert(size_t pos, const T& value) {
    if (pos >= v_.size()) {
      growAtLeast(pos);
      v_.resize(pos + 1);
    }
    v_[pos] = value;
  }
  void insertAtEnd(const T& value) { v_.push_back(value); }
  void push_back(const T& value) { v_.push_back(value); }
  // Returns the new element's place.
  size_t push_back_v(const T& value) {
    v_.push_back(value);
    return v_.size() - 1;
  }
  void pop_back() { v_.pop_back(); }
  void remove(size_t pos) {
    if (pos >= v_.size()) CmiAbort("CkVec::remove(): there is no element %zu of %zu", pos, v_.size());
    v_.erase(v_.begin() + static_cast<std::ptrdiff_t>(pos));
  }
  void removeAll() { v_.clear(); }
  void clear() { v_ = std::vector<T>(); }
  void free() { clear(); }
  void quickSort(size_t = 0) { std::sort(v_.begin(), v_.end()); }
  void bubbleSort(size_t first, size_t last) { std::sort(v_.begin() + first, v_.begin() + last + 1); }

  void pup(PUP::er& p) { p | v_; }

 private:
  std::vector<T> v_;
};

// First in, first out; also a double-ended queue.  Thread safety: none.
template <class T>
class CkQ {
 public:
  CkQ() {}
  explicit CkQ(int) {}
  CkQ(CkQ&&) = default;
  CkQ(const CkQ&) = delete;
  CkQ& operator=(const CkQ&) = delete;
  int length() const { return static_cast<int>(q_.size()); }
  int isEmpty() const { return q_.empty(); }
  // An element made of nothing where there is none.
  T deq() {
    if (q_.empty()) return T();
    T front = std::move(q_.front());
    q_.pop_front();
    return front;
  }
  void enq(const T& value) { q_.push_back(value); }
  void push(const T& value) { q_.push_front(value); }
  T& peek() { return q_.front(); }
  T& operator[](size_t i) { return q_[i]; }
  const T& operator[](size_t i) const { return q_[i]; }
  void insert(int pos, const T& value) {
    if (static_cast<size_t>(pos) > q_.size()) q_.resize(static_cast<size_t>(pos));
    q_.insert(q_.begin() + pos, value);
  }
  T remove(int pos) {
    if (static_cast<size_t>(pos) >= q_.size()) return T();
    T value = std::move(q_[static_cast<size_t>(pos)]);
    q_.erase(q_.begin() + pos);
    return value;
  }
  void pup(PUP::er& p) { p | q_; }

 private:
  std::deque<T> q_;
};

// A queue of messages, which it owns.
template <class Message>
class CkMsgQ : public CkQ<Message*> {
 public:
  CkMsgQ() {}
  CkMsgQ(CkMsgQ&&) = default;
  ~CkMsgQ() {
    while (!this->isEmpty()) delete this->deq();
  }
  void pup(PUP::er& p) {
    int n = this->length();
    p | n;
    for (int i = 0; i < n; ++i) {
      void* message = p.isUnpacking() ? nullptr : this->deq();
      CkPupMessage(p, &message);
      this->enq(static_cast<Message*>(message));
    }
  }
};

#endif  // CKLISTS_H
