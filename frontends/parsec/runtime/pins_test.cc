// Callbacks at what the runtime does with tasks: which events come, with what, to whom; registering and its mistakes; the module
// task_profiler. What is not tested here: task graphs (tests/pins.jdf), the events of several processes.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "frontends/parsec/runtime/dtd_test_support.h"
#include "gtest/gtest.h"
#include "parsec/execution_stream.h"
#include "parsec/mca/pins/pins.h"

namespace heddle::parsec {
namespace {

struct Counter {
  parsec_pins_next_callback_t link;  // First: what callbacks get.
  parsec_execution_stream_t* es;
  std::atomic<int> calls{0};
  std::atomic<int> without_task{0};
};

void Count(parsec_execution_stream_t* es, parsec_task_t* task, parsec_pins_next_callback_t* data) {
  auto* const counter = reinterpret_cast<Counter*>(data);
  EXPECT_EQ(es, counter->es);
  counter->calls.fetch_add(1);
  if (task == nullptr) {
    counter->without_task.fetch_add(1);
  } else {
    EXPECT_NE(task->task_class->name, nullptr);
    EXPECT_EQ(task->taskpool->taskpool_type, PARSEC_TASKPOOL_TYPE_DTD);
  }
}

// Counts an event on all streams of a context, for the life of this object.
class Counted {
 public:
  Counted(parsec_context_t* context, PARSEC_PINS_FLAG event) : event_(event) {
    parsec_vp_t* const vp = context->virtual_processes[0];
    for (int i = 0; i < vp->nb_cores; ++i) {
      Counter& counter = counters_.emplace_back();
      counter.es = vp->execution_streams[i];
      EXPECT_EQ(PARSEC_PINS_REGISTER(counter.es, event, &Count, &counter.link), PARSEC_SUCCESS);
    }
  }
  ~Counted() {
    for (Counter& counter : counters_) {
      parsec_pins_next_callback_t* link = nullptr;
      EXPECT_EQ(PARSEC_PINS_UNREGISTER(counter.es, event_, &Count, &link), PARSEC_SUCCESS);
      EXPECT_EQ(link, &counter.link);
    }
  }
  int calls() const {
    int sum = 0;
    for (const Counter& counter : counters_) sum += counter.calls;
    return sum;
  }
  int without_task() const {
    int sum = 0;
    for (const Counter& counter : counters_) sum += counter.without_task;
    return sum;
  }

