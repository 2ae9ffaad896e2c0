// Text of a .jdf file to its syntax tree.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_PARSER_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_PARSER_H_

#include <string>
#include <string_view>
#include <vector>

#include "frontends/parsec/ptgpp/ast.h"
#include "frontends/parsec/ptgpp/lexer.h"

namespace heddle::ptgpp {

// What is wrong stands in `diagnostics`; the tree holds what could be read.  Cost: linear in the
// text.
Jdf Parse(const Source& source, Diagnostics* diagnostics);

// Recursive descent, a function a rule. An error is reported once, and ends the global or task
// class that it is in.
class Parser {
 public:
  Parser(const Source& source, Diagnostics* diagnostics)
      : tokens_(Tokens(source, diagnostics)), diagnostics_(diagnostics) {}
  Jdf File();

 private:
  struct Failed {};  // Thrown after an error was reported.

  // parser.cc
  void ExternRule(Jdf* jdf, bool* has_prologue);
  Option OptionRule();
  Global GlobalRule();
  TaskClass TaskClassRule();
  void Locals(TaskClass* task_class);
  void Flows(TaskClass* task_class);
  Flow FlowRule();
  Dependency DependencyRule();
  Call CallRule();
  Body BodyRule();
  Properties OptionalProperties();
  Property PropertyRule();
  // After an error: to where the next declaration begins.
  void SkipGlobal(std::size_t begin);
  void SkipTaskClass();

  // parser_expression.cc
  Expression ExpressionRule();
  Expression RangeRule();  // An expression, a range or a comprehension
  std::vector<LocalIndex> OptionalIndices();
  Expression Binary(int level);
  Expression Unary();
  Expression Primary();
  Expression NameRule();
  std::vector<Expression> Arguments(bool ranges);  // ( ... )
  // Whether a call begins here, which tells `guard ? call` from an expression.
  bool AtCall() const;

  const Token& Peek(std::size_t ahead = 0) const {
    return tokens_[next_ + ahead < tokens_.size() ? next_ + ahead : tokens_.size() - 1];
  }
  bool PeekIs(std::string_view text) const { return Peek().Is(text); }
  Token Take();
  bool TakeIf(std::string_view text);
  // What is next, for messages: "'word'", "the end of the file".
  std::string Found() const;
  Token Expect(std::string_view text, const std::string& where, Site site = Site());
  Token ExpectName(const std::string& what, Site site = Site());
  [[noreturn]] void Fail(const Position& at, const std::string& text, const std::string& hint = "",
                         Site site = Site());
  // Counts how deep expressions are nested, which bounds the stack of all that walks over them.
  class Level {
   public:
    explicit Level(Parser* parser);
    ~Level() { --parser_->depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser* parser_;
  };

  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  Diagnostics* diagnostics_;
  int depth_ = 0;
  int operators_ = 0;      // Of the expression that is being read
  bool in_guard_ = false;  // It is the condition of a dependency
  bool switches_ = false;  // on, off, yes, ... are numbers here
};

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_PARSER_H_
