// What the frontend promises beside the conformance programs: the documented errors, order without sequential consistency,
// reductions, end dependencies, regeneration, order on a worker, chains without recursion.
// Not promised: which worker runs a task, or the order of tasks that nothing orders.
#include <starpu.h>

#include <cerrno>
#include <string>
#include <vector>

#include "frontends/starpu/test_support.h"
#include "gtest/gtest.h"

namespace heddle::starpu {
namespace {

TEST(Start, NoWorkersIsAnErrorAndNothingIsLeftOver) {
  { Session none(0); EXPECT_EQ(none.result, -ENODEV); }
  EXPECT_EQ(starpu_is_initialized(), 0);
  Session one(1);
  EXPECT_EQ(one.result, 0);
}

TEST(Start, AnUnknownPolicyIsAnError) {
  Session wrong(1, "no-such-policy");
  EXPECT_EQ(wrong.result, -EINVAL);
}

TEST(Start, StartsAreCounted) {
  Session first(2);
  ASSERT_EQ(starpu_init(nullptr), 0);
  EXPECT_EQ(starpu_worker_get_count(), 2u);
  starpu_shutdown();
  EXPECT_EQ(starpu_is_initialized(), 1);
}

TEST(Start, MoreWorkersThanCoresHaveIdsOfTheirOwn) {
  Session session(8);
  EXPECT_EQ(starpu_worker_get_count(), 8u);
  int seen[8] = {};
  starpu_execute_on_each_worker([](void* arg) { Add(&static_cast<int*>(arg)[starpu_worker_get_id()]); }, seen, STARPU_CPU);
  for (int count : seen) EXPECT_EQ(count, 1);
  int ids[4];
  EXPECT_EQ(starpu_worker_get_ids_by_type(STARPU_CPU_WORKER, ids, 4), static_cast<unsigned>(-ERANGE));
  EXPECT_EQ(ids[3], 3);
}

TEST(Submit, ATaskThatNoWorkerCanRunStaysTheCallers) {
  Session session(1);
  struct starpu_codelet elsewhere = Codelet(nullptr);
  elsewhere.where = STARPU_CUDA;
  struct starpu_task* const task = Make(&elsewhere);
  EXPECT_EQ(starpu_task_submit(task), -ENODEV);
  EXPECT_EQ(starpu_task_nsubmitted(), 0);
  starpu_task_destroy(task);
}

TEST(Submit, BlockingCallsInATaskAreDeadlockErrors) {
  Session session(1);
  struct Results { int all, acquire, tag; } results = {};
  static starpu_data_handle_t handle;
  long value = 0;
  starpu_variable_data_register(&handle, STARPU_MAIN_RAM, reinterpret_cast<uintptr_t>(&value), sizeof(value));
  struct starpu_codelet codelet = Codelet([](void**, void* arg) {
    auto* const out = static_cast<Results*>(arg);
    out->all = starpu_task_wait_for_all();
    out->acquire = starpu_data_acquire(handle, STARPU_R);
    out->tag = starpu_tag_wait(7);
  });
  struct starpu_task* const task = Make(&codelet, &results);
  task->synchronous = 1;
  ASSERT_EQ(starpu_task_submit(task), 0);
  EXPECT_EQ(results.all, -EDEADLK);
  EXPECT_EQ(results.acquire, -EDEADLK);
  EXPECT_EQ(results.tag, -EDEADLK);
  starpu_data_unregister(handle);
}

TEST(Submit, WaitingForADetachedTaskIsAnError) {
  Session session(1);
  int runs = 0;
  struct starpu_codelet codelet = Codelet(Count);
  struct starpu_task* const task = Make(&codelet, &runs);
  task->destroy = 0;
  ASSERT_EQ(starpu_task_submit(task), 0);
  EXPECT_EQ(starpu_task_wait(task), -EINVAL);
  starpu_task_wait_for_all();
  EXPECT_EQ(runs, 1);
  starpu_task_destroy(task);
}

TEST(Submit, TheFirstImplementationThatCanExecuteRuns) {
  Session session(2);
  int runs = 0;
  struct starpu_codelet codelet = Codelet([](void**, void*) { ADD_FAILURE() << "the wrong implementation"; });
  codelet.cpu_funcs[1] = Count;
  codelet.can_execute = [](unsigned worker, struct starpu_task*, unsigned implementation) {
    return static_cast<int>(worker == 1 && implementation == 1);
  };
  for (int i = 0; i < 20; ++i) ASSERT_EQ(starpu_task_submit(Make(&codelet, &runs)), 0);
  starpu_task_wait_for_all();
  EXPECT_EQ(runs, 20);
  EXPECT_EQ(codelet.per_worker_stats[1], 20u);
}

TEST(Submit, ALongChainOfEmptyTasksIsNoRecursion) {
  Session session(2);
  struct starpu_task* before = starpu_task_create();
  struct starpu_task* const first = before;
  int ended = 0;
  for (int i = 0; i < 100'000; ++i) {
    struct starpu_task* const next = starpu_task_create();
    next->callback_func = [](void* arg) { Add(static_cast<int*>(arg)); };
    next->callback_arg = &ended;
    starpu_task_declare_deps_array(next, 1, &before);
    if (before != first) { ASSERT_EQ(starpu_task_submit(before), 0); }
    before = next;
  }
  ASSERT_EQ(starpu_task_submit(before), 0);
  ASSERT_EQ(starpu_task_submit(first), 0);
  starpu_task_wait_for_all();
  EXPECT_EQ(ended, 100'000);
}

TEST(Submit, ARegeneratedTaskRunsUntilItsCallbackStopsItAlsoWhileItIsWaitedFor) {
  for (bool synchronous : {false, true}) {
    Session session(2);
    int runs = 0;
    struct starpu_codelet codelet = Codelet(Count);
    struct starpu_task* const task = Make(&codelet, &runs);
    task->regenerate = 1;
    task->detach = 0;
    task->destroy = 0;
    task->callback_func = [](void* arg) {
      auto* const self = static_cast<struct starpu_task*>(arg);
      if (Get(static_cast<int*>(self->cl_arg)) == 50) self->regenerate = 0;
    };
    task->callback_arg = task;
    task->synchronous = synchronous;
    ASSERT_EQ(starpu_task_submit(task), 0);
    if (!synchronous) { EXPECT_EQ(starpu_task_wait(task), 0); }
    EXPECT_EQ(runs, 50);
    starpu_task_destroy(task);
  }
}

TEST(Submit, AWorkerOrderGoesBeforeTheOrderOfSubmission) {
  Session session(2);
  static std::vector<int> order;
  order.clear();
  struct starpu_codelet codelet = Codelet([](void**, void* arg) { order.push_back(static_cast<int>(reinterpret_cast<intptr_t>(arg))); });
  for (int i = 20; i >= 1; --i) {
    struct starpu_task* const task = Make(&codelet, reinterpret_cast<void*>(static_cast<intptr_t>(i)));
    task->execute_on_a_specific_worker = 1;
    task->workerid = 1;
    task->workerorder = static_cast<unsigned>(i);
    ASSERT_EQ(starpu_task_submit(task), 0);
  }
  starpu_task_wait_for_all();
  ASSERT_EQ(order.size(), 20u);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i + 1);
}

TEST(Submit, ACopiedTaskIsATaskOfItsOwn) {
  Session session(2);
  int runs = 0;
  struct starpu_codelet codelet = Codelet(Count);
  struct starpu_task* const original = Make(&codelet, &runs);
  struct starpu_task* const duplicate = starpu_task_dup(original);
  struct starpu_task* const assigned = starpu_task_create();
  *assigned = *original;
  struct starpu_task on_stack = *original;
  on_stack.destroy = 0;
  on_stack.detach = 0;
  for (struct starpu_task* task : {original, duplicate, assigned, &on_stack}) ASSERT_EQ(starpu_task_submit(task), 0);
  ASSERT_EQ(starpu_task_wait(&on_stack), 0);
  ASSERT_EQ(starpu_task_wait_for_all(), 0);
  EXPECT_EQ(runs, 4);
  starpu_task_clean(&on_stack);
}

TEST(Submit, ATaskOfTheProgramsMayBeSubmittedAgainAndAgain) {
  Session session(2);
  int runs = 0;
  struct starpu_codelet codelet = Codelet(Count);
  struct starpu_task on_stack;
  starpu_task_init(&on_stack);
  struct starpu_task* const created = starpu_task_create();
  for (struct starpu_task* task : {&on_stack, created}) {
    task->cl = &codelet;
    task->cl_arg = &runs;
    task->detach = 0;
    task->destroy = 0;
    for (int i = 0; i < 10; ++i) {
      ASSERT_EQ(starpu_task_submit(task), 0);
      ASSERT_EQ(starpu_task_wait(task), 0);
      if (i % 2 == 0) starpu_task_clean(task);
    }
  }
  EXPECT_EQ(runs, 20);
  starpu_task_clean(&on_stack);
  starpu_task_destroy(created);
}

TEST(Submit, WaitingForNLeavesAtMostN) {
  Session session(2);
  int runs = 0;
  struct starpu_codelet codelet = Codelet(Count);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(starpu_task_submit(Make(&codelet, &runs)), 0);
  ASSERT_EQ(starpu_task_wait_for_n_submitted(10), 0);
  EXPECT_LE(starpu_task_nsubmitted(), 10);
  EXPECT_GE(Get(&runs), 990);
  starpu_task_wait_for_all();
}

TEST(Data, WithoutSequentialConsistencyWritersStillExcludeEachOther) {
  Session session(2);
  long value = 0;
  starpu_data_handle_t handle;
  starpu_variable_data_register(&handle, STARPU_MAIN_RAM, reinterpret_cast<uintptr_t>(&value), sizeof(value));
  starpu_data_set_sequential_consistency_flag(handle, 0);
  struct starpu_codelet codelet = Codelet(Increment, {STARPU_RW});
  struct starpu_task* held = nullptr;
  // The first one submitted depends on the last: with an order this would never end.
  struct starpu_task* const last = Make(&codelet);
  last->handles[0] = handle;
  held = Make(&codelet);
  held->handles[0] = handle;
  starpu_task_declare_deps_array(held, 1, const_cast<struct starpu_task**>(&last));
  ASSERT_EQ(starpu_task_submit(held), 0);
  for (int i = 0; i < 2000; ++i) {
    struct starpu_task* const task = Make(&codelet);
    task->handles[0] = handle;
    ASSERT_EQ(starpu_task_submit(task), 0);
  }
  ASSERT_EQ(starpu_task_submit(last), 0);
  starpu_data_unregister(handle);
  EXPECT_EQ(value, 2002);
}

TEST(Data, AReductionWithoutHomeStartsFromTheInitCodelet) {
  Session session(2);
  starpu_data_handle_t handle;
  starpu_variable_data_register(&handle, -1, 0, sizeof(long));
  struct starpu_codelet init = Codelet([](void** b, void* arg) {
    *reinterpret_cast<long*>(STARPU_VARIABLE_GET_PTR(b[0])) = *static_cast<long*>(arg);
  }, {STARPU_W});
  struct starpu_codelet add = Codelet([](void** b, void*) {
    *reinterpret_cast<long*>(STARPU_VARIABLE_GET_PTR(b[0])) += *reinterpret_cast<long*>(STARPU_VARIABLE_GET_PTR(b[1]));
  }, {STARPU_RW | STARPU_COMMUTE, STARPU_R});
  long zero = 0;
  starpu_data_set_reduction_methods_with_args(handle, &add, nullptr, &init, &zero);
  struct starpu_codelet contribute = Codelet(Increment, {STARPU_REDUX});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 500; ++i) {
      struct starpu_task* const task = Make(&contribute);
      task->handles[0] = handle;
      ASSERT_EQ(starpu_task_submit(task), 0);
    }
    ASSERT_EQ(starpu_data_acquire(handle, STARPU_R), 0);
    EXPECT_EQ(*static_cast<long*>(starpu_data_get_local_ptr(handle)), 500 * (round + 1));
    starpu_data_release(handle);
  }
  starpu_data_unregister(handle);
}

