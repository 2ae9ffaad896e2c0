// A task graph in StarPU's API: a handle a value, so that StarPU finds the dependencies from the
// order of submission.
#include <starpu.h>

#include <vector>

#include "components/base/check.h"
#include "tests/interop/frontend.h"

namespace heddle::interop {
namespace {

struct Argument {
  GraphRun* run;
  int task;
};

void Body(void* buffers[], void* argument) {
  const auto [run, task] = *static_cast<Argument*>(argument);
  const std::uint64_t* inputs[kMaxInputs] = {};
  const std::size_t count = run->graph().inputs(task).size();
  const auto at = [buffers](std::size_t i) {
    return reinterpret_cast<std::uint64_t*>(STARPU_VARIABLE_GET_PTR(buffers[i]));
  };
  for (std::size_t slot = 0; slot < count; ++slot) inputs[slot] = at(slot);
  *at(count) = run->Execute(task, inputs);
}

class StarpuFrontend : public Frontend {
 public:
  StarpuFrontend() {
    for (int inputs = 0; inputs <= kMaxInputs; ++inputs) {
      starpu_codelet& codelet = codelets_[inputs];
      starpu_codelet_init(&codelet);
      codelet.cpu_funcs[0] = Body;
      codelet.name = "node";
      codelet.nbuffers = inputs + 1;
      for (int i = 0; i < inputs; ++i) codelet.modes[i] = STARPU_R;
      codelet.modes[inputs] = STARPU_W;
    }
  }

  const char* name() const override { return "Starpu"; }

  void Start(int workers) override {
    starpu_conf conf;
    starpu_conf_init(&conf);
    conf.precedence_over_environment_variables = 1;
    conf.ncpus = workers;
    const int error = starpu_init(&conf);
    HEDDLE_CHECK(error == 0) << "starpu_init: " << error;
  }

  void Stop() override { starpu_shutdown(); }

  void Run(GraphRun& run) override {
    const std::size_t size = static_cast<std::size_t>(run.graph().size());
    std::vector<std::uint64_t> values(size);
    std::vector<starpu_data_handle_t> handles(size);
    std::vector<Argument> arguments(size);
    std::vector<starpu_task*> tasks(size);
    for (std::size_t i = 0; i < size; ++i) {
      const int number = static_cast<int>(i);
      starpu_variable_data_register(&handles[i], STARPU_MAIN_RAM,
                                    reinterpret_cast<std::uintptr_t>(&values[i]),
                                    sizeof(values[i]));
      arguments[i] = {&run, number};
      const std::vector<int>& inputs = run.graph().inputs(number);
      starpu_task* const task = tasks[i] = starpu_task_create();
      task->cl = &codelets_[inputs.size()];
      task->cl_arg = &arguments[i];
      task->detach = 0;
      for (std::size_t slot = 0; slot < inputs.size(); ++slot)
        task->handles[slot] = handles[static_cast<std::size_t>(inputs[slot])];
      task->handles[inputs.size()] = handles[i];
      const int error = starpu_task_submit(task);
      HEDDLE_CHECK(error == 0) << "starpu_task_submit: " << error;
    }
    // Not starpu_task_wait_for_all(): the caller may be inside of a StarPU task.
    for (starpu_task* const task : tasks) {
      const int error = starpu_task_wait(task);
      HEDDLE_CHECK(error == 0) << "starpu_task_wait: " << error;
    }
    for (const starpu_data_handle_t handle : handles) starpu_data_unregister(handle);
  }

 private:
  starpu_codelet codelets_[kMaxInputs + 1];
};

}  // namespace

Frontend& Starpu() {
  static auto* const frontend = new StarpuFrontend;
  return *frontend;
}

}  // namespace heddle::interop
