#include "frontends/parsec/ptgpp/check.h"

namespace heddle::ptgpp {
namespace {

std::string_view Symbol(Expression::Op op) {
  switch (op) {
    case Expression::kOr:
      return "||";
    case Expression::kAnd:
      return "&&";
    case Expression::kXor:
      return "^";
    case Expression::kEqual:
      return "==";
    case Expression::kNotEqual:
      return "!=";
    case Expression::kLess:
      return "<";
    case Expression::kLessEqual:
      return "<=";
    case Expression::kGreater:
      return ">";
    case Expression::kGreaterEqual:
      return ">=";
    case Expression::kShiftLeft:
      return "<<";
    case Expression::kShiftRight:
      return ">>";
    case Expression::kPlus:
      return "+";
    case Expression::kMinus:
      return "-";
    case Expression::kTimes:
      return "*";
    case Expression::kDivide:
      return "/";
    default:
      return "%";
  }
}

// Appends, so that a deep expression costs no more than its length.
void Append(const Expression& e, std::string* out) {
  switch (e.op) {
    case Expression::kInteger:
      *out += std::to_string(e.integer);
      return;
    case Expression::kString:
      *out += '"' + e.string + '"';
      return;
    case Expression::kName:
      *out += e.string;
      return;
    case Expression::kCode:
      *out += "%{" + e.code.text + "%}";
      return;
    case Expression::kNot:
      *out += "!";
      Append(e.children[0], out);
      return;
    case Expression::kTernary:
      *out += "(";
      Append(e.children[0], out);
      *out += " ? ";
      Append(e.children[1], out);
      *out += " : ";
      Append(e.children[2], out);
      *out += ")";
      return;
    case Expression::kRange:
      for (std::size_t i = 0; i < e.children.size(); ++i) {
        if (i > 0) *out += " .. ";
        Append(e.children[i], out);
      }
      return;
    case Expression::kComprehension:
      *out += "[";
      for (std::size_t i = 0; i < e.indices.size(); ++i) {
        *out += (i > 0 ? ", " : "") + e.indices[i].name + " = ";
        Append(e.indices[i].range, out);
      }
      *out += "] ";
      Append(e.children[0], out);
      return;
    default:
      break;
  }
  *out += "(";
  Append(e.children[0], out);
  *out += " ";
  *out += Symbol(e.op);
  *out += " ";
  Append(e.children[1], out);
  *out += ")";
}

}  // namespace

std::string Text(const Expression& expression) {
  std::string text;
  Append(expression, &text);
  return text;
}

}  // namespace heddle::ptgpp