TEST(Data, TryingToAcquireWhatIsHeldSaysTryAgain) {
  Session session(1);
  long value = 0;
  starpu_data_handle_t handle;
  starpu_variable_data_register(&handle, STARPU_MAIN_RAM, reinterpret_cast<uintptr_t>(&value), sizeof(value));
  ASSERT_EQ(starpu_data_acquire(handle, STARPU_R), 0);
  EXPECT_EQ(starpu_data_acquire_try(handle, STARPU_R), -EAGAIN);
  starpu_data_release(handle);
  ASSERT_EQ(starpu_data_acquire_try(handle, STARPU_RW), 0);
  starpu_data_release(handle);
  starpu_data_unregister(handle);
}

TEST(Data, CallbacksThatReleaseFollowOneAnotherInOrder) {
  Session session(2);
  static starpu_data_handle_t handle;
  static long value;
  value = 0;
  starpu_variable_data_register(&handle, STARPU_MAIN_RAM, reinterpret_cast<uintptr_t>(&value), sizeof(value));
  ASSERT_EQ(starpu_data_acquire(handle, STARPU_RW), 0);
  for (intptr_t i = 0; i < 50'000; ++i) {
    ASSERT_EQ(starpu_data_acquire_cb(handle, STARPU_RW, [](void* arg) {
      EXPECT_EQ(value, reinterpret_cast<intptr_t>(arg));
      ++value;
      starpu_data_release(handle);
    }, reinterpret_cast<void*>(i)), 0);
  }
  starpu_data_release(handle);
  starpu_task_wait_for_all();
  starpu_data_unregister(handle);
  EXPECT_EQ(value, 50'000);
}

TEST(Tags, ATagThatWasRestartedIsWaitedForAgain) {
  Session session(2);
  int runs = 0;
  struct starpu_codelet codelet = Codelet(Count);
  starpu_tag_t before = 1;
  starpu_tag_declare_deps_array(2, 1, &before);
  for (int round = 1; round <= 3; ++round) {
    for (starpu_tag_t id : {starpu_tag_t{2}, starpu_tag_t{1}}) {
      struct starpu_task* const task = Make(&codelet, &runs);
      task->use_tag = 1;
      task->tag_id = id;
      ASSERT_EQ(starpu_task_submit(task), 0);
    }
    ASSERT_EQ(starpu_tag_wait(2), 0);
    EXPECT_EQ(Get(&runs), 2 * round);
    starpu_task_wait_for_all();
    starpu_tag_restart(1);
    starpu_tag_restart(2);
  }
}

TEST(Tags, SeveralTasksMayHaveATagAndItEndsWithTheFirst) {
  Session session(2);
  int first = 0, second = 0, other = 0;
  struct starpu_codelet codelet = Codelet(Count);
  const auto tagged = [&codelet](starpu_tag_t id, int* count) {
    struct starpu_task* const task = Make(&codelet, count);
    task->use_tag = 1;
    task->tag_id = id;
    return task;
  };
  // Tag 2 after tags 1 and 3, of which tag 1 has two tasks: they do not count for tag 3.
  starpu_tag_t before[] = {1, 3};
  starpu_tag_declare_deps_array(2, 2, before);
  for (int i = 0; i < 2; ++i) ASSERT_EQ(starpu_task_submit(tagged(2, &second)), 0);
  starpu_pause();  // So that both have the tag at the same time.
  for (int i = 0; i < 2; ++i) ASSERT_EQ(starpu_task_submit(tagged(1, &first)), 0);
  starpu_resume();
  ASSERT_EQ(starpu_task_wait_for_n_submitted(2), 0);
  EXPECT_EQ(Get(&first), 2);
  EXPECT_EQ(Get(&second), 0);
  ASSERT_EQ(starpu_task_submit(tagged(3, &other)), 0);
  ASSERT_EQ(starpu_tag_wait(2), 0);
  ASSERT_EQ(starpu_task_wait_for_all(), 0);
  EXPECT_EQ(second, 2);
  EXPECT_EQ(other, 1);
}

TEST(Tags, ASyncTaskEndsAfterItsTags) {
  Session session(1);
  int called = 0;
  starpu_tag_t before[] = {10, 11};
  starpu_create_sync_task(12, 2, before, [](void* arg) { Add(static_cast<int*>(arg)); }, &called);
  starpu_tag_notify_from_apps(10);
  EXPECT_EQ(called, 0);
  starpu_tag_notify_from_apps(11);
  ASSERT_EQ(starpu_tag_wait(12), 0);
  starpu_task_wait_for_all();
  EXPECT_EQ(called, 1);
}

TEST(Profiling, RecordsStandOnlyWhereItIsOn) {
  Session session(1);
  int runs = 0;
  struct starpu_codelet codelet = Codelet(Count);
  for (int on : {0, 1}) {
    starpu_profiling_status_set(on);
    struct starpu_task* const task = Make(&codelet, &runs);
    task->detach = 0;
    task->destroy = 0;
    ASSERT_EQ(starpu_task_submit(task), 0);
    ASSERT_EQ(starpu_task_wait(task), 0);
    ASSERT_EQ(task->profiling_info != nullptr, on == 1);
    if (on) {
      EXPECT_EQ(task->profiling_info->workerid, 0);
      EXPECT_GE(starpu_timing_timespec_delay_us(&task->profiling_info->start_time, &task->profiling_info->end_time), 0);
    }
    starpu_task_destroy(task);
  }
  starpu_profiling_status_set(0);
}

}  // namespace
}  // namespace heddle::starpu
