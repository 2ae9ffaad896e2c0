// NAME.c around its task classes: prologue, taskpool and globals before them; parsec_NAME_new() and epilogue behind.
#include <cstddef>
#include <string>

#include "frontends/parsec/ptgpp/check.h"
#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {
namespace {

std::string FileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

int Termination(const FileContext& file) {
  const Option* termdet = file.jdf.FindOption("termdet");
  if (termdet != nullptr) {
    if (termdet->value.string == "user-triggered") return 2;
    if (termdet->value.string == "dynamic") return 1;
  }
  const Option* dynamic = file.jdf.FindOption("dynamic");
  const bool on = dynamic != nullptr && !(dynamic->value.op == Expression::kInteger && dynamic->value.integer == 0);
  return on || file.options.dynamic_termination ? 1 : 0;
}

// How the default value of a global reads in C.
std::string DefaultValue(const FileContext& file, const Global& global) {
  const Expression& e = *GlobalDefault(global);
  if (e.op == Expression::kCode) return Cat("default_of_", file.base, "_", global.name, "(__parsec_tp)");
  return PlainExpression(e);
}

void WriteDefaultFunctions(const FileContext& file, Writer* out) {
  for (const Global& global : file.jdf.globals) {
    const Expression* e = GlobalDefault(global);
    if (e == nullptr || e->op != Expression::kCode) continue;
    out->Line("static inline ", GlobalType(global), " default_of_", file.base, "_", global.name, "(const ", file.taskpool,
              " *__parsec_tp)");
    out->Open("{");
    out->Line("(void)__parsec_tp;");
    out->UserCode(e->code, file.jdf.file, file.options.line_directives);
    out->Close();
    out->Blank();
  }
}

void WriteNew(const FileContext& file, Writer* out) {
  const std::string& base = file.base;
  std::string parameters;
  for (const Global& global : file.jdf.globals)
    if (!IsHidden(global)) Join(&parameters, Cat(GlobalType(global), " ", global.name));
  out->Line("parsec_", base, "_taskpool_t *parsec_", base, "_new(", parameters.empty() ? "void" : parameters, ")");
  out->Open("{");
  const Option* count = file.jdf.FindOption("nb_local_tasks_fn");
  out->Line(file.taskpool, " *__parsec_tp = (", file.taskpool, " *)parsec_ptg_taskpool_new(");
  out->Line("    sizeof(", file.taskpool, "), ", Quoted(base), ", ", base, "_task_classes, ", file.jdf.task_classes.size(), ", ",
            Termination(file), ", ",
            count == nullptr ? std::string("NULL") : Cat("(int (*)(parsec_taskpool_t *))", count->value.string), ", NULL);");
  out->Line("if( NULL == __parsec_tp ) return NULL;");
  for (const Global& global : file.jdf.globals)
    if (!IsHidden(global)) out->Line("__parsec_tp->super._g_", global.name, " = ", global.name, ";");
  for (const Global& global : file.jdf.globals) {
    if (GlobalDefault(global) == nullptr) continue;
    const std::string declared = IsHidden(global) ? Cat(GlobalType(global), " ") : "";
    out->Line(declared, global.name, " = ", DefaultValue(file, global), ";");
    out->Line("__parsec_tp->super._g_", global.name, " = ", global.name, ";");
  }
  out->Line("__parsec_tp->super.arenas_datatypes_size = PARSEC_", base, "_ADT_IDX_MAX;");
  out->Open("for( uint32_t __i = 0; __i < PARSEC_", base, "_ADT_IDX_MAX; ++__i ) {");
  out->Line("PARSEC_OBJ_CONSTRUCT(&__parsec_tp->super.arenas_datatypes[__i], parsec_arena_datatype_t);");
  out->Close();
  out->Line("return &__parsec_tp->super;");
  out->Close();
  out->Blank();
}

// CLASS_pred(local, ...): whether the task is this process's. Programs that count their tasks call it. Inline C sees a task, which is not there.
void WritePredicates(const FileContext& file, Writer* out) {
  for (const TaskClass& task : file.jdf.task_classes) {
    std::string locals, arguments;
    bool has_code = false;
    for (const Local& local : task.locals) Join(&locals, local.name);
    for (const Expression& argument : task.affinity.arguments) {
      has_code = has_code || Text(argument).find("%{") != std::string::npos;
      Join(&arguments, PlainExpression(argument));
    }
    if (!has_code)
      out->Line("#define ", task.name, "_pred(", locals, ") (((parsec_data_collection_t *)", task.affinity.target,
                ")->myrank == rank_of_", task.affinity.target, "(", arguments, "))");
  }
}

}  // namespace

