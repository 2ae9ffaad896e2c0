// Sizes of pooled blocks: internal to memory_pool, public only because the fast path is inline.
#ifndef HEDDLE_COMPONENTS_MEMORY_POOL_SIZE_CLASS_H_
#define HEDDLE_COMPONENTS_MEMORY_POOL_SIZE_CLASS_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace heddle {

// The largest pooled block; what is larger goes to the C library.
inline constexpr std::size_t kPoolMaxBytes = 8192;

namespace internal {

// From 64 on every class is a multiple of the cache line and its blocks start at one; every
// multiple up to 1,024, for descriptors of tasks, and four classes a doubling from there, so that
// at most a fifth of a block is lost.
inline constexpr std::array<std::uint16_t, 31> kClassBytes = {
    16,  32,  48,   64,   128,  192,  256,  320,  384,  448,  512,  576,  640,  704,  768, 832,
    896, 960, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 5120, 6144, 7168, 8192};
inline constexpr std::size_t kClasses = kClassBytes.size();

// Indexed by the size in units of 16 bytes, rounded up.
inline constexpr auto kClassOfUnits = [] {
  std::array<std::uint8_t, kPoolMaxBytes / 16 + 1> table{};
  std::size_t size_class = 0;
  for (std::size_t units = 0; units < table.size(); ++units) {
    while (kClassBytes[size_class] < units * 16) ++size_class;
    table[units] = static_cast<std::uint8_t>(size_class);
  }
  return table;
}();

// `bytes` <= kPoolMaxBytes.  Cost: nothing where `bytes` is a constant, one load otherwise.
inline constexpr std::size_t SizeClassOf(std::size_t bytes) {
  return kClassOfUnits[(bytes + 15) >> 4];
}

// Slots of a magazine: with the link and the count it fills 512 bytes.
inline constexpr std::size_t kMagazineSlots = 62;

// Blocks that travel together. Large blocks travel in smaller numbers: a thread keeps at most two
// magazines a class.
inline constexpr std::size_t MagazineCapacity(std::size_t size_class) {
  const std::size_t fit = 32768 / kClassBytes[size_class];
  return fit > kMagazineSlots ? kMagazineSlots : (fit < 8 ? 8 : fit);
}

}  // namespace internal
}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MEMORY_POOL_SIZE_CLASS_H_
