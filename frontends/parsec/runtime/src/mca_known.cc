// The parameters of the runtime: the original's names and defaults. Those whose help begins with "(accepted)" change nothing here.
#include "frontends/parsec/runtime/src/mca.h"

namespace heddle::parsec::mca {
namespace {

constexpr ParameterKind kInt = ParameterKind::kInt;
constexpr ParameterKind kSize = ParameterKind::kSize;
constexpr ParameterKind kString = ParameterKind::kString;
constexpr std::int64_t kIntMax = INT32_MAX;

}  // namespace

const std::vector<KnownParameter>& KnownParameters() {
  static const auto& known = *new std::vector<KnownParameter>{
      // Workers.
      {"mca_sched", kString, "", "the order of ready tasks; all are policies of one pool of workers", 0, 0,
       "lfq|ltq|ll|llp|ap|gd|ip|lhq|pbq|rnd|spq"},
      {"runtime_num_cores", kInt, "-1", "workers, where the program does not say; -1: as many as the process may use", -1, kIntMax},
      {"runtime_keep_highest_priority_task", kInt, "1", "accepted: the best successor of a task always runs next, on the same worker", 0, 1},
      {"bind_threads", kInt, "1", "(accepted) workers are bound by Heddle: where the process has its cores for itself", 0, 1},
      {"bind_map", kString, "", "(accepted) cores of the workers"},
      {"bind_comm", kString, "-1", "(accepted) there is no communication thread"},
      {"runtime_bind_main_thread", kInt, "1", "(accepted)", 0, 1},
      {"runtime_vpmap", kString, "flat", "(accepted) there is one virtual process"},
      {"runtime_allow_pu", kInt, "0", "(accepted)"},
      {"runtime_ignore_bindings", kInt, "0", "(accepted)"},
      {"runtime_singlify_bindings", kInt, "0", "(accepted)"},
      {"runtime_report_bindings", kInt, "0", "(accepted)"},
      {"runtime_warn_slow_binding", kInt, "128", "(accepted)"},
      // Task graphs.
      {"task_startup_iter", kSize, "64", "accepted: a startup looks at 4096 points before it lets others run", 1},
      {"task_startup_chunk", kSize, "256", "accepted: a startup makes 256 tasks before it lets others run", 1},
      {"dtd_window_size", kInt, "8000", "tasks of a DTD taskpool that may wait before the inserting thread works itself", 1, kIntMax},
      {"dtd_threshold_size", kInt, "4000", "tasks that are left when it goes on inserting", 1, kIntMax},
      {"dtd_task_hash_size", kInt, "65536", "(accepted)", 1, kIntMax},
      {"dtd_tile_hash_size", kInt, "65536", "accepted: tables of tiles grow as they are used", 1, kIntMax},
      {"dtd_debug_verbose", kInt, "0", "(accepted)"},
      {"dtd_profile_verbose", kInt, "0", "(accepted)"},
      {"arena_max_used", kSize, "18446744073709551615", "bytes that an arena may have in use"},
      {"arena_max_cached", kSize, "268435456", "bytes of large pieces that an arena keeps when they are given back"},
      {"parsec_hash_table_max_collisions_hint", kInt, "16", "(accepted) tables grow by themselves", 1, kIntMax},
      {"parsec_hash_table_max_table_nb_bits", kInt, "24", "(accepted) tables grow by themselves", 1, 62},
      // Several processes.
      {"runtime_comm_short_limit", kSize, "1024", "accepted: HEDDLE_EAGER_BYTES says what travels in one piece"},
      {"runtime_comm_coll_bcast", kInt, "1", "data for several processes goes by a star (0), a chain (1), a binomial tree (2)", 0, 2},
      {"runtime_comm_aggregate", kInt, "0", "(accepted) messages of one task to one process are one", 0, 1},
      {"runtime_comm_thread_multiple", kInt, "-1", "(accepted) every idle worker moves messages", -1, 1},
      {"runtime_comm_thread_yield", kInt, "1", "(accepted)", 0, 2},
      {"runtime_comm_thread_yield_duration", kInt, "5000", "(accepted)", 0, kIntMax},
      {"comm_verbose", kInt, "1", "(accepted)"},
      // Messages, traces.
      {"debug_verbose", kInt, "1", "messages: 0 errors, 1 warnings, 2 information, 3 and 4 for programmers, 5 and up all"},
      {"debug_color", kInt, "0", "colours in messages", 0, 1},
      {"debug_coredump_on_fatal", kInt, "0", "end with a core dump on a fatal error", 0, 1},
      {"profile_filename", kString, "", "a trace for ui.perfetto.dev: NAME-RANK.json"},
      {"profile_dot", kString, "", "the graph of tasks that ran: NAME-RANK.dot"},
      {"profile_rusage", kInt, "0", "(accepted)"},
      {"mca_pins", kString, "", "modules that take events: task_profiler puts them into the trace", 0, 0, "task_profiler"},
      {"pins_task_profiler_event", kString, "release_deps,exec_begin", "which of them; bodies are in every trace", 0, 0,
       "prepare_input|release_deps|activate_cb|data_flush|exec|exec_begin|complete_exec|schedule"},
      {"mca_device", kString, "", "(accepted) there are cores only"},
      {"device_show_capabilities", kInt, "0", "(accepted)"},
      {"device_show_statistics", kInt, "0", "(accepted)"},
      {"device_load_balance_allow_cpu", kInt, "1", "(accepted)"},
      {"device_load_balance_skew", kInt, "20", "(accepted)"},
      {"show_help", kInt, "0", "as --parsec-help", 0, 1},
      {"show_version", kInt, "0", "as --parsec-version", 0, 1},
      {"mca_param_files", kString, "", "files with parameters, separated by ':'"},
  };
  return known;
}

}  // namespace heddle::parsec::mca
