#include "frontends/charm/charmxi/sdag_generator.h"

#include <algorithm>
#include <map>

#include "frontends/charm/charmxi/nocopy_generator.h"

namespace heddle::charmxi {
namespace {

bool Awaits(const Statements& statements, const std::string& name) {
  return std::any_of(statements.begin(), statements.end(), [&](const auto& s) {
    return std::any_of(s->entries.begin(), s->entries.end(),
                       [&](const WhenEntry& e) { return e.name == name; }) ||
           Awaits(s->body, name) || Awaits(s->otherwise, name);
  });
}

bool UsesSdag(const Chare& chare) {
  return std::any_of(chare.entries.begin(), chare.entries.end(),
                     [](const auto& e) { return e->has_sdag; });
}

// One variable that a statement sees, and where the interpreter has it.
struct Variable {
  std::string name;
  std::string declaration;  // "int& v"
  std::string access;       // from a Scope* scope
};

// The parameters of one scope, innermost last.
struct ScopeText {
  struct Part {
    std::string closure;                  // The type of the closure
    const std::vector<Parameter>* names;  // As the `when` calls them
    const Entry* entry;
  };
  std::vector<Part> parts;
  std::string index;  // Of a forall
};

class SdagEmitter {
 public:
  SdagEmitter(const ChareNames& names, const std::string& file)
      : names_(names), chare_(names.chare), file_(file) {
    // Ports: entry methods that SDAG receives, by their number in the chare.
    for (std::size_t i = 0; i < chare_.entries.size(); ++i)
      if (SdagReceives(chare_, *chare_.entries[i])) ports_.push_back(i);
  }

  void Run() {
    for (const std::size_t i : ports_) Closure(*chare_.entries[i], i + 1);
    for (const std::size_t i : ports_) {
      const Entry& entry = *chare_.entries[i];
      DirectCall(entry, i + 1);
      if (!entry.has_sdag) continue;
      scopes_.clear();
      scopes_.push_back({{{ClosureName(entry, i + 1), &entry.parameters, &entry}}, ""});
      bodies_[i] = List(entry.sdag);
    }
    Tables();
  }

  const std::string& macro() const { return macro_; }
  const std::string& closures() const { return closures_; }
  std::string definitions() const { return functions_ + tables_; }

  std::string ClosureName(const Entry& entry, std::size_t number) const {
    return "Closure_" + chare_.name + "_" + entry.name + "_" + std::to_string(number) +
           TemplateArguments(chare_.template_parameters);
  }
  int PortOf(std::size_t entry_index) const {
    return static_cast<int>(std::find(ports_.begin(), ports_.end(), entry_index) - ports_.begin());
  }
  std::string ProgramCall() const {
    return chare_.name + "_sdag_program" + TemplateArguments(chare_.template_parameters) + "()";
  }

 private:
  static std::string Member(const Parameter& p, const Entry& entry, std::size_t i) {
    if (IsMessage(entry)) return p.type.ValueText() + " p0";
    return p.is_array ? p.type.ValueText() + "* p" + std::to_string(i)
                      : p.type.ValueText() + " p" + std::to_string(i);
  }

  // ---- Closures
  void Closure(const Entry& entry, std::size_t number) {
    const std::string name =
        "Closure_" + chare_.name + "_" + entry.name + "_" + std::to_string(number);
    std::string& t = closures_;
    std::string members, pup;
    for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
      const Parameter& p = entry.parameters[i];
      const std::string n = "p" + std::to_string(i);
      if (IsMessage(entry)) {
        members += "  " + p.type.ValueText() + " " + n + " = nullptr;\n";
        pup += "    PupMessage(p, &" + n + ");\n";
      } else if (p.is_array) {
        members += "  SDAG::Elements<" + p.type.ValueText() + "> s" + std::to_string(i) + ";\n  " +
                   p.type.ValueText() + "* " + n + " = nullptr;\n";
        const std::string keeper = "s" + std::to_string(i);
        if (p.mark == Parameter::kNocopyPost) {
          const std::string count = "n" + std::to_string(i);
          members += "  size_t " + count + " = 0;\n";
          pup += "    SDAG::PupPosted(p, &" + keeper + ", &" + n + ", &" + count + ");\n";
        } else {
          pup += "    " + keeper + ".pup(p);\n    " + n + " = " + keeper + ".data();\n";
        }
      } else {
        members += "  PUP::detail::TemporaryObjectHolder<" + p.type.ValueText() + "> " + n + ";\n";
        pup += "    p | " + n + ".t;\n";
      }
    }
    t += names_.header + "struct " + name + " : SDAG::" + (IsMessage(entry) ? "Message" : "") +
         "Closure {\n" + members + "  void pup(PUP::er&" + (pup.empty() ? "" : " p") +
         ") override {\n" + pup + "  }\n  static SDAG::Closure* Make() { return new " + name +
         "; }\n};\n";
  }

