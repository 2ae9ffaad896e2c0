// The walk over the space of a class, which can stop at each step of each of its loops and go on there, and leaves out what
// cannot hold a task without an input from a task: where that depends on a comparison of a loop's variable its range is
// narrowed, otherwise the loop's body is skipped as soon as an input is known.
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {
namespace {

bool IsOne(const Expression& range) {
  return range.children.size() < 3 || (range.children[2].op == Expression::kInteger && range.children[2].integer == 1);
}

// parsec_ptg_max(a, parsec_ptg_max(b, c))
std::string Fold(std::string_view function, const std::vector<std::string>& values) {
  std::string out = values.back();
  for (std::size_t i = values.size() - 1; i-- > 0;) out = Cat(function, '(', values[i], ", ", out, ')');
  return out;
}

}  // namespace

void ClassGenerator::Constrain(const Expression& e, bool holds, int local, Limits* limits) {
  using Op = Expression::Op;
  if (e.op == Op::kNot) return Constrain(e.children[0], !holds, local, limits);
  if ((e.op == Op::kAnd && holds) || (e.op == Op::kOr && !holds)) {
    Constrain(e.children[0], holds, local, limits);
    Constrain(e.children[1], holds, local, limits);
    return;
  }
  const auto is_variable = [&](const Expression& x) {
    return x.op == Op::kName && x.name == NameKind::kLocal && x.index == local && x.string == x.root;
  };
  if (is_variable(e) && !holds) {
    limits->low.push_back("0");
    limits->high.push_back("0");
    return;
  }
  if (e.children.size() != 2) return;
  Op op = e.op;
  const Expression* other = &e.children[1];
  if (!is_variable(e.children[0])) {
    if (!is_variable(e.children[1])) return;
    other = &e.children[0];
    if (op == Op::kLess) op = Op::kGreater;
    else if (op == Op::kLessEqual) op = Op::kGreaterEqual;
    else if (op == Op::kGreater) op = Op::kLess;
    else if (op == Op::kGreaterEqual) op = Op::kLessEqual;
  }
  if (LastLocal(*other) >= local || UsesIndices(*other)) return;
  if (!holds) {
    if (op == Op::kEqual) op = Op::kNotEqual;
    else if (op == Op::kNotEqual) op = Op::kEqual;
    else if (op == Op::kLess) op = Op::kGreaterEqual;
    else if (op == Op::kLessEqual) op = Op::kGreater;
    else if (op == Op::kGreater) op = Op::kLessEqual;
    else if (op == Op::kGreaterEqual) op = Op::kLess;
  }
  const std::string value = Operand(*other, Scope{local, {}});
  if (op == Op::kEqual || op == Op::kGreaterEqual) limits->low.push_back(value);
  if (op == Op::kGreater) limits->low.push_back(Cat(value, " + 1"));
  if (op == Op::kEqual || op == Op::kLessEqual) limits->high.push_back(value);
  if (op == Op::kLess) limits->high.push_back(Cat(value, " - 1"));
}

bool ClassGenerator::FlowLimits(const Flow& flow, int local, std::string* low, std::string* high) {
  std::vector<Limits> ways;  // In which it can have no input from a task
  Limits before;             // What holds where the dependencies so far are not active
  bool open = true;
  for (const Dependency& d : flow.dependencies) {
    if (d.direction != Dependency::kIn) continue;
    if (flow.IsControl()) {
      // No dependency may be active.
      const bool plain = d.indices.empty() && d.then_call.indices.empty() &&
                         std::none_of(d.then_call.arguments.begin(), d.then_call.arguments.end(),
                                      [](const Expression& a) { return a.IsRange(); });
      if (d.guard_kind == Dependency::kIf && plain) Constrain(d.guard, false, local, &before);
      continue;
    }
    if (!open) break;
    if (!d.indices.empty()) return false;
    const bool guarded = d.guard_kind != Dependency::kUnguarded;
    if (d.then_call.kind != Call::kTask) {
      Limits way = before;
      if (guarded) Constrain(d.guard, true, local, &way);
      ways.push_back(way);
    }
    if (d.guard_kind == Dependency::kTernary && d.else_call.kind != Call::kTask) {
      Limits way = before;
      Constrain(d.guard, false, local, &way);
      ways.push_back(way);
    }
    if (d.guard_kind == Dependency::kIf) Constrain(d.guard, false, local, &before);
    else open = false;
  }
  if (flow.IsControl()) ways.push_back(before);
  std::vector<std::string> lows, highs;
  for (const Limits& way : ways) {
    if (!way.low.empty()) lows.push_back(Fold("parsec_ptg_max", way.low));
    if (!way.high.empty()) highs.push_back(Fold("parsec_ptg_min", way.high));
  }
  if (!ways.empty() && lows.size() == ways.size()) {
    std::sort(lows.begin(), lows.end());
    lows.erase(std::unique(lows.begin(), lows.end()), lows.end());
    *low = Fold("parsec_ptg_min", lows);
  }
  if (!ways.empty() && highs.size() == ways.size()) {
    std::sort(highs.begin(), highs.end());
    highs.erase(std::unique(highs.begin(), highs.end()), highs.end());
    *high = Fold("parsec_ptg_max", highs);
  }
  return !low->empty() || !high->empty();
}

void ClassGenerator::WriteNarrowing(Writer* out, int local, int level) {
  bool opened = false;
  for (std::size_t f = 0; f < class_.flows.size(); ++f) {
    if (starts_[f].constant) continue;
    std::string low, high;
    if (!FlowLimits(class_.flows[f], local, &low, &high)) continue;
    if (!opened) out->Open("if( !__all ) {");
    opened = true;
    if (!low.empty()) out->Line("__from", level, " = parsec_ptg_max(__from", level, ", ", low, ");");
    if (!high.empty()) out->Line("__to", level, " = parsec_ptg_min(__to", level, ", ", high, ");");
  }
  if (opened) out->Close();
}

// Before the value of `variable` on the current level is looked at.
void ClassGenerator::WriteWalkStop(Writer* out, const std::string& variable, int slot) {
  out->Open("if( ", walk_level_, " == __resume ) {");
  out->Line("__resume = 0;");
  out->Close();
  out->Open("else if( 0 == __resume && __walk->budget-- <= 0 ) {");
  if (slot >= 0) out->Line("__locals[", slot, "].value = ", variable, ";");
  out->Line("__walk->resume = ", walk_level_, ";");
  out->Line("__walk->budget = 0;");
  out->Line("return 0;");
  out->Close();
}

int ClassGenerator::OpenWalkLevel(Writer* out, const std::string& variable, int slot, const Expression& values, Scope* scope,
                                  int local) {
  if (values.op == Expression::kComprehension) {
    int blocks = 0;
    Scope inner = *scope;
    for (const LocalIndex& index : values.indices) {
      const int own = static_cast<int>(class_.locals.size()) + index.slot;
      blocks += OpenWalkLevel(out, index.name, own, index.range, &inner, -1);
      inner.indices.push_back(index.name);
    }
    out->Line("const int ", variable, " = ", C(values.children[0], inner), ";");
    out->Line("__locals[", slot, "].value = ", variable, ";");
    return blocks;
  }
  if (values.op != Expression::kRange) {
    out->Open("{");
    out->Line("const int ", variable, " = ", C(values, *scope), "; (void)", variable, ";");
    out->Line("__locals[", slot, "].value = ", variable, ";");
    return 1;
  }
  const int level = ++walk_level_;
  const bool one = IsOne(values);
  out->Line("int64_t __from", level, " = ", C(values.children[0], *scope), ", __to", level, " = ", C(values.children[1], *scope), ";");
  if (!one) out->Line("const int64_t __step", level, " = ", C(values.children[2], *scope), ";");
  if (one && local >= 0) WriteNarrowing(out, local, level);
  const std::string n = Cat("__value", level);
  const std::string first = Cat("for( int64_t ", n, " = __resume >= ", level, " ? __locals[", slot, "].value : __from", level, "; ");
  if (one) out->Open(first, n, " <= __to", level, "; ++", n, " ) {");
  else
    out->Open(first, "parsec_ptg_goes_on(", n, ", __to", level, ", __step", level, "); ", n, " += __step", level, " ) {");
  out->Line("const int ", variable, " = (int)", n, "; (void)", variable, ";");
  WriteWalkStop(out, variable, slot);
  out->Line("__locals[", slot, "].value = ", variable, ";");
  return 1;
}

void ClassGenerator::WriteSkips(Writer* out, int local) {
  for (const Inputs& inputs : starts_)
    if (!inputs.constant && inputs.level == local)
      out->Line("if( !__all && 0 != (", inputs.code, ") ) ", local < 0 ? "return 1" : "continue", ";");
}

void ClassGenerator::WriteWalk(Writer* out) {
  walk_level_ = 0;
  out->Line("static int ", P("walk"), "(parsec_ptg_walk_t *__walk)");
  out->Open("{");
  OpenTaskpool(out, "__walk->taskpool");
  out->Line("const int __all = __walk->count_tasks;");
  if (never_root_) out->Line("if( !__all ) return 1; /* All tasks have an input from a task. */");
  WriteSkips(out, -1);
  out->Line("parsec_assignment_t *const __locals = __walk->locals;");
  out->Line("const int64_t __rank = parsec_ptg_walk_rank(__walk);");
  out->Line("int __resume = __walk->resume;");
  out->Line("(void)__locals;");
  int blocks = 0;
  Scope scope;
  bool loops = false;
  for (const Local& local : class_.locals) loops = loops || local.value.IsRange();
  if (!loops) {
    out->Open("for( int __once = 1; __once; __once = 0 ) {");
    ++blocks;
    walk_level_ = 1;
    WriteWalkStop(out, "", -1);
  }
  for (std::size_t i = 0; i < class_.locals.size(); ++i) {
    const Local& local = class_.locals[i];
    const int slot = static_cast<int>(i);
    if (local.value.IsRange()) {
      blocks += OpenWalkLevel(out, local.name, slot, local.value, &scope, slot);
    } else {
      out->Line("const int ", local.name, " = ", C(local.value, scope), "; (void)", local.name, ";");
      out->Line("__locals[", slot, "].value = ", local.name, ";");
    }
    scope.locals = slot + 1;
    // A skip stands in the loop that surrounds it; before the first loop there is none yet to go on with.
    if (walk_level_ > 0) WriteSkips(out, slot);
  }
  std::string waits;  // Flows that keep a task from starting and count as no input
  for (std::size_t i = 0; i < starts_.size(); ++i)
    if (starts_[i].code != inputs_[i].code) waits += Cat(" && !(", starts_[i].code, ")");
  out->Line("const int __root = 0 == ", P("inputs"), "(__parsec_tp", LocalArguments(), ")", waits, ";");
  out->Open("if( (__root || __all) && __rank == (int64_t)", P("owner"), "(__parsec_tp", LocalArguments(), ") ) {");
  out->Line("if( __all ) ++__walk->local_tasks;");
  out->Line("if( __root ) parsec_ptg_root(__walk, &", prefix_, ");");
  out->Close();
  out->CloseAll(blocks);
  out->Line("__walk->resume = 0;");
  out->Line("return 1;");
  out->Close();
  out->Blank();
}

void ClassGenerator::WriteBoundsByWalk(Writer* out) {
  out->Line("static void ", P("bounds_by_walk"), "(const parsec_taskpool_t *__tp, int64_t *__least, int64_t *__greatest)");
  out->Open("{");
  OpenTaskpool(out, "__tp");
  const std::size_t n = class_.parameters.size();
  if (n == 0) {
    out->Line("(void)__least; (void)__greatest;");
  } else {
    out->Open("for( int __i = 0; __i < ", n, "; ++__i ) {");
    out->Line("__least[__i] = 0;");
    out->Line("__greatest[__i] = -1;");
    out->Close();
  }
  int blocks = 0;
  Scope scope;
  if (n > 0) {
    out->Line("int __any = 0;");
    for (std::size_t i = 0; i < class_.locals.size(); ++i) {
      const Local& local = class_.locals[i];
      if (local.value.IsRange()) blocks += OpenValues(out, local.name, local.value, &scope);
      else out->Line("const int ", local.name, " = ", C(local.value, scope), "; (void)", local.name, ";");
      scope.locals = static_cast<int>(i) + 1;
    }
    for (std::size_t i = 0; i < n; ++i) {
      const std::string& name = class_.parameters[i].name;
      out->Line("if( !__any || ", name, " < __least[", i, "] ) __least[", i, "] = ", name, ";");
      out->Line("if( !__any || ", name, " > __greatest[", i, "] ) __greatest[", i, "] = ", name, ";");
    }
    out->Line("__any = 1;");
    out->CloseAll(blocks);
    out->Line("(void)__any;");
  }
  out->Close();
  out->Blank();
}

}  // namespace heddle::ptgpp
