// Flows and their dependencies, and that each dependency has its other end.
#include <algorithm>

#include "frontends/parsec/ptgpp/checker.h"

namespace heddle::ptgpp {
namespace {

std::string Name(const TaskClass& task_class, const Flow& flow) {
  return "flow " + InQuotes(flow.name) + " of task class " + InQuotes(task_class.name);
}

const char* Word(Flow::Access access) {
  switch (access) {
    case Flow::kReadWrite:
      return "RW";
    case Flow::kRead:
      return "READ";
    case Flow::kWrite:
      return "WRITE";
    case Flow::kControl:
      break;
  }
  return "CTL";
}

// [warning = disable]
bool Silenced(const Dependency& dependency) {
  return Nearest(dependency.properties.Text("warning"), {"disable"}) == "disable";
}

bool UsesName(const Expression& e, const std::string& name) {
  if (e.op == Expression::kName) return e.root == name;
  if (e.op == Expression::kCode) return e.code.text.find(name) != std::string::npos;
  return std::any_of(e.children.begin(), e.children.end(),
                     [&](const Expression& c) { return UsesName(c, name); }) ||
         std::any_of(e.indices.begin(), e.indices.end(),
                     [&](const LocalIndex& i) { return UsesName(i.range, name); });
}

bool UsesName(const Call& call, const std::string& name) {
  return std::any_of(call.arguments.begin(), call.arguments.end(),
                     [&](const Expression& e) { return UsesName(e, name); }) ||
         std::any_of(call.indices.begin(), call.indices.end(),
                     [&](const LocalIndex& i) { return UsesName(i.range, name); });
}

// NULL where there is none.
const LocalIndex* FirstRange(const std::vector<LocalIndex>& indices) {
  for (const LocalIndex& index : indices)
    if (index.range.IsRange()) return &index;
  return nullptr;
}

}  // namespace

void Checker::Flows(TaskClass* task_class) {
  int data_flows = 0, control_flows = 0;
  for (const Flow& flow : task_class->flows) data_flows += flow.IsControl() ? 0 : 1;
  task_class->data_flows = data_flows;
  data_flows = 0;
  Index names;
  for (std::size_t i = 0; i < task_class->flows.size(); ++i) {
    Flow& flow = task_class->flows[i];
    flow.index = flow.IsControl() ? task_class->data_flows + control_flows++ : data_flows++;
    const auto [before, fresh] = names.emplace(flow.name, static_cast<int>(i));
    if (!fresh)
      Error(flow.at, Name(*task_class, flow) + " is there twice",
            "the first one is at " +
                AtLine(task_class->flows[static_cast<std::size_t>(before->second)].at));
    const int global = FindGlobal(flow.name);
    if (global >= 0)
      Error(flow.at, Name(*task_class, flow) + " has the name of a global",
            "that is declared at " + AtLine(jdf_.globals[static_cast<std::size_t>(global)].at) +
                "; the body could not tell them apart");
    if (task_class->FindLocal(flow.name) >= 0)
      Error(flow.at, Name(*task_class, flow) + " has the name of a local",
            "the body could not tell them apart");
    for (Dependency& dependency : flow.dependencies) {
      LinkTask(flow, &dependency.then_call);
      if (dependency.HasElse()) LinkTask(flow, &dependency.else_call);
    }
  }
}

void Checker::LinkTask(const Flow& flow, Call* call) {
  if (call->kind != Call::kTask) return;
  call->task_class = Find(task_classes_, call->target);
  if (call->task_class < 0) {
    std::vector<std::string> names;
    for (const TaskClass& t : jdf_.task_classes) names.push_back(t.name);
    Error(call->at, "there is no task class " + InQuotes(call->target),
          FindGlobal(call->target) >= 0
              ? "it is a global; a collection stands without a flow before it"
              : DidYouMean(call->target, names, ""));
    return;
  }
  const TaskClass& target = jdf_.task_classes[static_cast<std::size_t>(call->task_class)];
  if (call->arguments.size() != target.parameters.size())
    Error(call->at,
          "task class " + InQuotes(target.name) + " has " +
              Number(target.parameters.size(), "parameter") + ", and is called with " +
              Number(call->arguments.size(), "argument"),
          "it is defined at " + AtLine(target.at));
  call->target_flow = target.FindFlow(call->flow);
  if (call->target_flow < 0) {
    std::vector<std::string> names;
    for (const Flow& f : target.flows) names.push_back(f.name);
    Error(call->at, "task class " + InQuotes(target.name) + " has no flow " + InQuotes(call->flow),
          DidYouMean(call->flow, names, "it is defined at " + AtLine(target.at)));
    return;
  }
  const Flow& other = target.flows[static_cast<std::size_t>(call->target_flow)];
  if (other.IsControl() != flow.IsControl()) {
    Error(call->at,
          Name(target, other) + " is " + Word(other.access) + ", and " + InQuotes(flow.name) +
              " is " + Word(flow.access),
          "control and data do not become each other");
    call->target_flow = -1;
  }
}

void Checker::CheckFlow(const TaskClass& task_class, const Flow& flow) {
  const Dependency* complete = nullptr;  // An input that always holds.
  bool silenced = false;
  for (const Dependency& dependency : flow.dependencies) {
    CheckDependency(task_class, flow, dependency);
    DependencyProperties(flow, dependency);
    silenced = silenced || Silenced(dependency);
    if (dependency.direction != Dependency::kIn || flow.IsControl()) continue;
    if (complete != nullptr && !Silenced(dependency) && options_.warn_mutual_exclusion)
      Warning(dependency.at, "this input of " + Name(task_class, flow) + " is never used",
              "the one at " + AtLine(complete->at) + " always holds, and comes first");
    if (complete == nullptr && dependency.guard_kind != Dependency::kIf) complete = &dependency;
  }
  if (flow.IsControl() || silenced) return;
  const bool reads = flow.access != Flow::kWrite, writes = flow.access != Flow::kRead;
  if (reads && !flow.HasInput())
    Error(flow.at, Word(flow.access) + std::string(" ") + Name(task_class, flow) + " has no input",
          writes ? "add <- ..., <- NEW for memory of its own, or make it WRITE" : "add <- ...");
  if (writes && !flow.HasOutput())
    Warning(flow.at,
            Word(flow.access) + std::string(" ") + Name(task_class, flow) + " has no output",
            "what the task writes is lost; READ does without");
}

void Checker::CheckDependency(const TaskClass& task_class, const Flow& flow,
                              const Dependency& dependency) {
  for (const LocalIndex& index : dependency.indices)
    if (!UsesName(dependency.guard, index.name) && !UsesName(dependency.then_call, index.name) &&
        !UsesName(dependency.else_call, index.name))
      Warning(index.at, "local index " + InQuotes(index.name) + " is not used",
              "the same dependency would be there several times");
  CheckCall(flow, dependency, dependency.then_call);
  Mirror(task_class, flow, dependency, dependency.then_call);
  if (!dependency.HasElse()) return;
  CheckCall(flow, dependency, dependency.else_call);
  Mirror(task_class, flow, dependency, dependency.else_call);
}

void Checker::CheckCall(const Flow& flow, const Dependency& dependency, const Call& call) {
  const bool input = dependency.direction == Dependency::kIn;
  // The two sentences are what programs that run the original look for.
  if (call.kind == Call::kNew && !input)
    return Error(call.at, "Automatic data allocation with NEW only supported in IN dependencies.",
                 "outputs go to tasks and collections");
  if (call.kind == Call::kNull && !input)
    return Error(call.at, "NULL data only supported in IN dependencies.",
                 "outputs go to tasks and collections");
  if (call.kind != Call::kTask && flow.IsControl())
    return Error(call.at, "control flow " + InQuotes(flow.name) + " depends on tasks only",
                 "there is no data that could go anywhere");
  if (flow.access == Flow::kWrite && input && call.kind != Call::kNew)
    return Error(call.at, "WRITE flow " + InQuotes(flow.name) + " has an input other than NEW",
                 "make it RW");
  if (flow.access == Flow::kRead && call.kind == Call::kNew &&
      dependency.guard_kind == Dependency::kUnguarded)
    return Error(call.at, "READ flow " + InQuotes(flow.name) + " reads memory that nobody wrote",
                 "make it WRITE");
  CheckRanges(flow, dependency, call);
}

void Checker::CheckRanges(const Flow& flow, const Dependency& dependency, const Call& call) {
  const Expression* range = nullptr;
  for (const Expression& argument : call.arguments)
    if (argument.IsRange()) range = &argument;
  if (call.kind == Call::kCollection && range != nullptr)
    return Error(range->at, "a collection has one piece at a time: there can be no range here",
                 dependency.direction == Dependency::kIn
                     ? ""
                     : "a range of dependencies is -> [i = from .. to] " + call.target + "(i)");
  if (dependency.direction != Dependency::kIn || flow.IsControl()) return;
  if (range == nullptr && call.kind == Call::kTask) {
    const LocalIndex* index = FirstRange(call.indices);
    if (index == nullptr) index = FirstRange(dependency.indices);
    if (index != nullptr) range = &index->range;
  }
  if (range != nullptr)
    Error(range->at,
          "data comes from one task: an input of " + InQuotes(flow.name) + " can have no range",
          "only CTL flows gather");
}

void Checker::Mirror(const TaskClass& task_class, const Flow& flow, const Dependency& dependency,
                     const Call& call) {
  if (call.kind != Call::kTask || call.target_flow < 0) return;
  const TaskClass& target = jdf_.task_classes[static_cast<std::size_t>(call.task_class)];
  const Flow& other = target.flows[static_cast<std::size_t>(call.target_flow)];
  const auto back = [&](const Call& c) {
    return c.kind == Call::kTask && c.target == task_class.name && c.flow == flow.name;
  };
  const auto related = [&](const Call& c) {
    return c.kind == Call::kTask && c.target == task_class.name;
  };
  bool any = false;
  for (const Dependency& d : other.dependencies) {
    if (d.direction != dependency.direction &&
        (back(d.then_call) || (d.HasElse() && back(d.else_call))))
      return;
    any = any || related(d.then_call) || (d.HasElse() && related(d.else_call));
  }
  const bool input = dependency.direction == Dependency::kIn;
  const std::string text = Name(target, other) + " has no " + (input ? "-> " : "<- ") + flow.name +
                           " " + task_class.name + "(...) that answers this";
  const std::string hint = std::string(input ? "nothing would arrive" : "nothing waits for it") +
                           "; that flow is at " + AtLine(other.at);
  // The original takes any mention of the class for an answer, and programs exist in which the
  // guards never let it come to this.
  if (any) {
    Warning(call.at, text, hint);
  } else {
    Error(call.at, text, hint);
  }
}

}  // namespace heddle::ptgpp
