// The static objects that hand a class to the runtime. They stand behind the functions of all classes, where the macros of
// globals are gone.
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {

std::string ClassGenerator::UserFunction(std::string_view property, std::string_view type) const {
  const std::string name = class_.properties.Text(property);
  if (name.empty()) return "NULL";
  return type.empty() ? name : Cat('(', type, " *)", name);
}

void ClassGenerator::WriteForwards(Writer* out) const {
  std::string parameters;
  for (const Parameter& parameter : class_.parameters) parameters += Cat(", const int ", parameter.name);
  out->Line("static inline int ", P("at"), "(const ", file_.taskpool, " *__parsec_tp, parsec_assignment_t *__locals", parameters, ");");
}

void ClassGenerator::WriteEdges(Writer* out) {
  if (edges_.empty()) return;
  out->Open("static const parsec_ptg_edge_t ", P("edges"), "[", edges_.size(), "] = {");
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    const Edge& edge = edges_[i];
    const TaskClass& target = file_.jdf.task_classes[static_cast<std::size_t>(edge.call->task_class)];
    const Flow& target_flow = target.flows[static_cast<std::size_t>(edge.call->target_flow)];
    const bool control = edge.flow->IsControl();
    out->Line("{.target = &", file_.base, '_', target.name, ", .flow = ", control ? 255 : edge.flow->index, ", .target_flow = ",
              control ? 255 : target_flow.index, ", .is_control = ", control ? 1 : 0, ", .dep_index = ", i, ", .types = ",
              edge.types.empty() ? std::string("NULL") : edge.types, "},");
  }
  out->Close("};");
}

void ClassGenerator::WriteIncarnations(Writer* out) {
  out->Open("static const __parsec_chore_t ", P("incarnations"), "[] = {");
  for (const Incarnation& i : incarnations_) {
    if (!i.condition.empty()) out->Margin("#if ", i.condition);
    out->Line("{.type = ", i.device, ", .evaluate = ", i.evaluate, ", .hook = ", i.hook, "},");
    if (!i.condition.empty()) out->Margin("#endif");
  }
  out->Line("{.type = PARSEC_DEV_NONE, .evaluate = NULL, .hook = NULL},");
  out->Close("};");
}

void ClassGenerator::WriteProperties(Writer* out) {
  if (class_.properties.list.empty()) return;
  out->Open("static const parsec_property_t ", P("properties"), "[] = {");
  for (const Property& p : class_.properties.list) {
    std::string value;
    if (p.value.op == Expression::kName || p.value.op == Expression::kString) value = p.value.string;
    else if (p.value.op == Expression::kInteger) value = Cat(p.value.integer);
    else continue;
    out->Line("{.name = ", Quoted(p.name), ", .value = ", Quoted(value), "},");
  }
  out->Line("{.name = NULL, .value = NULL},");
  out->Close("};");
}

void ClassGenerator::WriteTables(Writer* out) {
  out->Line("/* ---- ", class_.name, " */");
  WriteEdges(out);
  WriteIncarnations(out);
  WriteProperties(out);
  std::string names;
  for (const Local& local : class_.locals) names += Cat(Quoted(local.name), ", ");
  out->Line("static const char *const ", P("local_names"), "[] = {", names, "NULL};");
  names.clear();
  std::vector<const Flow*> flows;
  for (const Flow& flow : class_.flows) flows.push_back(&flow);
  std::stable_sort(flows.begin(), flows.end(), [](const Flow* a, const Flow* b) { return a->IsControl() < b->IsControl(); });
  for (const Flow* flow : flows) names += Cat(Quoted(flow->name), ", ");
  out->Line("static const char *const ", P("flow_names"), "[] = {", names, "NULL};");

  const std::string none = "NULL";
  const auto either = [&](bool has, std::string_view name) { return has ? P(name) : none; };
  const std::string make_key = UserFunction("make_key_fn", "parsec_functionkey_fn_t");
  const std::string hash = UserFunction("hash_struct", "");
  const std::string key_functions = hash == none ? none : Cat('&', hash);

  out->Open("static const parsec_ptg_class_t ", P("ptg"), " = {");
  const bool data = class_.data_flows > 0;
  out->Line(".task_bytes = offsetof(parsec_task_t, data)", data ? Cat(" + ", class_.data_flows, " * sizeof(parsec_data_pair_t)") : "",
            ",");
  out->Line(".nb_data_flows = ", class_.data_flows, ",");
  out->Line(".parameters = ", either(!class_.parameters.empty(), "parameters"), ",");
  out->Line(".goal = ", P("goal"), ",");
  out->Line(".rank_of = ", P("rank_of"), ",");
  out->Line(".priority = ", either(class_.has_priority, "priority"), ",");
  out->Line(".bounds = ", either(has_bounds_, "bounds"), ",");
  out->Line(".bounds_by_walk = ", P("bounds_by_walk"), ",");
  out->Line(".walk = ", P("walk"), ",");
  out->Line(".prepare = ", either(has_prepare_, "prepare"), ",");
  out->Line(".iterate_successors = ", either(!edges_.empty(), "successors"), ",");
  out->Line(".write_back = ", either(has_write_back_, "write_back"), ",");
  out->Line(".input_types = ", either(has_input_types_, "input_types"), ",");
  out->Line(".make_key = ", make_key, ",");
  out->Line(".hash_struct = ", key_functions, ",");
  out->Line(".startup_fn = ", UserFunction("startup_fn", "parsec_hook_t"), ",");
  const DependencyStorage storage = file_.options.storage;
  out->Line(".dependencies = ",
            storage == DependencyStorage::kIndexArray ? 1 : storage == DependencyStorage::kDynamicHashTable ? 2 : 0, ",");
  out->Close("};");

  out->Open("static const parsec_task_class_t ", prefix_, " = {");
  out->Line(".name = ", Quoted(class_.name), ",");
  out->Line(".flags = ", class_.properties.Integer("high_priority", 0) != 0 ? "PARSEC_HIGH_PRIORITY_TASK" : "0", ",");
  out->Line(".task_class_id = ", file_.jdf.FindTaskClass(class_.name), ",");
  out->Line(".nb_flows = ", class_.flows.size(), ",");
  out->Line(".nb_parameters = ", class_.parameters.size(), ",");
  out->Line(".nb_locals = ", class_.locals.size(), ",");
  out->Line(".task_class_type = PARSEC_TASK_CLASS_TYPE_PTG,");
  out->Line(".local_names = ", P("local_names"), ",");
  out->Line(".flow_names = ", P("flow_names"), ",");
  out->Line(".properties = ", either(!class_.properties.list.empty(), "properties"), ",");
  out->Line(".incarnations = ", P("incarnations"), ",");
  out->Line(".time_estimate = ", UserFunction("time_estimate", "parsec_time_estimate_fct_t"), ",");
  out->Line(".make_key = ", make_key, ",");
  out->Line(".key_functions = ", key_functions, ",");
  out->Line(".ptg = &", P("ptg"), ",");
  out->Close("};");
  out->Blank();
}

}  // namespace heddle::ptgpp
