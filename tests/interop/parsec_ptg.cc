// A task graph in PaRSEC's PTG: nodes.jdf, which asks the graph.
#include <parsec.h>
#include <parsec/arena.h>

#include "components/base/check.h"
#include "tests/interop/frontend.h"
#include "tests/interop/graph_c.h"
#include "tests/interop/nodes.h"
#include "tests/interop/parsec_context.h"

namespace heddle::interop {
namespace {

const GraphRun& RunOf(const void* run) { return *static_cast<const GraphRun*>(run); }

std::uint32_t ProcessZero(parsec_data_collection_t*, ...) { return 0; }
std::int32_t VirtualProcessZero(parsec_data_collection_t*, ...) { return 0; }

class PtgFrontend : public Frontend {
 public:
  const char* name() const override { return "ParsecPtg"; }

  void Start(int workers) override {
    context_ = AcquireParsec(workers);
    // Says where tasks run, and holds nothing.
    parsec_data_collection_init(&home_, 1, 0);
    home_.rank_of = ProcessZero;
    home_.vpid_of = VirtualProcessZero;
  }

  void Stop() override {
    ReleaseParsec();
    parsec_data_collection_destroy(&home_);
  }

  void Run(GraphRun& run) override {
    parsec_nodes_taskpool_t* const nodes = parsec_nodes_new(&home_, &run, run.graph().size());
    parsec_arena_datatype_set_type(&nodes->arenas_datatypes[PARSEC_nodes_DEFAULT_ADT_IDX],
                                   sizeof(std::uint64_t), PARSEC_ARENA_ALIGNMENT_SSE,
                                   parsec_datatype_uint64_t);
    parsec_context_add_taskpool(context_, &nodes->super);
    const int error = parsec_taskpool_wait(&nodes->super);
    HEDDLE_CHECK(error >= 0) << "parsec_taskpool_wait: " << error;
    PARSEC_OBJ_DESTRUCT(&nodes->arenas_datatypes[PARSEC_nodes_DEFAULT_ADT_IDX]);
    parsec_taskpool_free(&nodes->super);
  }

 private:
  parsec_context_t* context_ = nullptr;
  parsec_data_collection_t home_;
};

}  // namespace

Frontend& ParsecPtg() {
  static auto* const frontend = new PtgFrontend;
  return *frontend;
}

}  // namespace heddle::interop

using heddle::interop::RunOf;

extern "C" {

int InteropHasInput(const void* run, int task, int slot) {
  return static_cast<std::size_t>(slot) < RunOf(run).graph().inputs(task).size() ? 1 : 0;
}
int InteropInput(const void* run, int task, int slot) {
  return RunOf(run).graph().inputs(task)[static_cast<std::size_t>(slot)];
}
int InteropConsumers(const void* run, int task, int slot) {
  return static_cast<int>(RunOf(run).graph().consumers(task, slot).size());
}
int InteropConsumer(const void* run, int task, int slot, int i) {
  return RunOf(run).graph().consumers(task, slot)[static_cast<std::size_t>(i)];
}
std::uint64_t InteropExecute(void* run, int task, const void* const inputs[]) {
  const std::uint64_t* values[heddle::interop::kMaxInputs];
  for (int slot = 0; slot < heddle::interop::kMaxInputs; ++slot)
    values[slot] = static_cast<const std::uint64_t*>(inputs[slot]);
  return static_cast<heddle::interop::GraphRun*>(run)->Execute(task, values);
}

}  // extern "C"
