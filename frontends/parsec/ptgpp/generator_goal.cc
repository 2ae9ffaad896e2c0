// How many inputs of a task come from tasks: an expression for each flow, closed wherever ranges do not depend on one another.
#include <algorithm>
#include <string>
#include <vector>

#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {
namespace {

bool IsOneTask(const Call& call) {
  return call.kind == Call::kTask && call.indices.empty() &&
         std::none_of(call.arguments.begin(), call.arguments.end(), [](const Expression& a) { return a.IsRange(); });
}

int StepOf(const Expression& range, const Expression** step) {
  *step = range.children.size() > 2 ? &range.children[2] : nullptr;
  return *step == nullptr ? 1 : 0;
}

}  // namespace

// A function that counts the values of the dependency's own indices for which its guard holds.
std::string ClassGenerator::ActiveFunction(const Dependency& dependency, Writer* out) {
  const std::string name = P(Cat("active", Unique()));
  Writer body;
  Scope scope = AllLocals();
  body.Open("{");
  UseParameters(&body);
  body.Line("int __count = 0;");
  const int blocks = OpenIndices(&body, dependency.indices, &scope);
  body.Line("if( ", dependency.guard_kind == Dependency::kUnguarded ? std::string("1") : C(dependency.guard, scope), " ) ++__count;");
  body.CloseAll(blocks);
  body.Line("return __count;");
  body.Close();
  out->Line("static inline int ", name, "(const ", file_.taskpool, " *__parsec_tp", LocalParameters(), ")");
  out->Raw(body.text());
  out->Blank();
  return Cat(name, "(__parsec_tp", LocalArguments(), ")");
}

ClassGenerator::DataGoal ClassGenerator::DataInputs(const Flow& flow, Writer* out) {
  // Read from its last dependency to its first: what follows is for the case that it is not active.
  const Scope all = AllLocals();
  const auto is_task = [](const Call& call) { return call.kind == Call::kTask ? 1 : 0; };
  std::vector<const Dependency*> chain;
  for (const Dependency& d : flow.dependencies) {
    if (d.direction != Dependency::kIn) continue;
    chain.push_back(&d);
    if (d.indices.empty() && d.guard_kind != Dependency::kIf) break;
  }
  Inputs inputs{.code = "0", .constant = true};
  // Where no dependency is active the task does not start by itself, as with PaRSEC.
  Inputs start = chain.empty() ? inputs : Inputs{.code = "1", .constant = true, .value = 1};
  for (auto i = chain.rbegin(); i != chain.rend(); ++i) {
    const Dependency& d = **i;
    const int then_value = is_task(d.then_call);
    if (d.guard_kind == Dependency::kUnguarded && d.indices.empty()) {
      inputs = start = {.code = Cat(then_value), .constant = true, .value = then_value};
      continue;
    }
    std::string guard;
    int level = static_cast<int>(class_.locals.size()) - 1;
    if (d.indices.empty()) {
      guard = Operand(d.guard, all);
      level = LastLocal(d.guard);
    } else {
      guard = ActiveFunction(d, out);
    }
    if (d.guard_kind == Dependency::kTernary) {
      const int else_value = is_task(d.else_call);
      inputs = start = {.code = Cat(else_value), .constant = true, .value = else_value};
    }
    for (Inputs* of : {&inputs, &start}) {
      if (of->constant && of->value == then_value) continue;  // The same both ways
      of->code = Cat(guard, " ? ", then_value, " : ", of->constant ? of->code : Cat('(', of->code, ')'));
      of->level = std::max(of->level, level);
      of->constant = false;
    }
  }
  return {inputs, start};
}

