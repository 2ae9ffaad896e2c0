// How a marshalled entry method is to be queued: priority, strategy, groups that must exist first.
#ifndef CKENTRYOPTIONS_H
#define CKENTRYOPTIONS_H

#include <vector>

#include "ckbitvector.h"
#include "charm.h"

// Thread safety: its owner's.
class CkEntryOptions : public CkNoncopyable {
 public:
  typedef unsigned int prio_t;
  CkEntryOptions() : queueing_(CK_QUEUEING_FIFO), bits_(0) {}
  // Smaller integers first; as unsigned bits behind an offset, so that negative ones go in front.
  CkEntryOptions& setPriority(prio_t priority) {
    queueing_ = CK_QUEUEING_IFIFO;
    bits_ = 8 * sizeof(prio_t);
    words_.assign(1, priority);
    return *this;
  }
  CkEntryOptions& setPriority(int bits, const prio_t* words) {
    queueing_ = CK_QUEUEING_BFIFO;
    bits_ = bits;
    words_.assign(words, words + (bits + 31) / 32);
    return *this;
  }
  CkEntryOptions& setPriority(const CkBitVector& bits) {
    return setPriority(bits.Length(), bits.getData());
  }
  CkEntryOptions& setQueueing(int queueing) {
    queueing_ = queueing;
    return *this;
  }
  CkEntryOptions& setGroupDepID(const CkGroupID& group) {
    groups_.assign(1, group);
    return *this;
  }
  CkEntryOptions& addGroupDepID(const CkGroupID& group) {
    groups_.push_back(group);
    return *this;
  }
  int getQueueing() const { return queueing_; }
  int getPriorityBits() const { return bits_; }
  const prio_t* getPriorityPtr() const { return words_.data(); }
  CkGroupID getGroupDepID(int index = 0) const { return groups_[static_cast<size_t>(index)]; }
  int getGroupDepNum() const { return static_cast<int>(groups_.size()); }
  int getGroupDepSize() const { return static_cast<int>(groups_.size() * sizeof(CkGroupID)); }
  const CkGroupID* getGroupDepPtr() const { return groups_.data(); }

 private:
  int queueing_;
  int bits_;
  std::vector<prio_t> words_;
  std::vector<CkGroupID> groups_;
};

#endif  // CKENTRYOPTIONS_H
