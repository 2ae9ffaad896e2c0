// What a task reads before its body, and who gets what afterwards.
#include <algorithm>
#include <cstddef>
#include <string>

#include "frontends/parsec/ptgpp/check.h"
#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {
namespace {

std::string Written(const Call& call) {
  switch (call.kind) {
    case Call::kTask: return Cat(call.flow, ' ', call.target);
    case Call::kCollection: return call.target;
    case Call::kNew: return "NEW";
    case Call::kNull: return "NULL";
  }
  return "";
}


}  // namespace

// ---- Input

void ClassGenerator::WritePrepareCall(const Flow& flow, const Dependency& d, const Call& call, Scope scope, Writer* out) {
  const std::string types = TypesFunction(d);
  std::string argument = "NULL";
  const bool uses_types = !types.empty() && (call.kind == Call::kTask || call.kind == Call::kCollection);
  if (uses_types) {
    out->Line("parsec_ptg_types_t __types;");
    out->Line(types, "(__task->taskpool, __task, __task->locals, &__types);");
    argument = "&__types";
  }
  switch (call.kind) {
    case Call::kTask:
      if (uses_types) out->Line("parsec_ptg_reshape(__es, __task, ", flow.index, ", &__types);");
      else out->Line("/* From ", Written(call), ". */");
      break;
    case Call::kCollection: {
      std::string arguments;
      const int blocks = OpenArguments(out, call, &scope, &arguments);
      out->Line("parsec_ptg_read(__es, __task, ", flow.index, ", data_of_", call.target, "(", arguments, "), ", argument, ");");
      out->CloseAll(blocks);
      break;
    }
    case Call::kNew:
      WriteNew(flow, d, scope, out);
      break;
    case Call::kNull:
      out->Line("__task->data[", flow.index, "].data_in = __task->data[", flow.index, "].data_out = NULL;");
      break;
  }
}

// A piece of the dependency's arena.
void ClassGenerator::WriteNew(const Flow& flow, const Dependency& d, const Scope& scope, Writer* out) {
  const Property* count = d.properties.Find("count");
  out->Line("parsec_ptg_new(__es, __task, ", flow.index, ", ", Arena(d, "type", scope, true), ", ",
            count == nullptr ? std::string("1") : C(count->value, scope, CodeKind::kCount), ");");
}

// Returns whether anything had to be written.
bool ClassGenerator::WritePrepareFlow(const Flow& flow, Writer* out) {
  const bool makes = flow.access == Flow::kWrite && !flow.HasInput();  // A piece of the arena of its first active output
  const Dependency::Direction direction = makes ? Dependency::kOut : Dependency::kIn;
  bool plain = true, needed = true, ends = false;
  bool all_tasks = true;
  for (const Dependency& d : flow.dependencies) {
    if (d.direction != direction) continue;
    plain = plain && d.indices.empty();
    const bool from_tasks = d.then_call.kind == Call::kTask && (!d.HasElse() || d.else_call.kind == Call::kTask);
    all_tasks = all_tasks && from_tasks && TypesFunction(d).empty();
    ends = ends || (d.indices.empty() && d.guard_kind != Dependency::kIf);
  }
  needed = makes || !all_tasks || !ends;
  if (!needed) return false;
  out->Open("{ /* ", flow.name, " */");
  bool chained = false;
  int done = 0;
  if (!plain) {
    done = Unique();
    out->Line("int __done", done, " = 0;");
  }
  bool open = true;  // Something may be left over
  for (const Dependency& d : flow.dependencies) {
    if (d.direction != direction || !open) continue;
    Scope scope = AllLocals();
    const auto action = [&](const Call& call) {
      if (makes) {
        WriteNew(flow, d, scope, out);
      } else {
        WritePrepareCall(flow, d, call, scope, out);
      }
    };
    int blocks = 0;
    if (!plain) {
      out->Open("if( !__done", done, " ) {");
      blocks = 1 + OpenIndices(out, d.indices, &scope);
    }
    const bool single = makes || d.guard_kind != Dependency::kTernary;
    const std::string guard = d.guard_kind == Dependency::kUnguarded || (makes && d.guard_kind == Dependency::kTernary)
                                  ? ""
                                  : C(d.guard, scope);
    if (guard.empty()) {
      out->Open(chained ? "else {" : "{");
      action(d.then_call);
      if (!plain) out->Line("__done", done, " = 1;");
      out->Close();
    } else {
      out->Open(chained ? "else if( " : "if( ", guard, " ) {");
      action(d.then_call);
      if (!plain) out->Line("__done", done, " = 1;");
      out->Close();
      if (!single) {
        out->Open("else {");
        action(d.else_call);
        if (!plain) out->Line("__done", done, " = 1;");
        out->Close();
      }
    }
    out->CloseAll(blocks);
    chained = plain;
    open = guard.empty() ? !d.indices.empty() : single || !d.indices.empty();
  }
  if (open) {
    if (!plain) out->Open("if( !__done", done, " ) {");
    else out->Open(chained ? "else {" : "{");
    out->Line("__task->data[", flow.index, "].data_in = __task->data[", flow.index, "].data_out = NULL;");
    out->Close();
  }
  out->Close();
  return true;
}

void ClassGenerator::WritePrepare(Writer* out) {
  Writer body;
  body.Open("{");
  OpenTaskpool(&body, "__task->taskpool");
  body.Line("const ", TypeOf("task_t"), " *this_task = (const ", TypeOf("task_t"), " *)__task; (void)this_task;");
  UseLocals(&body, "__task->locals");
  for (const Flow& flow : class_.flows)
    if (!flow.IsControl() && WritePrepareFlow(flow, &body)) has_prepare_ = true;
  body.Line("(void)__es;");
  body.Line("return PARSEC_HOOK_RETURN_DONE;");
  body.Close();
  if (!has_prepare_) return;
  out->Line("static int ", P("prepare"), "(parsec_execution_stream_t *__es, parsec_task_t *__task)");
  out->Raw(body.text());
  out->Blank();
}

