// Declarations.
#include "frontends/parsec/ptgpp/parser.h"

#include <algorithm>
#include <utility>

namespace heddle::ptgpp {
namespace {

struct AccessWord {
  std::string_view word;
  Flow::Access access;
};
constexpr AccessWord kAccess[] = {{"RW", Flow::kReadWrite}, {"READ", Flow::kRead},
                                  {"RO", Flow::kRead},      {"WRITE", Flow::kWrite},
                                  {"WO", Flow::kWrite},     {"CTL", Flow::kControl}};

bool IsKeyword(std::string_view word) {
  return word == "SIMCOST" || word == "NEW" || word == "NULL" ||
         std::any_of(std::begin(kAccess), std::end(kAccess),
                     [word](const AccessWord& a) { return a.word == word; });
}

Code CodeOf(const Token& token) { return {token.at, token.text, token.code_line}; }

}  // namespace

Jdf Parse(const Source& source, Diagnostics* diagnostics) {
  Jdf jdf = Parser(source, diagnostics).File();
  jdf.file = source.name;
  return jdf;
}

Token Parser::Take() {
  Token token = Peek();
  if (next_ + 1 < tokens_.size()) ++next_;
  return token;
}

bool Parser::TakeIf(std::string_view text) {
  if (!PeekIs(text)) return false;
  (void)Take();
  return true;
}

void Parser::Fail(const Position& at, const std::string& text, const std::string& hint, Site site) {
  // Where the lexer has failed the file seems to end there, which is not worth another message.
  if (Peek().kind != Token::kEnd || diagnostics_->errors() == 0)
    diagnostics_->Error(at, text, hint, site);
  throw Failed();
}

std::string Parser::Found() const {
  constexpr std::size_t kLongest = 40;
  const Token& token = Peek();
  switch (token.kind) {
    case Token::kEnd:
      return "the end of the file";
    case Token::kCode:
      return "%{";
    case Token::kExtern:
      return "extern \"C\" %{";
    case Token::kBodyCode:
      return "the lines of a body";
    case Token::kString:
      return "a string";
    default:
      break;
  }
  return "'" + token.text.substr(0, kLongest) + (token.text.size() > kLongest ? "..." : "") + "'";
}

Token Parser::Expect(std::string_view text, const std::string& where, Site site) {
  if (!PeekIs(text))
    Fail(Peek().at, "expected '" + std::string(text) + "' " + where + ", not " + Found(), "", site);
  return Take();
}

Token Parser::ExpectName(const std::string& what, Site site) {
  if (Peek().kind != Token::kName)
    Fail(Peek().at, "expected " + what + ", not " + Found(), "", site);
  if (!switches_ && IsKeyword(Peek().text))
    Fail(Peek().at, "expected " + what + ", not the keyword '" + Peek().text + "'", "", site);
  return Take();
}

Parser::Level::Level(Parser* parser) : parser_(parser) {
  constexpr int kDeepest = 100;
  if (++parser->depth_ <= kDeepest) return;
  --parser->depth_;
  parser->Fail(parser->Peek().at,
               "this expression is nested more than " + std::to_string(kDeepest) + " levels deep");
}

Jdf Parser::File() {
  Jdf jdf;
  bool has_prologue = false;
  while (Peek().kind != Token::kEnd) {
    const std::size_t begin = next_;
    bool in_task_class = false;
    try {
      if (Peek().kind == Token::kExtern || Peek().kind == Token::kCode) {
        ExternRule(&jdf, &has_prologue);
      } else if (Peek().kind == Token::kOption) {
        jdf.options.push_back(OptionRule());
      } else if (Peek().kind == Token::kName && Peek(1).Is("(")) {
        in_task_class = true;
        jdf.task_classes.push_back(TaskClassRule());
      } else if (Peek().kind == Token::kName) {
        jdf.globals.push_back(GlobalRule());
      } else if (Peek().kind == Token::kBody) {
        in_task_class = true;
        Fail(Peek().at, "this body belongs to no task class",
             "a class begins with NAME(parameters), and its bodies end it");
      } else {
        Fail(Peek().at,
             "expected a global, a task class, %option or extern \"C\" %{, not " + Found());
      }
    } catch (const Failed&) {
      if (in_task_class) {
        SkipTaskClass();
      } else {
        SkipGlobal(begin);
      }
      depth_ = 0;
      switches_ = false;
      in_guard_ = false;
    }
  }
  return jdf;
}

void Parser::SkipGlobal(std::size_t begin) {
  // What begins a line is taken to begin a declaration.
  const int line = std::max(Peek().at.line, tokens_[begin].at.line);
  while (Peek().kind != Token::kEnd && (Peek().at.line <= line || Peek().kind == Token::kSymbol))
    (void)Take();
}

void Parser::SkipTaskClass() {
  while (Peek().kind != Token::kEnd && Peek().kind != Token::kBodyCode &&
         Peek().kind != Token::kExtern)
    (void)Take();
  while (Peek().kind == Token::kBodyCode) {
    (void)Take();
    if (Peek().kind != Token::kBody) return;
    while (Peek().kind != Token::kEnd && Peek().kind != Token::kBodyCode) (void)Take();
  }
}

void Parser::ExternRule(Jdf* jdf, bool* has_prologue) {
  const Token token = Take();
  const bool first = jdf->globals.empty() && jdf->task_classes.empty() && jdf->options.empty();
  if (first && !*has_prologue) {
    jdf->prologue = CodeOf(token);
    *has_prologue = true;
    return;
  }
  if (Peek().kind != Token::kEnd)
    Fail(token.at, "C text stands at the beginning of the file or at its end",
         "nothing can follow this, but something does");
  jdf->epilogue = CodeOf(token);
}

Option Parser::OptionRule() {
  Option option;
  option.at = Take().at;
  switches_ = true;
  Property property = PropertyRule();
  switches_ = false;
  option.name = property.name;
  option.value = std::move(property.value);
  return option;
}

Global Parser::GlobalRule() {
  Global global;
  global.at = Peek().at;
  global.name = ExpectName("a name").text;
  if (TakeIf("=")) {
    global.has_value = true;
    global.value = ExpressionRule();
  }
  global.properties = OptionalProperties();
  return global;
}

Property Parser::PropertyRule() {
  Property property;
  property.at = Peek().at;
  property.name = ExpectName("a property's name").text;
  if (Peek().kind == Token::kName && Peek(1).Is("=")) {
    property.type = property.name;
    property.name = Take().text;
  }
  (void)Expect("=", "after the name of property '" + property.name + "'");
  property.value = ExpressionRule();
  return property;
}

Properties Parser::OptionalProperties() {
  Properties properties;
  if (!PeekIs("[")) return properties;
  const Position open = Take().at;
  const bool before = std::exchange(switches_, true);
  do {
    if (PeekIs("]") && properties.list.empty())
      Fail(open, "these brackets are empty", "leave them out");
    if (PeekIs(","))
      Fail(Peek().at, "properties are not separated by ','", "blanks do: [type = int hidden = on]");
    if (Peek().kind != Token::kName) Fail(Peek().at, "expected a property or ']', not " + Found());
    properties.list.push_back(PropertyRule());
  } while (!PeekIs("]"));
  (void)Take();
  switches_ = before;
  return properties;
}

TaskClass Parser::TaskClassRule() {
  TaskClass task_class;
  task_class.at = Peek().at;
  task_class.name = ExpectName("the task class's name").text;
  (void)Take();  // (
  if (PeekIs(")"))
    Fail(Peek().at, "a task class has at least one parameter",
         "write NAME(i), and below it i = 0 .. 0");
  do {
    const Token name = ExpectName("a parameter's name");
    task_class.parameters.push_back({name.at, name.text, -1});
  } while (TakeIf(","));
  (void)Expect(")", "after the parameters");
  task_class.properties = OptionalProperties();
  Locals(&task_class);
  if (Peek().IsName("SIMCOST")) {
    (void)Take();
    task_class.has_simulation_cost = true;
    task_class.simulation_cost = ExpressionRule();
  }
  if (!PeekIs(":"))
    Fail(Peek().at, "expected ': COLLECTION(...)', which says where tasks of class '" +
                        task_class.name + "' run, not " + Found());
  (void)Take();
  task_class.affinity.kind = Call::kCollection;
  task_class.affinity.at = Peek().at;
  task_class.affinity.target = ExpectName("the name of a collection").text;
  if (!PeekIs("(")) Fail(Peek().at, "expected '(' after the collection's name, not " + Found());
  task_class.affinity.arguments = Arguments(false);
  Flows(&task_class);
  if (TakeIf(";")) {
    task_class.has_priority = true;
    task_class.priority = ExpressionRule();
  }
  if (Peek().kind != Token::kBody)
    Fail(Peek().at,
         "expected " +
             std::string(task_class.has_priority ? "" : "a flow, ';' and a priority, or ") +
             "BODY, not " + Found(),
         "class '" + task_class.name + "' needs a body: BODY, lines of C, END");
  while (Peek().kind == Token::kBody) task_class.bodies.push_back(BodyRule());
  return task_class;
}

void Parser::Locals(TaskClass* task_class) {
  while (Peek().kind == Token::kName && !IsKeyword(Peek().text)) {
    Local local;
    local.at = Peek().at;
    local.name = Take().text;
    (void)Expect("=", "after the name of local '" + local.name + "'");
    local.value = RangeRule();
    local.properties = OptionalProperties();
    task_class->locals.push_back(std::move(local));
  }
}

void Parser::Flows(TaskClass* task_class) {
  while (Peek().kind == Token::kName) task_class->flows.push_back(FlowRule());
}

Flow Parser::FlowRule() {
  Flow flow;
  bool has_word = false;
  for (const AccessWord& a : kAccess) {
    if (!Peek().IsName(a.word)) continue;
    flow.access = a.access;
    has_word = true;
    (void)Take();
    break;
  }
  flow.at = Peek().at;
  flow.name = ExpectName("a flow's name").text;
  while (PeekIs("->") || PeekIs("<-")) flow.dependencies.push_back(DependencyRule());
  if (!has_word && flow.dependencies.empty() && Peek().kind == Token::kName &&
      Peek().at.line == flow.at.line) {
    // Two names, as in RAED A <- ...
    std::vector<std::string> words;
    for (const AccessWord& a : kAccess) words.emplace_back(a.word);
    const std::string near = Nearest(flow.name, words);
    Fail(flow.at, "expected RW, READ, WRITE or CTL before a flow's name, not '" + flow.name + "'",
         near.empty() ? "" : "did you mean '" + near + "'?");
  }
  return flow;
}

Dependency Parser::DependencyRule() {
  Dependency dependency;
  dependency.at = Peek().at;
  dependency.direction = Take().Is("<-") ? Dependency::kIn : Dependency::kOut;
  dependency.indices = OptionalIndices();
  if (!AtCall()) {
    dependency.guard_kind = Dependency::kIf;
    in_guard_ = true;
    dependency.guard = ExpressionRule();
    in_guard_ = false;
    if (!TakeIf("?"))
      Fail(Peek().at, "expected '?' after the condition of a dependency, not " + Found(),
           "or FLOW TASK(...), COLLECTION(...), NEW or NULL instead of the condition");
  }
  dependency.then_call = CallRule();
  if (dependency.guard_kind == Dependency::kIf && TakeIf(":")) {
    dependency.guard_kind = Dependency::kTernary;
    dependency.else_call = CallRule();
  }
  dependency.properties = OptionalProperties();
  return dependency;
}

Call Parser::CallRule() {
  Call call;
  call.at = Peek().at;
  if (Peek().IsName("NEW") || Peek().IsName("NULL")) {
    call.kind = Take().text == "NEW" ? Call::kNew : Call::kNull;
    return call;
  }
  call.indices = OptionalIndices();
  call.at = Peek().at;
  call.target = ExpectName("FLOW TASK(...), COLLECTION(...), NEW or NULL").text;
  call.kind = Call::kCollection;
  if (Peek().kind == Token::kName) {
    call.kind = Call::kTask;
    call.flow = call.target;
    call.target = ExpectName("a task class's name").text;
  }
  if (!PeekIs("("))
    Fail(Peek().at, "expected '(' after '" + call.target + "', not " + Found(),
         "a dependency is on FLOW TASK(...), COLLECTION(...), NEW or NULL");
  if (call.kind == Call::kCollection && !call.indices.empty())
    Fail(call.indices[0].at, "there are no local indices before a collection",
         "they stand after the arrow: -> [i = ...] A(i)");
  call.arguments = Arguments(true);
  return call;
}

Body Parser::BodyRule() {
  Body body;
  body.at = Take().at;
  body.properties = OptionalProperties();
  if (Peek().kind != Token::kBodyCode) throw Failed();  // The lexer has said why.
  body.code = CodeOf(Take());
  return body;
}

}  // namespace heddle::ptgpp
