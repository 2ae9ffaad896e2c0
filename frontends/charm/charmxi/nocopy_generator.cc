#include "frontends/charm/charmxi/nocopy_generator.h"

#include <vector>

namespace heddle::charmxi {

std::string CallPostMethod(const ChareNames& names, const Entry& entry, const std::string& ep,
                           const VariableOf& variable, const VariableOf& count_of,
                           const std::string& otherwise) {
  std::vector<std::string> variables, declared;
  std::string used;
  for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
    const Parameter& p = entry.parameters[i];
    const std::string name = ParameterName(p, i);
    variables.push_back(variable(i));
    declared.push_back(p.is_array ? p.type.ValueText() + "* " + name
                                  : "const " + p.type.ValueText() + "& " + name);
    used += "(void)" + name + "; ";
  }
  std::string given, taken;
  std::size_t post = 0;
  for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
    const Parameter& p = entry.parameters[i];
    if (p.mark != Parameter::kNocopyPost) continue;
    const std::string number = std::to_string(post++), type = p.type.ValueText();
    // An older form: by a reference to the pointer, with as many elements as the length says then.
    given += "    if (" + variables[i] + " != NULL)\n      impl_posts.Given(" + number + ", " +
             variables[i] + ", [](" + Join(declared) + ") {\n        " + used + "return sizeof(" +
             type + ") * (" + p.length.text + ");\n      }(" + Join(variables) + "));\n";
    taken += "    " + variables[i] + " = impl_posts.Array<" + type + ">(" +
             Join({number, count_of(i)}) + ");\n";
  }
  return "  if (!impl_from.posted()) {\n    ck::impl::Posts impl_posts(impl_from, impl_obj, " + ep +
         ");\n    static_cast<" + names.self + "*>(impl_obj)->" + entry.name + "(" +
         Join(variables) + ", impl_posts.array());\n" + given + "    if (!impl_posts.Ready()) " +
         otherwise + "\n" + taken + "  }\n";
}

}  // namespace heddle::charmxi
