// Expressions of the JDF as expressions of C. Locals and local indices are int variables of C with their own names; globals
// are macros with theirs; %{ %} becomes a static inline function of what it sees.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/parsec/ptgpp/generator_class.h"

namespace heddle::ptgpp {
namespace {

std::string_view Symbol(Expression::Op op) {
  switch (op) {
    case Expression::kOr: return "||";
    case Expression::kAnd: return "&&";
    case Expression::kXor: return "^";
    case Expression::kEqual: return "==";
    case Expression::kNotEqual: return "!=";
    case Expression::kLess: return "<";
    case Expression::kLessEqual: return "<=";
    case Expression::kGreater: return ">";
    case Expression::kGreaterEqual: return ">=";
    case Expression::kShiftLeft: return "<<";
    case Expression::kShiftRight: return ">>";
    case Expression::kPlus: return "+";
    case Expression::kMinus: return "-";
    case Expression::kTimes: return "*";
    case Expression::kDivide: return "/";
    case Expression::kModulo: return "%";
    default: return "";
  }
}

bool IsAtom(const Expression& e) {
  return e.op == Expression::kName || e.op == Expression::kCode || (e.op == Expression::kInteger && e.integer >= 0);
}

// `code` renders %{ %}.
std::string Render(const Expression& e, const std::function<std::string(const Expression&)>& code) {
  const auto operand = [&](std::size_t child) {
    const Expression& x = e.children[child];
    return IsAtom(x) ? Render(x, code) : Cat('(', Render(x, code), ')');
  };
  switch (e.op) {
    case Expression::kInteger:
      return Cat(e.integer);
    case Expression::kString:
    case Expression::kName:
      return e.string;
    case Expression::kCode:
      return code(e);
    case Expression::kNot:
      return Cat('!', operand(0));
    case Expression::kTernary:
      return Cat(operand(0), " ? ", operand(1), " : ", operand(2));
    case Expression::kRange:
      return Render(e.children[0], code);  // Never: ranges become loops
    case Expression::kComprehension:
      return "0";
    default:
      if (e.children.size() == 1) return Cat(Symbol(e.op), operand(0));
      return Cat(operand(0), ' ', Symbol(e.op), ' ', operand(1));
  }
}

// Macros of the prologue, with the identifiers of their replacement.
std::set<std::string, std::less<>> MacrosThatName(std::string_view prologue, const std::set<std::string, std::less<>>& names) {
  std::set<std::string, std::less<>> found;
  for (std::size_t at = prologue.find("define"); at != std::string_view::npos; at = prologue.find("define", at + 1)) {
    std::size_t end = at;
    while (end < prologue.size() && !(prologue[end] == '\n' && prologue[end - 1] != '\\')) ++end;
    const std::vector<std::string_view> words = Identifiers(prologue.substr(at, end - at));
    if (words.size() < 3) continue;
    if (std::any_of(words.begin() + 2, words.end(), [&](std::string_view w) { return names.contains(w); }))
      found.emplace(words[1]);
  }
  return found;
}

}  // namespace

std::vector<std::string_view> Identifiers(std::string_view code) {
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < code.size();) {
    const auto c = static_cast<unsigned char>(code[i]);
    if (code.substr(i, 2) == "/*") {
      const std::size_t end = code.find("*/", i + 2);
      i = end == std::string_view::npos ? code.size() : end + 2;
    } else if (code.substr(i, 2) == "//") {
      const std::size_t end = code.find('\n', i);
      i = end == std::string_view::npos ? code.size() : end;
    } else if (c == '"' || c == '\'') {
      for (++i; i < code.size() && code[i] != static_cast<char>(c); ++i)
        if (code[i] == '\\') ++i;
      ++i;
    } else if (std::isalnum(c) != 0 || c == '_') {
      const std::size_t begin = i;
      while (i < code.size() && (std::isalnum(static_cast<unsigned char>(code[i])) != 0 || code[i] == '_')) ++i;
      if (std::isdigit(c) == 0) found.push_back(code.substr(begin, i - begin));
    } else {
      ++i;
    }
  }
  return found;
}

