// Start and end.
#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "frontends/starpu/src/context.h"
#include "starpu.h"

namespace heddle::starpu {

Context* context = nullptr;

namespace {

std::mutex start_mutex;  // Start, end, and the count of starts.
int starts = 0;
int pauses = 0;  // Under start_mutex, for starpu_is_paused.

bool Silent() { return starpu_get_env_number_default("STARPU_SILENT", 0) != 0; }

// How many CPU workers: the environment before the structure, unless that asks to go first; then the usable cores.
int WorkersWanted(const struct starpu_conf& conf, int slots) {
  int wanted = conf.ncpus;
  if (wanted < 0 || !conf.precedence_over_environment_variables) {
    const int from_environment = starpu_get_env_number_default("STARPU_NCPU", starpu_get_env_number("STARPU_NCPUS"));
    if (from_environment >= 0) wanted = from_environment;
  }
  int reserved = conf.reserve_ncpus;
  if (reserved < 0 || !conf.precedence_over_environment_variables) {
    reserved = starpu_get_env_number_default("STARPU_RESERVE_NCPU", reserved);
  }
  if (wanted < 0) wanted = std::max(slots - std::max(reserved, 0), 0);
  if (wanted > STARPU_NMAXWORKERS) {
    if (!Silent()) {
      std::fprintf(stderr, "[starpu] %d workers were asked for; the structures of the API have room for %d\n", wanted,
                   STARPU_NMAXWORKERS);
    }
    wanted = STARPU_NMAXWORKERS;
  }
  return wanted;
}

// STARPU_SCHED, the structure's name, the structure's policy, the default.
std::unique_ptr<Policy> ChoosePolicy(const struct starpu_conf& conf, int workers) {
  const char* name = starpu_getenv("STARPU_SCHED");
  if (name == nullptr) name = conf.sched_policy_name;
  if (name == nullptr && conf.sched_policy != nullptr) {
    name = PredefinedName(conf.sched_policy);
    if (name == nullptr) {
      context->policy = *conf.sched_policy;
      context->user_policy = true;
      context->min_priority = INT_MIN;
      context->max_priority = INT_MAX;
      return MakeUserPolicy();
    }
  }
  if (name == nullptr) name = "lws";
  std::unique_ptr<Policy> policy = MakeSchedulingPolicy(name, workers);
  if (policy == nullptr) {
    std::fprintf(stderr, "[starpu] there is no scheduling policy %s; there are:", name);
    for (struct starpu_sched_policy** known = starpu_sched_get_predefined_policies(); *known != nullptr; ++known) {
      std::fprintf(stderr, " %s", (*known)->policy_name);
    }
    std::fprintf(stderr, "\n");
  }
  return policy;
}

int Drop(int error) {
  delete context;
  context = nullptr;
  ReleasePool();
  return error;
}

void AddWorkersToPolicy(const struct starpu_conf& conf) {
  const struct starpu_sched_policy& policy = context->policy;
  if (policy.init_sched != nullptr) policy.init_sched(0);
  if (conf.sched_policy_callback != nullptr) conf.sched_policy_callback(0);
  if (policy.add_workers == nullptr) return;
  std::vector<int> ids(static_cast<std::size_t>(context->worker_count));
  for (int id = 0; id < context->worker_count; ++id) ids[static_cast<std::size_t>(id)] = id;
  policy.add_workers(0, ids.data(), static_cast<unsigned>(ids.size()));
}

int Start(const struct starpu_conf& conf) {
  Pool* const pool = AcquirePool();
  if (pool == nullptr) return -ENODEV;
  const int workers = WorkersWanted(conf, pool->slots());
  if (workers == 0) {
    ReleasePool();
    return -ENODEV;
  }
  context = new Context;
  context->pool = pool;
  context->worker_count = workers;
  for (int id = 0; id < workers; ++id) {
    context->workers.push_back(std::make_unique<Worker>());
    context->workers.back()->id = context->workers.back()->index = id;
  }
  context->submitted = std::make_unique<Group>(workers);
  const int limit = starpu_get_env_number("STARPU_LIMIT_MAX_SUBMITTED_TASKS");
  const int low = starpu_get_env_number("STARPU_LIMIT_MIN_SUBMITTED_TASKS");
  context->submission_limit = limit > 0 ? static_cast<unsigned>(limit) : 0;
  context->submission_low = static_cast<unsigned>(low >= 0 ? low : limit > 0 ? limit / 2 : 0);

  ClientOptions options;
  options.name = "starpu";
  options.lanes = workers;
  options.lend_stand_in = LendStandIn;
  options.take_back = TakeBackStandIn;
  options.policy = ChoosePolicy(conf, workers);
  if (options.policy == nullptr) return Drop(-EINVAL);
  if (conf.global_sched_ctx_min_priority != -1) context->min_priority = conf.global_sched_ctx_min_priority;
  if (conf.global_sched_ctx_max_priority != -1) context->max_priority = conf.global_sched_ctx_max_priority;
  const absl::StatusOr<Client*> client = pool->AddClient(std::move(options));
  if (!client.ok()) {
    std::fprintf(stderr, "[starpu] %s\n", std::string(client.status().message()).c_str());
    return Drop(-ENODEV);
  }
  context->client = *client;
  for (int id = 0; id < workers; ++id) {
    context->client->lanes()[static_cast<std::size_t>(id)]->user = context->workers[static_cast<std::size_t>(id)].get();
  }
  AddWorkersToPolicy(conf);
  return 0;
}

void End() {
  while (pauses > 0) {
    context->client->Unpause();
    --pauses;
  }
  (void)starpu_task_wait_for_all();
  const struct starpu_sched_policy policy = context->policy;
  if (policy.remove_workers != nullptr) {
    std::vector<int> ids(static_cast<std::size_t>(context->worker_count));
    for (int id = 0; id < context->worker_count; ++id) ids[static_cast<std::size_t>(id)] = id;
    policy.remove_workers(0, ids.data(), static_cast<unsigned>(ids.size()));
  }
  context->pool->RemoveClient(context->client);
  if (policy.deinit_sched != nullptr) policy.deinit_sched(0);
  DropTags();
  delete context;
  context = nullptr;
  ReleasePool();
}

}  // namespace
}  // namespace heddle::starpu

