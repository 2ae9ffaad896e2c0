#include "frontends/charm/charmxi/ast.h"

namespace heddle::charmxi {

std::string Type::ValueText() const {
  if (is_function) return name + " (*)(" + function_parameters + ")";
  return (is_const && pointers > 0 ? "const " : "") + name +
         std::string(static_cast<std::size_t>(pointers), '*');
}

std::string Type::Text() const {
  if (is_function) return ValueText();
  std::string text =
      (is_const ? "const " : "") + name + std::string(static_cast<std::size_t>(pointers), '*');
  if (reference == kLvalue) text += " &";
  if (reference == kRvalue) text += " &&";
  if (pack) text += "...";
  return text;
}

std::string Type::Declare(const std::string& variable) const {
  if (is_function) return name + " (*" + variable + ")(" + function_parameters + ")";
  return Text() + " " + variable;
}

std::string TemplateHeader(const TemplateParameters& parameters, bool with_defaults) {
  if (parameters.empty()) return "";
  std::string text = "template <";
  for (const TemplateParameter& p : parameters) {
    if (&p != &parameters.front()) text += ", ";
    text += p.kind.empty() ? p.type.Declare(p.name) : p.kind + (p.pack ? "... " : " ") + p.name;
    if (with_defaults && !p.default_value.empty()) text += " = " + p.default_value;
  }
  return text + ">";
}

std::string TemplateArguments(const TemplateParameters& parameters) {
  if (parameters.empty()) return "";
  std::string text = "<";
  for (const TemplateParameter& p : parameters) {
    if (&p != &parameters.front()) text += ", ";
    text += p.name + (p.pack ? "..." : "");
  }
  return text + ">";
}

}  // namespace heddle::charmxi