 private:
  const PARSEC_PINS_FLAG event_;
  std::deque<Counter> counters_;
};

parsec_hook_return_t Done(parsec_execution_stream_t*, parsec_task_t*) { return PARSEC_HOOK_RETURN_DONE; }

parsec_hook_return_t Later(parsec_execution_stream_t* es, parsec_task_t* task) {
  __parsec_complete_execution(es, task);
  return PARSEC_HOOK_RETURN_ASYNC;
}

std::atomic<int> tries{0};
parsec_hook_return_t TwiceAgain(parsec_execution_stream_t*, parsec_task_t*) {
  return tries.fetch_add(1) < 2 ? PARSEC_HOOK_RETURN_AGAIN : PARSEC_HOOK_RETURN_DONE;
}

struct Pins : testing::TestWithParam<int> {
  Pins() : session(GetParam()), taskpool(session.Taskpool()), numbers(2) {}
  ~Pins() override { parsec_taskpool_free(taskpool); }
  void Insert(parsec_dtd_funcptr_t* body, int tasks) {
    for (int i = 0; i < tasks; ++i) {
      parsec_dtd_insert_task(taskpool, body, 0, PARSEC_DEV_CPU, "task", PASSED_BY_REF, numbers.Tile(i % 2), PARSEC_INOUT,
                             PARSEC_DTD_ARG_END);
    }
    parsec_taskpool_wait(taskpool);
  }
  parsec_execution_stream_t* stream() const { return session.context->virtual_processes[0]->execution_streams[0]; }
  Session session;
  parsec_taskpool_t* taskpool;
  Numbers numbers;
};
INSTANTIATE_TEST_SUITE_P(Workers, Pins, testing::Values(1, 2, 4));

TEST_P(Pins, EachTaskRaisesItsEventsOnceWithTheTask) {
  for (const PARSEC_PINS_FLAG event :
       {EXEC_BEGIN, EXEC_END, RELEASE_DEPS_BEGIN, RELEASE_DEPS_END, COMPLETE_EXEC_BEGIN, COMPLETE_EXEC_END, SCHEDULE_BEGIN, SCHEDULE_END}) {
    const Counted counted(session.context, event);
    Insert(&Done, 100);
    EXPECT_EQ(counted.calls(), 100) << event;
    EXPECT_EQ(counted.without_task(), event == SCHEDULE_END ? 100 : 0) << event;
  }
}

TEST_P(Pins, WithoutRegistrationNothingIsCalled) {
  const Counted other(session.context, DATA_FLUSH_BEGIN);
  { const Counted counted(session.context, EXEC_BEGIN); }
  Insert(&Done, 10);
  EXPECT_EQ(other.calls(), 0);
  parsec_dtd_data_flush_all(taskpool, &numbers.collection);
  EXPECT_EQ(other.calls(), 1);
}

TEST_P(Pins, ABodyThatIsCalledAgainBeginsAgain) {
  const Counted begun(session.context, EXEC_BEGIN), ended(session.context, EXEC_END), completed(session.context, COMPLETE_EXEC_END);
  tries = 0;
  Insert(&TwiceAgain, 1);
  EXPECT_EQ(begun.calls(), 3);
  EXPECT_EQ(ended.calls(), 3);
  EXPECT_EQ(ended.without_task(), 0);
  EXPECT_EQ(completed.calls(), 1);
}

TEST_P(Pins, TheEndOfAnAsynchronousBodyHasNoTask) {
  const Counted begun(session.context, EXEC_BEGIN), ended(session.context, EXEC_END), completed(session.context, COMPLETE_EXEC_BEGIN);
  Insert(&Later, 50);
  EXPECT_EQ(begun.without_task(), 0);
  EXPECT_EQ(ended.calls(), 50);
  EXPECT_EQ(ended.without_task(), 50);
  EXPECT_EQ(completed.calls(), 50);
}

TEST_P(Pins, TheNewestCallbackIsTheFirst) {
  static std::vector<int> order;
  struct Numbered {
    parsec_pins_next_callback_t link;
    int number;
  } numbered[3] = {{{}, 0}, {{}, 1}, {{}, 2}};
  const auto note = [](parsec_execution_stream_t*, parsec_task_t*, parsec_pins_next_callback_t* data) {
    order.push_back(reinterpret_cast<Numbered*>(data)->number);
  };
  order.clear();
  for (Numbered& one : numbered) EXPECT_EQ(parsec_pins_register_callback(stream(), EXEC_BEGIN, note, &one.link), PARSEC_SUCCESS);
  PARSEC_PINS(stream(), EXEC_BEGIN, nullptr);
  EXPECT_EQ(order, (std::vector<int>{2, 1, 0}));
  for (int i = 2; i >= 0; --i) {
    parsec_pins_next_callback_t* link = nullptr;
    EXPECT_EQ(parsec_pins_unregister_callback(stream(), EXEC_BEGIN, note, &link), PARSEC_SUCCESS);
    EXPECT_EQ(link, &numbered[i].link);
  }
  parsec_pins_next_callback_t* link = nullptr;
  EXPECT_EQ(parsec_pins_unregister_callback(stream(), EXEC_BEGIN, note, &link), PARSEC_ERR_NOT_FOUND);
  EXPECT_EQ(link, nullptr);
}

int once = 0;
void Once(parsec_execution_stream_t* es, parsec_task_t*, parsec_pins_next_callback_t* data) {
  ++once;
  parsec_pins_next_callback_t* link = nullptr;
  EXPECT_EQ(parsec_pins_unregister_callback(es, EXEC_END, &Once, &link), PARSEC_SUCCESS);
  EXPECT_EQ(link, data);
}

TEST_P(Pins, ACallbackMayUnregisterItself) {
  once = 0;
  parsec_pins_next_callback_t link;
  parsec_pins_register_callback(stream(), EXEC_END, &Once, &link);
  PARSEC_PINS(stream(), EXEC_END, nullptr);
  PARSEC_PINS(stream(), EXEC_END, nullptr);
  EXPECT_EQ(once, 1);
}

TEST_P(Pins, MistakesAreToldAndChangeNothing) {
  parsec_pins_next_callback_t link, *out = &link;
  testing::internal::CaptureStderr();
  EXPECT_EQ(parsec_pins_register_callback(stream(), PARSEC_PINS_FLAG_COUNT, &Count, &link), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(parsec_pins_register_callback(stream(), EXEC_BEGIN, &Count, nullptr), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(parsec_pins_unregister_callback(stream(), PARSEC_PINS_FLAG_COUNT, &Count, &out), PARSEC_ERR_BAD_PARAM);
  EXPECT_EQ(out, nullptr);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("parsec_pins_register_callback"), std::string::npos);
  Insert(&Done, 1);
}

TEST_P(Pins, DisabledRegistrationSucceedsWithoutEffect) {
  PARSEC_PINS_DISABLE_REGISTRATION(1);
  parsec_pins_next_callback_t link, *out = nullptr;
  EXPECT_EQ(parsec_pins_register_callback(stream(), EXEC_BEGIN, &Count, &link), PARSEC_SUCCESS);
  EXPECT_EQ(parsec_pins_unregister_callback(stream(), EXEC_BEGIN, &Count, &out), PARSEC_SUCCESS);
  PARSEC_PINS_DISABLE_REGISTRATION(0);
  EXPECT_EQ(parsec_pins_unregister_callback(stream(), EXEC_BEGIN, &Count, &out), PARSEC_ERR_NOT_FOUND);
}

TEST(PinsTest, WhatIsNeverRaisedIsSaidOnce) {
  const Session session(1);
  for (int time = 0; time < 2; ++time) {
    testing::internal::CaptureStderr();
    { const Counted counted(session.context, SELECT_END); }
    EXPECT_EQ(testing::internal::GetCapturedStderr().find("SELECT_END is never raised") != std::string::npos, time == 0);
  }
}

TEST(PinsTest, TheEndOfAContextIsTheEndOfItsStreamsAndRegistrations) {
  static int ends;
  ends = 0;
  static parsec_pins_next_callback_t link, other;
  {
    const Session session(1);
    parsec_execution_stream_t* const es = session.context->virtual_processes[0]->execution_streams[0];
    parsec_pins_register_callback(
        es, THREAD_FINI, [](parsec_execution_stream_t*, parsec_task_t*, parsec_pins_next_callback_t*) { ++ends; }, &link);
    parsec_pins_register_callback(es, EXEC_BEGIN, &Count, &other);
  }
  EXPECT_EQ(ends, 1);
  const Session next(1);
  EXPECT_EQ(next.context->virtual_processes[0]->execution_streams[0]->pins_events_cb[EXEC_BEGIN].cb_func, nullptr);
}

TEST(PinsTest, NamesOfEvents) {
  EXPECT_EQ(parsec_pins_name_to_begin_flag("select"), SELECT_BEGIN);
  EXPECT_EQ(parsec_pins_name_to_begin_flag("RELEASE_DEPS"), RELEASE_DEPS_BEGIN);
  EXPECT_EQ(parsec_pins_name_to_begin_flag("exec_begin"), EXEC_BEGIN);
  EXPECT_EQ(parsec_pins_name_to_begin_flag("schedule"), SCHEDULE_BEGIN);
  testing::internal::CaptureStderr();
  EXPECT_EQ(parsec_pins_name_to_begin_flag("thread"), PARSEC_PINS_FLAG_COUNT);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("\"thread\""), std::string::npos);
}

TEST(PinsTest, AnUnknownModuleIsAnErrorOfTheStart) {
  setenv("PARSEC_MCA_mca_pins", "task_profiler,papi", 1);
  testing::internal::CaptureStderr();
  EXPECT_EQ(parsec_init(1, nullptr, nullptr), nullptr);
  const std::string message = testing::internal::GetCapturedStderr();
  unsetenv("PARSEC_MCA_mca_pins");
  EXPECT_NE(message.find("mca_pins"), std::string::npos) << message;
  EXPECT_NE(message.find("papi"), std::string::npos) << message;
}

TEST(PinsTest, TheTaskProfilerPutsEventsIntoTheTrace) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string prefix = std::string(folder != nullptr ? folder : "/tmp") + "/pins";
  char name[] = "task_profiler";
  EXPECT_EQ(parsec_pins_is_module_enabled(name), 0);
  setenv("PARSEC_MCA_mca_pins", name, 1);
  setenv("PARSEC_MCA_profile_filename", prefix.c_str(), 1);
  setenv("PARSEC_MCA_pins_task_profiler_event", "release_deps,complete_exec,exec", 1);
  {
    const Session session(2);
    EXPECT_EQ(parsec_pins_is_module_enabled(name), 1);
    EXPECT_EQ(parsec_pins_nb_modules_enabled(), 1);
    parsec_taskpool_t* const taskpool = session.Taskpool();
    for (int i = 0; i < 10; ++i) parsec_dtd_insert_task(taskpool, &Done, 0, PARSEC_DEV_CPU, "traced", PARSEC_DTD_ARG_END);
    parsec_taskpool_wait(taskpool);
    parsec_taskpool_free(taskpool);
  }
  for (const char* parameter : {"mca_pins", "profile_filename", "pins_task_profiler_event"}) {
    unsetenv((std::string("PARSEC_MCA_") + parameter).c_str());
  }
  EXPECT_EQ(parsec_pins_nb_modules_enabled(), 0);
  std::ifstream file(prefix + "-0.json");
  std::stringstream text;
  text << file.rdbuf();
  for (const char* slice : {"PARSEC RUNTIME::RELEASE_DEPS", "PARSEC RUNTIME::COMPLETE_EXEC", "traced"}) {
    EXPECT_NE(text.str().find(slice), std::string::npos) << slice;
  }
  EXPECT_EQ(text.str().find("PARSEC RUNTIME::SCHEDULE"), std::string::npos);
  std::remove((prefix + "-0.json").c_str());
}

}  // namespace
}  // namespace heddle::parsec