  // A call of the method in C++ goes the way of a message.
  void DirectCall(const Entry& entry, std::size_t number) {
    std::vector<std::string> declared;
    std::string fill;
    for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
      const Parameter& p = entry.parameters[i];
      const std::string n = std::to_string(i), name = ParameterName(p, i);
      declared.push_back(p.is_array ? p.type.ValueText() + "* " + name : p.type.Declare(name));
      if (IsMessage(entry)) {
        fill += "  impl_c->p0 = " + name + ";\n  impl_c->Hold(" + name + ");\n";
      } else if (p.is_array) {
        fill += "  impl_c->s" + n + ".assign(" + name + ", " + name + " + (" + p.length.text +
                "));\n  impl_c->p" + n + " = impl_c->s" + n + ".data();\n";
        if (p.mark == Parameter::kNocopyPost)
          fill += "  impl_c->n" + n + " = " + p.length.text + ";\n";
      } else {
        fill += "  impl_c->p" + n +
                ".t = " + (p.type.reference == Type::kRvalue ? "std::move(" + name + ")" : name) +
                ";\n";
      }
    }
    if (!entry.parameters.empty() && !IsMessage(entry) && !entry.parameters[0].is_array)
      fill += "  impl_c->reference_number = SDAG::ReferenceOf(impl_c->p0.t);\n";
    macro_ += " " + entry.result.Text() + " " + entry.name + "(" + Join(declared) + ");";
    functions_ += names_.header + entry.result.Text() + " " + names_.self + "::" + entry.name +
                  "(" + Join(declared) + ") {\n  typedef " + ClosureName(entry, number) +
                  " impl_closure_t;\n  impl_closure_t* impl_c = new impl_closure_t;\n" + fill +
                  "  this->_sdag_machine.Arrive(" + ProgramCall() + ", this, " +
                  std::to_string(PortOf(number - 1)) + ", impl_c);\n}\n";
  }

  // ---- What a statement sees
  std::vector<Variable> Variables() const {
    std::vector<Variable> visible;
    const auto add = [&](Variable variable) {
      for (Variable& known : visible)
        if (known.name == variable.name) return;  // The inner one hides it.
      visible.push_back(std::move(variable));
    };
    for (std::size_t level = 0; level < scopes_.size(); ++level) {
      const ScopeText& scope = scopes_[scopes_.size() - 1 - level];
      const std::string at = level == 0 ? "scope" : "scope->Out(" + std::to_string(level) + ")";
      if (!scope.index.empty()) add({scope.index, "int& " + scope.index, at + "->index"});
      for (std::size_t c = 0; c < scope.parts.size(); ++c) {
        const ScopeText::Part& part = scope.parts[c];
        for (std::size_t i = 0; i < part.names->size(); ++i) {
          const Parameter& named = (*part.names)[i];
          if (named.name.empty()) continue;
          const Parameter& real = part.entry->parameters[i];
          std::string type = real.type.ValueText();
          if (real.is_array) type += "*";
          const bool plain = real.is_array || IsMessage(*part.entry);
          add({named.name,
               real.type.is_function ? real.type.Declare("&" + named.name)
                                     : type + "& " + named.name,
               "static_cast<" + part.closure + "*>(" + at + "->closures[" + std::to_string(c) +
                   "])->p" + std::to_string(i) + (plain ? "" : ".t")});
        }
      }
    }
    return visible;
  }

