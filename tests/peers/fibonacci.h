// What the recursive benchmarks compute.
#ifndef HEDDLE_TESTS_PEERS_FIBONACCI_H_
#define HEDDLE_TESTS_PEERS_FIBONACCI_H_

namespace heddle::peers {

inline constexpr int kFibonacciArgument = 25;
inline constexpr long kFibonacciResult = 75'025;
inline constexpr int kFibonacciSpawns = 121'392;  // One a call with n >= 2.

}  // namespace heddle::peers

#endif  // HEDDLE_TESTS_PEERS_FIBONACCI_H_
