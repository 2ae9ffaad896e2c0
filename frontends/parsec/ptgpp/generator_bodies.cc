// Bodies: one hook for each, with the names that a body may use.
#include <string>

#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {

std::string ClassGenerator::TypeOf(const std::string& suffix) const {
  return Cat("__parsec_", prefix_, '_', suffix);
}

std::string ClassGenerator::WriteEvaluate(const Body& body, const std::string& name, Writer* out) {
  const Property* evaluate = body.properties.Find("evaluate");
  if (evaluate == nullptr) return "NULL";
  if (evaluate->value.op != Expression::kCode)
    return Cat("(parsec_evaluate_function_t *)", evaluate->value.string);
  const std::string function = Cat("evaluate_of_", name);
  out->Line("static parsec_hook_return_t ", function, "(const parsec_task_t *__task)");
  out->Open("{");
  OpenTaskpool(out, "__task->taskpool");
  out->Line("const ", TypeOf("task_t"), " *this_task = (const ", TypeOf("task_t"), " *)__task; (void)this_task;");
  UseLocals(out, "__task->locals");
  out->UserCode(evaluate->value.code, file_.jdf.file, file_.options.line_directives);
  out->Close();
  out->Blank();
  return function;
}

void ClassGenerator::WriteBody(const Body& body, const std::string& name, Writer* out) {
  out->Line("static parsec_hook_return_t hook_of_", name, "(parsec_execution_stream_t *es, parsec_task_t *__task)");
  out->Open("{");
  out->Line(TypeOf("task_t"), " *this_task = (", TypeOf("task_t"), " *)__task;");
  out->Line(file_.taskpool, " *__parsec_tp = (", file_.taskpool, " *)this_task->taskpool;");
  out->Line("(void)es; (void)this_task; (void)__parsec_tp;");
  UseLocals(out, "__task->locals");
  for (const Flow& flow : class_.flows) {
    if (flow.IsControl()) continue;
    out->Line("parsec_data_copy_t *_f_", flow.name, " = this_task->data._f_", flow.name, ".data_in; (void)_f_", flow.name, ";");
    out->Line("void *", flow.name, " = _f_", flow.name, " ? PARSEC_DATA_COPY_GET_PTR(_f_", flow.name, ") : NULL; (void)",
              flow.name, ";");
  }
  out->Blank();
  out->UserCode(body.code, file_.jdf.file, file_.options.line_directives);
  out->Line("return PARSEC_HOOK_RETURN_DONE;");
  out->Close();
  out->Blank();
}

void ClassGenerator::WriteBodies(Writer* out) {
  int recursive = 0;
  for (const Body& body : class_.bodies) {
    if (body.device != "CPU" && body.device != "RECURSIVE") continue;
    std::string name = Cat(prefix_, '_', body.device);
    Incarnation incarnation;
    if (body.device == "RECURSIVE") {
      if (recursive++ > 0) name += Cat(recursive);
      incarnation.condition = "defined(PARSEC_HAVE_DEV_RECURSIVE_SUPPORT)";
      out->Margin("#if ", incarnation.condition);
    }
    incarnation.device = Cat("PARSEC_DEV_", body.device);
    if (body.properties.Find("batch") != nullptr) incarnation.device += " | PARSEC_DEV_CHORE_ALLOW_BATCH";
    incarnation.evaluate = WriteEvaluate(body, name, out);
    incarnation.hook = Cat("hook_of_", name);
    WriteBody(body, name, out);
    if (!incarnation.condition.empty()) {
      out->Margin("#endif");
      out->Blank();
    }
    incarnations_.push_back(incarnation);
  }
}

}  // namespace heddle::ptgpp
