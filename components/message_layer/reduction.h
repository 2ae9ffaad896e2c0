// Reductions over a tree: what one member of it keeps until all below it have contributed.
//
// The tree and the messages are the caller's; any number of reductions may be under way, told apart by an id that all members
// give in the same way.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_REDUCTION_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_REDUCTION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace heddle {

// Thread safety: one thread at a time.  Blocking: never.
class ReductionTable {
 public:
  struct Contributions {
    void* own = nullptr;
    std::vector<void*> children;
  };

  // This member's contribution to reduction `id`, of which it has `children` below it; or that of one of them. Returns all of
  // them, and forgets the reduction, once they are complete.  Cost: a look into a hash table.
  std::optional<Contributions> AddOwn(std::uint64_t id, void* contribution, std::size_t children) {
    Entry& entry = table_[id];
    entry.contributions.own = contribution;
    entry.awaited = children;
    return TakeIfComplete(id, entry);
  }
  std::optional<Contributions> AddChild(std::uint64_t id, void* contribution) {
    Entry& entry = table_[id];
    entry.contributions.children.push_back(contribution);
    return TakeIfComplete(id, entry);
  }

  std::size_t under_way() const { return table_.size(); }

 private:
  struct Entry {
    Contributions contributions;
    std::size_t awaited = 0;  // Known with its own contribution.
  };

  std::optional<Contributions> TakeIfComplete(std::uint64_t id, Entry& entry) {
    if (entry.contributions.own == nullptr || entry.contributions.children.size() < entry.awaited) return std::nullopt;
    Contributions all = std::move(entry.contributions);
    table_.erase(id);
    return all;
  }

  std::unordered_map<std::uint64_t, Entry> table_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_REDUCTION_H_