ClassGenerator::Inputs ClassGenerator::ControlCall(const Dependency& d, const Call& call, bool is_else, Writer* out) {
  const bool guarded = d.guard_kind != Dependency::kUnguarded;
  const Scope all = AllLocals();
  bool closed = !guarded || d.indices.empty() || !UsesIndices(d.guard);
  std::string product;
  int level = -1;
  const auto dimension = [&](const Expression& range) {
    if (range.op == Expression::kComprehension || UsesIndices(range)) {
      // Code counts as using indices only where there are some.
      if (range.op == Expression::kComprehension || !d.indices.empty() || !call.indices.empty()) closed = false;
    }
    if (range.op != Expression::kRange || !closed) return;
    const Expression* step;
    StepOf(range, &step);
    Join(&product,
         Cat("parsec_ptg_range_count(", C(range.children[0], all), ", ", C(range.children[1], all), ", ",
             step == nullptr ? std::string("1") : C(*step, all), ")"),
         " * ");
    level = std::max(level, LastLocal(range));
  };
  if (!guarded || d.indices.empty() || closed)
    for (const LocalIndex& index : d.indices) dimension(index.range);
  for (const LocalIndex& index : call.indices) dimension(index.range);
  for (const Expression& argument : call.arguments)
    if (argument.IsRange()) dimension(argument);

  if (!closed) {
    const std::string name = P(Cat("count", Unique()));
    Writer body;
    Scope scope = AllLocals();
    body.Open("{");
    UseParameters(&body);
    body.Line("int __count = 0;");
    int blocks = OpenIndices(&body, d.indices, &scope);
    if (guarded) {
      body.Open("if( ", is_else ? "!" : "", Operand(d.guard, scope), " ) {");
      ++blocks;
    }
    std::string arguments;
    blocks += OpenArguments(&body, call, &scope, &arguments);
    body.Line("++__count;");
    body.CloseAll(blocks);
    body.Line("return __count;");
    body.Close();
    out->Line("static inline int ", name, "(const ", file_.taskpool, " *__parsec_tp", LocalParameters(), ")");
    out->Raw(body.text());
    out->Blank();
    return {.code = Cat(name, "(__parsec_tp", LocalArguments(), ")"), .level = static_cast<int>(class_.locals.size()) - 1};
  }
  if (product.empty()) product = "1";
  if (!guarded) return {.code = product, .level = level, .constant = product == "1", .value = product == "1" ? 1 : 0};
  const std::string guard = Operand(d.guard, all);
  return {.code = Cat(is_else ? "!" : "", guard, " ? ", product, " : 0"), .level = std::max(level, LastLocal(d.guard))};
}

ClassGenerator::Inputs ClassGenerator::ControlInputs(const Flow& flow, Writer* out) {
  Inputs sum{.code = "", .constant = true};
  for (const Dependency& d : flow.dependencies) {
    if (d.direction != Dependency::kIn) continue;
    if (d.HasElse() && d.indices.empty() && IsOneTask(d.then_call) && IsOneTask(d.else_call)) {
      Join(&sum.code, "1", " + ");
      ++sum.value;
      continue;
    }
    for (int branch = 0; branch < (d.HasElse() ? 2 : 1); ++branch) {
      const Call& call = branch == 0 ? d.then_call : d.else_call;
      if (call.kind != Call::kTask) continue;
      const Inputs part = ControlCall(d, call, branch == 1, out);
      Join(&sum.code, part.constant ? part.code : Cat('(', part.code, ')'), " + ");
      sum.level = std::max(sum.level, part.level);
      sum.constant = sum.constant && part.constant;
      sum.value += part.value;
    }
  }
  if (sum.code.empty()) sum.code = "0";
  return sum;
}

void ClassGenerator::ComputeInputs(Writer* out) {
  for (const Flow& flow : class_.flows) {
    if (flow.IsControl()) {
      inputs_.push_back(ControlInputs(flow, out));
      starts_.push_back(inputs_.back());
    } else {
      const DataGoal goal = DataInputs(flow, out);
      inputs_.push_back(goal.inputs);
      starts_.push_back(goal.start);
    }
    if (starts_.back().constant && starts_.back().value > 0) never_root_ = true;
  }
}

void ClassGenerator::WriteGoal(Writer* out) {
  int constant = 0;
  std::string sum;
  for (const Inputs& inputs : inputs_) {
    if (inputs.constant) {
      constant += inputs.value;
    } else {
      Join(&sum, Cat('(', inputs.code, ')'), " + ");
    }
  }
  if (constant > 0 || sum.empty()) Join(&sum, Cat(constant), " + ");
  out->Line("/* How many inputs come from tasks. */");
  out->Line("static inline int ", P("inputs"), "(const ", file_.taskpool, " *__parsec_tp", LocalParameters(), ")");
  out->Open("{");
  UseParameters(out);
  out->Line("return ", sum, ";");
  out->Close();
  out->Blank();
  out->Line("static int ", P("goal"), "(const parsec_taskpool_t *__tp, const parsec_assignment_t *__locals)");
  out->Open("{");
  OpenTaskpool(out, "__tp");
  UseLocals(out, "__locals");
  if (class_.locals.empty()) out->Line("(void)__locals;");
  out->Line("return ", P("inputs"), "(__parsec_tp", LocalArguments(), ");");
  out->Close();
  out->Blank();
}

}  // namespace heddle::ptgpp