std::string GlobalType(const Global& global) {
  const std::string type = global.properties.Text("type");
  if (!type.empty()) return type;
  return global.is_collection ? "parsec_data_collection_t *" : "int";
}

bool IsHidden(const Global& global) { return global.properties.Integer("hidden", 0) != 0; }

const Expression* GlobalDefault(const Global& global) {
  if (global.has_value) return &global.value;
  const Property* value = global.properties.Find("default");
  return value == nullptr ? nullptr : &value->value;
}

void WriteSourceBegin(const FileContext& file, Writer* out) {
  const std::string& base = file.base;
  out->Line("/* Made by parsec-ptgpp from ", file.jdf.file, ". */");
  out->Line("#include \"parsec.h\"");
  out->Line("#include \"parsec/execution_stream.h\"");
  out->Line("#include \"parsec/ptg.h\"");
  out->Line("#include <alloca.h>");
  out->Line("#include <assert.h>");
  out->Line("#include <string.h>");
  out->Blank();
  out->Line("typedef struct ", file.taskpool.substr(0, file.taskpool.size() - 2), "_s ", file.taskpool, ";");
  for (const TaskClass& task : file.jdf.task_classes) out->Line("static const parsec_task_class_t ", base, '_', task.name, ";");
  out->Blank();
  if (!file.jdf.prologue.text.empty()) out->UserCode(file.jdf.prologue, file.jdf.file, file.options.line_directives);
  out->Blank();
  out->Line("#include ", Quoted(FileName(file.options.header_path)));
  out->Blank();
  out->Open("struct ", file.taskpool.substr(0, file.taskpool.size() - 2), "_s {");
  out->Line("parsec_", base, "_taskpool_t super;");
  out->Line("volatile int32_t initial_number_tasks; /* For startup functions of programs, which count their tasks in it. */");
  out->Close("};");
  out->Blank();
  for (const std::string& type : file.arena_types)
    out->Line("#define PARSEC_", base, "_", type, "_ADT (&__parsec_tp->super.arenas_datatypes[PARSEC_", base, "_", type,
              "_ADT_IDX])");
  out->Blank();
  out->Line("/* Globals, where __parsec_tp is the taskpool. */");
  for (const Global& global : file.jdf.globals)
    out->Line("#define ", global.name, " (__parsec_tp->super._g_", global.name, ")");
  out->Blank();
  for (const Global& global : file.jdf.globals) {
    if (!global.is_collection) continue;
    for (const char* name : {"data_of", "rank_of", "vpid_of"})
      out->Line("#define ", name, "_", global.name, "(...) (((parsec_data_collection_t *)", global.name, ")->", name,
                "((parsec_data_collection_t *)", global.name, ", ##__VA_ARGS__))");
  }
  WritePredicates(file, out);
  out->Blank();
  WriteDefaultFunctions(file, out);
}

void WriteSourceEnd(const FileContext& file, Writer* out) {
  const std::string& base = file.base;
  out->Open("static const parsec_task_class_t *const ", base, "_task_classes[] = {");
  for (const TaskClass& task : file.jdf.task_classes) out->Line('&', base, '_', task.name, ',');
  out->Line("NULL,");
  out->Close("};");
  out->Blank();
  WriteNew(file, out);
  if (!file.jdf.epilogue.text.empty()) out->UserCode(file.jdf.epilogue, file.jdf.file, file.options.line_directives);
  if (file.jdf.FindOption("no_taskpool_instance") == nullptr) {
    out->Blank();
    out->Line("PARSEC_OBJ_CLASS_INSTANCE(parsec_", base, "_taskpool_t, parsec_taskpool_t, NULL, NULL);");
  }
}

}  // namespace heddle::ptgpp