  // A member function of the user's class with the visible variables as parameters, and the
  // function that the table points at.
  std::string Function(const std::string& result, const Code& code, bool expression) {
    const std::string name = "_sdag_" + std::to_string(++counter_);
    std::vector<std::string> declared, passed;
    std::string used;
    for (const Variable& variable : Variables()) {
      declared.push_back(variable.declaration);
      passed.push_back(variable.access);
      used += "(void)" + variable.name + "; ";
    }
    macro_ += " " + result + " " + name + "(" + Join(declared) + ");";
    functions_ += names_.header + result + " " + names_.self + "::" + name + "(" + Join(declared) +
                  ") {\n  " + used +
                  "{  // The code may have variables of the same names.\n#line " +
                  std::to_string(code.at.line) + " \"" + file_ + "\"\n" +
                  std::string(static_cast<std::size_t>(std::max(0, code.at.column - 1)), ' ');
    if (expression && result != "void") {
      // On lines of their own: a comment may end the text.
      functions_ += "return static_cast<" + result + ">(" + code.text + "\n);\n";
    } else {
      functions_ += code.text + (expression ? "\n;\n" : "\n");
    }
    functions_ += "#line @HERE@\n}}\n";
    const std::string thunk = chare_.name + name;
    functions_ += names_.header + "static " + (result == "bool" ? "int" : result) + " " + thunk +
                  "(void* object, SDAG::Scope*" + (passed.empty() ? "" : " scope") + ") {\n  " +
                  (result == "void" ? "" : "return ") + "static_cast<" + names_.self +
                  "*>(object)->" + name + "(" + Join(passed) + ");\n}\n";
    return "&" + thunk + TemplateArguments(chare_.template_parameters);
  }

  // ---- Nodes
  struct NodeText {
    std::string kind, first = "nullptr", step = "nullptr", condition = "nullptr", end = "nullptr",
                      stride = "nullptr", name = "nullptr";
    std::vector<int> children;
    std::vector<std::string> wants;
  };

  int Add(NodeText node) {
    nodes_.push_back(std::move(node));
    return static_cast<int>(nodes_.size()) - 1;
  }

  int List(const Statements& statements) {
    NodeText node;
    node.kind = "kSequence";
    for (const auto& statement : statements) node.children.push_back(One(*statement));
    return Add(std::move(node));
  }

  int One(const Statement& s) {
    NodeText node;
    switch (s.kind) {
      case Statement::kSerial:
        node.kind = "kSerial";
        if (!s.label.empty() && s.label[0] == '"') node.name = s.label;
        node.first = Function("void", s.code, false);
        break;
      case Statement::kSequence:
        return List(s.body);
      case Statement::kOverlap:
      case Statement::kCase:
        node.kind = s.kind == Statement::kOverlap ? "kOverlap" : "kCase";
        for (const auto& inner : s.body) node.children.push_back(One(*inner));
        break;
      case Statement::kFor:
        node.kind = "kFor";
        node.first = Function("void", s.init, true);
        node.condition = s.condition.text.empty() ? Function("bool", {s.at, "true"}, true)
                                                  : Function("bool", s.condition, true);
        node.step = Function("void", s.step, true);
        node.children.push_back(List(s.body));
        break;
      case Statement::kWhile:
        node.kind = "kWhile";
        node.condition = Function("bool", s.condition, true);
        node.children.push_back(List(s.body));
        break;
      case Statement::kIf:
        node.kind = "kIf";
        node.condition = Function("bool", s.condition, true);
        node.children.push_back(List(s.body));
        if (s.has_otherwise) node.children.push_back(List(s.otherwise));
        break;
      case Statement::kForall:
        node.kind = "kForall";
        node.condition = Function("int", s.begin, true);
        node.end = Function("int", s.end, true);
        node.stride = Function("int", s.stride, true);
        scopes_.push_back({{}, s.index});
        node.children.push_back(List(s.body));
        scopes_.pop_back();
        break;
      case Statement::kWhen: {
        node.kind = "kWhen";
        ScopeText scope;
        for (const WhenEntry& when : s.entries) {
          const std::size_t index = Find(when);
          const std::string reference =
              when.has_reference ? Function("int", when.reference, true) : "nullptr";
          node.wants.push_back("{" + std::to_string(PortOf(index)) + ", " + reference + "}");
          scope.parts.push_back({ClosureName(*chare_.entries[index], index + 1), &when.parameters,
                                 chare_.entries[index].get()});
        }
        scopes_.push_back(std::move(scope));
        node.children.push_back(List(s.body));
        scopes_.pop_back();
        break;
      }
    }
    return Add(std::move(node));
  }

