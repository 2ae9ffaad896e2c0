// Start and end of a context.
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "frontends/parsec/runtime/src/context.h"
#include "frontends/parsec/runtime/src/execute.h"
#include "frontends/parsec/runtime/src/mca.h"
#include "frontends/parsec/runtime/src/pins.h"
#include "frontends/parsec/runtime/src/remote.h"
#include "frontends/parsec/runtime/src/schedulers.h"
#include "frontends/parsec/runtime/src/taskpool.h"
#include "frontends/parsec/runtime/src/vpmap.h"
#include "parsec.h"

namespace heddle::parsec {
namespace {

struct AtFini {
  parsec_external_fini_cb_t callback;
  void* data;
};
std::mutex at_fini_mutex;
std::vector<AtFini> at_fini;

parsec_context_t* Fail(const absl::Status& status) {
  std::fprintf(stderr, "parsec: %s\n", std::string(status.message()).c_str());
  return nullptr;
}

// The workers asked for: the argument, else the parameter, else all that the process may use.
int CoresWanted(int nb_cores, int slots) {
  if (nb_cores <= 0) nb_cores = static_cast<int>(mca::IntParameter("runtime_num_cores"));
  return nb_cores <= 0 ? slots : nb_cores;
}

void MakeStreams(ContextEngine& engine) {
  parsec_vp_t* const vp = static_cast<parsec_vp_t*>(
      std::calloc(1, sizeof(parsec_vp_t) + static_cast<std::size_t>(engine.stream_count) * sizeof(parsec_execution_stream_t*)));
  engine.context->virtual_processes[0] = vp;
  vp->parsec_context = engine.context;
  vp->nb_cores = engine.stream_count;
  engine.streams = static_cast<parsec_execution_stream_t*>(
      std::calloc(static_cast<std::size_t>(engine.stream_count), sizeof(parsec_execution_stream_t)));
  parsec_mempool_construct(&vp->context_mempool, PARSEC_OBJ_CLASS(parsec_task_t), sizeof(parsec_task_t),
                           offsetof(parsec_task_t, mempool_owner), static_cast<unsigned>(engine.stream_count));
  for (int i = 0; i < engine.stream_count; ++i) {
    parsec_execution_stream_t& stream = engine.streams[i];
    stream.th_id = i;
    stream.core_id = stream.socket_id = -1;
    stream.pthread_id = pthread_self();
    stream.rand_seed = static_cast<unsigned>(i);
    stream.virtual_process = vp;
    stream.context_mempool = &vp->context_mempool.thread_mempools[i];
    vp->execution_streams[i] = &stream;
  }
}

absl::Status MakeClient(ContextEngine& engine) {
  ClientOptions options;
  options.name = "parsec";
  const int slots = engine.pool->slots();
  engine.lanes = engine.cores > 1 && engine.cores < slots;
  if (engine.lanes) {
    options.lanes = engine.cores;
    // A stream's task that waits does not keep it: what it waits for may need it. The stream is the lane's number, with no state.
    options.lend_stand_in = [](Lane& lane) { return lane.user; };
  }
  options.guests = !engine.lanes;
  options.width_limit = 1;
  options.ran_dry = RanDry;
  options.user = &engine;
  absl::StatusOr<std::unique_ptr<Policy>> policy = MakeScheduler(mca::StringParameter("mca_sched"), engine.lanes ? engine.cores : slots);
  if (!policy.ok()) return policy.status();
  options.policy = *std::move(policy);
  const absl::StatusOr<Client*> client = engine.pool->AddClient(std::move(options));
  if (!client.ok()) return client.status();
  engine.client = *client;
  if (engine.cores == 1) engine.client->set_guests_only(true);
  return absl::OkStatus();
}

}  // namespace
}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

parsec_data_allocate_t parsec_data_allocate = std::malloc;
parsec_data_free_t parsec_data_free = std::free;

parsec_context_t* parsec_init(int nb_cores, int* pargc, char** pargv[]) {
  if (const absl::Status status = heddle::parsec::mca::ReadParameters(pargc, pargv); !status.ok()) return heddle::parsec::Fail(status);
  const absl::StatusOr<heddle::Runtime*> runtime = heddle::Runtime::Acquire();
  if (!runtime.ok()) return heddle::parsec::Fail(runtime.status());
  parsec_context_t* const context = static_cast<parsec_context_t*>(std::calloc(1, sizeof(parsec_context_t)));
  ContextEngine* const engine = new ContextEngine;
  engine->context = context;
  engine->runtime = *runtime;
  engine->pool = &(*runtime)->pool();
  engine->cores = heddle::parsec::CoresWanted(nb_cores, engine->pool->slots());
  engine->stream_count = engine->cores == 1 ? 1 : std::max(engine->cores, engine->pool->slots());
  if (engine->cores > 1 && engine->cores < engine->pool->slots()) engine->stream_count = engine->cores;
  context->engine = engine;
  context->nb_vp = 1;
  context->nb_nodes = 1;
  const auto fail = [&](const absl::Status& status) {
    delete engine;
    std::free(context);
    (void)(*runtime)->Release();
    return heddle::parsec::Fail(status);
  };
  if (const absl::Status status = heddle::parsec::MakeClient(*engine); !status.ok()) return fail(status);
  if (const absl::Status status = heddle::parsec::JoinProcesses(*engine); !status.ok()) {
    engine->pool->RemoveClient(engine->client);
    return fail(status);
  }
  heddle::parsec::MakeStreams(*engine);
  heddle::parsec::PinsStart(*engine);
  engine->poll = engine->pool->polling().AddService(heddle::parsec::PollForCompletion, engine);
  heddle::parsec::context_workers = engine->cores;
  SetStarted(*engine, false);
  return context;
}

