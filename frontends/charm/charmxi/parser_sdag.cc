// Structured Dagger: what an entry method does, and what it waits for.
#include "frontends/charm/charmxi/parser.h"

namespace heddle::charmxi {

Statements Parser::Body() {
  if (PeekIs("{")) return List();
  Statements body;
  if (!TakeIf(";")) body.push_back(StatementRule());
  return body;
}

Statements Parser::List() {
  Statements list;
  const Position open = Expect("{", "before a list of statements").at;
  for (;;) {
    TakeSemicolons();
    if (TakeIf("}")) return list;
    if (Peek().kind == Token::kEnd) Fail(open, "this '{' is never closed");
    list.push_back(StatementRule());
  }
}

WhenEntry Parser::WhenEntryRule() {
  WhenEntry entry;
  entry.at = Peek().at;
  entry.name = ExpectName("the entry method that 'when' waits for").text;
  if (TakeIf("[")) {
    entry.has_reference = true;
    entry.reference = CaptureUntil("]");
  }
  (void)Expect("(", "after the name in a 'when'");
  entry.parameters = Parameters();
  return entry;
}

std::unique_ptr<Statement> Parser::StatementRule() {
  const Level level(this);
  auto statement = std::make_unique<Statement>();
  Statement& s = *statement;
  s.at = Peek().at;
  if (PeekIs("{")) {
    // In a list of statements a brace begins C++.
    (void)Take();
    s.kind = Statement::kSerial;
    s.code = CaptureUntil("}");
    return statement;
  }
  const std::string word = Peek().text;
  if (word == "serial" || word == "atomic") {
    (void)Take();
    s.kind = Statement::kSerial;
    if (Peek().kind == Token::kLiteral) s.label = Take().text;
    (void)Expect("{", "after 'serial'");
    s.code = CaptureUntil("}");
  } else if (word == "when") {
    (void)Take();
    s.kind = Statement::kWhen;
    do {
      s.entries.push_back(WhenEntryRule());
    } while (TakeIf(","));
    s.body = Body();
  } else if (word == "overlap" || word == "case") {
    (void)Take();
    s.kind = word == "case" ? Statement::kCase : Statement::kOverlap;
    s.body = List();
    for (const auto& inner : s.body)
      if (s.kind == Statement::kCase && inner->kind != Statement::kWhen)
        Fail(inner->at, "a 'case' holds nothing but 'when's");
  } else if (word == "for") {
    (void)Take();
    s.kind = Statement::kFor;
    (void)Expect("(", "after 'for'");
    s.init = CaptureUntil(";");
    s.condition = CaptureUntil(";");
    s.step = CaptureUntil(")");
    s.body = Body();
  } else if (word == "forall") {
    (void)Take();
    s.kind = Statement::kForall;
    (void)Expect("[", "after 'forall'");
    s.index = ExpectName("the index of a 'forall'").text;
    (void)Expect("]", "after the index");
    (void)Expect("(", "before the range of a 'forall'");
    s.begin = CaptureUntil(":");
    s.end = CaptureUntil(",");
    s.stride = CaptureUntil(")");
    s.body = Body();
  } else if (word == "while" || word == "if") {
    (void)Take();
    s.kind = word == "if" ? Statement::kIf : Statement::kWhile;
    (void)Expect("(", "after '" + word + "'");
    s.condition = CaptureUntil(")");
    s.body = Body();
    if (s.kind == Statement::kIf && TakeIf("else")) {
      s.has_otherwise = true;
      s.otherwise = Body();
    }
  } else {
    const std::string near = Nearest(
        word, {"serial", "atomic", "when", "overlap", "case", "for", "forall", "while", "if"});
    Fail(s.at, "expected a statement of Structured Dagger, not " + Found(),
         near.empty() ? "C++ goes into `serial { ... }`" : "did you mean '" + near + "'?");
  }
  return statement;
}

}  // namespace heddle::charmxi
