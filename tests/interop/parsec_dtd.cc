// A task graph in PaRSEC's DTD: a tile a value; dependencies come from the order in which tasks are
// inserted.
#include <parsec.h>
#include <parsec/arena.h>
#include <parsec/interfaces/dtd/insert_function.h>

#include <vector>

#include "components/base/check.h"
#include "tests/interop/frontend.h"
#include "tests/interop/parsec_context.h"

namespace heddle::interop {
namespace {

parsec_hook_return_t Body(parsec_execution_stream_t*, parsec_task_t* task) {
  GraphRun* run = nullptr;
  int number = 0;
  std::uint64_t* value = nullptr;
  std::uint64_t* inputs[kMaxInputs] = {};
  parsec_dtd_unpack_args(task, &run, &number, &value, &inputs[0], &inputs[1], &inputs[2],
                         &inputs[3]);
  *value = run->Execute(number, inputs);
  return PARSEC_HOOK_RETURN_DONE;
}

class DtdFrontend : public Frontend {
 public:
  const char* name() const override { return "ParsecDtd"; }

  void Start(int workers) override {
    context_ = AcquireParsec(workers);
    parsec_arena_datatype_t* const shape = parsec_arena_datatype_new();
    parsec_arena_datatype_set_type(shape, sizeof(std::uint64_t), PARSEC_ARENA_ALIGNMENT_SSE,
                                   parsec_datatype_uint64_t);
    const int error = parsec_dtd_attach_arena_datatype(context_, shape, &region_);
    HEDDLE_CHECK(error == 0) << "parsec_dtd_attach_arena_datatype: " << error;
  }

  void Stop() override {
    parsec_arena_datatype_t* shape = parsec_dtd_detach_arena_datatype(context_, region_);
    parsec_arena_datatype_release(&shape);
    ReleaseParsec();
  }

  void Run(GraphRun& run) override {
    parsec_taskpool_t* const taskpool = parsec_dtd_taskpool_new();
    parsec_context_add_taskpool(context_, taskpool);
    std::vector<parsec_dtd_tile_t*> tiles;
    GraphRun* const argument = &run;
    for (int task = 0; task < run.graph().size(); ++task) {
      tiles.push_back(parsec_dtd_tile_new(taskpool, 0));
      parsec_dtd_tile_t* reads[kMaxInputs] = {};  // NULL: no tile.
      const std::vector<int>& inputs = run.graph().inputs(task);
      for (std::size_t slot = 0; slot < inputs.size(); ++slot)
        reads[slot] = tiles[static_cast<std::size_t>(inputs[slot])];
      parsec_dtd_insert_task(taskpool, Body, 0, PARSEC_DEV_CPU, "node",             //
                             sizeof(argument), &argument, PARSEC_VALUE,             //
                             sizeof(task), &task, PARSEC_VALUE,                     //
                             PASSED_BY_REF, tiles.back(), PARSEC_OUTPUT | region_,  //
                             PASSED_BY_REF, reads[0], PARSEC_INPUT | region_,       //
                             PASSED_BY_REF, reads[1], PARSEC_INPUT | region_,       //
                             PASSED_BY_REF, reads[2], PARSEC_INPUT | region_,       //
                             PASSED_BY_REF, reads[3], PARSEC_INPUT | region_,       //
                             PARSEC_DTD_ARG_END);
    }
    const int error = parsec_taskpool_wait(taskpool);
    HEDDLE_CHECK(error >= 0) << "parsec_taskpool_wait: " << error;
    parsec_taskpool_free(taskpool);
  }

 private:
  parsec_context_t* context_ = nullptr;
  int region_ = -1;
};

}  // namespace

Frontend& ParsecDtd() {
  static auto* const frontend = new DtdFrontend;
  return *frontend;
}

}  // namespace heddle::interop
