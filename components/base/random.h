// A small, fast generator for choosing victims and for stress tests; not for cryptography.
#ifndef HEDDLE_COMPONENTS_BASE_RANDOM_H_
#define HEDDLE_COMPONENTS_BASE_RANDOM_H_

#include <cstdint>

namespace heddle {

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, https://doi.org/10.1145/2714064.2660195).
// Thread safety: one thread at a time.  Cost: about 1 ns.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // A number in [0, bound); bound > 0.
  std::uint32_t Below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((Next() >> 32) * bound) >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BASE_RANDOM_H_
