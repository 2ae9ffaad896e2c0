// Dynamic task discovery: parameters of every kind, task classes, what bodies may return, waits, and mistakes. What is not tested
// here: order under load (dtd_stress_test.cc), several processes (the conformance programs).
#include <atomic>
#include <cstring>
#include <thread>

#include "frontends/parsec/runtime/dtd_test_support.h"
#include "gtest/gtest.h"
#include "parsec/arena.h"
#include "parsec/interfaces/dtd/insert_function_internal.h"

namespace heddle::parsec {
namespace {

std::atomic<int> count{0};

parsec_hook_return_t Count(parsec_execution_stream_t*, parsec_task_t*) {
  count.fetch_add(1);
  return PARSEC_HOOK_RETURN_DONE;
}

parsec_hook_return_t AddValue(parsec_execution_stream_t*, parsec_task_t* task) {
  std::uint64_t* at;
  int by;
  parsec_dtd_unpack_args(task, &at, &by);
  *at = *at * 10 + static_cast<std::uint64_t>(by);
  return PARSEC_HOOK_RETURN_DONE;
}

void Append(parsec_taskpool_t* taskpool, parsec_dtd_tile_t* tile, int digit) {
  parsec_dtd_insert_task(taskpool, AddValue, 0, PARSEC_DEV_CPU, "append", PASSED_BY_REF, tile, PARSEC_INOUT | PARSEC_AFFINITY, sizeof(int),
                         &digit, PARSEC_VALUE, PARSEC_DTD_ARG_END);
}

struct Dtd : testing::TestWithParam<int> {
  Dtd() : session(GetParam()), taskpool(session.Taskpool()), numbers(4) { count = 0; }
  ~Dtd() override {
    parsec_taskpool_wait(taskpool);
    parsec_taskpool_free(taskpool);
  }
  Session session;
  parsec_taskpool_t* taskpool;
  Numbers numbers;
};
INSTANTIATE_TEST_SUITE_P(Workers, Dtd, testing::Values(1, 2, 4));

TEST_P(Dtd, AWaitWithoutAFlushLeavesTheValues) {
  for (int digit = 1; digit < 6; ++digit) Append(taskpool, numbers.Tile(0), digit);
  EXPECT_EQ(parsec_taskpool_wait(taskpool), PARSEC_SUCCESS);
  EXPECT_EQ(numbers.values[0], 12345u);
  Append(taskpool, numbers.Tile(0), 6);
  EXPECT_EQ(parsec_taskpool_wait(taskpool), PARSEC_SUCCESS);
  EXPECT_EQ(numbers.values[0], 123456u);
}

TEST_P(Dtd, TheContextsWaitEndsATaskpool) {
  Append(taskpool, numbers.Tile(0), 7);
  EXPECT_EQ(parsec_context_wait(session.context), PARSEC_SUCCESS);
  EXPECT_EQ(numbers.values[0], 7u);
  EXPECT_EQ(parsec_context_start(session.context), PARSEC_SUCCESS);
}

TEST_P(Dtd, ADequeuedTaskpoolEndsByItself) {
  parsec_taskpool_t* const other = session.Taskpool();
  for (int i = 0; i < 100; ++i) parsec_dtd_insert_task(other, Count, 0, PARSEC_DEV_CPU, "count", PARSEC_DTD_ARG_END);
  EXPECT_EQ(parsec_dtd_dequeue_taskpool(other), PARSEC_SUCCESS);
  parsec_taskpool_free(other);
  EXPECT_EQ(count, 100);
  EXPECT_EQ(parsec_dtd_dequeue_taskpool(nullptr), PARSEC_ERR_BAD_PARAM);
}

TEST_P(Dtd, ValuesOfEverySizeArriveWhereTheyAreAskedFor) {
  struct Sizes {
    char one = 'x';
    short two = 22;
    char five[5] = "four";
    long double sixteen = 1.5L;
    char many[300];
  };
  static Sizes sent;
  std::memset(sent.many, 'm', sizeof(sent.many));
  const auto body = [](parsec_execution_stream_t*, parsec_task_t* task) -> parsec_hook_return_t {
    Sizes got{};
    void *scratch, *pointer, *given;
    parsec_dtd_unpack_args(task, &got.one, &got.two, &scratch, &got.five, &pointer, &got.sixteen, &got.many, &given);
    EXPECT_EQ(got.one, 'x');
    EXPECT_EQ(got.two, 22);
    EXPECT_STREQ(got.five, "four");
    EXPECT_EQ(got.sixteen, 1.5L);
    EXPECT_EQ(std::memcmp(got.many, sent.many, sizeof(sent.many)), 0);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(scratch) % 16, 0u);
    std::memset(scratch, 1, 1000);
    EXPECT_EQ(pointer, &sent);
    EXPECT_EQ(given, &count);
    count.fetch_add(1);
    return PARSEC_HOOK_RETURN_DONE;
  };
  for (int i = 0; i < 20; ++i) {
    parsec_dtd_insert_task(taskpool, body, 0, PARSEC_DEV_CPU, "sizes", sizeof(char), &sent.one, PARSEC_VALUE, sizeof(short), &sent.two,
                           PARSEC_VALUE, 1000, nullptr, PARSEC_SCRATCH, sizeof(sent.five), sent.five, PARSEC_VALUE, sizeof(void*), &sent,
                           PARSEC_REF, sizeof(sent.sixteen), &sent.sixteen, PARSEC_VALUE, sizeof(sent.many), sent.many, PARSEC_VALUE,
                           sizeof(void*), &count, PARSEC_SCRATCH, PARSEC_DTD_ARG_END);
  }
  parsec_taskpool_wait(taskpool);
  EXPECT_EQ(count, 20);
}

TEST_P(Dtd, TheSameTileTwiceAndNoTileAreLegal) {
  const auto body = [](parsec_execution_stream_t*, parsec_task_t* task) -> parsec_hook_return_t {
    std::uint64_t *read, *written, *none;
    parsec_dtd_unpack_args(task, &read, &none, &written);
    EXPECT_EQ(read, written);
    EXPECT_EQ(none, nullptr);
    EXPECT_EQ(parsec_dtd_get_dev_ptr(task, 0), read);
    EXPECT_EQ(parsec_dtd_get_dev_ptr(task, 1), nullptr);
    ++*written;
    return PARSEC_HOOK_RETURN_DONE;
  };
  for (int i = 0; i < 100; ++i) {
    parsec_dtd_insert_task(taskpool, body, 0, PARSEC_DEV_CPU, "twice", PASSED_BY_REF, numbers.Tile(1), PARSEC_INPUT, PASSED_BY_REF, nullptr,
                           PARSEC_INOUT, PASSED_BY_REF, numbers.Tile(1), PARSEC_INOUT | PARSEC_AFFINITY, PARSEC_DTD_ARG_END);
  }
  parsec_taskpool_wait(taskpool);
  EXPECT_EQ(numbers.values[1], 100u);
}

TEST_P(Dtd, ATaskThatIsMadeFirstTakesItsPlaceWhenItIsInserted) {
  int digit = 2;
  parsec_task_t* const second =
      parsec_dtd_create_task(taskpool, AddValue, 0, PARSEC_DEV_CPU, "append", PASSED_BY_REF, numbers.Tile(0),
                             PARSEC_INOUT | PARSEC_AFFINITY, sizeof(int), &digit, PARSEC_VALUE, PARSEC_DTD_ARG_END);
  digit = 9;
  EXPECT_EQ(parsec_dtd_get_taskpool(second), taskpool);
  Append(taskpool, numbers.Tile(0), 1);
  parsec_insert_dtd_task(second);
  Append(taskpool, numbers.Tile(0), 3);
  parsec_taskpool_wait(taskpool);
  EXPECT_EQ(numbers.values[0], 123u);
}

TEST_P(Dtd, ABodyThatSaysAgainRunsAgainAndMayInsert) {
  static std::atomic<int> rounds;
  rounds = 0;
  const auto generator = [](parsec_execution_stream_t*, parsec_task_t* task) -> parsec_hook_return_t {
    int each;
    parsec_dtd_unpack_args(task, &each);
    for (int i = 0; i < each; ++i) {
      parsec_dtd_insert_task(parsec_dtd_get_taskpool(task), Count, 0, PARSEC_DEV_CPU, "count", PARSEC_DTD_ARG_END);
    }
    return rounds.fetch_add(1) < 4 ? PARSEC_HOOK_RETURN_AGAIN : PARSEC_HOOK_RETURN_DONE;
  };
  const int each = 3000;
  parsec_dtd_insert_task(taskpool, generator, 0, PARSEC_DEV_CPU, "generator", sizeof(int), &each, PARSEC_VALUE, PARSEC_DTD_ARG_END);
  parsec_taskpool_wait(taskpool);
  EXPECT_EQ(rounds, 5);
  EXPECT_EQ(count, 5 * each);
}

TEST_P(Dtd, WhatABodyInsertsBehindItselfRunsAfterIt) {
  const auto parent = [](parsec_execution_stream_t*, parsec_task_t* task) -> parsec_hook_return_t {
    std::uint64_t* at;
    parsec_dtd_tile_t* tile;
    parsec_dtd_unpack_args(task, &at, &tile);
    for (int i = 0; i < 9000; ++i) Append(parsec_dtd_get_taskpool(task), tile, 0);  // More than the window.
    *at = 1;
    return PARSEC_HOOK_RETURN_DONE;
  };
  numbers.values[0] = 77;
  parsec_dtd_insert_task(taskpool, parent, 0, PARSEC_DEV_CPU, "parent", PASSED_BY_REF, numbers.Tile(0), PARSEC_INOUT | PARSEC_AFFINITY,
                         sizeof(void*), numbers.Tile(0), PARSEC_REF, PARSEC_DTD_ARG_END);
  parsec_taskpool_wait(taskpool);
  EXPECT_EQ(numbers.values[0], 0u);  // 10^9000 modulo 2^64.
}

TEST_P(Dtd, ATaskThatEndsLaterHoldsItsSuccessorsBack) {
  static std::atomic<parsec_task_t*> pending;
  pending = nullptr;
  const auto body = [](parsec_execution_stream_t*, parsec_task_t* task) -> parsec_hook_return_t {
    pending = task;
    return PARSEC_HOOK_RETURN_ASYNC;
  };
  std::thread completer([&] {
    while (pending == nullptr) std::this_thread::yield();
    numbers.values[2] = 4;
    __parsec_complete_execution(nullptr, pending);
  });
  parsec_dtd_insert_task(taskpool, body, 0, PARSEC_DEV_CPU, "async", PASSED_BY_REF, numbers.Tile(2), PARSEC_OUTPUT | PARSEC_AFFINITY,
                         PARSEC_DTD_ARG_END);
  Append(taskpool, numbers.Tile(2), 2);
  parsec_taskpool_wait(taskpool);
  completer.join();
  EXPECT_EQ(numbers.values[2], 42u);
}

TEST_P(Dtd, AClassTriesItsChoresInOrderAndTakesFlagsPerTask) {
  parsec_task_class_t* const tc = parsec_dtd_create_task_class(taskpool, "class", PASSED_BY_REF, PARSEC_INOUT, sizeof(int),
                                                               PARSEC_VALUE | PARSEC_PROFILE_INFO, "digit", PARSEC_DTD_ARG_END);
  ASSERT_NE(tc, nullptr);
  EXPECT_EQ(tc->nb_flows, 1);
  const auto next = [](parsec_execution_stream_t*, parsec_task_t*) -> parsec_hook_return_t {
    count.fetch_add(1);
    return PARSEC_HOOK_RETURN_NEXT;
  };
  parsec_hook_t* const first = next;
  EXPECT_EQ(parsec_dtd_task_class_add_chore(taskpool, tc, PARSEC_DEV_RECURSIVE, reinterpret_cast<void*>(first)), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_dtd_task_class_add_chore(taskpool, tc, PARSEC_DEV_CPU, reinterpret_cast<void*>(&AddValue)), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_dtd_task_class_add_chore(taskpool, tc, PARSEC_DEV_CPU, reinterpret_cast<void*>(&AddValue)), PARSEC_ERROR);
  EXPECT_EQ(parsec_dtd_task_class_add_chore(taskpool, tc, PARSEC_DEV_CUDA, reinterpret_cast<void*>(&AddValue)), PARSEC_ERR_NOT_SUPPORTED);
  EXPECT_EQ(parsec_dtd_task_class_add_chore(taskpool, tc, PARSEC_DEV_ALL, reinterpret_cast<void*>(&AddValue)), PARSEC_ERR_BAD_PARAM);
  const int one = 1, two = 2;
  parsec_dtd_insert_task_with_task_class(taskpool, tc, 0, PARSEC_DEV_ALL, PARSEC_AFFINITY | PARSEC_PUSHOUT, numbers.Tile(0),
                                         PARSEC_DTD_EMPTY_FLAG, &one, PARSEC_DTD_ARG_END);
  parsec_dtd_insert_task_with_task_class(taskpool, tc, 0, PARSEC_DEV_CPU, PARSEC_DTD_EMPTY_FLAG, numbers.Tile(0), PARSEC_DTD_EMPTY_FLAG,
                                         &two, PARSEC_DTD_ARG_END);
  parsec_taskpool_wait(taskpool);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(numbers.values[0], 12u);
  parsec_dtd_task_class_release(taskpool, tc);
}

TEST_P(Dtd, ATileOfNoCollectionGetsMemoryFromItsRegion) {
  int region = -1;
  parsec_arena_datatype_t* const adt = parsec_arena_datatype_new();
  ASSERT_EQ(parsec_arena_datatype_set_type(adt, 64, PARSEC_ARENA_ALIGNMENT_SSE, parsec_datatype_uint64_t), PARSEC_SUCCESS);
  ASSERT_EQ(parsec_dtd_attach_arena_datatype(session.context, adt, &region), PARSEC_SUCCESS);
  EXPECT_EQ(region, 0);
  EXPECT_EQ(parsec_dtd_get_arena_datatype(session.context, region), adt);
  EXPECT_EQ(parsec_dtd_get_arena_datatype(session.context, region + 1), nullptr);
  parsec_dtd_tile_t* tile = parsec_dtd_tile_new(taskpool, 0);
  const auto clear = [](parsec_execution_stream_t*, parsec_task_t* task) -> parsec_hook_return_t {
    void* at;
    parsec_dtd_unpack_args(task, &at);
    std::memset(at, 0, 64);
    return PARSEC_HOOK_RETURN_DONE;
  };
  parsec_dtd_insert_task(taskpool, clear, 0, PARSEC_DEV_CPU, "clear", PASSED_BY_REF, tile, PARSEC_OUTPUT | PARSEC_AFFINITY | region,
                         PARSEC_DTD_ARG_END);
  Append(taskpool, tile, 5);
  parsec_dtd_data_flush(taskpool, tile);
  parsec_taskpool_wait(taskpool);
  EXPECT_EQ(*static_cast<std::uint64_t*>(parsec_data_copy_get_ptr(tile->data_copy)), 5u);
  parsec_dtd_tile_release(tile);
  parsec_taskpool_wait(taskpool);
  EXPECT_EQ(parsec_dtd_free_arena_datatype(session.context, region), PARSEC_SUCCESS);  // A predefined type: the original aborts.
  EXPECT_EQ(parsec_dtd_free_arena_datatype(session.context, region), PARSEC_ERR_VALUE_OUT_OF_BOUNDS);
}

TEST_P(Dtd, TilesAreFoundByAnyKey) {
  const parsec_data_key_t keys[] = {0, 63, 64, 5000, (1u << 22) - 1, 1u << 22, std::uint64_t{1} << 63, ~std::uint64_t{0}};
  parsec_data_collection_t other;
  parsec_data_collection_init(&other, 2, 0);
  other.rank_of_key = [](parsec_data_collection_t*, parsec_data_key_t) -> std::uint32_t { return 1; };  // Not here: no data is asked for.
  parsec_dtd_data_collection_init(&other);
  for (parsec_data_key_t key : keys) {
    EXPECT_EQ(parsec_dtd_tile_find(&other, key), nullptr);
    parsec_dtd_tile_t* const tile = parsec_dtd_tile_of(&other, key);
    EXPECT_EQ(tile->key, key);
    EXPECT_EQ(tile->rank, 1);
    EXPECT_EQ(parsec_dtd_tile_of(&other, key), tile);
  }
  parsec_dtd_data_collection_fini(&other);
  parsec_data_collection_destroy(&other);
}

TEST(DtdStart, TasksInsertedBeforeTheStartRunAfterIt) {
  for (int workers : {1, 2}) {
    parsec_context_t* context = parsec_init(workers, nullptr, nullptr);
    count = 0;
    Numbers numbers(1);
    parsec_taskpool_t* const taskpool = parsec_dtd_taskpool_new();
    ASSERT_EQ(parsec_context_add_taskpool(context, taskpool), PARSEC_SUCCESS);
    for (int i = 0; i < 10000; ++i) parsec_dtd_insert_task(taskpool, Count, 0, PARSEC_DEV_CPU, "count", PARSEC_DTD_ARG_END);
    Append(taskpool, numbers.Tile(0), 1);
    Append(taskpool, numbers.Tile(0), 2);
    EXPECT_EQ(count, 0);
    ASSERT_EQ(parsec_context_start(context), PARSEC_SUCCESS);
    ASSERT_EQ(parsec_context_wait(context), PARSEC_SUCCESS);
    EXPECT_EQ(count, 10000);
    EXPECT_EQ(numbers.values[0], 12u);
    parsec_taskpool_free(taskpool);
    parsec_fini(&context);
  }
}

using DtdDeath = Dtd;
INSTANTIATE_TEST_SUITE_P(OneWorker, DtdDeath, testing::Values(1));

TEST_P(DtdDeath, MistakesAreNamed) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(parsec_dtd_insert_task(taskpool, Count, 0, PARSEC_DEV_CUDA, "elsewhere", PARSEC_DTD_ARG_END), "task elsewhere: device type");
  EXPECT_DEATH(parsec_dtd_insert_task(taskpool, Count, 0, PARSEC_DEV_CPU, "nothing", sizeof(int), &count, 0, PARSEC_DTD_ARG_END),
               "task nothing: parameter 0 has flags 0x0");
  parsec_taskpool_t* const nowhere = parsec_dtd_taskpool_new();
  EXPECT_DEATH(parsec_dtd_insert_task(nowhere, Count, 0, PARSEC_DEV_CPU, "lost", PARSEC_DTD_ARG_END), "task lost .* in no context");
  parsec_taskpool_free(nowhere);
  parsec_data_collection_t other;
  parsec_data_collection_init(&other, 1, 0);
  EXPECT_DEATH(parsec_dtd_tile_of(&other, 0), "without parsec_dtd_data_collection_init");
  parsec_data_collection_destroy(&other);
}

}  // namespace
}  // namespace heddle::parsec
