// Promised: what was set is found, at its index and nowhere else, also by threads that look while the array grows. Not promised:
// that a look finds what is being set.
#include "components/sync/paged_pointers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace heddle {
namespace {

TEST(PagedPointersTest, FindsWhatWasSetAndNothingElse) {
  PagedPointers<int> pointers;
  EXPECT_EQ(pointers.Find(0), nullptr);
  EXPECT_EQ(pointers.Find(std::size_t{1} << 40), nullptr);
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  std::map<std::size_t, std::unique_ptr<int>> model;
  for (int i = 0; i < 2000; ++i) {
    const std::size_t index = random() % 300'000;
    auto& place = model[index];
    if (place == nullptr) pointers.Set(index, (place = std::make_unique<int>(static_cast<int>(index))).get());
  }
  for (std::size_t index = 0; index < 300'001; ++index) {
    const auto found = model.find(index);
    ASSERT_EQ(pointers.Find(index), found == model.end() ? nullptr : found->second.get()) << index;
  }
  auto next = model.begin();
  pointers.ForEach([&](const int* pointer) { EXPECT_EQ(pointer, (next++)->second.get()); });
  EXPECT_EQ(next, model.end());
}

TEST(PagedPointersTest, ReadersFindWholeObjectsWhileItGrows) {
  struct Object {
    std::size_t index, twice;
  };
  constexpr std::size_t kObjects = 20'000, kStride = 37;
  PagedPointers<const Object> pointers;
  std::vector<std::unique_ptr<Object>> objects;
  std::atomic<std::size_t> set{0};
  std::vector<std::thread> readers;
  for (unsigned t = 0; t < 3; ++t) {
    readers.emplace_back([&, t] {
      std::mt19937 random(t);
      while (set < kObjects) {
        const std::size_t known = set.load(std::memory_order_acquire);
        const std::size_t i = random() % kObjects;
        const Object* const object = pointers.Find(i * kStride);
        ASSERT_TRUE(object != nullptr || i >= known) << i;
        ASSERT_TRUE(object == nullptr || (object->index == i && object->twice == 2 * i)) << i;
      }
    });
  }
  for (std::size_t i = 0; i < kObjects; ++i) {
    objects.push_back(std::make_unique<Object>(Object{i, 2 * i}));
    pointers.Set(i * kStride, objects.back().get());
    set.store(i + 1, std::memory_order_release);
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace heddle
