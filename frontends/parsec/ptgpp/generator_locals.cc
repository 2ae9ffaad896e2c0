// The locals of a class: where a task's values come from, whether there is such a task, its process and its priority.
#include <string>

#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {

void ClassGenerator::OpenTaskpool(Writer* out, std::string_view from) {
  out->Line("const ", file_.taskpool, " *__parsec_tp = (const ", file_.taskpool, " *)", from, ";");
  out->Line("(void)__parsec_tp;");
}

void ClassGenerator::UseLocals(Writer* out, std::string_view from) {
  if (!class_.locals.empty()) out->Line(P("LOCALS"), '(', from, ");");
}

void ClassGenerator::UseParameters(Writer* out) const {
  std::string line = "(void)__parsec_tp;";
  for (const Local& local : class_.locals) line += Cat(" (void)", local.name, ";");
  out->Line(line);
}

void ClassGenerator::WriteLocals(Writer* out) {
  if (!class_.locals.empty()) {
    std::string line = Cat("#define ", P("LOCALS"), "(__from)");
    for (std::size_t i = 0; i < class_.locals.size(); ++i)
      line += Cat(" \\\n    const int ", class_.locals[i].name, " = (__from)[", i, "].value; (void)", class_.locals[i].name,
                  i + 1 < class_.locals.size() ? ";" : "");
    out->Margin(line);
    out->Blank();
  }

  std::string parameters;
  for (const Parameter& parameter : class_.parameters) parameters += Cat(", const int ", parameter.name);
  out->Line("/* Sets the locals of a task by its parameters. 0: there is no such task. */");
  out->Line("static inline int ", P("at"), "(const ", file_.taskpool, " *__parsec_tp, parsec_assignment_t *__locals", parameters, ")");
  out->Open("{");
  out->Line("(void)__parsec_tp;");
  Scope scope;
  for (std::size_t i = 0; i < class_.locals.size(); ++i) {
    const Local& local = class_.locals[i];
    const Expression& value = local.value;
    if (local.parameter < 0) {
      out->Line("const int ", local.name, " = ", C(value, scope), "; (void)", local.name, ";");
    } else if (value.op == Expression::kRange) {
      const Expression* step = value.children.size() > 2 ? &value.children[2] : nullptr;
      if (step == nullptr || (step->op == Expression::kInteger && step->integer == 1)) {
        out->Line("if( ", local.name, " < ", Operand(value.children[0], scope), " || ", local.name, " > ",
                  Operand(value.children[1], scope), " ) return 0;");
      } else {
        out->Line("if( !parsec_ptg_in_range(", local.name, ", ", C(value.children[0], scope), ", ", C(value.children[1], scope),
                  ", ", C(*step, scope), ") ) return 0;");
      }
    } else if (value.op == Expression::kComprehension) {
      const std::string found = Cat("__found", Unique());
      out->Line("int ", found, " = 0;");
      out->Open("{");
      Scope inner = scope;
      const std::string asked = Cat("__asked", Unique());
      out->Line("const int ", asked, " = ", local.name, ";");
      const int blocks = OpenIndices(out, value.indices, &inner);
      out->Line("if( ", asked, " == (", C(value.children[0], inner), ") ) ", found, " = 1;");
      out->CloseAll(blocks + 1);
      out->Line("if( !", found, " ) return 0;");
    } else {
      out->Line("if( ", local.name, " != ", Operand(value, scope), " ) return 0;");
    }
    out->Line("__locals[", i, "].value = ", local.name, ";");
    scope.locals = static_cast<int>(i) + 1;
  }
  if (class_.locals.empty()) out->Line("(void)__locals;");
  out->Line("return 1;");
  out->Close();
  out->Blank();
}

void ClassGenerator::WriteRankAndPriority(Writer* out) {
  const Scope all = AllLocals();
  out->Line("static inline uint32_t ", P("owner"), "(const ", file_.taskpool, " *__parsec_tp", LocalParameters(), ")");
  out->Open("{");
  UseParameters(out);
  out->Line("return rank_of_", class_.affinity.target, "(", Arguments(class_.affinity, all), ");");
  out->Close();
  out->Blank();
  out->Line("static uint32_t ", P("rank_of"), "(const parsec_taskpool_t *__tp, const parsec_assignment_t *__locals)");
  out->Open("{");
  OpenTaskpool(out, "__tp");
  UseLocals(out, "__locals");
  if (class_.locals.empty()) out->Line("(void)__locals;");
  out->Line("return ", P("owner"), "(__parsec_tp", LocalArguments(), ");");
  out->Close();
  out->Blank();
  if (!class_.has_priority) return;
  out->Line("static int ", P("priority"), "(const parsec_taskpool_t *__tp, const parsec_assignment_t *__locals)");
  out->Open("{");
  OpenTaskpool(out, "__tp");
  UseLocals(out, "__locals");
  if (class_.locals.empty()) out->Line("(void)__locals;");
  out->Line("return ", C(class_.priority, all), ";");
  out->Close();
  out->Blank();
}

}  // namespace heddle::ptgpp
