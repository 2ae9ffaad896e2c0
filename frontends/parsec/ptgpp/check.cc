// The order of the checks, and what is declared: globals, task classes, locals, bodies.
#include "frontends/parsec/ptgpp/check.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "frontends/parsec/ptgpp/checker.h"

namespace heddle::ptgpp {

void Check(Jdf* jdf, const CheckOptions& options, Diagnostics* diagnostics) {
  Checker(jdf, options, diagnostics).Run();
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates,
                       const std::string& otherwise) {
  const std::string near = Nearest(word, candidates);
  return near.empty() ? otherwise : "did you mean " + InQuotes(near) + "?";
}

std::string Number(std::size_t count, const std::string& noun) {
  if (noun == "index" && count != 1) return std::to_string(count) + " indices";
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void Checker::Run() {
  DeclareTaskClasses();
  FindCollections();
  DeclareGlobals();
  GlobalValues();
  Options();
  for (TaskClass& task_class : jdf_.task_classes) {
    DeclareLocals(&task_class);
    ResolveTaskClass(&task_class);
    Bodies(&task_class);
    TaskClassProperties(task_class);
  }
  for (TaskClass& task_class : jdf_.task_classes) Flows(&task_class);
  for (const TaskClass& task_class : jdf_.task_classes) {
    Counts(task_class);
    for (const Flow& flow : task_class.flows) CheckFlow(task_class, flow);
  }
  // Where something is wrong anyway it would only be noise.
  if (options_.warn_remote_reference && diagnostics_->errors() == 0)
    for (const TaskClass& task_class : jdf_.task_classes) RemoteReferences(task_class);
  CollectDatatypes();
}

void Checker::DeclareTaskClasses() {
  for (std::size_t i = 0; i < jdf_.task_classes.size(); ++i) {
    const TaskClass& task_class = jdf_.task_classes[i];
    const auto [before, fresh] = task_classes_.emplace(task_class.name, static_cast<int>(i));
    if (fresh) continue;
    const Position& first = jdf_.task_classes[static_cast<std::size_t>(before->second)].at;
    Error(task_class.at, "task class " + InQuotes(task_class.name) + " is defined twice",
          "the first one is at " + AtLine(first));
  }
}

// Collections that are used and not declared become globals, each in front of all.
void Checker::FindCollections() {
  Index declared;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < jdf_.globals.size(); ++i) {
    declared.emplace(jdf_.globals[i].name, static_cast<int>(i));
    names.push_back(jdf_.globals[i].name);
  }
  std::vector<Global> implicit;
  const auto use = [&](const Call& call) {
    if (call.kind != Call::kCollection || Find(declared, call.target) >= 0) return;
    if (Find(task_classes_, call.target) >= 0) {
      Error(call.at, InQuotes(call.target) + " is a task class, and stands here as a collection",
            "the flow's name stands before it: FLOW " + call.target + "(...)");
      return;
    }
    for (const Global& g : implicit)
      if (g.name == call.target) return;
    const std::string near = Nearest(call.target, names);
    if (!near.empty())
      Warning(call.at,
              "collection " + InQuotes(call.target) +
                  " is not declared, and becomes an argument of its own",
              "did you mean " + InQuotes(near) + "?");
    Global global;
    global.at = call.at;
    global.name = call.target;
    implicit.push_back(std::move(global));
  };
  for (const TaskClass& task_class : jdf_.task_classes) {
    use(task_class.affinity);
    for (const Flow& flow : task_class.flows)
      for (const Dependency& dependency : flow.dependencies) {
        use(dependency.then_call);
        if (dependency.HasElse()) use(dependency.else_call);
      }
  }
  std::reverse(implicit.begin(), implicit.end());
  jdf_.globals.insert(jdf_.globals.begin(), std::make_move_iterator(implicit.begin()),
                      std::make_move_iterator(implicit.end()));
}

void Checker::DeclareGlobals() {
  for (std::size_t i = 0; i < jdf_.globals.size(); ++i) {
    const Global& global = jdf_.globals[i];
    const auto [before, fresh] = globals_.emplace(global.name, static_cast<int>(i));
    if (fresh) continue;
    const Position& first = jdf_.globals[static_cast<std::size_t>(before->second)].at;
    Error(global.at, "global " + InQuotes(global.name) + " is declared twice",
          "the first one is at " + AtLine(first));
  }
  for (TaskClass& task_class : jdf_.task_classes) {
    UseCollection(&task_class.affinity);
    for (Flow& flow : task_class.flows)
      for (Dependency& dependency : flow.dependencies) {
        UseCollection(&dependency.then_call);
        if (dependency.HasElse()) UseCollection(&dependency.else_call);
      }
  }
  for (Global& global : jdf_.globals) {
    global.type = global.properties.Text("type");
    if (global.type.empty())
      global.type = global.is_collection ? "parsec_data_collection_t*" : "int";
    if (global.type.find("parsec_data_collection_t") != std::string::npos)
      global.is_collection = true;
    GlobalProperties(global);
  }
}

namespace {
// How many indices collections of this C type take, or -1 where the type does not say: a
// parsec_tiled_matrix_t may be a vector.
int ArityOfType(const std::string& type) {
  if (type.find("parsec_vector_two_dim_cyclic_t") != std::string::npos) return 1;
  for (const char* matrix : {"parsec_matrix_block_cyclic_t", "parsec_matrix_sym_block_cyclic_t",
                             "parsec_matrix_tabular_t", "parsec_matrix_block_cyclic_band_t",
                             "parsec_matrix_sym_block_cyclic_band_t"})
    if (type.find(matrix) != std::string::npos) return 2;
  return -1;
}
}  // namespace

void Checker::UseCollection(Call* call) {
  if (call->kind != Call::kCollection) return;
  call->global = FindGlobal(call->target);
  if (call->global < 0) return;
  Global& global = jdf_.globals[static_cast<std::size_t>(call->global)];
  global.is_collection = true;
  const int count = static_cast<int>(call->arguments.size());
  const std::string type = global.properties.Text("type");
  const int declared = ArityOfType(type);
  if (declared >= 0 && declared != count) {
    Error(call->at, "collection " + InQuotes(call->target) + " is used with " +
                        Number(call->arguments.size(), "index") + ", and its type " + type +
                        " takes " + std::to_string(declared));
  } else if (global.collection_arity >= 0 && global.collection_arity != count) {
    Error(call->at,
          "collection " + InQuotes(call->target) + " is used with " +
              Number(call->arguments.size(), "index") + " here and with " +
              std::to_string(global.collection_arity) + " before",
          "its data_of() would read arguments that are not there");
  }
  if (global.collection_arity < 0) global.collection_arity = count;
}

void Checker::GlobalValues() {
  for (std::size_t i = 0; i < jdf_.globals.size(); ++i) {
    Global& global = jdf_.globals[i];
    Scope scope;
    scope.globals = i;
    if (global.has_value) Resolve(&global.value, Unknown::kError, &scope);
    // Their values are C that the file's author wrote, maybe in quotes: a name of C may be one.
    for (Property& property : global.properties.list)
      Resolve(&property.value, Unknown::kAllowed, &scope);
  }
}

void Checker::DeclareLocals(TaskClass* task_class) {
  Index locals, parameters;
  for (std::size_t i = 0; i < task_class->locals.size(); ++i) {
    const Local& local = task_class->locals[i];
    if (!locals.emplace(local.name, static_cast<int>(i)).second)
      Error(local.at,
            InQuotes(local.name) + " is defined twice in task class " + InQuotes(task_class->name),
            "the first one is at " +
                AtLine(task_class->locals[static_cast<std::size_t>(locals[local.name])].at));
  }
  for (std::size_t i = 0; i < task_class->parameters.size(); ++i) {
    Parameter& parameter = task_class->parameters[i];
    if (!parameters.emplace(parameter.name, static_cast<int>(i)).second)
      Error(parameter.at, "parameter " + InQuotes(parameter.name) + " of task class " +
                              InQuotes(task_class->name) + " is there twice");
    parameter.local = Find(locals, parameter.name);
    if (parameter.local < 0) {
      Error(parameter.at,
            "parameter " + InQuotes(parameter.name) + " of task class " +
                InQuotes(task_class->name) + " has no range",
            "write " + parameter.name + " = from .. to between the head of the class and ':'");
      continue;
    }
    task_class->locals[static_cast<std::size_t>(parameter.local)].parameter = static_cast<int>(i);
  }
  for (const Local& local : task_class->locals) {
    if (local.parameter < 0 && local.value.IsRange())
      Warning(local.at,
              InQuotes(local.name) + " is a range, and no parameter of task class " +
                  InQuotes(task_class->name),
              "where it has several values there are several tasks with the same parameters");
    const int global = FindGlobal(local.name);
    if (global >= 0 && options_.warn_masked)
      Warning(
          local.at,
          InQuotes(local.name) + " of task class " + InQuotes(task_class->name) + " hides a global",
          "that is declared at " + AtLine(jdf_.globals[static_cast<std::size_t>(global)].at));
  }
}

void Checker::Bodies(TaskClass* task_class) {
  const Body* cpu = nullptr;
  bool runs = false;
  for (Body& body : task_class->bodies) {
    body.device = "CPU";
    const Property* type = body.properties.Find("type");
    if (type != nullptr && type->value.op != Expression::kName &&
        type->value.op != Expression::kString) {
      Error(type->value.at, "a body's type is the name of a device",
            "CPU, RECURSIVE, CUDA, HIP or LEVEL_ZERO");
      continue;
    }
    if (type != nullptr) {
      body.device = type->value.string;
      std::transform(body.device.begin(), body.device.end(), body.device.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      const std::vector<std::string> devices = {"CUDA", "CPU",        "RECURSIVE",
                                                "HIP",  "LEVEL_ZERO", "TEMPLATE"};
      if (std::find(devices.begin(), devices.end(), body.device) == devices.end())
        Error(type->value.at, "there are no devices of type " + InQuotes(type->value.string),
              DidYouMean(body.device, devices, "CPU, RECURSIVE, CUDA, HIP or LEVEL_ZERO"));
    }
    if (body.device != "CPU" && body.device != "RECURSIVE")
      diagnostics_->Note(body.at, "bodies for other devices than the CPU are left out");
    runs = runs || body.device == "CPU" || body.device == "RECURSIVE";
    if (body.device != "CPU") continue;
    if (cpu != nullptr)
      Error(body.at, "task class " + InQuotes(task_class->name) + " has two bodies for the CPU",
            "the first one is at " + AtLine(cpu->at));
    cpu = &body;
  }
  if (!runs && diagnostics_->errors() == 0)
    Warning(task_class->bodies[0].at,
            "task class " + InQuotes(task_class->name) +
                " has no body for the CPU, and its tasks cannot run",
            "add one: BODY, lines of C, END");
}

void Checker::Counts(const TaskClass& task_class) {
  const std::string of = "task class " + InQuotes(task_class.name);
  const auto limit = [&](const Position& at, std::size_t count, int most, const std::string& who,
                         const std::string& what) {
    if (count > static_cast<std::size_t>(most))
      Error(at, who + " has " + std::to_string(count) + " " + what + ", and at most " +
                    std::to_string(most) + " are supported");
  };
  limit(task_class.at, task_class.parameters.size(), kMaxParameters, of, "parameters");
  limit(task_class.at,
        task_class.locals.size() + static_cast<std::size_t>(task_class.local_indices), kMaxLocals,
        of, "locals and local indices");
  std::size_t reads = 0, writes = 0;
  for (const Flow& flow : task_class.flows) {
    reads += flow.access == Flow::kRead || flow.access == Flow::kReadWrite ? 1 : 0;
    writes += flow.access == Flow::kWrite || flow.access == Flow::kReadWrite ? 1 : 0;
    std::size_t inputs = 0;
    for (const Dependency& dependency : flow.dependencies)
      inputs += dependency.direction == Dependency::kIn ? 1 : 0;
    const std::string who = "flow " + InQuotes(flow.name) + " of " + of;
    limit(flow.at, inputs, kMaxInputs, who, "input dependencies");
    limit(flow.at, flow.dependencies.size() - inputs, kMaxOutputs, who, "output dependencies");
  }
  limit(task_class.at, reads, kMaxParameters, of, "flows that are read");
  limit(task_class.at, writes, kMaxParameters, of, "flows that are written");
  limit(task_class.at, task_class.flows.size(), kMaxFlows, of, "flows");
}

}  // namespace heddle::ptgpp
