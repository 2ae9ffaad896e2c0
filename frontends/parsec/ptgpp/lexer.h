// Tokens of the JDF language, and the C in it taken as it stands.
//
// Where the language has traps, they are here and nowhere else:
//  - names hold dots (descA.super.mb), but not the two of a range (k..n);
//  - & and && are one symbol, and so are | and ||;
//  - BODY and %option count at the beginning of a line only, in any case; what follows BODY's line
//  is C up to a line that
//    holds END and nothing else;
//  - %{ ... %} ends at the first %} whose % is not the second of a pair: "%%}" goes on. %c{ and
//  inline_c %{ begin one too;
//    extern "C" %{ begins on the next line.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_LEXER_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_LEXER_H_

#include <string>
#include <string_view>
#include <vector>

#include "frontends/parsec/ptgpp/source.h"

namespace heddle::ptgpp {

struct Token {
  enum Kind {
    kEnd,
    kName,
    kInteger,
    kString,  // text: escapes undone
    kSymbol,
    kCode,      // %{ ... %}: text is the inside
    kExtern,    // extern "C" %{ ... %}: text is what begins on the next line
    kOption,    // %option
    kBody,      // BODY
    kBodyCode,  // From the line after BODY's, up to END
  } kind = kEnd;
  Position at;
  std::size_t end = 0;  // Where it ends in the file.
  int code_line = 0;    // kCode, kExtern, kBodyCode: the line where the text begins
  std::string text;
  long long integer = 0;
  bool Is(std::string_view t) const { return kind == kSymbol && text == t; }
  bool IsName(std::string_view t) const { return kind == kName && text == t; }
};

// All tokens of the file; the last one is kEnd. After an error the tokens before it, or those that
// can be made out. Cost: linear in the text, whatever it holds.
std::vector<Token> Tokens(const Source& source, Diagnostics* diagnostics);

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_LEXER_H_
