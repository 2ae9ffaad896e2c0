// Declarations.
#include "frontends/charm/charmxi/parser.h"

#include <algorithm>

namespace heddle::charmxi {

std::vector<std::unique_ptr<Module>> Parse(const Source& source, Diagnostics* diagnostics) {
  return Parser(source, diagnostics).File();
}

Token Parser::Take() {
  Token token = lexer_.Next();
  if (token.Is("{")) ++braces_;
  if (token.Is("}")) --braces_;
  after_ = token.end;
  return token;
}

bool Parser::TakeIf(std::string_view text) {
  if (!PeekIs(text)) return false;
  (void)Take();
  return true;
}

void Parser::Fail(const Position& at, const std::string& text, const std::string& hint, Site site) {
  // That the file ends is said once, and not where the lexer has said what swallowed the rest.
  const bool at_end = Peek().kind == Token::kEnd;
  if (!at_end || !(ended_ || lexer_.cut_short())) diagnostics_->Error(at, text, hint, site);
  ended_ |= at_end;
  throw Failed();
}

std::string Parser::Found() const {
  constexpr std::size_t kLongest = 40;
  const Token& token = Peek();
  if (token.kind == Token::kEnd) return "the end of the file";
  const auto byte = static_cast<unsigned char>(token.text[0]);
  if (byte < ' ' || byte == 127) return "a byte of value " + std::to_string(byte);
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
  return Take();
}

Code Parser::Capture(std::string_view ends) {
  Code code;
  int open = 0;
  if (lexer_.Capture(ends, &code, &open)) return code;
  braces_ += open;
  throw Failed();
}

Code Parser::CaptureUntil(std::string_view ends) {
  Code code = Capture(ends);
  (void)Take();
  return code;
}

Parser::Level::Level(Parser* parser) : parser_(parser) {
  constexpr int kDeepest = 200;
  if (++parser->depth_ <= kDeepest) return;
  --parser->depth_;
  parser->Fail(parser->Peek().at,
               "this is nested more than " + std::to_string(kDeepest) + " levels deep");
}

void Parser::Semicolon(const std::string& where, Site site) {
  if (TakeIf(";")) return;
  const std::string text = "expected ';' " + where + ", not " + Found();
  if (Peek().kind == Token::kEnd || Peek().at.line == after_.line) Fail(Peek().at, text, "", site);
  diagnostics_->Error(after_, "expected ';' " + where, "", site);
}

void Parser::SkipDeclaration(int braces) {
  while (Peek().kind != Token::kEnd) {
    if (PeekIs("}") && braces_ <= braces) return;
    const Token token = Take();
    if (braces_ <= braces && (token.Is(";") || token.Is("}"))) return;
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
        Fail(Peek().at, "a file holds modules; expected 'module' or 'mainmodule', not " + Found(),
             near.empty() ? "" : "did you mean '" + near + "'?");
      }
      modules.push_back(ModuleRule());
      TakeSemicolons();
    } catch (const Failed&) {
      SkipDeclaration(0);
      (void)TakeIf("}");
      braces_ = 0;
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
  module->has_body = true;
  module->items = ItemsAfter(Expect("{", "after the module's name").at);
  return module;
}

Items Parser::ItemsAfter(const Position& open) {
  const Level level(this);
  Items items;
  for (;;) {
    TakeSemicolons();
    if (TakeIf("}")) return items;
    if (Peek().kind == Token::kEnd) Fail(open, "this '{' is never closed");
    const int braces = braces_;
    try {
      items.push_back(ItemRule());
    } catch (const Failed&) {
      SkipDeclaration(braces);
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
      Semicolon("after an extern entry");
      return item;
    }
    if (PeekIs("module") || PeekIs("mainmodule")) {
      item.module = ModuleRule();
      item.kind = Item::kExternModule;
      item.text = item.module->name;
      return item;
    }
    if (PeekIs("{")) {
      item.kind = Item::kBlock;
      item.items = ItemsAfter(Take().at);
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
  if (PeekIs("{")) {
    item.items = ItemsAfter(Take().at);
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
  const auto end = [&] { Semicolon("after this declaration"); };
  if (word == "module" || word == "mainmodule") {
    item->kind = Item::kModule;
    item->module = ModuleRule();
  } else if (word == "namespace") {
    (void)Take();
    item->kind = Item::kNamespace;
    item->text = ExpectName("the namespace's name").text;
    item->items = ItemsAfter(Expect("{", "after the namespace's name").at);
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
  } else if (word == "entry") {
    Fail(Peek().at, "an entry method stands in no chare",
         "entry methods are members: `chare C { entry void f(); }`");
  } else if (word == "accelblock") {
    Fail(Peek().at, "accelerator blocks are not supported",
         "move the code to a header and `include` that");
  } else {
    const std::string near =
        Nearest(word, {"module", "mainmodule", "namespace", "using", "include", "class", "readonly",
                       "initnode", "initproc", "PUPable", "message", "chare", "mainchare", "group",
                       "nodegroup", "array", "extern", "template"});
    Fail(Peek().at, "expected a declaration, not " + Found(),
         near.empty() ? "" : "did you mean '" + near + "'?");
  }
}

std::unique_ptr<Readonly> Parser::ReadonlyRule() {
  auto readonly = std::make_unique<Readonly>();
  (void)Take();
  readonly->at = Peek().at;
  // `message` may be the first word of a type, too, but nobody calls one so.
  readonly->is_message = TakeIf("message");
  readonly->type = TypeRule();
  if (readonly->is_message && readonly->type.pointers != 1)
    Fail(readonly->type.at, "a readonly message is declared as a pointer to it",
         "write `readonly message " + readonly->type.name + "* name`");
  readonly->name = NameWithArguments();
  if (readonly->is_message && PeekIs("[")) Fail(Peek().at, "a readonly message cannot be an array");
  while (TakeIf("[")) readonly->dimensions.push_back(CaptureUntil("]"));
  return readonly;
}

InitCall Parser::InitCallRule() {
  InitCall call;
  if (PeekIs("initcall"))
    diagnostics_->Warning(Peek().at, "'initcall' is old",
                          "write 'initnode', which means the same, or 'initproc'");
  call.node = !Take().Is("initproc");
  call.at = Peek().at;
  (void)TakeIf("void");
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
  (void)Take();
  // They say nothing any more.
  if (PeekIs("["))
    for (const Attribute& attribute : Attributes())
      if (attribute.name != "packed" && attribute.name != "varsize")
        diagnostics_->Error(attribute.at,
                            "there is no attribute '" + attribute.name + "' of messages",
                            "there are 'packed' and 'varsize'");
  message->at = Peek().at;
  message->name = ExpectName("the message's name").text;
  if (PeekIs("<")) message->arguments = AngleArguments();
  if (!PeekIs("{")) return message;
  const Position open = Take().at;
  while (!TakeIf("}")) {
    if (Peek().kind == Token::kEnd) Fail(open, "this '{' is never closed");
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
    Semicolon("after a field");
    message->fields.push_back(std::move(field));
  }
  return message;
}

}  // namespace heddle::charmxi
