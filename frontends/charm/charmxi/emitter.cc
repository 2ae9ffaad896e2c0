#include "frontends/charm/charmxi/emitter.h"

namespace heddle::charmxi {

std::string ChareNames::Related(const std::string& prefix, const std::string& name) {
  // The last scope outside of template arguments.
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (name[i] == '<') ++depth;
    if (name[i] == '>') --depth;
    if (depth == 0 && name[i] == ':' && name[i + 1] == ':') begin = i + 2;
  }
  return name.substr(0, begin) + prefix + name.substr(begin);
}

ChareNames::ChareNames(const Chare& c) : chare(c) {
  const std::string arguments = TemplateArguments(c.template_parameters) + c.arguments;
  self = c.name + arguments;
  index = "CkIndex_" + self;
  proxy = "CProxy_" + self;
  is_template = !c.template_parameters.empty();
  const bool single = c.kind == Chare::kChare || c.kind == Chare::kMainchare;
  element = single ? proxy : "CProxyElement_" + self;
  section = "CProxySection_" + self;
  has_sections = !single;
  header = TemplateHeader(c.template_parameters, false);
  if (!header.empty()) header += "\n";
  header_defaults = TemplateHeader(c.template_parameters, true);
  if (!header_defaults.empty()) header_defaults += "\n";
  for (const Type& base : c.bases) bases.push_back(base.name);
  if (bases.empty()) {
    bases.push_back(single                        ? "Chare"
                    : c.kind == Chare::kGroup     ? "Group"
                    : c.kind == Chare::kNodegroup ? "NodeGroup"
                                                  : "ArrayElement");
  }
}

bool IsVoid(const Entry& entry) { return entry.parameters.empty(); }
bool HasNocopy(const Entry& entry) {
  for (const Parameter& p : entry.parameters)
    if (p.mark != Parameter::kPlain) return true;
  return false;
}
bool HasNocopyPost(const Entry& entry) {
  for (const Parameter& p : entry.parameters)
    if (p.mark == Parameter::kNocopyPost) return true;
  return false;
}

bool IsMessage(const Entry& entry) {
  if (entry.parameters.size() != 1) return false;
  const Parameter& p = entry.parameters[0];
  return p.type.pointers == 1 && !p.is_array && !p.type.is_function &&
         p.type.reference == Type::kValue && !p.type.pack;
}

bool IsConstructor(const Chare& chare, const Entry& entry) {
  return !entry.has_return && entry.name == chare.name;
}
bool IsMigrationConstructor(const Entry& entry) {
  return IsMessage(entry) && entry.parameters[0].type.name == "CkMigrateMessage";
}

std::string MessageType(const Entry& entry) { return entry.parameters[0].type.name; }

std::string ParameterName(const Parameter& parameter, std::size_t index) {
  return parameter.name.empty() ? "impl_noname_" + std::to_string(index) : parameter.name;
}

bool IsCheap(const Type& type) {
  if (type.pointers > 0 || type.is_function) return true;
  static const char* const kWords[] = {"int",    "long",  "short",  "char", "unsigned",
                                       "signed", "float", "double", "bool", "size_t"};
  for (const char* word : kWords)
    if (type.name == word || type.name.rfind(std::string(word) + " ", 0) == 0) return true;
  return false;
}

std::string Join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += ", ";
    text += part;
  }
  return text;
}

namespace {
// The caller's own object arrives: T&& of a template's parameter T, and what is called without a
// message. Other T&& are the method's, whose object comes out of a message.
bool PassesOn(const Entry& entry, const Parameter& p) {
  if (p.type.reference != Type::kRvalue) return false;
  if (entry.Has("local")) return true;
  for (const TemplateParameter& t : entry.template_parameters)
    if (t.name == p.type.name) return true;
  return false;
}
}  // namespace