int parsec_fini(parsec_context_t** pcontext) {
  if (pcontext == nullptr || *pcontext == nullptr) return PARSEC_ERR_BAD_PARAM;
  parsec_context_t* const context = *pcontext;
  ContextEngine* const engine = &EngineOf(context);
  bool started = false;
  {
    std::lock_guard<heddle::SpinLock> hold(engine->lock);
    started = engine->started;
  }
  if (started) (void)parsec_context_wait(context);
  for (;;) {
    heddle::parsec::AtFini last{};
    {
      std::lock_guard<std::mutex> hold(heddle::parsec::at_fini_mutex);
      if (heddle::parsec::at_fini.empty()) break;
      last = heddle::parsec::at_fini.back();
      heddle::parsec::at_fini.pop_back();
    }
    last.callback(last.data);
  }
  {
    // Taskpools that were added and never started can go elsewhere, or be freed.
    std::lock_guard<heddle::SpinLock> hold(engine->lock);
    for (heddle::parsec::TaskpoolEngine* const taskpool : engine->taskpools) {
      taskpool->taskpool->context = nullptr;
      taskpool->state.store(heddle::parsec::TaskpoolEngine::kNew);
    }
    engine->taskpools.clear();
  }
  heddle::parsec::context_workers = -1;
  heddle::parsec::LeaveProcesses(*engine);
  engine->pool->polling().RemoveService(engine->poll);
  SetStarted(*engine, true);  // A paused client could not be removed.
  engine->pool->RemoveClient(engine->client);
  parsec_vp_t* const vp = context->virtual_processes[0];
  heddle::parsec::PinsStop(*engine);
  parsec_mempool_destruct(&vp->context_mempool);
  std::free(vp);
  std::free(engine->streams);
  heddle::Runtime* const runtime = engine->runtime;
  delete engine;
  std::free(context);
  *pcontext = nullptr;
  const absl::Status status = runtime->Release();
  if (!status.ok()) Warn("%s", std::string(status.message()).c_str());
  return PARSEC_SUCCESS;
}

void parsec_context_at_fini(parsec_external_fini_cb_t cb, void* data) {
  std::lock_guard<std::mutex> hold(heddle::parsec::at_fini_mutex);
  heddle::parsec::at_fini.push_back({cb, data});
}

int parsec_context_query(parsec_context_t* context, parsec_context_query_cmd_t cmd, ...) {
  if (context == nullptr) return PARSEC_ERR_BAD_PARAM;
  std::va_list arguments;
  va_start(arguments, cmd);
  int answer = PARSEC_ERR_NOT_SUPPORTED;
  switch (cmd) {
    case PARSEC_CONTEXT_QUERY_NODES: answer = context->nb_nodes; break;
    case PARSEC_CONTEXT_QUERY_RANK: answer = context->my_rank; break;
    case PARSEC_CONTEXT_QUERY_DEVICES: {
      // Of one kind: there is the processor, as one device, and the recursive one on top of it.
      const int kind = va_arg(arguments, int);
      answer = (kind & PARSEC_DEV_CPU ? 1 : 0) + (kind & PARSEC_DEV_RECURSIVE ? 1 : 0);
      break;
    }
    case PARSEC_CONTEXT_QUERY_DEVICES_FULL_PEER_ACCESS: answer = 0; break;
    case PARSEC_CONTEXT_QUERY_CORES: answer = EngineOf(context).cores; break;
    case PARSEC_CONTEXT_QUERY_ACTIVE_TASKPOOLS: answer = context->active_taskpools; break;
  }
  va_end(arguments);
  return answer;
}

parsec_execution_stream_t* parsec_my_execution_stream(void) {
  for (const heddle::Activity* at = heddle::CurrentActivity(); at != nullptr; at = at->outer) {
    if (at->client != nullptr && at->client->options().ran_dry == heddle::parsec::RanDry) {
      return CurrentStream(*static_cast<ContextEngine*>(at->client->options().user));
    }
  }
  return nullptr;
}

int parsec_version(int* version_major, int* version_minor, int* version_release) {
  if (version_major == nullptr || version_minor == nullptr || version_release == nullptr) return PARSEC_ERR_BAD_PARAM;
  *version_major = PARSEC_VERSION_MAJOR;
  *version_minor = PARSEC_VERSION_MINOR;
  *version_release = PARSEC_VERSION_RELEASE;
  return PARSEC_SUCCESS;
}

int parsec_version_ex(size_t len, char* version_string) {
  if (version_string == nullptr) return PARSEC_ERR_BAD_PARAM;
  const int wanted = std::snprintf(version_string, len, "%d.%d.%d (Heddle)", PARSEC_VERSION_MAJOR, PARSEC_VERSION_MINOR,
                                   PARSEC_VERSION_RELEASE);
  return static_cast<std::size_t>(wanted) < len ? PARSEC_SUCCESS : PARSEC_ERR_VALUE_OUT_OF_BOUNDS;
}

void parsec_abort(parsec_context_t* context, int status) {
  if (context != nullptr && EngineOf(context).network != nullptr) EngineOf(context).network->Abort(status);
  std::fprintf(stderr, "parsec: parsec_abort: status %d\n", status);
  std::_Exit(status);
}

}  // extern "C"
