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
  Items ItemsAfter(const Position& open);  // Up to the brace that closes this one; takes it.
  Item ItemRule();
  void ItemBody(Item* item, bool is_extern, const TemplateParameters& parameters);
  std::unique_ptr<Readonly> ReadonlyRule();
  InitCall InitCallRule();
  std::vector<PupableClass> PupableRule();
  std::unique_ptr<Message> MessageRule();

  // parser_chare.cc
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

  // parser_sdag.cc
  Statements Body();  // After the word: { list } or one statement.
  Statements List();  // { list }
  std::unique_ptr<Statement> StatementRule();
  WhenEntry WhenEntryRule();

  const Token& Peek() const { return lexer_.Peek(); }
  bool PeekIs(std::string_view text) const { return Peek().Is(text); }
  Token Take();
  bool TakeIf(std::string_view text);
  // What is next, for messages: "'word'", "the end of the file".
  std::string Found() const;
  Token Expect(std::string_view text, const std::string& where, Site site = Site());
  // A semicolon that the next line shows to be forgotten only is reported, and the parser goes on.
  void Semicolon(const std::string& where, Site site = Site());
  Token ExpectName(const std::string& what, Site site = Site());
  Code Capture(std::string_view ends);
  // And takes the end.
  Code CaptureUntil(std::string_view ends);
  [[noreturn]] void Fail(const Position& at, const std::string& text, const std::string& hint = "",
                         Site site = Site());
  // Counts how deep braces and statements are nested, which bounds the parser's stack.
  class Level {
   public:
    explicit Level(Parser* parser);
    ~Level() { --parser_->depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser* parser_;
  };
  // After an error in a declaration that began with this many open braces: past its end.
  void SkipDeclaration(int braces);
  void TakeSemicolons();

  Lexer lexer_;
  Diagnostics* diagnostics_;
  int depth_ = 0;
  int braces_ = 0;      // Open ones.
  Position after_;      // Where the last token ended.
  bool ended_ = false;  // It was reported that the file ends.
};

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_PARSER_H_