std::string PlainExpression(const Expression& e) {
  return Render(e, [](const Expression& code) { return code.code.text; });
}

std::string ClassGenerator::Operand(const Expression& e, const Scope& scope) {
  return IsAtom(e) ? C(e, scope) : Cat('(', C(e, scope), ')');
}

std::string ClassGenerator::C(const Expression& e, const Scope& scope, CodeKind kind) {
  return Render(e, [&](const Expression& code) { return InlineCall(code, scope, kind); });
}

std::string ClassGenerator::InlineCall(const Expression& e, const Scope& scope, CodeKind kind) {
  const bool typed = kind != CodeKind::kInt;
  auto [found, is_new] = inline_names_.try_emplace(&e, "");
  if (is_new) {
    found->second = P(Cat("inline", inline_names_.size()));
    std::string_view type = "int";
    if (kind == CodeKind::kArena) type = "const parsec_arena_datatype_t *";
    if (kind == CodeKind::kLayout) type = "parsec_datatype_t";
    if (kind == CodeKind::kCount) type = "int64_t";
    std::string parameters = Cat("const ", file_.taskpool, " *__parsec_tp");
    if (typed) parameters += Cat(", const ", TypeOf("task_t"), " *this_task");
    std::string unused = "(void)__parsec_tp;";
    std::vector<std::string> names = scope.indices;
    for (int i = 0; i < scope.locals; ++i)
      if (std::find(names.begin(), names.end(), class_.locals[i].name) == names.end()) names.push_back(class_.locals[i].name);
    for (const std::string& name : names) {
      parameters += Cat(", const int ", name);
      unused += Cat(" (void)", name, ";");
    }
    inline_.Line("static inline ", type, ' ', found->second, '(', parameters, ')');
    inline_.Open("{");
    inline_.Line(unused);
    if (typed) {
      for (const Flow& flow : class_.flows)
        if (!flow.IsControl())
          inline_.Line("parsec_data_copy_t *_f_", flow.name, " = this_task ? this_task->data._f_", flow.name,
                       ".data_out : NULL; (void)_f_", flow.name, ";");
    }
    inline_.UserCode(e.code, file_.jdf.file, file_.options.line_directives);
    inline_.Close();
    inline_.Blank();
  }
  std::string call = Cat(found->second, "(__parsec_tp");
  if (typed) call += ", this_task";
  std::vector<std::string> names = scope.indices;
  for (int i = 0; i < scope.locals; ++i)
    if (std::find(names.begin(), names.end(), class_.locals[i].name) == names.end()) names.push_back(class_.locals[i].name);
  for (const std::string& name : names) call += Cat(", ", zeros_ ? std::string("0") : name);
  return call + ')';
}

int ClassGenerator::LastLocal(const Expression& e) const {
  if (e.op == Expression::kCode) return static_cast<int>(class_.locals.size()) - 1;
  int last = e.op == Expression::kName && e.name == NameKind::kLocal ? e.index : -1;
  for (const Expression& child : e.children) last = std::max(last, LastLocal(child));
  for (const LocalIndex& index : e.indices) last = std::max(last, LastLocal(index.range));
  return last;
}

bool ClassGenerator::UsesCode(const Expression& e) const {
  return e.op == Expression::kCode ||
         std::any_of(e.children.begin(), e.children.end(), [&](const Expression& c) { return UsesCode(c); }) ||
         std::any_of(e.indices.begin(), e.indices.end(), [&](const LocalIndex& i) { return UsesCode(i.range); });
}

bool ClassGenerator::UsesIndices(const Expression& e) const {
  return e.op == Expression::kCode || (e.op == Expression::kName && e.name == NameKind::kLocalIndex) ||
         std::any_of(e.children.begin(), e.children.end(), [&](const Expression& c) { return UsesIndices(c); }) ||
         !e.indices.empty();
}

