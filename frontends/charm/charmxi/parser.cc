// Declarations.
#include "frontends/charm/charmxi/parser.h"

#include <algorithm>

namespace heddle::charmxi {

std::vector<std::unique_ptr<Module>> Parse(const Source& source, Diagnostics* diagnostics) {
  return Parser(source, diagnostics).File();
}

bool Parser::TakeIf(std::string_view text) {
  if (!PeekIs(text)) return false;
  (void)Take();
  return true;
}

void Parser::Fail(const Position& at, const std::string& text, const std::string& hint) {
  diagnostics_->Error(at, text, hint);
  throw Failed();
}

namespace {
std::string Named(const Token& token) {
  return token.kind == Token::kEnd ? "the end of the file" : "'" + token.text + "'";
}
}  // namespace

Token Parser::Expect(std::string_view text, const std::string& where) {
  if (!PeekIs(text))
    Fail(Peek().at, "expected '" + std::string(text) + "' " + where + ", not " + Named(Peek()));
  return Take();
}

Token Parser::ExpectName(const std::string& what) {
  if (Peek().kind != Token::kName) Fail(Peek().at, "expected " + what + ", not " + Named(Peek()));
  return Take();
}

Code Parser::CaptureUntil(std::string_view ends, std::string_view closing) {
  Code code = lexer_.Capture(ends);
  (void)Expect(closing, "here");
  return code;
}

// After an error: past the next ';' or '}' of this level.
void Parser::SkipDeclaration() {
  int depth = 0;
  while (Peek().kind != Token::kEnd) {
    if (PeekIs("}") && depth == 0) return;
    const Token token = Take();
    if (token.Is("{")) ++depth;
    if (token.Is("}") && --depth == 0) return;
    if (token.Is(";") && depth == 0) return;
  }
}

void Parser::TakeSemicolons() {
  while (TakeIf(";")) {
  }
}

std::vector<std::unique_ptr<Module>> Parser::File() {
  std::vector<std::unique_ptr<Module>> modules;
  TakeSemicolons();
  while (Peek().kind != Token::kEnd) {
    try {
      if (!PeekIs("module") && !PeekIs("mainmodule")) {
        const std::string near = Nearest(Peek().text, {"module", "mainmodule"});
        Fail(Peek().at,
             "a file holds modules; expected 'module' or 'mainmodule', not " + Named(Peek()),
             near.empty() ? "" : "did you mean '" + near + "'?");
      }
      modules.push_back(ModuleRule());
      TakeSemicolons();
    } catch (const Failed&) {
      SkipDeclaration();
      (void)TakeIf("}");
      TakeSemicolons();
    }
  }
  return modules;
}

std::unique_ptr<Module> Parser::ModuleRule() {
  auto module = std::make_unique<Module>();
  module->at = Peek().at;
  module->main = Take().Is("mainmodule");
  module->name = ExpectName("the module's name").text;
  if (TakeIf(";")) return module;
  (void)Expect("{", "after the module's name");
  module->has_body = true;
  module->items = ItemsUntilBrace();
  return module;
}

// Takes the brace, too.
Items Parser::ItemsUntilBrace() {
  Items items;
  const Position begin = Peek().at;
  for (;;) {
    TakeSemicolons();
    if (TakeIf("}")) return items;
    if (Peek().kind == Token::kEnd) Fail(begin, "the '{' before this is never closed");
    try {
      items.push_back(ItemRule());
    } catch (const Failed&) {
      SkipDeclaration();
    }
  }
}

Item Parser::ItemRule() {
  Item item;
  item.at = Peek().at;
  if (TakeIf("extern")) {
    if (PeekIs("entry")) {
      item.kind = Item::kExternEntry;
      item.entry = EntryRule({}, true);
      (void)Expect(";", "after an extern entry");
      return item;
    }
    if (PeekIs("module") || PeekIs("mainmodule")) {
      item.module = ModuleRule();
      item.kind = Item::kExternModule;
      item.text = item.module->name;
      return item;
    }
    if (TakeIf("{")) {
      item.kind = Item::kBlock;
      item.items = ItemsUntilBrace();
      for (Item& inner : item.items) {
        if (inner.chare != nullptr) inner.chare->is_extern = true;
        if (inner.message != nullptr) inner.message->is_extern = true;
        if (inner.readonly != nullptr) inner.readonly->is_extern = true;
      }
      return item;
    }
    ItemBody(&item, true, {});
    return item;
  }
  if (TakeIf("{")) {
    item.items = ItemsUntilBrace();
    return item;
  }
  if (PeekIs("template")) {
    const TemplateParameters parameters = TemplateRule();
    ItemBody(&item, false, parameters);
    return item;
  }
  ItemBody(&item, false, {});
  return item;
}

void Parser::ItemBody(Item* item, bool is_extern, const TemplateParameters& parameters) {
  const std::string word = Peek().text;
  const auto end = [&] { (void)Expect(";", "after this declaration"); };
  if (word == "module" || word == "mainmodule") {
    item->kind = Item::kModule;
    item->module = ModuleRule();
  } else if (word == "namespace") {
    (void)Take();
    item->kind = Item::kNamespace;
    item->text = ExpectName("the namespace's name").text;
    (void)Expect("{", "after the namespace's name");
    item->items = ItemsUntilBrace();
  } else if (word == "using") {
    (void)Take();
    item->kind = Item::kUsing;
    item->text = TakeIf("namespace") ? "namespace " : "";
    item->text += NameWithArguments();
    end();
  } else if (word == "include") {
    (void)Take();
    item->kind = Item::kInclude;
    if (PeekIs("<")) {
      item->text = AngleArguments();
    } else {
      if (Peek().kind != Token::kLiteral)
        Fail(Peek().at, "expected a file name in quotes after 'include'");
      item->text = Take().text;
    }
    end();
  } else if (word == "class" || word == "struct") {
    (void)Take();
    item->kind = Item::kClass;
    item->template_parameters = parameters;
    item->text = NameWithArguments();
    end();
  } else if (word == "readonly") {
    item->kind = Item::kReadonly;
    item->readonly = ReadonlyRule();
    item->readonly->is_extern = is_extern;
    item->readonly->template_parameters = parameters;
    end();
  } else if (word == "initnode" || word == "initproc" || word == "initcall") {
    item->kind = Item::kInitCall;
    item->init_call = std::make_unique<InitCall>(InitCallRule());
    end();
  } else if (word == "PUPable" || word == "pupable") {
    // A line for several: the first is this item, the others are a block's.
    item->kind = Item::kBlock;
    for (PupableClass& pupable : PupableRule()) {
      Item inner;
      inner.kind = Item::kPupable;
      inner.at = pupable.at;
      inner.pupable = std::make_unique<PupableClass>(std::move(pupable));
      item->items.push_back(std::move(inner));
    }
    end();
  } else if (word == "message") {
    item->kind = Item::kMessage;
    item->message = MessageRule();
    item->message->is_extern = is_extern;
    item->message->template_parameters = parameters;
    TakeSemicolons();
  } else if (word == "chare" || word == "mainchare" || word == "group" || word == "nodegroup" ||
             word == "array") {
    item->kind = Item::kChare;
    item->chare = ChareRule();
    item->chare->is_extern = is_extern;
    item->chare->template_parameters = parameters;
    TakeSemicolons();
  } else if (word == "accelblock") {
    Fail(Peek().at, "accelerator blocks are not supported",
         "move the code to a header and `include` that");
  } else {
    const std::string near =
        Nearest(word, {"module", "mainmodule", "namespace", "using", "include", "class", "readonly",
                       "initnode", "initproc", "PUPable", "message", "chare", "mainchare", "group",
                       "nodegroup", "array", "extern", "template"});
    Fail(Peek().at, "expected a declaration, not " + Named(Peek()),
         near.empty() ? "" : "did you mean '" + near + "'?");
  }
}

std::unique_ptr<Readonly> Parser::ReadonlyRule() {
  auto readonly = std::make_unique<Readonly>();
  (void)Expect("readonly", "here");
  readonly->at = Peek().at;
  // `message` may be the first word of a type, too, but nobody calls one so.
  readonly->is_message = TakeIf("message");
  readonly->type = TypeRule();
  readonly->name = NameWithArguments();
  while (TakeIf("[")) readonly->dimensions.push_back(CaptureUntil("]", "]"));
  return readonly;
}

InitCall Parser::InitCallRule() {
  InitCall call;
  call.node = !Take().Is("initproc");
  call.at = Peek().at;
  if (TakeIf("void")) {
  }
  call.name = NameWithArguments();
  if (TakeIf("(")) {
    (void)TakeIf("void");
    (void)Expect(")", "after a function without parameters");
  }
  return call;
}

std::vector<PupableClass> Parser::PupableRule() {
  (void)Take();
  std::vector<PupableClass> classes;
  do {
    PupableClass pupable;
    pupable.at = Peek().at;
    pupable.name = NameWithArguments();
    classes.push_back(std::move(pupable));
  } while (TakeIf(","));
  return classes;
}

std::unique_ptr<Message> Parser::MessageRule() {
  auto message = std::make_unique<Message>();
  (void)Expect("message", "here");
  if (PeekIs("[")) (void)Attributes();  // packed and varsize, which say nothing any more.
  message->at = Peek().at;
  message->name = ExpectName("the message's name").text;
  if (PeekIs("<")) message->arguments = AngleArguments();
  if (!TakeIf("{")) return message;
  while (!TakeIf("}")) {
    if (Peek().kind == Token::kEnd) Fail(message->at, "the body of this message is never closed");
    if (TakeIf(";")) continue;
    Message::Field field;
    field.conditional = TakeIf("conditional");
    field.at = Peek().at;
    field.type = TypeRule();
    field.name = ExpectName("the field's name").text;
    if (TakeIf("[")) {
      field.is_array = true;
      if (!PeekIs("]"))
        Fail(Peek().at, "a field of variable size is written with empty brackets",
             "its size is given where the message is made: new (size) M");
      (void)Take();
    }
    (void)Expect(";", "after a field");
    message->fields.push_back(std::move(field));
  }
  return message;
}

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
      chare->index = CaptureUntil("]", "]").text;
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
  if (!TakeIf("{")) {
    if (!PeekIs(";"))
      Fail(Peek().at, "expected '{' or ';' after the chare's name, not " + Named(Peek()));
    return chare;
  }
  const Position open = Peek().at;
  for (;;) {
    TakeSemicolons();
    if (TakeIf("}")) return chare;
    if (Peek().kind == Token::kEnd)
      Fail(open, "the body of chare " + chare->name + " is never closed");
    try {
      MemberRule(chare.get());
    } catch (const Failed&) {
      SkipDeclaration();
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
      (void)Expect(";", "after entry method " + entry.name);
  } else if (word == "initnode" || word == "initproc" || word == "initcall") {
    chare->init_calls.push_back(InitCallRule());
    (void)Expect(";", "after this declaration");
  } else if (word == "PUPable" || word == "pupable") {
    for (PupableClass& pupable : PupableRule()) chare->pupables.push_back(std::move(pupable));
    (void)Expect(";", "after this declaration");
  } else if (word == "class") {
    (void)Take();
    (void)NameWithArguments();
    (void)Expect(";", "after this declaration");
  } else if (word == "readonly") {
    chare->readonlies.push_back(std::move(*ReadonlyRule()));
    (void)Expect(";", "after this declaration");
  } else {
    const std::string near =
        Nearest(word, {"entry", "initnode", "initproc", "PUPable", "class", "template"});
    Fail(Peek().at, "expected an entry method, not " + Named(Peek()),
         near.empty() ? "members begin with 'entry'; other members stand in the C++ class only"
                      : "did you mean '" + near + "'?");
  }
}

std::unique_ptr<Entry> Parser::EntryRule(const TemplateParameters& parameters, bool is_extern) {
  auto entry = std::make_unique<Entry>();
  (void)Expect("entry", "here");
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
    entry->stack_size = lexer_.Capture(";{");
  } else if (TakeIf("=")) {
    entry->stack_size = lexer_.Capture(";{");
  }
  if (const Attribute* const stack = entry->Find("stacksize");
      stack != nullptr && !stack->arguments.empty())
    entry->stack_size = {stack->at, stack->arguments[0].second};
  if (PeekIs("{")) {
    (void)Take();
    entry->has_sdag = true;
    entry->sdag = List();
  } else if (!PeekIs(";") && Peek().kind == Token::kName && !PeekIs("entry")) {
    entry->has_sdag = true;
    entry->sdag.push_back(StatementRule());
  }
  return entry;
}