  // The entry method of this name with as many parameters; of several the one with the same types.
  // The checks found that there is one.
  std::size_t Find(const WhenEntry& when) const {
    std::size_t best = chare_.entries.size();
    for (std::size_t i = 0; i < chare_.entries.size(); ++i) {
      const Entry& entry = *chare_.entries[i];
      if (entry.name != when.name) continue;
      if (best == chare_.entries.size()) best = i;
      if (entry.parameters.size() != when.parameters.size()) continue;
      bool same = true;
      for (std::size_t p = 0; p < when.parameters.size(); ++p)
        same &= entry.parameters[p].type.ValueText() == when.parameters[p].type.ValueText();
      if (same) return i;
      if (chare_.entries[best]->parameters.size() != when.parameters.size()) best = i;
    }
    return best;
  }

  // ---- Tables
  void Tables() {
    const std::string program = chare_.name + "_sdag_program";
    std::string& t = tables_;
    t += names_.header + "const SDAG::Program& " + program + "() {\n";
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const NodeText& node = nodes_[i];
      if (!node.children.empty()) {
        t += "  static const int children" + std::to_string(i) + "[] = {";
        for (const int child : node.children) t += std::to_string(child) + ", ";
        t += "};\n";
      }
      if (!node.wants.empty()) {
        t += "  static const SDAG::Want wants" + std::to_string(i) + "[] = {";
        for (const std::string& want : node.wants) t += want + ", ";
        t += "};\n";
      }
    }
    t += "  static const SDAG::Node nodes[] = {\n";
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const NodeText& node = nodes_[i];
      const std::string n = std::to_string(i);
      t += "    {SDAG::Node::" + node.kind + ", " +
           (node.children.empty() ? "nullptr" : "children" + n) + ", " +
           std::to_string(node.children.size()) + ", " +
           (node.wants.empty() ? "nullptr" : "wants" + n) + ", " +
           std::to_string(node.wants.size()) + ", " + node.first + ", " + node.step + ", " +
           node.condition + ", " + node.end + ", " + node.stride + ", " + node.name + "},\n";
    }
    t += "  };\n  static const SDAG::Port ports[] = {\n";
    for (const std::size_t i : ports_) {
      const auto body = bodies_.find(i);
      t += "    {\"" + chare_.entries[i]->name + "\", &" + ClosureName(*chare_.entries[i], i + 1) +
           "::Make, " + std::to_string(body == bodies_.end() ? -1 : body->second) + "},\n";
    }
    t += "  };\n  static const SDAG::Program program = {\"" + chare_.name + "\", ports, " +
         std::to_string(ports_.size()) + ", nodes, " + std::to_string(nodes_.size()) +
         "};\n  return program;\n}\n";
    t += names_.header + "void " + names_.self +
         "::_sdag_pup(PUP::er& p) { this->_sdag_machine.pup(p, " + ProgramCall() + "); }\n";
    // Tables name functions, and calls of entry methods name the tables.
    closures_ += names_.header + "const SDAG::Program& " + program + "();\n";
  }

  const ChareNames& names_;
  const Chare& chare_;
  const std::string& file_;
  std::vector<std::size_t> ports_;
  std::map<std::size_t, int> bodies_;
  std::vector<ScopeText> scopes_;
  std::vector<NodeText> nodes_;
  int counter_ = 0;
  std::string macro_, closures_, functions_, tables_;
};

}  // namespace

bool SdagReceives(const Chare& chare, const Entry& entry) {
  if (entry.has_sdag) return true;
  return std::any_of(chare.entries.begin(), chare.entries.end(),
                     [&](const auto& e) { return Awaits(e->sdag, entry.name); });
}

namespace {
std::string NewClosure(const SdagEmitter& emitter, const Entry& entry, std::size_t number) {
  return "  typedef " + emitter.ClosureName(entry, number) +
         " ClosureType;\n  ClosureType* impl_c = new ClosureType;\n";
}
std::string Arrive(const SdagEmitter& emitter, const ChareNames& names, std::size_t number) {
  return "  " + names.self + "* object = static_cast<" + names.self +
         "*>(impl_obj);\n  object->_sdag_machine.Arrive(" + emitter.ProgramCall() + ", object, " +
         std::to_string(emitter.PortOf(number - 1)) + ", impl_c);\n";
}
}  // namespace