bool ClassGenerator::IsIndependent(const Expression& e) const {
  if (e.op == Expression::kCode || (e.op == Expression::kName && e.name == NameKind::kUnknown) || e.op == Expression::kString) {
    std::set<std::string, std::less<>> names;
    for (const Local& local : class_.locals) {
      names.insert(local.name);
      for (const LocalIndex& index : local.value.indices) names.insert(index.name);
    }
    const std::set<std::string, std::less<>> macros = MacrosThatName(file_.jdf.prologue.text, names);
    for (const std::string_view word : Identifiers(e.op == Expression::kCode ? e.code.text : e.string))
      if (names.contains(word) || macros.contains(word)) return false;
    return true;
  }
  if (e.op == Expression::kName) return e.name == NameKind::kGlobal;
  return e.indices.empty() &&
         std::all_of(e.children.begin(), e.children.end(), [&](const Expression& c) { return IsIndependent(c); });
}

std::string ClassGenerator::LocalParameters() const {
  std::string out;
  for (const Local& local : class_.locals) out += Cat(", const int ", local.name);
  return out;
}

std::string ClassGenerator::LocalArguments() const {
  std::string out;
  for (const Local& local : class_.locals) out += Cat(", ", local.name);
  return out;
}

std::string ClassGenerator::Arguments(const Call& call, const Scope& scope) {
  std::string out;
  for (const Expression& argument : call.arguments) Join(&out, C(argument, scope));
  return out;
}

int ClassGenerator::OpenValues(Writer* out, const std::string& variable, const Expression& values, Scope* scope) {
  if (values.op == Expression::kComprehension) {
    Scope inner = *scope;
    const int blocks = OpenIndices(out, values.indices, &inner);
    out->Line("const int ", variable, " = ", C(values.children[0], inner), "; (void)", variable, ";");
    return blocks;
  }
  if (values.op != Expression::kRange) {
    const int n = Unique();
    out->Line("const int __value", n, " = ", C(values, *scope), ";");
    out->Open("{");
    out->Line("const int ", variable, " = __value", n, "; (void)", variable, ";");
    return 1;
  }
  const int n = Unique();
  out->Line("const int __from", n, " = ", C(values.children[0], *scope), ", __to", n, " = ", C(values.children[1], *scope), ";");
  const Expression* step = values.children.size() > 2 ? &values.children[2] : nullptr;
  if (step == nullptr || (step->op == Expression::kInteger && step->integer == 1)) {
    out->Open("for( int ", variable, " = __from", n, "; ", variable, " <= __to", n, "; ++", variable, " ) {");
  } else {
    out->Line("const int __step", n, " = ", C(*step, *scope), ";");
    out->Open("for( int ", variable, " = __from", n, "; parsec_ptg_goes_on(", variable, ", __to", n, ", __step", n, "); ", variable,
              " += __step", n, " ) {");
  }
  return 1;
}

int ClassGenerator::OpenIndices(Writer* out, const std::vector<LocalIndex>& indices, Scope* scope) {
  int blocks = 0;
  for (const LocalIndex& index : indices) {
    blocks += OpenValues(out, index.name, index.range, scope);
    if (std::find(scope->indices.begin(), scope->indices.end(), index.name) == scope->indices.end())
      scope->indices.push_back(index.name);
  }
  return blocks;
}

int ClassGenerator::OpenArguments(Writer* out, const Call& call, Scope* scope, std::string* arguments) {
  int blocks = OpenIndices(out, call.indices, scope);
  for (const Expression& argument : call.arguments) {
    if (argument.IsRange()) {
      const std::string variable = Cat("__argument", Unique());
      blocks += OpenValues(out, variable, argument, scope);
      Join(arguments, variable);
    } else {
      Join(arguments, C(argument, *scope));
    }
  }
  return blocks;
}

}  // namespace heddle::ptgpp
