// Expressions, ranges and local indices.
#include <algorithm>
#include <cctype>
#include <utility>

#include "frontends/parsec/ptgpp/parser.h"

namespace heddle::ptgpp {
namespace {

struct Operator {
  std::string_view symbol;
  int level;  // The higher, the tighter it binds.
  Expression::Op op;
};
constexpr Operator kOperators[] = {
    {"||", 1, Expression::kOr},           {"&&", 2, Expression::kAnd},
    {"^", 3, Expression::kXor},           {"==", 4, Expression::kEqual},
    {"!=", 4, Expression::kNotEqual},     {"<", 5, Expression::kLess},
    {"<=", 5, Expression::kLessEqual},    {">", 5, Expression::kGreater},
    {">=", 5, Expression::kGreaterEqual}, {"<<", 6, Expression::kShiftLeft},
    {">>", 6, Expression::kShiftRight},   {"+", 7, Expression::kPlus},
    {"-", 7, Expression::kMinus},         {"*", 8, Expression::kTimes},
    {"/", 8, Expression::kDivide},        {"%", 8, Expression::kModulo},
};
constexpr int kHighest = 8;

const Operator* FindOperator(const Token& token) {
  if (token.kind != Token::kSymbol) return nullptr;
  for (const Operator& o : kOperators)
    if (token.text == o.symbol) return &o;
  return nullptr;
}

// 1 for on, true and yes, 0 for off, false and no, -1 for anything else; in any case.
int Switch(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (word == "on" || word == "true" || word == "yes") return 1;
  if (word == "off" || word == "false" || word == "no") return 0;
  return -1;
}

Expression Node(Expression::Op op, const Position& at) {
  Expression e;
  e.op = op;
  e.at = at;
  return e;
}

}  // namespace

Expression Parser::ExpressionRule() {
  const Level level(this);
  if (depth_ == 1) operators_ = 0;
  Expression condition = Binary(1);
  if (!PeekIs("?")) return condition;
  // guard ? call: the caller's.
  ++next_;
  const bool call = AtCall();
  --next_;
  if (call) return condition;
  Expression e = Node(Expression::kTernary, Take().at);
  e.children.push_back(std::move(condition));
  e.children.push_back(ExpressionRule());
  if (!PeekIs(":"))
    Fail(Peek().at, "expected ':' between the two values of '?', not " + Found(),
         in_guard_ ? "or after the condition FLOW TASK(...), COLLECTION(...), NEW or NULL" : "");
  (void)Take();
  e.children.push_back(ExpressionRule());
  return e;
}

bool Parser::AtCall() const {
  if (PeekIs("[")) return true;
  if (Peek().kind != Token::kName) return false;
  if (Peek().IsName("NEW") || Peek().IsName("NULL")) return true;
  return Peek(1).Is("(") || (Peek(1).kind == Token::kName && Peek(2).Is("("));
}

Expression Parser::RangeRule() {
  const Level level(this);
  if (PeekIs("[")) {
    Expression e = Node(Expression::kComprehension, Peek().at);
    e.indices = OptionalIndices();
    e.children.push_back(ExpressionRule());
    return e;
  }
  Expression from = ExpressionRule();
  if (!PeekIs("..")) return from;
  Expression e = Node(Expression::kRange, from.at);
  e.children.push_back(std::move(from));
  while (TakeIf("..")) {
    if (e.children.size() == 3) Fail(Peek().at, "a range is from .. to, or from .. to .. step");
    e.children.push_back(ExpressionRule());
  }
  return e;
}

std::vector<LocalIndex> Parser::OptionalIndices() {
  std::vector<LocalIndex> indices;
  if (!TakeIf("[")) return indices;
  do {
    LocalIndex index;
    index.at = Peek().at;
    index.name = ExpectName("the name of a local index").text;
    (void)Expect("=", "after the name of local index '" + index.name + "'");
    index.range = RangeRule();
    indices.push_back(std::move(index));
  } while (TakeIf(","));
  (void)Expect("]", "after the local indices");
  return indices;
}

std::vector<Expression> Parser::Arguments(bool ranges) {
  std::vector<Expression> arguments;
  (void)Take();  // (
  if (PeekIs(")")) Fail(Peek().at, "there is no argument here", "calls have at least one");
  do {
    arguments.push_back(ranges ? RangeRule() : ExpressionRule());
    if (PeekIs("..")) Fail(Peek().at, "a task runs at one place: there can be no range here");
  } while (TakeIf(","));
  (void)Expect(")", "after the arguments");
  return arguments;
}

Expression Parser::Binary(int level) {
  if (level > kHighest) return Unary();
  Expression left = Binary(level + 1);
  for (const Operator* o = FindOperator(Peek()); o != nullptr && o->level == level;
       o = FindOperator(Peek())) {
    constexpr int kMost = 1000;
    if (++operators_ > kMost)
      Fail(Peek().at, "this expression has more than " + std::to_string(kMost) + " operators");
    Expression e = Node(o->op, Take().at);
    e.children.push_back(std::move(left));
    e.children.push_back(Binary(level + 1));
    left = std::move(e);
  }
  return left;
}

Expression Parser::Unary() {
  const Level level(this);
  if (PeekIs("!")) {
    Expression e = Node(Expression::kNot, Take().at);
    e.children.push_back(Unary());
    return e;
  }
  if (PeekIs("-")) {
    const Position at = Take().at;
    if (Peek().kind == Token::kInteger) {
      Expression e = Primary();
      e.at = at;
      e.integer = -e.integer;
      return e;
    }
    Expression e = Node(Expression::kMinus, at);
    e.children.push_back(Node(Expression::kInteger, at));
    e.children.push_back(Unary());
    return e;
  }
  return Primary();
}

Expression Parser::Primary() {
  Expression e = Node(Expression::kInteger, Peek().at);
  switch (Peek().kind) {
    case Token::kInteger:
      e.integer = Take().integer;
      return e;
    case Token::kString:
      e.op = Expression::kString;
      e.string = Take().text;
      return e;
    case Token::kCode: {
      const Token token = Take();
      e.op = Expression::kCode;
      e.code = {token.at, token.text, token.code_line};
      return e;
    }
    case Token::kName: {
      if (switches_ && Switch(Peek().text) >= 0) {
        e.integer = Switch(Take().text);
        return e;
      }
      return NameRule();
    }
    default:
      break;
  }
  if (!TakeIf("(")) Fail(Peek().at, "expected an expression, not " + Found());
  e = ExpressionRule();
  (void)Expect(")", "after the expression");
  return e;
}

Expression Parser::NameRule() {
  Expression e = Node(Expression::kName, Peek().at);
  e.string = ExpectName("an expression").text;
  e.root = e.string.substr(0, e.string.find('.'));
  while (PeekIs("->") && Peek(1).kind == Token::kName) {
    (void)Take();
    e.string += "->" + Take().text;
  }
  if (PeekIs("("))
    Fail(e.at, "'" + e.string + "' is called here, and expressions have no calls",
         "write %{ return " + e.string + "(...); %}");
  return e;
}

}  // namespace heddle::ptgpp
