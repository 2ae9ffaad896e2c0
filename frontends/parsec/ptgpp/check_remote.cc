// Whether a task uses data that may be another process's: all that the text can tell is whether it
// says that the data lies where the task runs.
#include "frontends/parsec/ptgpp/checker.h"

namespace heddle::ptgpp {

void Checker::RemoteReferences(const TaskClass& task_class) {
  for (const Flow& flow : task_class.flows)
    for (const Dependency& dependency : flow.dependencies) {
      const bool guarded = dependency.guard_kind != Dependency::kUnguarded;
      const std::string condition = guarded ? Text(dependency.guard) : "";
      RemoteReference(task_class, dependency, dependency.then_call, condition);
      if (dependency.HasElse())
        RemoteReference(task_class, dependency, dependency.else_call, "!" + condition);
    }
}

std::string PlaceOf(const Jdf& jdf, const Call& call) {
  std::string name = call.target;
  for (const Global& global : jdf.globals) {
    if (global.name != call.target) continue;
    const Property* with = global.properties.Find("aligned");
    if (with != nullptr && with->value.op == Expression::kName) name = with->value.string;
  }
  name += "(";
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    name += (i > 0 ? ", " : "") + Text(call.arguments[i]);
  return name + ")";
}

void Checker::RemoteReference(const TaskClass& task_class, const Dependency& dependency,
                              const Call& call, const std::string& condition) {
  if (call.kind != Call::kCollection) return;
  const std::string runs = PlaceOf(jdf_, task_class.affinity), data = PlaceOf(jdf_, call);
  if (runs == data) return;
  Warning(call.at,
          "tasks of class " + InQuotes(task_class.name) + " run where " + runs + " is, and " +
              (dependency.direction == Dependency::kIn ? "read " : "write ") + data +
              (condition.empty() ? "" : " if " + condition) + ": it may be another process's",
          "write " + runs + ", or declare the collection with [aligned = " +
              task_class.affinity.target + "], if it is at the same place");
}

}  // namespace heddle::ptgpp
