// What the stress tests of processes are written with.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_TEST_UTIL_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_TEST_UTIL_H_

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include "components/base/sanitizer.h"

namespace heddle {

// A number of the environment, such as HEDDLE_TEST_ROUNDS.
inline std::uint64_t TestNumber(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

// HEDDLE_TEST_SEED or a random one; printed, so that a test that hangs can be run again.
inline std::uint64_t TestSeed() {
  const std::uint64_t seed = TestNumber("HEDDLE_TEST_SEED", std::random_device()());
  std::cout << "HEDDLE_TEST_SEED=" << seed << std::endl;
  return seed;
}

// HEDDLE_TEST_ROUNDS; where it is not set a sanitizer gets a tenth.
inline std::uint64_t TestRounds(std::uint64_t otherwise) {
  return TestNumber("HEDDLE_TEST_ROUNDS", HEDDLE_TSAN || HEDDLE_ASAN ? otherwise / 10 : otherwise);
}

// Runs body(0), ..., body(count - 1) on a thread each, and joins them.
template <class Body>
void OnThreads(int count, const Body& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&body, i] { body(i); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_TEST_UTIL_H_