using heddle::starpu::context;

extern "C" {

int starpu_conf_init(struct starpu_conf* conf) {
  if (conf == nullptr) return -EINVAL;
  std::memset(conf, 0, sizeof(*conf));
  conf->magic = 42;
  conf->ncpus = conf->reserve_ncpus = conf->ncuda = conf->nhip = conf->nopencl = conf->nmax_fpga = conf->nmpi_ms =
      conf->ntcpip_ms = -1;
  conf->calibrate = conf->bus_calibrate = conf->single_combined_worker = -1;
  conf->global_sched_ctx_min_priority = conf->global_sched_ctx_max_priority = -1;
  conf->catch_signals = -1;
  conf->driver_spinning_backoff_min = 1;
  conf->driver_spinning_backoff_max = 32;
  return 0;
}

int starpu_conf_noworker(struct starpu_conf* conf) {
  conf->ncpus = conf->ncuda = conf->nhip = conf->nopencl = conf->nmax_fpga = conf->nmpi_ms = conf->ntcpip_ms = 0;
  return 0;
}

int starpu_init(struct starpu_conf* conf) {
  struct starpu_conf defaults;
  if (conf == nullptr) {
    (void)starpu_conf_init(&defaults);
    conf = &defaults;
  }
  if (conf->magic != 42) {
    std::fprintf(stderr, "[starpu] starpu_init: a structure that starpu_conf_init did not fill\n");
    return -EINVAL;
  }
  std::lock_guard<std::mutex> hold(heddle::starpu::start_mutex);
  if (heddle::starpu::starts == 0) {
    if (const int error = heddle::starpu::Start(*conf); error != 0) return error;
  }
  ++heddle::starpu::starts;
  return 0;
}

int starpu_initialize(struct starpu_conf* user_conf, int*, char***) { return starpu_init(user_conf); }

int starpu_is_initialized(void) {
  std::lock_guard<std::mutex> hold(heddle::starpu::start_mutex);
  return heddle::starpu::starts > 0;
}

void starpu_shutdown(void) {
  std::lock_guard<std::mutex> hold(heddle::starpu::start_mutex);
  if (heddle::starpu::starts == 0) return;
  if (heddle::starpu::starts == 1) heddle::starpu::End();
  --heddle::starpu::starts;
}

void starpu_pause(void) {
  std::lock_guard<std::mutex> hold(heddle::starpu::start_mutex);
  ++heddle::starpu::pauses;
  context->client->Pause();
}

void starpu_resume(void) {
  std::lock_guard<std::mutex> hold(heddle::starpu::start_mutex);
  if (heddle::starpu::pauses == 0) return;
  --heddle::starpu::pauses;
  context->client->Unpause();
}

int starpu_is_paused(void) {
  std::lock_guard<std::mutex> hold(heddle::starpu::start_mutex);
  return heddle::starpu::pauses > 0;
}

void starpu_topology_print(FILE* file) {
  std::fprintf(file, "%d CPU workers on %d cores\n", context->worker_count, context->pool->slots());
}

int starpu_asynchronous_copy_disabled(void) { return 0; }
int starpu_asynchronous_cuda_copy_disabled(void) { return 0; }
int starpu_asynchronous_opencl_copy_disabled(void) { return 0; }

void starpu_get_version(int* major, int* minor, int* release) {
  *major = STARPU_MAJOR_VERSION;
  *minor = STARPU_MINOR_VERSION;
  *release = STARPU_RELEASE_VERSION;
}

}  // extern "C"