// ---- Output

int ClassGenerator::OpenActive(const Dependency& d, bool is_else, Scope* scope, Writer* out) {
  int blocks = OpenIndices(out, d.indices, scope);
  if (d.guard_kind != Dependency::kUnguarded) {
    out->Open("if( ", is_else ? Cat("!", Operand(d.guard, *scope)) : C(d.guard, *scope), " ) {");
    ++blocks;
  }
  return blocks;
}

void ClassGenerator::WriteSuccessor(const Flow& flow, const Dependency& d, const Call& call, bool is_else, Writer* out) {
  const std::size_t index = edges_.size();
  edges_.push_back({&flow, &call, TypesFunction(d)});
  out->Open("if( __mask & UINT64_C(", std::uint64_t{1} << std::min<std::size_t>(index, 63), ") ) { /* ", flow.name, " -> ",
            Written(call), " */");
  Scope scope = AllLocals();
  int blocks = OpenActive(d, is_else, &scope, out);
  std::string arguments;
  blocks += OpenArguments(out, call, &scope, &arguments);
  const std::string copy = flow.IsControl() ? "NULL" : Cat("__task->data[", flow.index, "].data_out");
  out->Line("if( ", file_.base, '_', call.target, "_at(__parsec_tp, __target", arguments.empty() ? "" : ", ", arguments, ") )");
  out->Line("    __visit(__es, __task, &", P("edges"), "[", index, "], __target, ", copy, ", __arg);");
  out->CloseAll(blocks + 1);
}

void ClassGenerator::WriteSuccessors(Writer* out) {
  Writer body;
  body.Open("{");
  OpenTaskpool(&body, "__task->taskpool");
  UseLocals(&body, "__task->locals");
  body.Line("parsec_assignment_t __target[MAX_LOCAL_COUNT];");
  for (const Flow& flow : class_.flows)
    for (const Dependency& d : flow.dependencies) {
      if (d.direction != Dependency::kOut) continue;
      if (d.then_call.kind == Call::kTask) WriteSuccessor(flow, d, d.then_call, false, &body);
      if (d.HasElse() && d.else_call.kind == Call::kTask) WriteSuccessor(flow, d, d.else_call, true, &body);
    }
  body.Close();
  if (edges_.empty()) return;
  out->Line("static void ", P("successors"), "(parsec_execution_stream_t *__es, const parsec_task_t *__task, uint64_t __mask, ",
            "parsec_ptg_visit_t *__visit, void *__arg)");
  out->Raw(body.text());
  out->Blank();
}

void ClassGenerator::WriteWriteBackCall(const Flow& flow, const Dependency& d, const Call& call, bool is_else, Writer* out) {
  out->Open("{ /* ", flow.name, " -> ", Written(call), " */");
  Scope scope = AllLocals();
  int blocks = OpenActive(d, is_else, &scope, out);
  std::string arguments;
  blocks += OpenArguments(out, call, &scope, &arguments);
  const std::string collection = Cat("(parsec_data_collection_t *)", call.target);
  const std::string types = TypesFunction(d);
  if (!types.empty()) {
    out->Line("parsec_ptg_types_t __types;");
    out->Line(types, "(__task, &__types);");
  }
  const std::string_view argument = types.empty() ? "NULL" : "&__types";
  // Where the text says that it lies with the task only the affinity is asked: as in PaRSEC, rank_of() of other collections need not work.
  const bool with_task = PlaceOf(file_.jdf, call) == PlaceOf(file_.jdf, class_.affinity);
  const std::string rank = with_task ? Cat(P("rank_of"), "(__task->taskpool, __task->locals)") : Cat("rank_of_", call.target, "(", arguments, ")");
  out->Line("const uint32_t __rank = parsec_ptg_alone(__es) ? __here : ", rank, ";");
  out->Line("if( __rank == __here ) parsec_ptg_write(__es, __task, ", flow.index, ", ", collection, ", __rank, data_of_", call.target,
            "(", arguments, "), ", argument, ");");
  out->Line("else parsec_ptg_write(__es, __task, ", flow.index, ", ", collection, ", __rank, NULL, ", argument, ");");
  out->CloseAll(blocks + 1);
}

void ClassGenerator::WriteWriteBack(Writer* out) {
  Writer body;
  body.Open("{");
  OpenTaskpool(&body, "__task->taskpool");
  UseLocals(&body, "__task->locals");
  body.Line("const uint32_t __here = parsec_ptg_here(__es);");
  for (const Flow& flow : class_.flows)
    for (const Dependency& d : flow.dependencies) {
      if (d.direction != Dependency::kOut || flow.IsControl()) continue;
      for (int branch = 0; branch < (d.HasElse() ? 2 : 1); ++branch) {
        const Call& call = branch == 0 ? d.then_call : d.else_call;
        if (call.kind != Call::kCollection) continue;
        has_write_back_ = true;
        WriteWriteBackCall(flow, d, call, branch == 1, &body);
      }
    }
  body.Close();
  if (!has_write_back_) return;
  out->Line("static void ", P("write_back"), "(parsec_execution_stream_t *__es, parsec_task_t *__task)");
  out->Raw(body.text());
  out->Blank();
}

}  // namespace heddle::ptgpp
