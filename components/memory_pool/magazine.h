// Magazines and the depot: internal to memory_pool.
//
// A magazine is an array of pointers to free blocks of one class (Bonwick and Adams, "Magazines and
// Vmem", USENIX ATC 2001, https://www.usenix.org/legacy/event/usenix01/bonwick.html). Blocks carry
// no link, so a block that changes hands costs the line that its users touch and 8 bytes of the
// magazine; an intrusive list would move the block's line once more each way.
//
// Layout of a magazine, 512 bytes, at a multiple of 512:
//   next    written by whoever pushes the magazine; read by all who try to pop it, at any time
//   count   written and read by its holder: slots filled; not kept up while it is a loaded one
//   slots   written and read by its holder
// Magazines are never unmapped, so a late reader of `next` reads a stale value, never foreign
// memory, and its CAS fails.
//
// A depot stack (Treiber) is one word: 39 bits of magazine address / 512, 25 bits of tag. Every
// success changes the tag, so that a CAS whose head has been popped and pushed meanwhile fails: to
// be fooled, a thread would have to stop between its load and its CAS for exactly a multiple of 33
// million successes and meet the same head.
// Push is a release, Pop an acquire, and only read-modify-writes change the word, hence each push
// heads a release sequence that holds every later value: what came before a push happens before the
// pop that returns the magazine.
#ifndef HEDDLE_COMPONENTS_MEMORY_POOL_MAGAZINE_H_
#define HEDDLE_COMPONENTS_MEMORY_POOL_MAGAZINE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "components/base/cache_line.h"
#include "components/memory_pool/size_class.h"

namespace heddle::internal {

inline constexpr std::size_t kMagazineBytes = 512;

struct alignas(kMagazineBytes) Magazine {
  std::atomic<Magazine*> next{nullptr};
  std::atomic<std::size_t> count{0};
  void* slots[kMagazineSlots];
};
static_assert(sizeof(Magazine) == kMagazineBytes);

// Thread safety: any thread.  Blocking: never (lock-free).  Memory order: see above.  Cost: one CAS
// each.
class MagazineStack {
 public:
  void Push(Magazine* magazine) {
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    do {
      magazine->next.store(Address(head), std::memory_order_relaxed);
    } while (!head_.compare_exchange_weak(head, Pack(magazine, head), std::memory_order_release,
                                          std::memory_order_relaxed));
  }

  // nullptr where the stack is empty.
  Magazine* Pop() {
    std::uint64_t head = head_.load(std::memory_order_acquire);
    for (;;) {
      Magazine* magazine = Address(head);
      if (magazine == nullptr) return nullptr;
      Magazine* next = magazine->next.load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, Pack(next, head), std::memory_order_acquire,
                                      std::memory_order_acquire)) {
        return magazine;
      }
    }
  }

 private:
  static constexpr int kAddressBits = 39;
  static constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << kAddressBits) - 1;

  static Magazine* Address(std::uint64_t word) {
    return reinterpret_cast<Magazine*>((word & kAddressMask) * kMagazineBytes);
  }
  static std::uint64_t Pack(Magazine* magazine, std::uint64_t before) {
    const std::uint64_t tag = (before >> kAddressBits) + 1;
    return reinterpret_cast<std::uint64_t>(magazine) / kMagazineBytes | tag << kAddressBits;
  }

  std::atomic<std::uint64_t> head_{0};
};

// What threads exchange, for one class. Apart: a consumer of blocks pushes full ones while a
// producer pushes empty ones.
struct Depot {
  alignas(kFalseSharingBytes) MagazineStack full;   // Magazines with at least one block.
  alignas(kFalseSharingBytes) MagazineStack empty;  // Magazines without.
};

}  // namespace heddle::internal

#endif  // HEDDLE_COMPONENTS_MEMORY_POOL_MAGAZINE_H_
