#include "frontends/charm/charmxi/lexer.h"

#include <algorithm>
#include <cctype>

namespace heddle::charmxi {
namespace {

bool IsNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsName(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsAscii(char c) { return static_cast<unsigned char>(c) < 128; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::string Quoted(char c) { return std::string("'") + c + "'"; }
// "')' or ','"
std::string OneOf(std::string_view characters) {
  std::string text;
  for (const char c : characters) text += (text.empty() ? "" : " or ") + Quoted(c);
  return text;
}

}  // namespace

Lexer::Lexer(const Source& source, Diagnostics* diagnostics)
    : source_(source), diagnostics_(diagnostics) {
  position_ = {1, 1, 0};
  Scan();
}

void Lexer::Advance(std::size_t count) {
  for (; count > 0 && !AtEnd(); --count) {
    if (At() == '\n') {
      ++position_.line;
      position_.column = 1;
    } else {
      ++position_.column;
    }
    ++position_.offset;
  }
}

bool Lexer::SkipLiteralOrComment(bool comments) {
  if (comments && At() == '/' && At(1) == '/') {
    while (!AtEnd() && At() != '\n') Advance(1);
    return true;
  }
  if (comments && At() == '/' && At(1) == '*') {
    const Position begin = position_;
    Advance(2);
    while (!AtEnd() && !(At() == '*' && At(1) == '/')) Advance(1);
    if (AtEnd()) {
      diagnostics_->Error(begin, "this comment does not end", "close it with */");
      cut_short_ = true;
    }
    Advance(2);
    return true;
  }
  if (At() == 'R' && At(1) == '"' &&
      (position_.offset == 0 || !IsName(source_.text[position_.offset - 1]))) {
    const Position begin = position_;
    // R"delimiter(...)delimiter", where the delimiter has at most 16 characters.
    const std::size_t open = source_.text.substr(position_.offset, 19).find('(');
    if (open == std::string::npos) return false;
    const std::string close = ")" + source_.text.substr(position_.offset + 2, open - 2) + "\"";
    const std::size_t end = source_.text.find(close, position_.offset + open);
    if (end == std::string::npos) {
      diagnostics_->Error(begin, "this raw string does not end", "close it with " + close);
      cut_short_ = true;
    }
    Advance(end == std::string::npos ? source_.text.size() : end + close.size() - position_.offset);
    return true;
  }
  if (At() == '"' || At() == '\'') {
    // 1'000: a digit separator.
    if (At() == '\'' && position_.offset > 0 && IsDigit(source_.text[position_.offset - 1]))
      return false;
    const Position begin = position_;
    const char quote = At();
    Advance(1);
    while (!AtEnd() && At() != quote && At() != '\n') Advance(At() == '\\' ? 2 : 1);
    if (At() == quote)
      Advance(1);
    else
      diagnostics_->Error(begin, "this literal does not end in its line",
                          std::string("close it with ") + quote);
    return true;
  }
  return false;
}

bool Lexer::AtLineStart() const {
  std::size_t at = position_.offset;
  while (at > 0 && (source_.text[at - 1] == ' ' || source_.text[at - 1] == '\t')) --at;
  return at == 0 || source_.text[at - 1] == '\n';
}

void Lexer::SkipSpace() {
  for (;;) {
    if (std::isspace(static_cast<unsigned char>(At())) != 0) {
      Advance(1);
    } else if (At() == '/' && (At(1) == '/' || At(1) == '*')) {
      (void)SkipLiteralOrComment(true);
    } else if (At() == '#' && AtLineStart()) {
      while (!AtEnd() && At() != '\n') Advance(At() == '\\' && At(1) == '\n' ? 2 : 1);
    } else {
      return;
    }
    if (AtEnd()) return;
  }
}

void Lexer::Scan() {
  SkipSpace();
  token_ = Token();
  token_.at = position_;
  if (AtEnd()) return;
  const std::size_t begin = position_.offset;
  if (IsNameStart(At()) && !(At() == 'R' && At(1) == '"')) {
    token_.kind = Token::kName;
    while (IsName(At())) Advance(1);
  } else if (IsDigit(At()) || (At() == '.' && IsDigit(At(1)))) {
    token_.kind = Token::kNumber;
    while (IsName(At()) || At() == '.' ||
           ((At() == '+' || At() == '-') && (source_.text[position_.offset - 1] | 32) == 'e'))
      Advance(1);
  } else if (SkipLiteralOrComment(false)) {
    token_.kind = Token::kLiteral;
  } else {
    token_.kind = Token::kSymbol;
    const std::string_view rest = std::string_view(source_.text).substr(position_.offset);
    std::size_t length = 1;
    if (rest.substr(0, 2) == "::" || rest.substr(0, 2) == "&&") length = 2;
    if (rest.substr(0, 3) == "...") length = 3;
    if (!IsAscii(At()))
      while (length < rest.size() && !IsAscii(rest[length])) ++length;
    Advance(length);
  }
  token_.end = position_;
  token_.text = source_.text.substr(begin, position_.offset - begin);
}

Token Lexer::Next() {
  Token token = token_;
  Scan();
  return token;
}

bool Lexer::Capture(std::string_view ends, Code* code, int* open) {
  // Back to where the next token begins: comments before it are no part of the text.
  position_ = token_.at;
  code->at = position_;
  bool ended = false;
  std::string nesting;
  while (!AtEnd()) {
    if (SkipLiteralOrComment(true)) continue;
    const char c = At();
    const bool scope =
        c == ':' &&
        (At(1) == ':' || (position_.offset > 0 && source_.text[position_.offset - 1] == ':'));
    ended = nesting.empty() && ends.find(c) != std::string_view::npos && !scope;
    if (ended) break;
    if (c == '(' || c == '[' || c == '{') {
      nesting += c == '(' ? ')' : c == '[' ? ']' : '}';
    } else if (c == ')' || c == ']' || c == '}') {
      if (nesting.empty() || nesting.back() != c) {
        diagnostics_->Error(
            position_, std::string("'") + c + "' closes nothing here",
            std::string("expected ") + (nesting.empty() ? OneOf(ends) : Quoted(nesting.back())));
        break;
      }
      nesting.pop_back();
    }
    Advance(1);
  }
  if (AtEnd() && !cut_short_) {
    diagnostics_->Error(code->at, "the file ends inside of this C++ text",
                        "expected " + (nesting.empty() ? OneOf(ends) : Quoted(nesting.back())));
    cut_short_ = true;
  }
  code->text = source_.text.substr(code->at.offset, position_.offset - code->at.offset);
  while (!code->text.empty() && std::isspace(static_cast<unsigned char>(code->text.back())) != 0)
    code->text.pop_back();
  *open = static_cast<int>(std::count(nesting.begin(), nesting.end(), '}'));
  Scan();
  return ended;
}

}  // namespace heddle::charmxi
