#include "frontends/charm/converse/src/periphery.h"

#include <vector>

namespace heddle::converse {
namespace {

// Filled before ConverseInit().
std::vector<void (*)(char**)>& TraceInits() {
  static std::vector<void (*)(char**)> functions;
  return functions;
}

constexpr PeInit kInits[] = {
    InitArguments,  InitClock,      InitConditions,   InitTopology,  InitRandom,
    InitFutures,    InitQuiescence, InitSeedBalancer, InitTaskQueue, InitRdma,
    InitPersistent, InitTrace,      InitTraces,
};

}  // namespace

void InitPeriphery(Pe& pe, char** argv) {
  for (const PeInit init : kInits) init(pe, argv);
}

void InitTraces(Pe&, char** argv) {
  for (void (*const function)(char**) : TraceInits()) function(argv);
}

}  // namespace heddle::converse

void registerTraceInit(void (*fn)(char** argv)) { heddle::converse::TraceInits().push_back(fn); }
