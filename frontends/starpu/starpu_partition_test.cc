// Promised: pieces of data and the whole may be used in any order of submission and give what the sequential order gives: by
// partition and unpartition, by plans, nested ones too, also where the data has no memory yet or the filter's arguments are gone.
// Not promised: pieces of overlapping plans written at the same time.
#include <starpu.h>

#include <cstring>
#include <numeric>
#include <vector>

#include "frontends/starpu/test_support.h"
#include "gtest/gtest.h"

namespace heddle::starpu {
namespace {

int* Elements(void* buffer) { return reinterpret_cast<int*>(STARPU_VECTOR_GET_PTR(buffer)); }

void AddOne(void** buffers, void*) {
  for (unsigned i = 0; i < STARPU_VECTOR_GET_NX(buffers[0]); ++i) ++Elements(buffers[0])[i];
}
void Fill(void** buffers, void* arg) {
  for (unsigned i = 0; i < STARPU_VECTOR_GET_NX(buffers[0]); ++i) Elements(buffers[0])[i] = *static_cast<int*>(arg);
}
// Adds up all elements, after some time in which writers that do not wait would come in between.
void Sum(void** buffers, void* arg) {
  long sum = 0;
  for (int round = 0; round < 200; ++round) {
    sum = 0;
    for (unsigned i = 0; i < STARPU_VECTOR_GET_NX(buffers[0]); ++i) {
      sum += __atomic_load_n(&Elements(buffers[0])[i], __ATOMIC_RELAXED);
    }
  }
  *static_cast<long*>(arg) = sum;
}

struct starpu_data_filter Blocks(unsigned pieces) {
  struct starpu_data_filter filter = {};
  filter.filter_func = starpu_vector_filter_block;
  filter.nchildren = pieces;
  return filter;
}

class Partition : public ::testing::TestWithParam<int> {
 protected:
  void Register(int elements, int value) {
    values_.assign(static_cast<std::size_t>(elements), value);
    starpu_vector_data_register(&whole_, STARPU_MAIN_RAM, reinterpret_cast<uintptr_t>(values_.data()),
                                static_cast<uint32_t>(elements), sizeof(int));
  }
  void Submit(struct starpu_codelet* codelet, starpu_data_handle_t handle, void* arg = nullptr) {
    struct starpu_task* const task = Make(codelet, arg);
    task->handles[0] = handle;
    ASSERT_EQ(starpu_task_submit(task), 0);
  }

  Session session_{GetParam()};
  struct starpu_codelet read_ = Codelet(Sum, {STARPU_R});
  struct starpu_codelet update_ = Codelet(AddOne, {STARPU_RW});
  struct starpu_codelet write_ = Codelet(Fill, {STARPU_W});
  std::vector<int> values_;
  starpu_data_handle_t whole_ = nullptr;
};

TEST_P(Partition, ReadersOfTheWholeGoBeforeWritersOfPieces) {
  Register(1000, 5);
  std::vector<long> sums(20);
  for (long& sum : sums) Submit(&read_, whole_, &sum);
  struct starpu_data_filter filter = Blocks(4);
  starpu_data_partition(whole_, &filter);
  EXPECT_EQ(starpu_data_get_nb_children(whole_), 4);
  for (unsigned i = 0; i < 4; ++i) Submit(&update_, starpu_data_get_sub_data(whole_, 1, i));
  starpu_data_unpartition(whole_, STARPU_MAIN_RAM);
  Submit(&update_, whole_);
  starpu_data_unregister(whole_);
  for (long sum : sums) EXPECT_EQ(sum, 5000);
  EXPECT_EQ(values_, std::vector<int>(1000, 7));
}

TEST_P(Partition, PiecesOfPiecesAreReachedByTheirIndices) {
  Register(24, 0);
  struct starpu_data_filter thirds = Blocks(3), halves = Blocks(2);
  starpu_data_map_filters(whole_, 2, &thirds, &halves);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 2; ++j) {
      for (int k = 0; k <= 2 * i + j; ++k) Submit(&update_, starpu_data_get_sub_data(whole_, 2, i, j));
    }
  }
  starpu_data_unpartition(whole_, STARPU_MAIN_RAM);
  starpu_data_unregister(whole_);
  for (std::size_t i = 0; i < values_.size(); ++i) EXPECT_EQ(values_[i], static_cast<int>(i / 4) + 1) << i;
}

TEST_P(Partition, APlanFollowsTheOrderInWhichWholeAndPiecesAreUsed) {
  Register(90, 0);
  starpu_data_handle_t pieces[3];
  struct starpu_data_filter filter = Blocks(3);
  starpu_data_partition_plan(whole_, &filter, pieces);
  EXPECT_EQ(starpu_data_partition_get_nplans(whole_), 1u);
  std::vector<long> sums(50);
  for (std::size_t round = 0; round < sums.size(); ++round) {
    for (starpu_data_handle_t piece : pieces) Submit(&update_, piece);
    if (round % 3 == 0) Submit(&update_, whole_);
    Submit(&read_, whole_, &sums[round]);
  }
  starpu_data_partition_clean(whole_, 3, pieces);
  starpu_data_unregister(whole_);
  for (std::size_t round = 0; round < sums.size(); ++round) {
    EXPECT_EQ(sums[round], 90 * static_cast<long>(round + 1 + round / 3 + 1)) << round;
  }
}

