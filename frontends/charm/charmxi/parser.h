// Text of a .ci file to its syntax tree.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_PARSER_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_PARSER_H_

#include <memory>
#include <string>
#include <vector>

#include "frontends/charm/charmxi/ast.h"
#include "frontends/charm/charmxi/lexer.h"

namespace heddle::charmxi {

// The file's modules. What is wrong stands in `diagnostics`; the tree holds what could be read.
std::vector<std::unique_ptr<Module>> Parse(const Source& source, Diagnostics* diagnostics);

// Recursive descent, a function a rule. An error is reported once, and ends the declaration or
// statement that it is in.
class Parser {
 public:
  Parser(const Source& source, Diagnostics* diagnostics)
      : lexer_(source, diagnostics), diagnostics_(diagnostics) {}
  std::vector<std::unique_ptr<Module>> File();

 private:
  struct Failed {};  // Thrown after an error was reported.

  // parser.cc: declarations
  std::unique_ptr<Module> ModuleRule();
  Items ItemsUntilBrace();
  Item ItemRule();
  void ItemBody(Item* item, bool is_extern, const TemplateParameters& parameters);
  std::unique_ptr<Readonly> ReadonlyRule();
  InitCall InitCallRule();
  std::vector<PupableClass> PupableRule();
  std::unique_ptr<Message> MessageRule();
  std::unique_ptr<Chare> ChareRule();
  void MemberRule(Chare* chare);
  std::unique_ptr<Entry> EntryRule(const TemplateParameters& parameters, bool is_extern);
  std::vector<Attribute> Attributes();
  TemplateParameters TemplateRule();

  // parser_type.cc: types and parameters
  Type TypeRule();
  std::string NameWithArguments();
  std::string AngleArguments();
  std::vector<Parameter> Parameters();
  Parameter ParameterRule();
  bool IsVoidOnly();

  // parser_sdag.cc
  Statements Body();  // After the word: { list } or one statement.
  Statements List();  // Up to the closing brace, which it takes.
  std::unique_ptr<Statement> StatementRule();
  WhenEntry WhenEntryRule();

  const Token& Peek() const { return lexer_.Peek(); }
  bool PeekIs(std::string_view text) const { return Peek().Is(text); }
  Token Take() { return lexer_.Next(); }
  bool TakeIf(std::string_view text);
  Token Expect(std::string_view text, const std::string& where);
  Token ExpectName(const std::string& what);
  Code CaptureUntil(std::string_view ends, std::string_view closing);
  [[noreturn]] void Fail(const Position& at, const std::string& text, const std::string& hint = "");
  void SkipDeclaration();
  void TakeSemicolons();

  Lexer lexer_;
  Diagnostics* diagnostics_;
};

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_PARSER_H_
