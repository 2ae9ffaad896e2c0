// The box around the space of a class, by arithmetic on intervals at run time.
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {

std::string ClassGenerator::Interval(const Expression& e, const Scope& scope, std::map<std::string, std::string>* indices) {
  using Op = Expression::Op;
  const auto of = [&](int child) { return Interval(e.children[static_cast<std::size_t>(child)], scope, indices); };
  if (e.op == Op::kRange) {
    const std::string from = of(0), to = of(1);
    const std::string step = e.children.size() > 2 ? of(2) : "parsec_ptg_interval_value(1)";
    if (from.empty() || to.empty() || step.empty()) return "";
    return Cat("parsec_ptg_interval_range(", from, ", ", to, ", ", step, ")");
  }
  if (e.op == Op::kComprehension) {
    Scope inner = scope;
    std::map<std::string, std::string> all = *indices;
    for (const LocalIndex& index : e.indices) {
      const std::string values = Interval(index.range, inner, &all);
      if (values.empty()) return "";
      all[index.name] = values;
      inner.indices.push_back(index.name);
    }
    return Interval(e.children[0], inner, &all);
  }
  if (IsIndependent(e)) {
    zeros_ = true;
    const std::string value = C(e, scope);
    zeros_ = false;
    return Cat("parsec_ptg_interval_value(", value, ")");
  }
  if (e.op == Op::kName) {
    if (e.string != e.root) return "";
    if (e.name == NameKind::kLocal) return Cat("__values_of_", e.string);
    if (e.name != NameKind::kLocalIndex) return "";
    const auto found = indices->find(e.string);
    return found == indices->end() ? "" : found->second;
  }
  std::string function;
  switch (e.op) {
    case Op::kPlus: function = "plus"; break;
    case Op::kMinus: function = "minus"; break;
    case Op::kTimes: function = "times"; break;
    case Op::kDivide: function = "divide"; break;
    case Op::kModulo: function = "modulo"; break;
    case Op::kShiftLeft: function = "shift_left"; break;
    case Op::kShiftRight: function = "shift_right"; break;
    case Op::kTernary: {
      const std::string a = of(1), b = of(2);
      if (a.empty() || b.empty()) return "";
      if (!IsIndependent(e.children[0])) return Cat("parsec_ptg_interval_either(", a, ", ", b, ")");
      zeros_ = true;
      const std::string condition = C(e.children[0], scope);
      zeros_ = false;
      return Cat("((", condition, ") ? ", a, " : ", b, ")");
    }
    case Op::kNot:
    case Op::kOr:
    case Op::kAnd:
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return "parsec_ptg_interval(0, 1)";
    default: return "";
  }
  if (e.children.size() == 1) {
    const std::string a = of(0);
    if (a.empty() || e.op != Op::kMinus) return a;
    return Cat("parsec_ptg_interval_minus(parsec_ptg_interval_value(0), ", a, ")");
  }
  const std::string a = of(0), b = of(1);
  if (a.empty() || b.empty()) return "";
  return Cat("parsec_ptg_interval_", function, "(", a, ", ", b, ")");
}

void ClassGenerator::WriteBounds(Writer* out) {
  std::vector<std::string> lines;
  Scope scope;
  std::string list;
  for (std::size_t i = 0; i < class_.locals.size(); ++i) {
    const Local& local = class_.locals[i];
    std::map<std::string, std::string> none;
    const std::string values = Interval(local.value, scope, &none);
    if (values.empty() && local.parameter >= 0) return;
    // Derived locals count where ranges use them; such a range is then unknown too.
    lines.push_back(Cat("const parsec_ptg_interval_t __values_of_", local.name, " = ",
                        values.empty() ? std::string("parsec_ptg_interval_unknown()") : values, ";"));
    Join(&list, Cat("__values_of_", local.name));
    scope.locals = static_cast<int>(i) + 1;
  }
  has_bounds_ = true;
  out->Line("static int ", P("bounds"), "(const parsec_taskpool_t *__tp, int64_t *__least, int64_t *__greatest)");
  out->Open("{");
  OpenTaskpool(out, "__tp");
  for (const Local& local : class_.locals) out->Line("const int ", local.name, " = 0; (void)", local.name, "; /* Not used. */");
  for (const std::string& line : lines) out->Line(line);
  if (class_.locals.empty()) {
    out->Line("(void)__least; (void)__greatest;");
    out->Line("return 1;");
  } else {
    out->Line("const parsec_ptg_interval_t __values[] = {", list, "};");
    out->Line("return parsec_ptg_bounds(__values, ", class_.locals.size(), ", ", P("parameters"), ", ", class_.parameters.size(),
              ", __least, __greatest);");
  }
  out->Close();
  out->Blank();
}

}  // namespace heddle::ptgpp
