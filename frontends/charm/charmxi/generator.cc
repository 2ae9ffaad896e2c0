#include "frontends/charm/charmxi/generator.h"

#include "frontends/charm/charmxi/emitter.h"

namespace heddle::charmxi {
namespace {

// After code of the user's the lines are the header's own again: `#line @HERE@` gets its number.
std::string WithLines(const std::string& text, const std::string& name) {
  std::string out;
  std::size_t line = 1;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    std::size_t end = text.find('\n', begin);
    end = end == std::string::npos ? text.size() : end + 1;
    const std::string one = text.substr(begin, end - begin);
    out +=
        one == "#line @HERE@\n" ? "#line " + std::to_string(line + 1) + " \"" + name + "\"\n" : one;
    begin = end;
  }
  return out;
}

class ModuleGenerator {
 public:
  ModuleGenerator(const Module& module, const std::string& file) : module_(module) {
    out_.file = file;
  }

  Generated Run() {
    const std::string guard = "_DECL_" + module_.name + "_H_";
    out_.decl = "// Made by charmxi from " + out_.file + "; changes will be lost.\n#ifndef " +
                guard + "\n#define " + guard + "\n#include \"charm++.h\"\n#include <memory>\n\n";
    out_.def = "// Made by charmxi from " + out_.file + "; changes will be lost.\n";
    ItemsRule(module_.items);
    Registration();
    out_.decl += "#endif  // " + guard + "\n";
    return {std::move(out_.decl), WithLines(out_.def, module_.name + ".def.h")};
  }

 private:
  void ItemsRule(const Items& items) {
    for (const Item& item : items) ItemRule(item);
  }

  void ItemRule(const Item& item) {
    switch (item.kind) {
      case Item::kModule:
        // A module in a module: part of it.
        ItemsRule(item.module->items);
        break;
      case Item::kExternModule:
        out_.decl += "#include \"" + item.text + ".decl.h\"\n\n";
        out_.registration += "  _register" + item.text + "();\n";
        externs_ += "void _register" + item.text + "();\n";
        break;
      case Item::kNamespace:
        out_.decl += "namespace " + item.text + " {\n";
        out_.def += "namespace " + item.text + " {\n";
        scope_.push_back(item.text);
        ItemsInNamespace(item.items);
        scope_.pop_back();
        out_.decl += "}  // namespace " + item.text + "\n";
        out_.def += "}  // namespace " + item.text + "\n";
        break;
      case Item::kUsing:
        out_.decl += "using " + item.text + ";\n";
        break;
      case Item::kInclude:
        out_.decl += "#include " + item.text + "\n";
        break;
      case Item::kClass:
        out_.decl += TemplateHeader(item.template_parameters, true) +
                     (item.template_parameters.empty() ? "" : " ") + "class " + item.text + ";\n";
        break;
      case Item::kReadonly:
        EmitReadonly(*item.readonly, &out_);
        break;
      case Item::kInitCall:
        InitCallRule(*item.init_call, "");
        break;
      case Item::kPupable:
        PupableRule(*item.pupable);
        break;
      case Item::kMessage:
        EmitMessage(*item.message, &out_);
        break;
      case Item::kChare: {
        const Chare& chare = *item.chare;
        EmitChare(chare, &out_);
        const ChareNames names(chare);
        for (Readonly readonly : chare.readonlies) {
          // A static member of the class, which declares it.
          if (readonly.name.find("::") == std::string::npos)
            readonly.name = names.self + "::" + readonly.name;
          EmitReadonly(readonly, &out_);
        }
        for (const InitCall& call : chare.init_calls) InitCallRule(call, names.self);
        for (const PupableClass& pupable : chare.pupables) PupableRule(pupable);
        break;
      }
      case Item::kExternEntry:
        ExternEntryRule(*item.entry);
        break;
      case Item::kBlock:
        ItemsRule(item.items);
        break;
    }
  }

  void PupableRule(const PupableClass& pupable) {
    const bool instance = pupable.name.find('<') != std::string::npos;
    out_.Def(false, (instance ? "PUPable_def_template(SINGLE_ARG(" : "PUPable_def(SINGLE_ARG(") +
                        pupable.name + "))\n");
    out_.registration += "  PUPable_reg(SINGLE_ARG(" + pupable.name + "));\n";
  }

