// Tokens of the .ci language, and C++ taken as it stands.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_LEXER_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_LEXER_H_

#include <string>
#include <string_view>

#include "frontends/charm/charmxi/ast.h"
#include "frontends/charm/charmxi/source.h"

namespace heddle::charmxi {

struct Token {
  enum Kind { kEnd, kName, kNumber, kLiteral, kSymbol } kind = kEnd;
  Position at;
  Position end;  // Where it ends: in another line, where it is a string over several.
  std::string text;
  bool Is(std::string_view t) const { return text == t && kind != kLiteral; }
};

// Comments and lines that begin with # are left out. Symbols are one character, but for "::", "&&",
// "..." and what is not ASCII.  Cost: linear in the text, whatever it holds.
class Lexer {
 public:
  Lexer(const Source& source, Diagnostics* diagnostics);
  const Token& Peek() const { return token_; }
  // Takes one token.
  Token Next();
  // From the token that would be next up to one of `ends` at the same depth of (), [], {}: as text,
  // comments included. The end itself is next then. False, after an error, where there is none.
  // `open` is then how many braces of the text are open where the error is.
  bool Capture(std::string_view ends, Code* code, int* open);
  // Whether something that never ends, and was reported, has swallowed the rest of the file.
  bool cut_short() const { return cut_short_; }
  // A state to come back to.
  struct State {
    Position position;
    Token token;
  };
  State Save() const { return {position_, token_}; }
  void Restore(const State& state) {
    position_ = state.position;
    token_ = state.token;
  }

 private:
  void Scan();
  void SkipSpace();
  void Advance(std::size_t count);
  bool AtLineStart() const;
  // Past a string, a character, a raw string or a comment that begins here; false where none does.
  bool SkipLiteralOrComment(bool comments);
  char At(std::size_t ahead = 0) const {
    return position_.offset + ahead < source_.text.size() ? source_.text[position_.offset + ahead]
                                                          : '\0';
  }
  bool AtEnd() const { return position_.offset >= source_.text.size(); }

  const Source& source_;
  Diagnostics* diagnostics_;
  Position position_;
  Token token_;
  bool cut_short_ = false;
};

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_LEXER_H_
