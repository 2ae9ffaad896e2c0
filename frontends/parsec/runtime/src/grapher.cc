#include "frontends/parsec/runtime/src/grapher.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace heddle::parsec {
namespace {

std::mutex file_lock;
std::FILE* file = nullptr;  // Under file_lock.
int own_rank = 0;           // Under file_lock.

// Who used a tile of DTD: the last writer (or several of ATOMIC_WRITE, in no order), and the readers of what it wrote.
struct Use {
  DotInserted task;
  int flow;
};
struct Uses {
  std::vector<Use> writers;
  std::vector<Use> readers;
};
struct TileUses {
  Uses last;
  Uses before;  // What the writers of `last` came after.
  bool atomic = false;  // They are ATOMIC_WRITEs.
};
using Tiles = std::unordered_map<const parsec_dtd_tile_t*, TileUses>;
Tiles& TilesInUse() {  // Under file_lock.
  static auto* const tiles = new Tiles;
  return *tiles;
}

// All locals, derived ones too: which are parameters does not matter for a name that is unique.
std::string NameOf(const parsec_task_class_t* task_class, const parsec_assignment_t* locals) {
  std::string name = absl::StrCat(task_class->name, "(");
  for (int i = 0; i < task_class->nb_locals; ++i) absl::StrAppend(&name, i == 0 ? "" : ", ", locals[i].value);
  return name + ")";
}

bool SameProcess(const DotInserted& a, const DotInserted& b) { return a.rank == b.rank || a.rank < 0 || b.rank < 0; }

// Under file_lock.
void DrawUse(const Uses& sources, const Use& target, bool reads, bool writes) {
  const auto draw = [&](const Use& source) {
    const DotInserted& from = source.task;
    const DotInserted& to = target.task;
    if (from.taskpool == to.taskpool && from.number == to.number) return;  // It names the tile twice.
    std::fprintf(file, "  \"%u:%d\" -> \"%u:%d\" [label=\"%d => %d\"];\n", from.taskpool, from.number, to.taskpool, to.number, source.flow,
                 target.flow);
  };
  for (const Use& writer : sources.writers) {
    if (reads || SameProcess(writer.task, target.task)) draw(writer);
  }
  if (!writes) return;
  for (const Use& reader : sources.readers) {
    if (SameProcess(reader.task, target.task)) draw(reader);
  }
}

const char* ColourOf(const parsec_task_class_t* task_class) {
  static const char* const kColours[] = {"#8dd3c7", "#ffffb3", "#bebada", "#fb8072", "#80b1d3", "#fdb462",
                                         "#b3de69", "#fccde5", "#d9d9d9", "#bc80bd", "#ccebc5", "#ffed6f"};
  return kColours[task_class->task_class_id % 12];
}

}  // namespace

std::atomic<bool> dot_enabled{false};

absl::Status DotStart(const std::string& prefix, int rank) {
  const std::string name = absl::StrCat(prefix, "-", rank, ".dot");
  const std::lock_guard<std::mutex> hold(file_lock);
  if (file != nullptr) return absl::OkStatus();
  file = std::fopen(name.c_str(), "we");
  if (file == nullptr) return absl::InvalidArgumentError(absl::StrCat("parameter profile_dot: ", name, ": ", std::strerror(errno)));
  own_rank = rank;
  std::fprintf(file, "digraph tasks {\n");
  dot_enabled.store(true, std::memory_order_relaxed);
  return absl::OkStatus();
}

void DotStop() {
  const std::lock_guard<std::mutex> hold(file_lock);
  if (file == nullptr) return;
  dot_enabled.store(false, std::memory_order_relaxed);
  std::fprintf(file, "}\n");
  std::fclose(file);
  file = nullptr;
  TilesInUse().clear();
}

void DotTask(const parsec_execution_stream_t* es, const parsec_task_t* task) {
  // The class of a task of DTD may have another name in another process: the number alone names the node.
  const bool is_ptg = task->task_class->ptg != nullptr;
  const std::string id = is_ptg ? NameOf(task->task_class, task->locals) : absl::StrCat(task->missing);
  const std::string name = is_ptg ? id : absl::StrCat(task->task_class->name, "(", id, ")");
  const std::lock_guard<std::mutex> hold(file_lock);
  if (file == nullptr) return;
  std::fprintf(file, "  \"%u:%s\" [shape=box, style=filled, fillcolor=\"%s\", label=\"%s\\nworker %d, priority %d\"];\n",
               task->taskpool->taskpool_id, id.c_str(), ColourOf(task->task_class), name.c_str(), es != nullptr ? es->th_id : -1,
               task->priority);
}

void DotEdge(const parsec_task_t* from, const char* from_flow, const parsec_task_class_t* to, const parsec_assignment_t* to_locals,
             const char* to_flow) {
  const std::string source = NameOf(from->task_class, from->locals);
  const std::string target = NameOf(to, to_locals);
  const std::lock_guard<std::mutex> hold(file_lock);
  if (file == nullptr) return;
  const unsigned pool = from->taskpool->taskpool_id;
  std::fprintf(file, "  \"%u:%s\" -> \"%u:%s\" [label=\"%s => %s\"];\n", pool, source.c_str(), pool, target.c_str(),
               from_flow != nullptr ? from_flow : "", to_flow != nullptr ? to_flow : "");
}

void DotAccess(const DotInserted& task, int flow, const parsec_dtd_tile_t* tile, std::uint32_t op) {
  const std::uint32_t mode = op & PARSEC_GET_OP_TYPE;
  const bool writes = mode != PARSEC_INPUT;
  const Use use{task, flow};
  const std::lock_guard<std::mutex> hold(file_lock);
  if (file == nullptr) return;
  TileUses& uses = TilesInUse()[tile];
  if (writes) {
    const bool atomic = mode == PARSEC_ATOMIC_WRITE;
    if (!atomic || !uses.atomic || !uses.last.readers.empty()) uses.before = std::exchange(uses.last, {});
    uses.atomic = atomic;
  }
  if (task.rank < 0 || task.rank == own_rank) DrawUse(writes ? uses.before : uses.last, use, mode != PARSEC_OUTPUT, writes);
  (writes ? uses.last.writers : uses.last.readers).push_back(use);
}

void DotForget(const parsec_dtd_tile_t* tile) {
  const std::lock_guard<std::mutex> hold(file_lock);
  TilesInUse().erase(tile);
}

}  // namespace heddle::parsec
