// Types and parameters.
#include <array>

#include "frontends/charm/charmxi/parser.h"

namespace heddle::charmxi {
namespace {

bool IsBuiltinWord(const std::string& word) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "int", "long", "short", "char", "unsigned", "signed", "float", "double", "void"};
  for (const std::string_view known : kWords)
    if (word == known) return true;
  return false;
}

}  // namespace

// From '<' to its '>', as text.
std::string Parser::AngleArguments() {
  const Position begin = Peek().at;
  std::string text = Take().text;
  int depth = 1, round = 0;
  bool after_word = false;
  while (depth > 0) {
    if (Peek().kind == Token::kEnd || PeekIs(";")) Fail(begin, "this '<' is never closed");
    const Token token = Take();
    if (token.Is("(")) ++round;
    if (token.Is(")")) --round;
    if (round == 0 && token.Is("<")) ++depth;
    if (round == 0 && token.Is(">")) --depth;
    const bool word = token.kind == Token::kName || token.kind == Token::kNumber;
    if (word && after_word) text += ' ';
    text += token.text;
    if (token.Is(",")) text += ' ';
    after_word = word;
  }
  return text;
}

// A::B<C>::D
std::string Parser::NameWithArguments() {
  std::string name;
  if (TakeIf("::")) name = "::";
  (void)TakeIf("typename");
  for (;;) {
    name += ExpectName("a name").text;
    if (PeekIs("<")) name += AngleArguments();
    if (!PeekIs("::")) return name;
    name += Take().text;
    if (TakeIf("template")) name += "template ";
  }
}

Type Parser::TypeRule() {
  Type type;
  type.at = Peek().at;
  while (TakeIf("const")) type.is_const = true;
  const bool is_typename = TakeIf("typename");
  (void)(TakeIf("struct") || TakeIf("class") || TakeIf("enum"));
  if (IsBuiltinWord(Peek().text)) {
    while (IsBuiltinWord(Peek().text) || PeekIs("const")) {
      const std::string word = Take().text;
      if (word == "const") {
        type.is_const = true;
      } else {
        type.name += (type.name.empty() ? "" : " ") + word;
      }
    }
  } else {
    if (Peek().kind != Token::kName && !PeekIs("::"))
      Fail(Peek().at, "expected a type, not " + Found());
    type.name = (is_typename ? "typename " : "") + NameWithArguments();
  }
  for (;;) {
    if (TakeIf("const")) {
      if (type.pointers == 0) type.is_const = true;
    } else if (TakeIf("*")) {
      ++type.pointers;
    } else {
      break;
    }
  }
  if (PeekIs("(")) {
    const Lexer::State state = lexer_.Save();
    (void)Take();
    if (!TakeIf("*")) {
      lexer_.Restore(state);
      return type;
    }
    type.is_function = true;
    if (type.pointers > 0)
      type.name += std::string(static_cast<std::size_t>(type.pointers), '*'), type.pointers = 0;
    if (Peek().kind == Token::kName) type.function_name = Take().text;
    (void)Expect(")", "after the name of a function pointer");
    (void)Expect("(", "before the parameters of a function pointer");
    type.function_parameters = CaptureUntil(")").text;
    return type;
  }
  if (TakeIf("&&")) {
    type.reference = Type::kRvalue;
  } else if (TakeIf("&")) {
    type.reference = Type::kLvalue;
  }
  type.pack = TakeIf("...");
  return type;
}

// After the '('; takes the ')'.
std::vector<Parameter> Parser::Parameters() {
  std::vector<Parameter> parameters;
  if (TakeIf(")")) return parameters;
  do {
    parameters.push_back(ParameterRule());
  } while (TakeIf(","));
  (void)Expect(")", "after the parameters");
  if (parameters.size() == 1 && parameters[0].type.IsVoid() && parameters[0].name.empty())
    parameters.clear();
  return parameters;
}

Parameter Parser::ParameterRule() {
  Parameter parameter;
  if (TakeIf("nocopy")) {
    parameter.mark = Parameter::kNocopy;
  } else if (TakeIf("nocopypost")) {
    parameter.mark = Parameter::kNocopyPost;
  } else if (TakeIf("nocopydevice")) {
    parameter.mark = Parameter::kNocopyDevice;
  }
  parameter.at = Peek().at;
  parameter.type = TypeRule();
  if (parameter.type.is_function) {
    parameter.name = parameter.type.function_name;
  } else if (Peek().kind == Token::kName) {
    parameter.name = Take().text;
  }
  if (TakeIf("[")) {
    parameter.is_array = true;
    const Position open = Peek().at;
    parameter.length = CaptureUntil("]");
    if (parameter.length.text.empty())
      Fail(open, "the length of this array is missing",
           "write what computes it from the other parameters: `int n, T x[n]`");
    if (PeekIs("["))
      Fail(Peek().at, "an array parameter has one dimension",
           "pass the product of the dimensions as its length");
  }
  if (TakeIf("=")) parameter.default_value = Capture(",)").text;
  return parameter;
}

}  // namespace heddle::charmxi