std::vector<Attribute> Parser::Attributes() {
  (void)Expect("[", "here");
  std::vector<Attribute> attributes;
  while (!TakeIf("]")) {
    Attribute attribute;
    attribute.at = Peek().at;
    attribute.name = ExpectName("an attribute").text;
    if (attribute.name == "skipsched") attribute.name = "expedited";
    if (TakeIf("=")) {
      attribute.arguments.emplace_back("", lexer_.Capture(",]").text);
    } else if (TakeIf("(")) {
      while (!TakeIf(")")) {
        std::string name = ExpectName("the name of an argument").text;
        if (TakeIf(":")) {
          attribute.arguments.emplace_back(std::move(name), lexer_.Capture(",)").text);
        } else {
          attribute.arguments.emplace_back("", std::move(name));
        }
        if (!TakeIf(",") && !PeekIs(")"))
          Fail(Peek().at,
               "expected ',' or ')' among an attribute's arguments, not " + Named(Peek()));
      }
    } else if (Peek().kind == Token::kLiteral) {
      attribute.arguments.emplace_back("", Take().text);
    }
    attributes.push_back(std::move(attribute));
    if (!TakeIf(",") && !PeekIs("]"))
      Fail(Peek().at, "expected ',' or ']' among attributes, not " + Named(Peek()));
  }
  return attributes;
}

TemplateParameters Parser::TemplateRule() {
  (void)Expect("template", "here");
  (void)Expect("<", "after 'template'");
  TemplateParameters parameters;
  while (!TakeIf(">")) {
    TemplateParameter parameter;
    if (PeekIs("class") || PeekIs("typename")) {
      parameter.kind = Take().text;
      parameter.pack = TakeIf("...");
    } else {
      const Type type = TypeRule();
      parameter.kind = type.Text();
    }
    parameter.name = ExpectName("a template parameter's name").text;
    if (TakeIf("=")) {
      const Position at = Peek().at;
      int depth = 0;
      while (!(depth == 0 && (PeekIs(",") || PeekIs(">")))) {
        if (Peek().kind == Token::kEnd) Fail(at, "this default value does not end");
        const Token token = Take();
        if (token.Is("<") || token.Is("(")) ++depth;
        if (token.Is(">") || token.Is(")")) --depth;
        parameter.default_value += token.text;
      }
    }
    parameters.push_back(std::move(parameter));
    if (!TakeIf(",") && !PeekIs(">"))
      Fail(Peek().at, "expected ',' or '>' among template parameters, not " + Named(Peek()));
  }
  return parameters;
}

}  // namespace heddle::charmxi
