#include "frontends/parsec/ptgpp/lexer.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace heddle::ptgpp {
namespace {

bool IsNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }
// Space inside of a line.
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }
bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }
bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

class Lexer {
 public:
  Lexer(const Source& source, Diagnostics* diagnostics)
      : text_(source.text), diagnostics_(diagnostics) {
    position_ = {1, 1, 0};
  }

  std::vector<Token> Run() {
    // A failure has swallowed the rest of the file.
    while (!failed_) {
      SkipSpace();
      if (AtEnd() || failed_) break;
      Scan();
    }
    Token end;
    end.at = position_;
    end.end = position_.offset;
    tokens_.push_back(end);
    return std::move(tokens_);
  }

 private:
  bool AtEnd() const { return position_.offset >= text_.size(); }
  char At(std::size_t ahead = 0) const {
    return position_.offset + ahead < text_.size() ? text_[position_.offset + ahead] : '\0';
  }
  std::string_view Rest() const { return std::string_view(text_).substr(position_.offset); }

  void Advance(std::size_t count) {
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

  void Fail(const Position& at, const std::string& text, const std::string& hint,
            Site site = Site()) {
    diagnostics_->Error(at, text, hint, site);
    failed_ = true;
    Advance(text_.size());
  }

  bool SkipComment() {
    if (At() != '/' || (At(1) != '/' && At(1) != '*')) return false;
    if (At(1) == '/') {
      while (!AtEnd() && At() != '\n') Advance(1);
      return true;
    }
    const Position begin = position_;
    const std::size_t close = text_.find("*/", begin.offset + 2);
    if (close == std::string::npos) {
      Fail(begin, "this comment does not end", "close it with */");
    } else {
      Advance(close + 2 - begin.offset);
    }
    return true;
  }

  void SkipSpace() {
    while (!AtEnd() && (IsBlank(At()) || IsLineEnd(At()) || SkipComment()))
      if (IsBlank(At()) || IsLineEnd(At())) Advance(1);
  }
  void SkipBlanks() {
    while (IsBlank(At())) Advance(1);
  }

  // Whether there is nothing but blanks before this in the line.
  bool AtLineStart() const {
    std::size_t at = position_.offset;
    while (at > 0 && IsBlank(text_[at - 1])) --at;
    return at == 0 || IsLineEnd(text_[at - 1]);
  }

  // Whether there is nothing but blanks after so many characters in the line.
  bool EndsLine(std::size_t ahead) const {
    while (IsBlank(At(ahead))) ++ahead;
    return IsLineEnd(At(ahead));
  }

  // The name that begins here, without dots.
  std::string_view Word() const {
    std::size_t length = 0;
    while (IsNamePart(At(length))) ++length;
    return Rest().substr(0, length);
  }

  Token& Add(Token::Kind kind) {
    tokens_.emplace_back();
    tokens_.back().kind = kind;
    tokens_.back().at = position_;
    return tokens_.back();
  }
  void End() { tokens_.back().end = position_.offset; }

  void Scan() {
    if (IsNameStart(At())) {
      Name();
    } else if (IsDigit(At())) {
      Integer();
    } else if (At() == '"') {
      String();
    } else if (At() == '%') {
      Percent();
    } else {
      Symbol();
    }
  }

  void Name() {
    const std::string_view word = Word();
    if (!in_body_ && AtLineStart() && EqualIgnoringCase(word, "body") &&
        (open_ == 0 || EndsLine(word.size())))
      return Body();
    if (word == "inline_c" || word == "extern") {
      // One token with the text that follows, if it does.
      const Position begin = position_;
      Advance(word.size());
      const bool is_extern = word == "extern";
      if (is_extern) {
        SkipBlanks();
        if (At() == '"') return Extern(begin);
      } else {
        while (IsBlank(At()) || IsLineEnd(At())) Advance(1);
        if (At() == '%' && (At(1) == '{' || (At(1) == 'c' && At(2) == '{'))) return Code(begin);
      }
      position_ = begin;
    }
    Token& token = Add(Token::kName);
    std::size_t length = word.size();
    while (At(length) == '.' && IsNameStart(At(length + 1)))
      for (++length; IsNamePart(At(length));) ++length;
    token.text = Rest().substr(0, length);
    Advance(length);
    End();
  }

  void Integer() {
    Token& token = Add(Token::kInteger);
    const std::string_view digits = Rest().substr(0, Rest().find_first_not_of("0123456789"));
    token.text = digits;
    constexpr long long kGreatest = 9223372036854775807;
    bool fits = true;
    for (const char c : digits) {
      const int digit = c - '0';
      fits = fits && token.integer <= (kGreatest - digit) / 10;
      if (fits) token.integer = token.integer * 10 + digit;
    }
    Advance(digits.size());
    End();
    if (!fits)
      diagnostics_->Error(token.at, "this number is too large",
                          "the greatest is 9223372036854775807");
    if (IsNameStart(At()) || (At() == '.' && IsDigit(At(1)))) {
      diagnostics_->Error(token.at, "this is not a decimal integer",
                          "other constants of C go into %{ return ...; %}");
      while (IsNamePart(At()) || At() == '.') Advance(1);
    }
  }

  void String() {
    const Position begin = position_;
    Token token;
    token.kind = Token::kString;
    token.at = position_;
    Advance(1);
    while (!AtEnd() && At() != '"' && !IsLineEnd(At())) {
      if (At() == '\\') {
        Advance(1);
        Escape(&token.text);
      } else {
        token.text += At();
        Advance(1);
      }
    }
    if (At() != '"') {
      diagnostics_->Error(begin, "this string does not end in its line", "close it with \"");
    } else {
      Advance(1);
    }
    tokens_.push_back(std::move(token));
    End();
  }

  void Escape(std::string* out) {
    const char c = At();
    if (c >= '0' && c <= '7') {
      const Position begin = position_;
      int value = 0;
      for (int i = 0; i < 3 && At() >= '0' && At() <= '7'; ++i, Advance(1))
        value = value * 8 + (At() - '0');
      if (value > 255) diagnostics_->Error(begin, "this octal escape is greater than \\377", "");
      *out += static_cast<char>(value);
      return;
    }
    const std::string_view from = "ntrbf", to = "\n\t\r\b\f";
    const std::size_t index = from.find(c);
    if (!AtEnd()) *out += index == std::string_view::npos ? c : to[index];
    Advance(1);
  }

  void Percent() {
    if (At(1) == '{' || (At(1) == 'c' && At(2) == '{')) return Code(position_);
    const std::string_view rest = Rest();
    if (AtLineStart() && EqualIgnoringCase(rest.substr(0, 7), "%option") && !IsNamePart(At(7))) {
      Add(Token::kOption).text = rest.substr(0, 7);
      Advance(7);
      return End();
    }
    Symbol();
  }

  // From here up to %}, which is taken.
  std::string UntilClose(const Position& begin) {
    const std::size_t from = position_.offset;
    while (!AtEnd() && !(At() == '%' && At(1) == '}')) Advance(At() == '%' ? 2 : 1);
    if (AtEnd()) {
      Fail(begin, "this C text does not end", "close it with %}; \"%%}\" does not");
      return "";
    }
    std::string text = text_.substr(from, position_.offset - from);
    Advance(2);
    return text;
  }

  // %{ or %c{ is next.
  void Code(const Position begin) {
    Token& token = Add(Token::kCode);
    token.at = begin;
    Advance(At(1) == 'c' ? 3 : 2);
    token.code_line = position_.line;
    token.text = UntilClose(begin);
    End();
  }

  // The string after `extern` is next.
  void Extern(const Position begin) {
    const Position language_at = position_;
    const std::size_t line_end =
        std::min(text_.find_first_of("\n\r", position_.offset), text_.size());
    const std::size_t close = text_.find('"', position_.offset + 1);
    if (close >= line_end) {
      Fail(language_at, "the language's name does not end in its line", "expected extern \"C\" %{");
      return;
    }
    const std::string language = text_.substr(position_.offset + 1, close - position_.offset - 1);
    if (language != "C")
      diagnostics_->Error(language_at, "only \"C\" can stand here, not \"" + language + "\"",
                          "expected extern \"C\" %{");
    Advance(close + 1 - position_.offset);
    SkipBlanks();
    if (At() != '%' || At(1) != '{') {
      Fail(position_, "expected %{ after extern \"C\"", "");
      return;
    }
    Advance(2);
    SkipBlanks();
    if (At() == '\r') Advance(1);
    if (At() != '\n')
      diagnostics_->Error(position_, "the text after extern \"C\" %{ begins on the next line", "");
    Advance(1);
    Token& token = Add(Token::kExtern);
    token.at = begin;
    token.code_line = position_.line;
    token.text = UntilClose(begin);
    End();
  }

  // BODY is next: its properties, and then what is in its lines.
  void Body() {
    const Position begin = position_;
    Token& token = Add(Token::kBody);
    token.text = "BODY";
    Advance(4);
    End();
    open_ = 0;  // A bracket that is open still was forgotten; the parser says so.
    in_body_ = true;
    while (IsBlank(At()) || SkipComment()) SkipBlanks();
    if (At() == '[') {
      do {
        SkipSpace();
        if (!AtEnd()) Scan();
      } while (!AtEnd() && !failed_ && open_ > 0);
    }
    in_body_ = false;
    while (IsBlank(At()) || SkipComment()) SkipBlanks();
    if (failed_) return;
    if (!AtEnd() && !IsLineEnd(At())) {
      diagnostics_->Error(position_, "a body begins on the line after BODY",
                          "BODY, then [properties] if it has any, and nothing else in its line");
      while (!AtEnd() && !IsLineEnd(At())) Advance(1);
    }
    if (At() == '\r') Advance(1);
    if (At() == '\n') Advance(1);
    BodyCode(begin);
  }

  void BodyCode(const Position& begin) {
    Token& token = Add(Token::kBodyCode);
    token.code_line = position_.line;
    const std::size_t from = position_.offset;
    Position near;  // A line that looks as if it should end the body.
    for (; !AtEnd(); NextLine()) {
      std::string_view line = Rest().substr(0, Rest().find_first_of("\n\r"));
      const std::size_t indent = std::min(line.find_first_not_of(" \t\v\f"), line.size());
      line.remove_prefix(indent);
      if (line.size() < 3 || !EqualIgnoringCase(line.substr(0, 3), "end")) continue;
      if (line.find_first_not_of(" \t\v\f", 3) == std::string_view::npos) {
        token.text = text_.substr(from, position_.offset - from);
        Advance(indent + 3);
        return End();
      }
      if (near.line == 0 && !IsNamePart(line[3])) near = position_;
    }
    Fail(begin, "this body does not end",
         near.line == 0 ? "close it with a line that holds END"
                        : "line " + std::to_string(near.line) +
                              " holds more than END, which must stand alone");
  }
  void NextLine() {
    while (!AtEnd() && At() != '\n') Advance(1);
    Advance(1);
  }

  void Symbol() {
    static constexpr std::string_view kLong[] = {"->", "<-", "==", "!=", "&&", "||",
                                                 "<=", ">=", "<<", ">>", ".."};
    static constexpr std::string_view kShort = "&|[]()^<>!+-*/%=?:;,";
    for (const std::string_view symbol : kLong)
      if (Rest().substr(0, 2) == symbol) return Symbol(symbol, 2);
    if (kShort.find(At()) == std::string_view::npos || At() == '\0') {
      const Position begin = position_;
      const auto byte = static_cast<unsigned char>(At());
      std::string found = std::string("'") + At() + "'";
      if (byte < ' ' || byte > 126) found = "a byte of value " + std::to_string(byte);
      diagnostics_->Error(begin, found + " means nothing here", "C text goes between %{ and %}");
      return Advance(1);
    }
    if (At() == '[') ++open_;
    if (At() == ']' && open_ > 0) --open_;
    const std::string_view one = Rest().substr(0, 1);
    Symbol(one == "&" ? "&&" : one == "|" ? "||" : one, 1);
  }
  void Symbol(std::string_view text, std::size_t length) {
    Add(Token::kSymbol).text = text;
    Advance(length);
    End();
  }

  const std::string& text_;
  Diagnostics* diagnostics_;
  Position position_;
  std::vector<Token> tokens_;
  int open_ = 0;          // Brackets
  bool in_body_ = false;  // In the properties of a body
  bool failed_ = false;
};

}  // namespace

std::vector<Token> Tokens(const Source& source, Diagnostics* diagnostics) {
  return Lexer(source, diagnostics).Run();
}

}  // namespace heddle::ptgpp
