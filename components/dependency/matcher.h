// Waiting for combinations: items arrive at ports, each with a key; waits ask for one item at each of several ports, with a given
// key or any, and fire when all are there.
//
// This is the join of the join calculus (Fournet and Gonthier, POPL'96), as Structured Dagger's `when` uses it. Who gets what:
// a wait takes the oldest items that match; an item goes to the wait that has waited longest and that it completes. Items that
// nobody waits for are kept.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_MATCHER_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_MATCHER_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace heddle {

// Thread safety: one thread at a time, as an object's serial executor is.  Blocking: never.
class Matcher {
 public:
  struct Want {
    std::int32_t port = 0;    // A small number, from 0.
    bool any = true;          // Of any key.
    std::int64_t key = 0;
  };
  // Two need no allocation.
  class Wants {
   public:
    Wants() = default;
    Wants(std::initializer_list<Want> wants) {
      for (const Want& want : wants) push_back(want);
    }
    void push_back(const Want& want) {
      if (count_ == kFew) many_.assign(few_, few_ + kFew);
      if (count_ < kFew) {
        few_[count_] = want;
      } else {
        many_.push_back(want);
      }
      ++count_;
    }
    std::size_t size() const { return count_; }
    const Want* begin() const { return count_ <= kFew ? few_ : many_.data(); }
    const Want* end() const { return begin() + count_; }

   private:
    static constexpr std::size_t kFew = 2;
    std::size_t count_ = 0;
    Want few_[kFew];
    std::vector<Want> many_;
  };
  struct Item {
    std::int32_t port = 0;
    std::int64_t key = 0;
    void* value = nullptr;
  };
  struct Wait {
    Wants wants;
    // Waits of one group, but for group 0, exclude each other: when one fires the others are forgotten.
    std::uint64_t group = 0;
    // Two words of the user's.
    void* value = nullptr;
    std::uint64_t tag = 0;
  };

  // Takes an item for each of the wants, in their order, where all are here. Otherwise takes none, and `*values` means nothing.
  // Cost: O(items kept at these ports); O(1) where the oldest fit.
  bool Take(const Wants& wants, std::vector<void*>* values);
  void AddWait(Wait wait) { waits_.push_back(std::move(wait)); }
  // Gives an item. True where that makes a wait fire: `*fired` is it, and `*values` are its items, in the order of its wants. The
  // wait is forgotten, and so are the others of its group, which are put into `*excluded`.
  // Cost: O(waits), and for a wait that wants several items that of Take(). No allocation where the item is awaited alone.
  bool Put(const Item& item, Wait* fired, std::vector<void*>* values, std::vector<Wait>* excluded);

  // What is kept, to visit it, and to put it back into an empty matcher. Of the items those of one port come oldest first.
  std::size_t item_count() const { return item_count_; }
  template <class Visit>
  void VisitItems(Visit visit) {
    for (Queue& queue : queues_)
      for (std::size_t i = queue.head; i < queue.items.size(); ++i) visit(queue.items[i]);
  }
  void Keep(const Item& item);
  std::vector<Wait>& waits() { return waits_; }

 private:
  // The oldest is at the head; what is before it has been taken.
  struct Queue {
    std::vector<Item> items;
    std::size_t head = 0;
    void Remove(std::size_t at);
  };
  struct Found {
    std::int32_t port;
    std::size_t at;
    bool operator==(const Found&) const = default;
  };
  static bool Fits(const Want& want, const Item& item) {
    return want.port == item.port && (want.any || want.key == item.key);
  }
  std::vector<Queue> queues_;  // By port.
  std::size_t item_count_ = 0;
  std::vector<Wait> waits_;
  std::vector<Found> found_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_MATCHER_H_
