// The predefined scheduling policies: StarPU's names, on the ready queues that there are. With CPU workers of one speed the
// policies that choose by predicted time come down to a queue: by submission, or by priority where the original sorts by it.
#include <climits>
#include <cstring>

#include "components/ready_queue/policies.h"
#include "frontends/starpu/src/context.h"

namespace heddle::starpu {
namespace {

struct Predefined {
  const char* name;
  const char* queue;  // heddle::MakePolicy
  const char* description;
};

constexpr Predefined kPredefined[] = {
    {"modular-eager", "fifo", "one queue in the order of submission"},
    {"modular-eager-prefetching", "fifo", "one queue in the order of submission"},
    {"modular-eager-prio", "prio", "one queue by priority"},
    {"modular-gemm", "fifo", "one queue in the order of submission"},
    {"modular-prio", "prio", "one queue by priority"},
    {"modular-prio-prefetching", "prio", "one queue by priority"},
    {"modular-random", "ws_fifo", "work stealing"},
    {"modular-random-prio", "prio", "one queue by priority"},
    {"modular-random-prefetching", "ws_fifo", "work stealing"},
    {"modular-random-prio-prefetching", "prio", "one queue by priority"},
    {"modular-prandom", "ws_fifo", "work stealing"},
    {"modular-prandom-prio", "prio", "one queue by priority"},
    {"modular-ws", "ws_fifo", "work stealing"},
    {"modular-heft", "fifo", "one queue in the order of submission"},
    {"modular-heft-prio", "prio", "one queue by priority"},
    {"modular-heft2", "fifo", "one queue in the order of submission"},
    {"modular-heteroprio", "prio", "one queue by priority"},
    {"modular-heteroprio-heft", "prio", "one queue by priority"},
    {"modular-pheft", "fifo", "one queue in the order of submission"},
    {"eager", "fifo", "one queue in the order of submission"},
    {"prio", "prio", "one queue by priority"},
    {"random", "ws_fifo", "work stealing"},
    {"lws", "ws_fifo", "work stealing, nearest first"},
    {"ws", "ws_fifo", "work stealing"},
    {"dm", "fifo", "one queue in the order of submission"},
    {"dmda", "fifo", "one queue in the order of submission"},
    {"dmdap", "prio", "one queue by priority"},
    {"dmdar", "fifo", "one queue in the order of submission"},
    {"dmdas", "prio", "one queue by priority"},
    {"dmdasd", "prio", "one queue by priority"},
    {"pheft", "fifo", "one queue in the order of submission"},
    {"peager", "fifo", "one queue in the order of submission"},
    {"pprio", "prio", "one queue by priority"},
    {"heteroprio", "prio", "one queue by priority"},
    {"graph_test", "fifo", "one queue in the order of submission"},
};
constexpr std::size_t kCount = std::size(kPredefined);

struct Table {
  struct starpu_sched_policy policies[kCount] = {};
  struct starpu_sched_policy* list[kCount + 1] = {};

  Table() {
    for (std::size_t i = 0; i < kCount; ++i) {
      policies[i].policy_name = kPredefined[i].name;
      policies[i].policy_description = kPredefined[i].description;
      policies[i].worker_type = STARPU_WORKER_LIST;
      list[i] = &policies[i];
    }
  }
};

Table& PredefinedTable() {
  static Table table;
  return table;
}

}  // namespace

std::unique_ptr<Policy> MakeSchedulingPolicy(const char* name, int workers) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (std::strcmp(kPredefined[i].name, name) != 0) continue;
    context->policy = PredefinedTable().policies[i];
    const bool by_priority = std::strcmp(kPredefined[i].queue, "prio") == 0;
    context->min_priority = by_priority ? INT_MIN : 0;
    context->max_priority = by_priority ? INT_MAX : 0;
    return MakePolicy(kPredefined[i].queue, workers);
  }
  return nullptr;
}

const char* PredefinedName(const struct starpu_sched_policy* policy) {
  const Table& table = PredefinedTable();
  const bool inside = policy >= table.policies && policy < table.policies + kCount;
  return inside ? policy->policy_name : nullptr;
}

}  // namespace heddle::starpu

using heddle::starpu::context;

extern "C" {

struct starpu_sched_policy** starpu_sched_get_predefined_policies(void) { return heddle::starpu::PredefinedTable().list; }

int starpu_sched_get_min_priority(void) { return context == nullptr ? 0 : context->min_priority; }
int starpu_sched_get_max_priority(void) { return context == nullptr ? 0 : context->max_priority; }
int starpu_sched_set_min_priority(int min_prio) {
  context->min_priority = min_prio;
  return 0;
}
int starpu_sched_set_max_priority(int max_prio) {
  context->max_priority = max_prio;
  return 0;
}
int starpu_sched_ctx_get_min_priority(unsigned) { return starpu_sched_get_min_priority(); }
int starpu_sched_ctx_get_max_priority(unsigned) { return starpu_sched_get_max_priority(); }
int starpu_sched_ctx_set_min_priority(unsigned, int min_prio) { return starpu_sched_set_min_priority(min_prio); }
int starpu_sched_ctx_set_max_priority(unsigned, int max_prio) { return starpu_sched_set_max_priority(max_prio); }

}  // extern "C"
