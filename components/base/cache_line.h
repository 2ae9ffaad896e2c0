// Sizes that keep data of different writers apart.
#ifndef HEDDLE_COMPONENTS_BASE_CACHE_LINE_H_
#define HEDDLE_COMPONENTS_BASE_CACHE_LINE_H_

#include <cstddef>

namespace heddle {

// Bytes of one cache line: the unit in which cores exchange data.
inline constexpr std::size_t kCacheLineBytes = 64;

// Bytes between two variables with different writers. Two lines: the adjacent-line prefetcher of x86 moves pairs.
inline constexpr std::size_t kFalseSharingBytes = 128;

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BASE_CACHE_LINE_H_