TEST_P(Partition, PlansOfPiecesAndOtherPlansOfTheWholeTakeTurns) {
  Register(6, 0);
  starpu_data_handle_t thirds[3], halves[2], ends[2];
  struct starpu_data_filter filter = Blocks(3);
  starpu_data_partition_plan(whole_, &filter, thirds);
  filter = Blocks(2);
  starpu_data_partition_plan(whole_, &filter, halves);
  starpu_data_partition_plan(thirds[2], &filter, ends);
  EXPECT_EQ(starpu_data_partition_get_nplans(whole_), 2u);
  std::vector<int> expected(6);
  const auto used = [&](starpu_data_handle_t handle, std::vector<int> elements) {
    Submit(&update_, handle);
    for (int i : elements) ++expected[static_cast<std::size_t>(i)];
  };
  for (int round = 0; round < 40; ++round) {
    used(ends[round % 2], {4 + round % 2});
    if (round % 3 == 0) used(whole_, {0, 1, 2, 3, 4, 5});
    if (round % 4 == 1) used(halves[1], {3, 4, 5});
    if (round % 5 == 2) used(thirds[0], {0, 1});
    if (round % 7 == 0) used(thirds[2], {4, 5});
  }
  starpu_data_partition_clean(thirds[2], 2, ends);
  starpu_data_partition_clean(whole_, 2, halves);
  starpu_data_partition_clean(whole_, 3, thirds);
  starpu_data_unregister(whole_);
  EXPECT_EQ(values_, expected);
}

// Overwrites what it passes, as any later call may.
void PlanWithArgumentsOnTheStack(starpu_data_handle_t whole, starpu_data_handle_t* pieces) {
  uint32_t sizes[3] = {2, 0, 4};
  struct starpu_data_filter filter = {};
  filter.filter_func = starpu_vector_filter_list;
  filter.nchildren = 3;
  filter.filter_arg_ptr = sizes;
  starpu_data_partition_plan(whole, &filter, pieces);
  std::memset(sizes, 0xff, sizeof(sizes));
}

TEST_P(Partition, TheFiltersArgumentsMayGoAfterThePlan) {
  Register(6, 0);
  starpu_data_handle_t pieces[3];
  PlanWithArgumentsOnTheStack(whole_, pieces);
  for (int round = 0; round < 3; ++round) {
    Submit(&update_, pieces[0]);
    Submit(&update_, pieces[1]);  // Of no elements.
    Submit(&update_, whole_);
  }
  starpu_data_partition_clean(whole_, 3, pieces);
  starpu_data_unregister(whole_);
  EXPECT_EQ(values_, (std::vector<int>{6, 6, 3, 3, 3, 3}));
}

TEST_P(Partition, DataWithoutMemoryGetsItWhereAPieceIsWritten) {
  starpu_data_handle_t pieces[2];
  starpu_vector_data_register(&whole_, -1, 0, 8, sizeof(int));
  struct starpu_data_filter filter = Blocks(2);
  starpu_data_partition_plan(whole_, &filter, pieces);
  int fill[2] = {10, 20};
  for (int round = 0; round < 3; ++round) {
    Submit(&write_, pieces[0], &fill[0]);
    Submit(&write_, pieces[1], &fill[1]);
    Submit(&update_, whole_);
    ASSERT_EQ(starpu_data_acquire(whole_, STARPU_R), 0);
    const int* const values = static_cast<int*>(starpu_data_get_local_ptr(whole_));
    EXPECT_EQ(std::accumulate(values, values + 8, 0), 4 * 11 + 4 * 21);
    starpu_data_release(whole_);
    starpu_data_invalidate_submit(whole_);  // The next round finds other memory, perhaps.
  }
  starpu_data_partition_clean(whole_, 2, pieces);
  starpu_data_unregister(whole_);
}

TEST_P(Partition, PlansThatAreSwitchedByTheProgramServeReadersTogether) {
  Register(100, 1);
  starpu_data_handle_t pieces[4];
  struct starpu_data_filter filter = Blocks(4);
  starpu_data_partition_plan(whole_, &filter, pieces);
  long sums[7] = {};
  starpu_data_partition_readonly_submit(whole_, 4, pieces);
  for (int i = 0; i < 4; ++i) Submit(&read_, pieces[i], &sums[i]);
  Submit(&read_, whole_, &sums[4]);
  starpu_data_partition_readwrite_upgrade_submit(whole_, 4, pieces);
  for (starpu_data_handle_t piece : pieces) Submit(&update_, piece);
  starpu_data_partition_readonly_downgrade_submit(whole_, 4, pieces);
  Submit(&read_, whole_, &sums[5]);
  Submit(&read_, pieces[3], &sums[6]);
  starpu_data_unpartition_submit(whole_, 4, pieces, STARPU_MAIN_RAM);
  starpu_data_partition_clean(whole_, 4, pieces);
  starpu_data_unregister(whole_);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(sums[i], 25);
  EXPECT_EQ(sums[4], 100);
  EXPECT_EQ(sums[5], 200);
  EXPECT_EQ(sums[6], 50);
}

INSTANTIATE_TEST_SUITE_P(Workers, Partition, ::testing::Values(1, 2, 4));

}  // namespace
}  // namespace heddle::starpu