std::string ProxyParameters(const Entry& entry, bool with_defaults, bool named) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
    const Parameter& p = entry.parameters[i];
    const std::string name = named ? ParameterName(p, i) : "";
    std::string text;
    if (IsMessage(entry)) {
      text = p.type.Declare(named ? "impl_msg" : "");
    } else if (p.mark == Parameter::kNocopy || p.mark == Parameter::kNocopyPost) {
      text = named ? "CkNcpyBuffer ncpyBuffer_" + name : "CkNcpyBuffer";
    } else if (p.is_array) {
      text = "const " + p.type.name + std::string(static_cast<std::size_t>(p.type.pointers), '*') +
             " *" + name;
    } else if (PassesOn(entry, p)) {
      text = p.type.name + " &&" + (p.type.pack ? "... " : "") + name;
    } else if (p.type.pack) {
      text = "const " + p.type.name + " &... " + name;
    } else if (IsCheap(p.type) && p.type.reference == Type::kValue) {
      text = p.type.Declare(name);
    } else {
      text = "const " + p.type.name + " &" + name;
    }
    if (with_defaults && !p.default_value.empty()) text += " = " + p.default_value;
    parts.push_back(text);
  }
  return Join(parts);
}

std::string MarshallArguments(const Entry& entry) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
    const Parameter& p = entry.parameters[i];
    const std::string name = ParameterName(p, i);
    if (p.mark == Parameter::kNocopy || p.mark == Parameter::kNocopyPost) {
      parts.push_back("ck::impl::Nocopy(ncpyBuffer_" + name + ", (" + p.length.text +
                      ") * sizeof(" + p.type.ValueText() + "))");
    } else if (p.is_array) {
      parts.push_back("ck::impl::Array(" + name + ", " + p.length.text + ")");
    } else {
      parts.push_back(name + (p.type.pack ? "..." : ""));
    }
  }
  return Join(parts);
}

std::string PassedArguments(const Entry& entry) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
    const Parameter& p = entry.parameters[i];
    const std::string name = IsMessage(entry) ? "impl_msg" : ParameterName(p, i);
    if (p.is_array) {
      parts.push_back("const_cast<" + p.type.ValueText() + "*>(" + name + ")");
    } else if (PassesOn(entry, p)) {
      parts.push_back("std::forward<" + p.type.name + ">(" + name + ")" +
                      (p.type.pack ? "..." : ""));
    } else if (p.type.reference == Type::kRvalue) {  // A copy.
      parts.push_back("typename std::decay<decltype(" + name + ")>::type(" + name + ")");
    } else if (p.type.reference == Type::kLvalue && !p.type.is_const) {
      parts.push_back("const_cast<" + p.type.name + "&>(" + name + ")");
    } else {
      parts.push_back(name + (p.type.pack ? "..." : ""));
    }
  }
  return Join(parts);
}

std::string MethodParameters(const Entry& entry) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
    const Parameter& p = entry.parameters[i];
    parts.push_back(p.is_array ? p.type.Text() + " *" : p.type.Text());
  }
  return Join(parts);
}

std::string MarshalledParameters(const Entry& entry) {
  std::vector<std::string> parts;
  for (const Parameter& p : entry.parameters) {
    if (p.is_array) {
      parts.push_back(p.type.Text() + " *");
    } else if (IsMessage(entry) || p.type.is_function || p.type.pack || p.type.pointers > 0 ||
               p.type.IsVoid()) {
      parts.push_back(p.type.Text());
    } else {
      parts.push_back("const " + p.type.name + " &");
    }
  }
  return Join(parts);
}

std::string MakeMessage(const Entry& entry, const std::string& options) {
  if (IsMessage(entry)) return "";
  if (IsVoid(entry)) return "  void* impl_msg = CkAllocSysMsg(" + options + ");\n";
  return std::string("  CkMarshallMsg* impl_msg = ck::impl::") +
         (HasNocopy(entry) ? "MarshallNocopy(" : "Marshall(") +
         Join({options, MarshallArguments(entry)}) + ");\n";
}

std::string Suffix(const Entry& entry, std::size_t number) {
  if (IsVoid(entry)) return "void";
  if (!IsMessage(entry)) return "marshall" + std::to_string(number);
  std::string name = MessageType(entry);
  for (char& c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '_';
  return name;
}

}  // namespace heddle::charmxi
