// Promised: starpu_malloc and the memory of data that the library allocates come from the program's hooks where it has set them;
// sizes and alignment. Not promised: pinning.
#include <starpu.h>

#include <cerrno>
#include <cstdlib>

#include "frontends/starpu/test_support.h"
#include "gtest/gtest.h"

namespace heddle::starpu {
namespace {

struct Counts {
  int allocated = 0, freed = 0;
  size_t bytes = 0;
} counts;

int Allocate(unsigned node, void** memory, size_t bytes, int) {
  EXPECT_EQ(node, static_cast<unsigned>(STARPU_MAIN_RAM));
  *memory = std::malloc(bytes);
  if (*memory == nullptr) return -ENOMEM;
  ++counts.allocated;
  counts.bytes += bytes;
  return 0;
}

int Free(unsigned, void* memory, size_t bytes, int) {
  std::free(memory);
  ++counts.freed;
  counts.bytes -= bytes;
  return 0;
}

class Hooks : public ::testing::Test {
 protected:
  void SetUp() override {
    counts = Counts{};
    starpu_malloc_set_hooks(Allocate, Free);
  }
  void TearDown() override { starpu_malloc_set_hooks(nullptr, nullptr); }
  Session session_{1};
};

TEST_F(Hooks, ThePairOfMallocAndFreeUsesThem) {
  void* memory = nullptr;
  ASSERT_EQ(starpu_malloc(&memory, 100), 0);
  EXPECT_EQ(counts.bytes, 100u);
  EXPECT_EQ(starpu_free_noflag(memory, 100), 0);
  EXPECT_EQ(counts.allocated, 1);
  EXPECT_EQ(counts.freed, 1);
  EXPECT_EQ(counts.bytes, 0u);
}

TEST_F(Hooks, DataWithoutAHomeUsesThem) {
  starpu_data_handle_t handle;
  starpu_vector_data_register(&handle, -1, 0, 10, sizeof(int));
  struct starpu_codelet fill = Codelet([](void** buffers, void*) {
    for (unsigned i = 0; i < STARPU_VECTOR_GET_NX(buffers[0]); ++i) reinterpret_cast<int*>(STARPU_VECTOR_GET_PTR(buffers[0]))[i] = 7;
  }, {STARPU_W});
  ASSERT_EQ(starpu_task_insert(&fill, STARPU_W, handle, 0), 0);
  starpu_data_unregister(handle);
  EXPECT_EQ(counts.allocated, 1);
  EXPECT_EQ(counts.freed, 1);
  EXPECT_EQ(counts.bytes, 0u);
}

TEST(Malloc, AlignmentIsWhatTheProgramAskedFor) {
  Session session(1);
  starpu_malloc_set_align(256);
  for (size_t bytes : {1u, 100u, 10'000u}) {
    void* memory = nullptr;
    ASSERT_EQ(starpu_malloc(&memory, bytes), 0);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 256, 0u);
    starpu_free_noflag(memory, bytes);
  }
}

}  // namespace
}  // namespace heddle::starpu
