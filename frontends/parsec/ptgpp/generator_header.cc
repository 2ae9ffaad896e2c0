// NAME.h: what programs touch. The names are PaRSEC's.
#include <cctype>
#include <cstddef>
#include <string>
#include <vector>

#include "frontends/parsec/ptgpp/check.h"
#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {
namespace {

// As part of an identifier.
std::string Identifier(const std::string& text) {
  std::string out;
  for (const char c : text) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return out;
}

void WriteTaskpool(const FileContext& file, Writer* out) {
  const std::string& base = file.base;
  for (std::size_t i = 0; i < file.arena_types.size(); ++i)
    out->Line("#define PARSEC_", base, "_", file.arena_types[i], "_ADT_IDX ", i);
  out->Line("#define PARSEC_", base, "_ADT_IDX_MAX ", file.arena_types.size());
  out->Blank();
  // As it stands there, for the program to say how large the elements of a pool of memory are: its names are those of who uses it.
  for (const Global& global : file.jdf.globals)
    if (const Property* size = global.properties.Find("size"))
      out->Line("#define ", base, "_", global.name, "_SIZE ", size->value.op == Expression::kString ? size->value.string : Text(size->value));
  out->Open("typedef struct parsec_", base, "_taskpool_s {");
  out->Line("parsec_taskpool_t super;");
  for (const Global& global : file.jdf.globals) out->Line(GlobalType(global), " _g_", global.name, ";");
  out->Line("parsec_arena_datatype_t arenas_datatypes[PARSEC_", base, "_ADT_IDX_MAX];");
  out->Line("uint32_t arenas_datatypes_size;");
  out->Close(Cat("} parsec_", base, "_taskpool_t;"));
  out->Line("PARSEC_OBJ_CLASS_DECLARATION(parsec_", base, "_taskpool_t);");
  out->Blank();
  std::string parameters;
  for (const Global& global : file.jdf.globals)
    if (!IsHidden(global)) Join(&parameters, Cat(GlobalType(global), " _g_", global.name));
  out->Line("/* NULL where memory is short. Hidden globals may be set in the taskpool before it is added to a context. */");
  out->Line("extern parsec_", base, "_taskpool_t *parsec_", base, "_new(", parameters.empty() ? "void" : parameters, ");");
  out->Blank();
}

void WriteTask(const FileContext& file, const TaskClass& task, Writer* out) {
  const std::string prefix = Cat("__parsec_", file.base, '_', task.name);
  out->Open("typedef struct ", prefix, "_assignment_s {");
  for (const Local& local : task.locals) out->Line("parsec_assignment_t ", local.name, ";");
  if (task.locals.size() < 1) out->Line("parsec_assignment_t __reserved[MAX_LOCAL_COUNT];");
  else out->Line("parsec_assignment_t __reserved[MAX_LOCAL_COUNT - ", task.locals.size(), "];");
  out->Close(Cat("} ", prefix, "_parsec_assignment_t;"));
  out->Blank();
  out->Open("typedef struct ", prefix, "_data_s {");
  for (const Flow& flow : task.flows)
    if (!flow.IsControl()) out->Line("parsec_data_pair_t _f_", flow.name, ";");
  // Those of control flows lie behind the end of a task: their names are there for programs, not their memory.
  for (const Flow& flow : task.flows)
    if (flow.IsControl()) out->Line("parsec_data_pair_t _f_", flow.name, ";");
  if (task.flows.empty()) out->Line("parsec_data_pair_t unused;");
  out->Close(Cat("} ", prefix, "_data_t;"));
  out->Blank();
  out->Open("typedef struct ", prefix, "_task_s {");
  out->Line("PARSEC_MINIMAL_EXECUTION_CONTEXT");
  out->Line(prefix, "_parsec_assignment_t locals;");
  out->Line(prefix, "_data_t data;");
  out->Close(Cat("} ", prefix, "_task_t;"));
  out->Blank();
}

}  // namespace

void WriteHeader(const FileContext& file, Writer* out) {
  const std::string guard = Cat("_", Identifier(file.base), "_h_");
  out->Line("/* Made by parsec-ptgpp from ", file.jdf.file, ". */");
  out->Line("#ifndef ", guard);
  out->Line("#define ", guard);
  out->Blank();
  // With those that they include, what the original's generated headers bring.
  out->Line("#include \"parsec.h\"");
  out->Line("#include \"parsec/parsec_internal.h\"");
  out->Line("#include \"parsec/arena.h\"");
  out->Line("#include \"parsec/bindthread.h\"");
  out->Line("#include \"parsec/class/dequeue.h\"");
  out->Line("#include \"parsec/data_distribution.h\"");
  out->Line("#include \"parsec/execution_stream.h\"");
  out->Blank();
  out->Line("BEGIN_C_DECLS");
  out->Blank();
  WriteTaskpool(file, out);
  for (const TaskClass& task : file.jdf.task_classes) WriteTask(file, task, out);
  out->Line("END_C_DECLS");
  out->Blank();
  out->Line("#endif /* ", guard, " */");
}

}  // namespace heddle::ptgpp