  // Its registrations stand in a function of the namespace.
  void ItemsInNamespace(const Items& items) {
    std::string outer;
    outer.swap(out_.registration);
    ItemsRule(items);
    std::string inner;
    inner.swap(out_.registration);
    out_.registration = outer;
    if (inner.empty()) return;
    std::string name = "_register" + module_.name;
    for (const std::string& part : scope_) name += "_" + part;
    name += "_" + std::to_string(++namespaces_);
    out_.Def(false, "static void " + name + "() {\n" + inner + "}\n");
    out_.registration += "  " + scope_.back() + "::" + name + "();\n";
  }

  void InitCallRule(const InitCall& call, const std::string& scope) {
    const bool member = call.name.find("::") != std::string::npos || !scope.empty();
    if (!member) out_.Def(false, "extern void " + call.name + "(void);\n");
    const std::string name = scope.empty() ? call.name : scope + "::" + call.name;
    out_.registration +=
        "  _registerInitCall((CkInitCallFnPtr)" + name + ", " + (call.node ? "1" : "0") + ");\n";
  }

  // An instance of a template method: registered by asking for its number.
  void ExternEntryRule(const Entry& entry) {
    out_.registration +=
        "  (void)" + ChareNames::Related("CkIndex_", entry.extern_class) + "::template idx_" +
        entry.name + entry.extern_arguments + "(\n      static_cast<" +
        (entry.has_return ? entry.result.Text() : "void") + " (" + entry.extern_class + "::*)(" +
        MarshalledParameters(entry) + ")>(nullptr));\n";
  }

  void Registration() {
    out_.decl += externs_ + "void _register" + module_.name + "(void);\n";
    if (module_.main) out_.decl += "extern \"C\" void CkRegisterMainModule(void);\n";
    std::string text = "// Once: other modules may name this one, too.\nvoid _register" +
                       module_.name +
                       "(void) {\n  static int done = 0;\n  if (done) return;\n  done = 1;\n";
    text += out_.registration + "}\n";
    if (module_.main)
      text += "extern \"C\" void CkRegisterMainModule(void) { _register" + module_.name + "(); }\n";
    out_.Def(false, text);
  }

  const Module& module_;
  Output out_;
  std::string externs_;
  std::vector<std::string> scope_;
  int namespaces_ = 0;
};

}  // namespace

Generated Generate(const Module& module, const std::string& file) {
  return ModuleGenerator(module, file).Run();
}

void EmitReadonly(const Readonly& readonly, Output* output) {
  std::string dimensions;
  for (const Code& dimension : readonly.dimensions) dimensions += "[" + dimension.text + "]";
  const bool member = readonly.name.find("::") != std::string::npos;
  std::string text;
  if (!member)
    text += "extern " + readonly.type.ValueText() + " " + readonly.name + dimensions + ";\n";
  if (readonly.is_message) {
    output->Def(false, text);
    output->registration += "  CkRegisterReadonlyMsg(\"" + readonly.name + "\", \"" +
                            readonly.type.Text() + "\", (void**)&" + readonly.name + ");\n";
    return;
  }
  std::string function = "_readonly_pup_" + readonly.name;
  for (std::size_t at = 0; (at = function.find_first_of(":<>, ", at)) != std::string::npos;)
    function[at] = '_';
  text += "static void " + function +
          "(void* impl_p) {\n  PUP::er& p = *static_cast<PUP::er*>(impl_p);\n";
  if (readonly.dimensions.empty()) {
    text += "  p | " + readonly.name + ";\n";
  } else {
    std::string first = "&" + readonly.name, count;
    for (const Code& dimension : readonly.dimensions) {
      first += "[0]";
      count += (count.empty() ? "(" : " * (") + dimension.text + ")";
    }
    text += "  PUParray(p, " + first + ", " + count + ");\n";
  }
  text += "}\n";
  output->Def(false, text);
  output->registration += "  CkRegisterReadonly(\"" + readonly.name + "\", \"" +
                          readonly.type.Text() + "\", sizeof(" + readonly.name + "), (void*)&" +
                          readonly.name + ", " + function + ");\n";
}

}  // namespace heddle::charmxi
