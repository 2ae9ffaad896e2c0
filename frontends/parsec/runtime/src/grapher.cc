#include "frontends/parsec/runtime/src/grapher.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "absl/strings/str_cat.h"

namespace heddle::parsec {
namespace {

std::mutex file_lock;
std::FILE* file = nullptr;  // Under file_lock.

// All locals, derived ones too: which are parameters does not matter for a name that is unique.
std::string NameOf(const parsec_task_class_t* task_class, const parsec_assignment_t* locals) {
  std::string name = absl::StrCat(task_class->name, "(");
  for (int i = 0; i < task_class->nb_locals; ++i) absl::StrAppend(&name, i == 0 ? "" : ", ", locals[i].value);
  return name + ")";
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
}

void DotTask(const parsec_execution_stream_t* es, const parsec_task_t* task) {
  const std::string name = NameOf(task->task_class, task->locals);
  const std::lock_guard<std::mutex> hold(file_lock);
  if (file == nullptr) return;
  std::fprintf(file, "  \"%u:%s\" [shape=box, style=filled, fillcolor=\"%s\", label=\"%s\\nworker %d, priority %d\"];\n",
               task->taskpool->taskpool_id, name.c_str(), ColourOf(task->task_class), name.c_str(), es != nullptr ? es->th_id : -1,
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

}  // namespace heddle::parsec
