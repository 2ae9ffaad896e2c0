// Arenas: memory of copies, its alignment, limits and reuse, and that it goes back whichever reference is the last.
#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "parsec/arena.h"
#include "parsec/data_internal.h"

namespace {

parsec_arena_t* NewArena(std::size_t bytes, std::size_t alignment) {
  parsec_arena_t* arena = PARSEC_OBJ_NEW(parsec_arena_t);
  EXPECT_EQ(parsec_arena_construct(arena, bytes, alignment), PARSEC_SUCCESS);
  return arena;
}

class ArenaSizeTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ArenaSizeTest, GivesMemoryOnItsAlignment) {
  for (std::size_t alignment : {std::size_t{8}, std::size_t{16}, std::size_t{64}, std::size_t{4096}}) {
    parsec_arena_t* arena = NewArena(GetParam(), alignment);
    std::vector<parsec_data_copy_t*> copies;
    for (int i = 0; i < 8; ++i) {
      parsec_data_copy_t* copy = parsec_arena_get_new_copy(arena, 1 + i % 2, 0, PARSEC_DATATYPE_NULL);
      ASSERT_NE(copy, nullptr);
      void* memory = PARSEC_DATA_COPY_GET_PTR(copy);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % alignment, 0u);
      std::memset(memory, i, GetParam() * (1 + i % 2));
      ASSERT_NE(copy->original, nullptr);
      EXPECT_EQ(copy->original->device_copies[0], copy);
      EXPECT_EQ(copy->original->span, GetParam() * (1 + i % 2));
      copies.push_back(copy);
    }
    for (parsec_data_copy_t* copy : copies) PARSEC_DATA_COPY_RELEASE(copy);
    PARSEC_OBJ_RELEASE(arena);
  }
}

INSTANTIATE_TEST_SUITE_P(SmallAndLarge, ArenaSizeTest, ::testing::Values(1, 8, 1000, 8000, 8192, 100000));

TEST(ArenaTest, TheLastReferenceGivesTheMemoryBackAndTheNextCopyGetsIt) {
  for (std::size_t bytes : {64, 100000}) {
    parsec_arena_t* arena = NewArena(bytes, 16);
    parsec_data_copy_t* copy = parsec_arena_get_new_copy(arena, 1, 0, PARSEC_DATATYPE_NULL);
    void* memory = copy->device_private;
    PARSEC_DATA_COPY_RETAIN(copy);
    parsec_data_copy_t* same = copy;
    PARSEC_DATA_COPY_RELEASE(same);
    ASSERT_NE(same, nullptr);
    PARSEC_DATA_COPY_RELEASE(copy);
    EXPECT_EQ(copy, nullptr);
    copy = parsec_arena_get_new_copy(arena, 1, 0, PARSEC_DATATYPE_NULL);
    EXPECT_EQ(copy->device_private, memory);
    parsec_arena_release(copy);
    PARSEC_OBJ_RELEASE(arena);
  }
}

TEST(ArenaTest, AReferenceToThePieceOfDataKeepsItsBlock) {
  parsec_arena_t* arena = NewArena(64, 16);
  parsec_data_copy_t* copy = parsec_arena_get_new_copy(arena, 1, 0, PARSEC_DATATYPE_NULL);
  parsec_data_t* data = copy->original;
  PARSEC_OBJ_RETAIN(data);
  PARSEC_DATA_COPY_RELEASE(copy);
  EXPECT_EQ(parsec_data_get_copy(data, 0), nullptr);
  PARSEC_OBJ_RELEASE(data);
  EXPECT_EQ(data, nullptr);
  PARSEC_OBJ_RELEASE(arena);
}

TEST(ArenaTest, LimitsAreKept) {
  parsec_arena_t arena = {};
  ASSERT_EQ(parsec_arena_construct_ex(&arena, 100, 16, 200, 0), PARSEC_SUCCESS);
  parsec_data_copy_t* first = parsec_arena_get_new_copy(&arena, 1, 0, PARSEC_DATATYPE_NULL);
  parsec_data_copy_t* second = parsec_arena_get_new_copy(&arena, 1, 0, PARSEC_DATATYPE_NULL);
  EXPECT_EQ(parsec_arena_get_new_copy(&arena, 1, 0, PARSEC_DATATYPE_NULL), nullptr);
  PARSEC_DATA_COPY_RELEASE(first);
  first = parsec_arena_get_new_copy(&arena, 1, 0, PARSEC_DATATYPE_NULL);
  EXPECT_NE(first, nullptr);
  PARSEC_DATA_COPY_RELEASE(first);
  PARSEC_DATA_COPY_RELEASE(second);
  PARSEC_OBJ_DESTRUCT(&arena);
}

TEST(ArenaTest, WrongArgumentsAreErrors) {
  parsec_arena_t arena = {};
  EXPECT_EQ(parsec_arena_construct(&arena, 0, 16), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(parsec_arena_construct(&arena, 8, 24), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(parsec_arena_construct(nullptr, 8, 8), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(parsec_arena_datatype_set_type(nullptr, 8, 8, PARSEC_DATATYPE_NULL), PARSEC_ERR_BAD_PARAM);
}

TEST(ArenaTest, ADatatypeHoldsItsArena) {
  parsec_arena_datatype_t* adt = parsec_arena_datatype_new();
  EXPECT_EQ(adt->arena, nullptr);
  ASSERT_EQ(parsec_arena_datatype_set_type(adt, 8, PARSEC_ARENA_ALIGNMENT_SSE, parsec_datatype_double_t), PARSEC_SUCCESS);
  EXPECT_EQ(adt->arena->elem_size, 8u);
  parsec_arena_datatype_release(&adt);
  EXPECT_EQ(adt, nullptr);
}

TEST(ArenaTest, CopiesMayEndOnAnotherThread) {
  parsec_arena_t* arena = NewArena(128, 64);
  for (int round = 0; round < 20; ++round) {
    std::vector<parsec_data_copy_t*> copies;
    for (int i = 0; i < 200; ++i) {
      copies.push_back(parsec_arena_get_new_copy(arena, 1, 0, PARSEC_DATATYPE_NULL));
      PARSEC_DATA_COPY_RETAIN(copies.back());
    }
    std::thread other([&] {
      for (parsec_data_copy_t* copy : copies) PARSEC_DATA_COPY_RELEASE(copy);
    });
    for (parsec_data_copy_t* copy : copies) PARSEC_DATA_COPY_RELEASE(copy);
    other.join();
  }
  PARSEC_OBJ_RELEASE(arena);
}

}  // namespace
