// Chares and their entry methods.
#include "frontends/charm/charmxi/parser.h"

namespace heddle::charmxi {

std::unique_ptr<Chare> Parser::ChareRule() {
  auto chare = std::make_unique<Chare>();
  const std::string word = Take().text;
  chare->kind = word == "chare"       ? Chare::kChare
                : word == "mainchare" ? Chare::kMainchare
                : word == "group"     ? Chare::kGroup
                : word == "nodegroup" ? Chare::kNodegroup
                                      : Chare::kArray;
  // An array has its index type in brackets, before or after its attributes.
  while (PeekIs("[")) {
    const Lexer::State state = lexer_.Save();
    (void)Take();
    const Token first = Peek();
    lexer_.Restore(state);
    if (chare->kind == Chare::kArray && !first.Is("migratable") && !first.Is("python") &&
        chare->index.empty()) {
      (void)Take();
      chare->index = CaptureUntil("]").text;
      if (chare->index.size() == 2 && chare->index[1] == 'd') chare->index[1] = 'D';
    } else {
      for (Attribute& attribute : Attributes()) chare->attributes.push_back(std::move(attribute));
    }
  }
  chare->at = Peek().at;
  if (chare->kind == Chare::kArray && chare->index.empty())
    Fail(chare->at, "an array needs its index type in brackets",
         "for example `array [1D] " + Peek().text + "`");
  chare->name = ExpectName("the chare's name").text;
  if (PeekIs("<")) chare->arguments = AngleArguments();
  if (TakeIf(":")) {
    do {
      (void)(TakeIf("public") || TakeIf("virtual"));
      chare->bases.push_back(TypeRule());
    } while (TakeIf(","));
  }
  if (PeekIs(";")) return chare;
  const Position open = Expect("{", "or ';' after the chare's name").at;
  for (;;) {
    TakeSemicolons();
    if (TakeIf("}")) return chare;
    if (Peek().kind == Token::kEnd) Fail(open, "this '{' is never closed");
    const int braces = braces_;
    try {
      MemberRule(chare.get());
    } catch (const Failed&) {
      SkipDeclaration(braces);
    }
  }
}

void Parser::MemberRule(Chare* chare) {
  (void)TakeIf("extern");
  TemplateParameters parameters;
  if (PeekIs("template")) parameters = TemplateRule();
  const std::string word = Peek().text;
  if (word == "entry") {
    chare->entries.push_back(EntryRule(parameters, false));
    Entry& entry = *chare->entries.back();
    if (entry.name == chare->name && entry.result.IsVoid())
      entry.has_return = false;  // Some say that constructors return void.
    if (!PeekIs(";") && !(entry.has_sdag && (PeekIs("}") || PeekIs("entry") || PeekIs("template"))))
      Semicolon("after entry method " + entry.name);
    return;
  }
  if (word == "initnode" || word == "initproc" || word == "initcall") {
    chare->init_calls.push_back(InitCallRule());
  } else if (word == "PUPable" || word == "pupable") {
    for (PupableClass& pupable : PupableRule()) chare->pupables.push_back(std::move(pupable));
  } else if (word == "class") {
    (void)Take();
    (void)NameWithArguments();
  } else if (word == "readonly") {
    chare->readonlies.push_back(std::move(*ReadonlyRule()));
  } else {
    const std::string near =
        Nearest(word, {"entry", "initnode", "initproc", "PUPable", "class", "template"});
    Fail(Peek().at, "expected an entry method, not " + Found(),
         near.empty() ? "members begin with 'entry'; other members stand in the C++ class only"
                      : "did you mean '" + near + "'?");
  }
  Semicolon("after this declaration");
}

std::unique_ptr<Entry> Parser::EntryRule(const TemplateParameters& parameters, bool is_extern) {
  auto entry = std::make_unique<Entry>();
  (void)Take();
  entry->template_parameters = parameters;
  if (PeekIs("[")) entry->attributes = Attributes();
  entry->at = Peek().at;
  // A constructor is a name and its parameters; others have a type first.
  const Lexer::State state = lexer_.Save();
  (void)ExpectName("an entry method");
  const bool constructor = PeekIs("(");
  lexer_.Restore(state);
  if (!constructor) {
    entry->has_return = true;
    entry->result = TypeRule();
    if (is_extern) {
      entry->is_extern = true;
      entry->extern_class = NameWithArguments();
    }
  }
  entry->at = Peek().at;
  entry->name = ExpectName("the entry method's name").text;
  if (PeekIs("<")) entry->extern_arguments = AngleArguments();
  (void)Expect("(", "after the entry method's name");
  entry->parameters = Parameters();
  (void)TakeIf("const");
  if (TakeIf("stacksize")) {
    (void)Expect("=", "after 'stacksize'");
    entry->stack_size = Capture(";{");
  } else if (TakeIf("=")) {
    entry->stack_size = Capture(";{");
  }
  if (const Attribute* const stack = entry->Find("stacksize");
      stack != nullptr && !stack->arguments.empty())
    entry->stack_size = {stack->at, stack->arguments[0].second};
  if (PeekIs("{")) {
    entry->has_sdag = true;
    entry->sdag = List();
  } else if (!PeekIs(";") && Peek().kind == Token::kName && !PeekIs("entry")) {
    entry->has_sdag = true;
    entry->sdag.push_back(StatementRule());
  }
  return entry;
}

std::vector<Attribute> Parser::Attributes() {
  (void)Take();
  std::vector<Attribute> attributes;
  while (!TakeIf("]")) {
    Attribute attribute;
    attribute.at = Peek().at;
    attribute.name = ExpectName("an attribute").text;
    if (attribute.name == "skipsched") attribute.name = "expedited";
    if (TakeIf("=")) {
      attribute.arguments.emplace_back("", Capture(",]").text);
    } else if (TakeIf("(")) {
      while (!TakeIf(")")) {
        std::string name = ExpectName("the name of an argument").text;
        if (TakeIf(":")) {
          attribute.arguments.emplace_back(std::move(name), Capture(",)").text);
        } else {
          attribute.arguments.emplace_back("", std::move(name));
        }
        if (!TakeIf(",") && !PeekIs(")"))
          Fail(Peek().at, "expected ',' or ')' among an attribute's arguments, not " + Found());
      }
    } else if (Peek().kind == Token::kLiteral) {
      attribute.arguments.emplace_back("", Take().text);
    }
    attributes.push_back(std::move(attribute));
    if (!TakeIf(",") && !PeekIs("]"))
      Fail(Peek().at, "expected ',' or ']' among attributes, not " + Found());
  }
  return attributes;
}

TemplateParameters Parser::TemplateRule() {
  (void)Take();
  (void)Expect("<", "after 'template'");
  TemplateParameters parameters;
  while (!TakeIf(">")) {
    TemplateParameter parameter;
    if (PeekIs("class") || PeekIs("typename")) {
      parameter.kind = Take().text;
      parameter.pack = TakeIf("...");
    } else {
      parameter.type = TypeRule();
    }
    parameter.name = parameter.type.is_function ? parameter.type.function_name
                                                : ExpectName("a template parameter's name").text;
    if (TakeIf("=")) {
      const Position at = Peek().at;
      int depth = 0;
      while (!(depth == 0 && (PeekIs(",") || PeekIs(">")))) {
        if (Peek().kind == Token::kEnd) Fail(at, "this default value does not end");
        const Token token = Take();
        if (token.Is("<") || token.Is("(")) ++depth;
        if (token.Is(">") || token.Is(")")) --depth;
        parameter.default_value += token.text;
        if (token.Is("unsigned") || token.Is("long")) parameter.default_value += ' ';
      }
    }
    parameters.push_back(std::move(parameter));
    if (!TakeIf(",") && !PeekIs(">"))
      Fail(Peek().at, "expected ',' or '>' among template parameters, not " + Found());
  }
  return parameters;
}

}  // namespace heddle::charmxi
