#include "frontends/parsec/ptgpp/generator.h"

#include <algorithm>
#include <string>
#include <vector>

#include "frontends/parsec/ptgpp/generator_class.h"
#include "frontends/parsec/ptgpp/generator_text.h"

namespace heddle::ptgpp {
namespace {

// The names that [type = NAME] and its like use, DEFAULT first.
std::vector<std::string> ArenaTypes(const Jdf& jdf) {
  std::vector<std::string> types = {"DEFAULT"};
  for (const TaskClass& task : jdf.task_classes)
    for (const Flow& flow : task.flows)
      for (const Dependency& d : flow.dependencies)
        for (const char* property : {"type", "type_remote", "type_data"}) {
          const std::string name = d.properties.Text(property);
          if (!name.empty() && std::find(types.begin(), types.end(), name) == types.end()) types.push_back(name);
        }
  return types;
}

}  // namespace

ClassGenerator::ClassGenerator(const FileContext& file, const TaskClass& task_class)
    : file_(file), class_(task_class), prefix_(Cat(file.base, '_', task_class.name)) {}

void ClassGenerator::WriteFunctions(Writer* out) {
  Writer body;
  WriteLocals(&body);
  ComputeInputs(&body);
  WriteGoal(&body);
  WriteRankAndPriority(&body);
  WriteBounds(&body);
  WriteBoundsByWalk(&body);
  WriteWalk(&body);
  WriteTypes(&body);
  WriteInputTypes(&body);
  WritePrepare(&body);
  WriteSuccessors(&body);
  WriteWriteBack(&body);
  WriteBodies(&body);

  std::string parameters, indices;
  for (const Parameter& parameter : class_.parameters) {
    Join(&parameters, parameter.name);
    Join(&indices, Cat(parameter.local));
  }
  out->Line("/* ---- ", class_.name, '(', parameters, ") */");
  out->Blank();
  if (!indices.empty()) out->Line("static const uint8_t ", P("parameters"), "[] = {", indices, "};");
  if (!edges_.empty()) out->Line("static const parsec_ptg_edge_t ", P("edges"), "[", edges_.size(), "];");
  out->Blank();
  out->Raw(inline_.text());
  out->Raw(body.text());
}

void Generate(const Jdf& jdf, const GeneratorOptions& options, std::string* header, std::string* source) {
  const FileContext file{jdf, options, options.base_name, Cat("__parsec_", options.base_name, "_internal_taskpool_t"),
                         ArenaTypes(jdf)};
  Writer h;
  WriteHeader(file, &h);
  *header = h.text();

  Writer c;
  WriteSourceBegin(file, &c);
  std::vector<ClassGenerator> classes;
  classes.reserve(jdf.task_classes.size());
  for (const TaskClass& task : jdf.task_classes) classes.emplace_back(file, task);
  for (const ClassGenerator& task : classes) task.WriteForwards(&c);
  c.Blank();
  for (ClassGenerator& task : classes) task.WriteFunctions(&c);
  for (const Global& global : jdf.globals) c.Line("#undef ", global.name);
  c.Blank();
  for (ClassGenerator& task : classes) task.WriteTables(&c);
  WriteSourceEnd(file, &c);
  *source = ResolveLines(c.text(), options.source_path);
}

}  // namespace heddle::ptgpp