std::string SdagCall(const ChareNames& names, const Entry& entry, std::size_t number) {
  const std::string file;
  const SdagEmitter emitter(names, file);
  std::string t = NewClosure(emitter, entry, number);
  if (IsMessage(entry)) {
    t += "  impl_c->p0 = static_cast<" + entry.parameters[0].type.ValueText() +
         ">(impl_msg);\n  impl_c->Hold(impl_msg);\n";
  } else if (IsVoid(entry)) {
    t += "  impl_c->reference_number = CkGetRefNum(impl_msg);\n";
  } else {
    t += std::string("  ck::impl::") + (HasNocopy(entry) ? "Nocopy" : "") +
         "Unmarshaller impl_from(impl_msg);\n";
    std::string nocopy;
    for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
      const Parameter& p = entry.parameters[i];
      const std::string n = std::to_string(i);
      const std::string keeper = "impl_c->s" + n, seen = "impl_c->p" + n;
      const std::string look = "  " + seen + " = " + keeper + ".data();\n";
      if (p.mark == Parameter::kNocopyPost) {
        t += "  " + seen + " = impl_from.PostedArray<" + p.type.ValueText() + ">(&impl_c->n" + n +
             ");\n";
      } else if (p.mark == Parameter::kNocopy) {
        t += "  ck::impl::NocopyMark* const impl_mark" + n + " = impl_from.Mark();\n";
        nocopy += "  impl_from.NocopyElements(impl_mark" + n + ", &" + keeper + ");\n" + look;
      } else if (p.is_array) {
        t += "  size_t n" + n + ";\n  " + p.type.ValueText() + "* a" + n + " = impl_from.Array<" +
             p.type.ValueText() + ">(&n" + n + ");\n  " + keeper + ".assign(a" + n + ", a" + n +
             " + n" + n + ");\n" + look;
      } else {
        t += "  impl_from | impl_c->p" + n + ";\n";
      }
    }
    if (HasNocopyPost(entry)) {
      const auto variable = [&](std::size_t i) {
        return "impl_c->p" + std::to_string(i) + (entry.parameters[i].is_array ? "" : ".t");
      };
      const auto count = [](std::size_t i) { return "&impl_c->n" + std::to_string(i); };
      t += CallPostMethod(names, entry, "idx_" + entry.name + "_" + Suffix(entry, number) + "()",
                          variable, count, "return delete impl_c;");
    }
    t += nocopy;
    if (!entry.parameters[0].is_array)
      t += "  impl_c->reference_number = SDAG::ReferenceOf(impl_c->p0.t);\n";
  }
  return t + Arrive(emitter, names, number);
}

// Its number is the message's, not the first parameter's.
std::string SdagReductionCall(const ChareNames& names, const Entry& entry, std::size_t number) {
  const std::string file;
  const SdagEmitter emitter(names, file);
  std::string t =
      NewClosure(emitter, entry, number) + "  impl_c->reference_number = CkGetRefNum(impl_msg);\n";
  for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
    const std::string n = std::to_string(i), name = ParameterName(entry.parameters[i], i);
    if (entry.parameters[i].is_array) {
      t +=
          "  impl_c->s" + n + ".assign(" + name + ", reinterpret_cast<" +
          entry.parameters[i].type.ValueText() +
          "*>(static_cast<char*>(impl_result->getData()) + impl_result->getSize()));\n  impl_c->p" +
          n + " = impl_c->s" + n + ".data();\n";
    } else {
      t += "  impl_c->p" + n + ".t = std::move(" + name + ".t);\n";
    }
  }
  return t + Arrive(emitter, names, number);
}

std::string SdagMacro(const ChareNames& names) {
  if (!UsesSdag(names.chare)) return "";
  const std::string file;
  SdagEmitter emitter(names, file);
  emitter.Run();
  return std::string(" public: SDAG::Machine _sdag_machine{") +
         (names.chare.kind == Chare::kNodegroup ? "true" : "false") +
         "}; void _sdag_pup(PUP::er& p); void __sdag_init() {} void __sdag_pup(PUP::er&) {}" +
         emitter.macro();
}

std::string SdagClosures(const ChareNames& names) {
  if (!UsesSdag(names.chare)) return "";
  const std::string file;
  SdagEmitter emitter(names, file);
  emitter.Run();
  return emitter.closures();
}

std::string SdagDefinitions(const ChareNames& names, const std::string& file) {
  if (!UsesSdag(names.chare)) return "";
  SdagEmitter emitter(names, file);
  emitter.Run();
  return emitter.definitions();
}

}  // namespace heddle::charmxi
