// What the frontend's own tests share.
#ifndef HEDDLE_FRONTENDS_STARPU_TEST_SUPPORT_H_
#define HEDDLE_FRONTENDS_STARPU_TEST_SUPPORT_H_

#include <starpu.h>

#include <cstddef>
#include <vector>

namespace heddle::starpu {

// The library, started for the life of this object.
struct Session {
  explicit Session(int workers, const char* policy = "lws") {
    struct starpu_conf conf;
    starpu_conf_init(&conf);
    conf.precedence_over_environment_variables = 1;
    conf.ncpus = workers;
    conf.sched_policy_name = policy;
    result = starpu_init(&conf);
  }
  ~Session() { starpu_shutdown(); }
  int result;
};

inline void Add(int* counter, int amount = 1) { __atomic_fetch_add(counter, amount, __ATOMIC_SEQ_CST); }
inline int Get(int* counter) { return __atomic_load_n(counter, __ATOMIC_SEQ_CST); }

inline void Count(void**, void* arg) { Add(static_cast<int*>(arg)); }
inline void Increment(void** buffers, void*) { ++*reinterpret_cast<long*>(STARPU_VARIABLE_GET_PTR(buffers[0])); }

inline struct starpu_codelet Codelet(starpu_cpu_func_t function, std::vector<int> modes = {}) {
  struct starpu_codelet codelet;
  starpu_codelet_init(&codelet);
  codelet.cpu_funcs[0] = function;
  codelet.nbuffers = static_cast<int>(modes.size());
  for (std::size_t i = 0; i < modes.size(); ++i) codelet.modes[i] = static_cast<starpu_data_access_mode>(modes[i]);
  return codelet;
}

inline struct starpu_task* Make(struct starpu_codelet* codelet, void* arg = nullptr) {
  struct starpu_task* const task = starpu_task_create();
  task->cl = codelet;
  task->cl_arg = arg;
  return task;
}

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_TEST_SUPPORT_H_
