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
#include <vector>

namespace heddle {

// Thread safety: one thread at a time, as an object's serial executor is.  Blocking: never.
class Matcher {
 public:
  struct Want {
    std::int32_t port = 0;
    bool any = true;          // Of any key.
    std::int64_t key = 0;
  };
  struct Item {
    std::int32_t port = 0;
    std::int64_t key = 0;
    void* value = nullptr;
  };
  struct Wait {
    std::vector<Want> wants;
    // Waits of one group, but for group 0, exclude each other: when one fires the others are forgotten.
    std::uint64_t group = 0;
    void* value = nullptr;
  };

  // Takes an item for each of the wants, in their order, where all are here. Otherwise takes none.
  // Cost: O(items kept) where none matches; the items of other ports are passed over.
  bool Take(const std::vector<Want>& wants, std::vector<void*>* values);
  void AddWait(Wait wait) { waits_.push_back(std::move(wait)); }
  // Gives an item. True where that makes a wait fire: `*fired` is it, and `*values` are its items, in the order of its wants. The
  // wait is forgotten, and so are the others of its group, whose values are added to `*excluded`.
  // Cost: O(waits) + O(items kept).
  bool Put(const Item& item, Wait* fired, std::vector<void*>* values, std::vector<void*>* excluded);

  // What is kept, oldest first: to visit it, and to put it back into an empty matcher.
  std::vector<Item>& items() { return items_; }
  std::vector<Wait>& waits() { return waits_; }

 private:
  static bool Fits(const Want& want, const Item& item) {
    return want.port == item.port && (want.any || want.key == item.key);
  }
  std::vector<Item> items_;
  std::vector<Wait> waits_;
  std::vector<std::size_t> found_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_MATCHER_H_
