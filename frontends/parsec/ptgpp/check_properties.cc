// Properties and options.
#include <algorithm>

#include "frontends/parsec/ptgpp/checker.h"

namespace heddle::ptgpp {
namespace {

void Erase(Properties* properties, const std::string& name) {
  std::erase_if(properties->list, [&](const Property& p) { return p.name == name; });
}

}  // namespace

void IgnoreProperty(Jdf* jdf, const std::string& name) {
  std::erase_if(jdf->options, [&](const Option& o) { return o.name == name; });
  for (Global& global : jdf->globals) Erase(&global.properties, name);
  for (TaskClass& task_class : jdf->task_classes) {
    Erase(&task_class.properties, name);
    for (Local& local : task_class.locals) Erase(&local.properties, name);
    for (Flow& flow : task_class.flows)
      for (Dependency& dependency : flow.dependencies) Erase(&dependency.properties, name);
    for (Body& body : task_class.bodies) Erase(&body.properties, name);
  }
}

// A property of no meaning is none of ours, unless it looks like one that was meant.
void Checker::Misspelled(const Properties& properties, const std::vector<std::string>& known,
                         const std::string& of) {
  for (const Property& property : properties.list) {
    if (std::find(known.begin(), known.end(), property.name) != known.end()) continue;
    const std::string near = Nearest(property.name, known);
    if (!near.empty())
      Warning(property.at, "property " + InQuotes(property.name) + " of " + of + " means nothing",
              "did you mean " + InQuotes(near) + "?");
  }
}

void Checker::Options() {
  const std::vector<std::string> known = {"no_taskpool_instance", "nb_local_tasks_fn", "termdet",
                                          "dynamic", "PARSEC_ARENA_STRUT"};
  for (std::size_t i = 0; i < jdf_.options.size(); ++i) {
    Option& option = jdf_.options[i];
    Scope scope;
    Resolve(&option.value, Unknown::kAllowed, &scope);
    if (std::find(known.begin(), known.end(), option.name) == known.end())
      Warning(option.at, "option " + InQuotes(option.name) + " means nothing",
              DidYouMean(option.name, known,
                         "there are no_taskpool_instance, nb_local_tasks_fn, termdet and dynamic"));
    const Option* first = jdf_.FindOption(option.name);
    if (first != &option)
      Error(option.at, "option " + InQuotes(option.name) + " is there twice",
            "the first one is at " + AtLine(first->at));
    const std::string& value = option.value.string;
    const std::vector<std::string> kinds = {"local", "dynamic", "user-triggered"};
    if (option.name == "termdet" && std::find(kinds.begin(), kinds.end(), value) == kinds.end())
      Warning(option.value.at,
              "there is no termination detection of that name, and the option is ignored",
              DidYouMean(value, kinds, "there are \"local\", \"dynamic\" and \"user-triggered\""));
  }
  const Option* counting = jdf_.FindOption("nb_local_tasks_fn");
  const Option* termination = jdf_.FindOption("termdet");
  if (counting != nullptr && termination != nullptr &&
      (termination->value.string == "dynamic" || termination->value.string == "user-triggered"))
    Warning(counting->at,
            "nb_local_tasks_fn is not called: termdet is " + InQuotes(termination->value.string),
            "tasks are counted for \"local\" only");
}

void Checker::GlobalProperties(const Global& global) {
  Misspelled(global.properties, {"type", "hidden", "default", "aligned", "size"},
             "global " + InQuotes(global.name));
  const Property* type = global.properties.Find("type");
  if (type != nullptr && type->value.op != Expression::kName &&
      type->value.op != Expression::kString)
    Error(type->value.at,
          "the type of global " + InQuotes(global.name) + " is neither a name nor a string",
          "write [type = \"double *\"]");
  const Property* aligned = global.properties.Find("aligned");
  if (aligned != nullptr && aligned->value.op != Expression::kName)
    Warning(aligned->value.at, "aligned is not the name of a collection, and is ignored",
            "write [aligned = COLLECTION]");
}

void Checker::TaskClassProperties(const TaskClass& task_class) {
  const Properties& properties = task_class.properties;
  Misspelled(properties,
             {"high_priority", "profile", "flops", "time_estimate", "make_key_fn", "hash_struct",
              "startup_fn", "find_deps_fn", "alloc_deps_fn", "free_deps_fn", "nb_local_tasks_fn",
              "weight", "mask_deps"},
             "task class " + InQuotes(task_class.name));
  const Property* find = properties.Find("find_deps_fn");
  if (find == nullptr) return;
  for (const char* other : {"alloc_deps_fn", "free_deps_fn"})
    if (properties.Find(other) == nullptr)
      Error(find->at, std::string("find_deps_fn needs ") + other + " beside it",
            "each of the three works on what the others made");
}

void Checker::DependencyProperties(const Flow& flow, const Dependency& dependency) {
  const Properties& properties = dependency.properties;
  Misspelled(properties,
             {"type", "type_remote", "type_data", "layout", "layout_remote", "layout_data", "count",
              "count_remote", "count_data", "displ", "displ_remote", "displ_data", "warning",
              "arena_index", "nb_elt"},
             "flow " + InQuotes(flow.name));
  if (const Property* p = properties.Find("arena_index"))
    Error(p->at, "arena_index is not in the language any more", "use type instead");
  if (const Property* p = properties.Find("nb_elt"))
    Error(p->at, "nb_elt is not in the language any more", "use count instead");
  const Property* remote = properties.Find("type_remote");
  const Property* data = properties.Find("type_data");
  if (remote != nullptr && data != nullptr)
    Error((remote->at.offset > data->at.offset ? remote : data)->at,
          "type_remote and type_data exclude each other",
          "type_remote is for dependencies on tasks, type_data for those on collections");
  for (const char* name : {"type", "type_remote", "type_data"}) {
    const Property* type = properties.Find(name);
    if (type == nullptr) continue;
    const Expression::Op op = type->value.op;
    if (op != Expression::kName && op != Expression::kString && op != Expression::kCode)
      Error(type->value.at, std::string("the value of ") + name + " is no datatype",
            "a name, or %{ return an arena's datatype; %}");
  }
  for (std::size_t i = 0; i < properties.list.size(); ++i)
    if (properties.Find(properties.list[i].name) != &properties.list[i])
      Error(properties.list[i].at,
            "property " + InQuotes(properties.list[i].name) + " is there twice");
}

void Checker::CollectDatatypes() {
  const auto add = [this](const Dependency& dependency, const char* property) {
    const Property* type = dependency.properties.Find(property);
    if (type != nullptr && type->value.op == Expression::kCode) return;
    const std::string name = type == nullptr ? "DEFAULT" : type->value.string;
    if (std::find(jdf_.datatypes.begin(), jdf_.datatypes.end(), name) == jdf_.datatypes.end())
      jdf_.datatypes.push_back(name);
  };
  for (const TaskClass& task_class : jdf_.task_classes)
    for (const Flow& flow : task_class.flows)
      for (const Dependency& dependency : flow.dependencies)
        for (const char* property : {"type", "type_remote", "type_data"}) add(dependency, property);
  if (std::find(jdf_.datatypes.begin(), jdf_.datatypes.end(), "DEFAULT") == jdf_.datatypes.end())
    jdf_.datatypes.push_back("DEFAULT");
}

}  // namespace heddle::ptgpp
