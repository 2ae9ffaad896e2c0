// Properties of dependencies: how data is described where it travels.
#include <string>
#include <string_view>

#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {
namespace {

constexpr std::string_view kSuffixes[] = {"", "_remote", "_data"};

bool HasGroup(const Dependency& d, std::string_view suffix) {
  for (const char* name : {"type", "layout", "count", "displ"})
    if (d.properties.Find(Cat(std::string_view(name), suffix)) != nullptr) return true;
  return false;
}

}  // namespace

std::string ClassGenerator::TypesFunction(const Dependency& dependency) const {
  const auto found = types_.find(&dependency);
  return found == types_.end() ? "" : found->second;
}

std::string ClassGenerator::Arena(const Dependency& dependency, std::string_view property, const Scope& scope,
                                  bool otherwise_default) {
  const Property* p = dependency.properties.Find(property);
  if (p == nullptr) return otherwise_default ? Cat("PARSEC_", file_.base, "_DEFAULT_ADT") : "NULL";
  if (p->value.op == Expression::kName || p->value.op == Expression::kString)
    return Cat("PARSEC_", file_.base, "_", p->value.string, "_ADT");
  return C(p->value, scope, CodeKind::kArena);
}

void ClassGenerator::WriteTypesGroup(const Dependency& d, std::string_view suffix, std::string_view setter, const Scope& scope,
                                     Writer* out) {
  if (!HasGroup(d, suffix)) return;
  const auto value = [&](std::string_view name, CodeKind kind, std::string_view otherwise) {
    const Property* p = d.properties.Find(Cat(name, suffix));
    return p == nullptr ? std::string(otherwise) : C(p->value, scope, kind);
  };
  out->Line("parsec_ptg_set_", setter, "(__types, ", Arena(d, Cat("type", suffix), scope, false), ", ",
            value("layout", CodeKind::kLayout, "PARSEC_DATATYPE_NULL"), ", ", value("count", CodeKind::kCount, "-1"), ", ",
            value("displ", CodeKind::kCount, "0"), ");");
}

void ClassGenerator::WriteTypes(Writer* out) {
  for (const Flow& flow : class_.flows) {
    if (flow.IsControl()) continue;
    for (const Dependency& d : flow.dependencies) {
      if (!HasGroup(d, kSuffixes[0]) && !HasGroup(d, kSuffixes[1]) && !HasGroup(d, kSuffixes[2])) continue;
      const std::string name = P(Cat("types", types_.size()));
      types_[&d] = name;
      const bool is_output = d.direction == Dependency::kOut;
      out->Line("/* Of ", flow.name, is_output ? " -> " : " <- ", d.then_call.kind == Call::kNew ? "NEW" : d.then_call.target,
                ", line ", d.at.line, ". */");
      if (is_output) {
        out->Line("static void ", name, "(const parsec_task_t *__task, parsec_ptg_types_t *__types)");
      } else {
        // The task is NULL where the data has not come yet.
        out->Line("static void ", name, "(const parsec_taskpool_t *__tp, const parsec_task_t *__task, ",
                  "const parsec_assignment_t *__locals, parsec_ptg_types_t *__types)");
      }
      out->Open("{");
      OpenTaskpool(out, is_output ? "__task->taskpool" : "__tp");
      out->Line("const ", TypeOf("task_t"), " *this_task = (const ", TypeOf("task_t"), " *)__task; (void)this_task;");
      UseLocals(out, is_output ? "__task->locals" : "__locals");
      if (!is_output && class_.locals.empty()) out->Line("(void)__locals;");
      out->Line("parsec_ptg_no_types(__types);");
      const Scope scope = AllLocals();
      WriteTypesGroup(d, "", "local", scope, out);
      WriteTypesGroup(d, "_remote", "remote", scope, out);
      WriteTypesGroup(d, "_data", "data", scope, out);
      out->Close();
      out->Blank();
    }
  }
}

void ClassGenerator::WriteInputTypes(Writer* out) {
  for (const Flow& flow : class_.flows)
    for (const Dependency& d : flow.dependencies)
      has_input_types_ = has_input_types_ || (d.direction == Dependency::kIn && !TypesFunction(d).empty());
  if (!has_input_types_) return;
  out->Line("static void ", P("input_types"),
            "(const parsec_taskpool_t *__tp, const parsec_assignment_t *__locals, int __flow, parsec_ptg_types_t *__types)");
  out->Open("{");
  OpenTaskpool(out, "__tp");
  UseLocals(out, "__locals");
  out->Line("parsec_ptg_no_types(__types);");
  out->Line("switch( __flow ) {");
  for (const Flow& flow : class_.flows) {
    if (flow.IsControl()) continue;
    bool any = false;
    for (const Dependency& d : flow.dependencies) any = any || (d.direction == Dependency::kIn && !TypesFunction(d).empty());
    if (!any) continue;
    out->Open("case ", flow.index, ": /* ", flow.name, " */");
    for (const Dependency& d : flow.dependencies) {
      if (d.direction != Dependency::kIn) continue;
      const std::string types = TypesFunction(d);
      const std::string action = types.empty() ? "return;" : Cat(types, "(__tp, NULL, __locals, __types); return;");
      Scope scope = AllLocals();
      const int blocks = OpenIndices(out, d.indices, &scope);
      if (d.guard_kind == Dependency::kIf) out->Line("if( ", C(d.guard, scope), " ) { ", action, " }");
      else out->Line(blocks > 0 ? Cat("{ ", action, " }") : action);
      out->CloseAll(blocks);
      if (d.guard_kind != Dependency::kIf && d.indices.empty()) break;
    }
    out->Line("return;");
    out->Close("");
  }
  out->Line("default: return;");
  out->Line("}");
  out->Close();
  out->Blank();
}

}  // namespace heddle::ptgpp
