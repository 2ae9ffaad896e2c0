// An entry method: its number, its call, and the methods of the proxies.
#include <algorithm>
#include <cstdint>

#include "frontends/charm/charmxi/emitter.h"
#include "frontends/charm/charmxi/nocopy_generator.h"
#include "frontends/charm/charmxi/sdag_generator.h"

namespace heddle::charmxi {
namespace {

class EntryEmitter {
 public:
  EntryEmitter(const ChareNames& names, const Entry& entry, std::size_t number,
               const std::string& file)
      : names_(names), chare_(names.chare), entry_(entry), number_(number), file_(file) {
    constructor_ = IsConstructor(chare_, entry_);
    migration_ = constructor_ && IsMigrationConstructor(entry_);
    mangled_ = entry_.name + "_" + Suffix(entry_, number);
    template_ = TemplateHeader(entry_.template_parameters, false);
    if (!template_.empty()) template_ += "\n";
    arguments_ = TemplateArguments(entry_.template_parameters);
    ep_ = names_.index + "::" + (arguments_.empty() ? "" : "template ") + "idx_" + mangled_ +
          arguments_ + "()";
    result_ = entry_.has_return && entry_.Has("sync") ? entry_.result.ValueText() : "void";
    if (entry_.Has("local")) result_ = entry_.has_return ? entry_.result.Text() : "void";
  }

  EntryText Run() {
    Index();
    if (migration_) {
      // Only the runtime calls it.
    } else if (constructor_) {
      Constructor();
    } else {
      Method();
    }
    return std::move(text_);
  }

 private:
  // ---- CkIndex_T
  void Index() {
    const std::string in_class = InClass();
    std::string& d = text_.index_decl;
    d += "  // " + Signature() + "\n";
    d += in_class + "static int reg_" + mangled_ + "();\n";
    d += in_class + "static int idx_" + mangled_ + "() {\n    static int ep = reg_" + mangled_ +
         arguments_ + "();\n    return ep;\n  }\n";
    if (!constructor_) {
      const std::string parameters = MethodParameters(entry_);
      d += IndexOf(parameters);
      // What `extern entry` names an instance by.
      if (!Head().empty() && MarshalledParameters(entry_) != parameters)
        d += IndexOf(MarshalledParameters(entry_));
    }
    d += in_class + "static int " + (constructor_ ? "ckNew" : entry_.name) + "(" +
         ProxyParameters(entry_, false, false) + ") { return idx_" + mangled_ + arguments_ +
         "(); }\n";
    d += in_class + "static void _call_" + mangled_ + "(void* impl_msg, void* impl_obj);\n";
    if (entry_.Has("reductiontarget")) ReductionTarget();
    Registration();
    Call();
  }

  // By the type of the method.
  std::string IndexOf(const std::string& parameters) const {
    return InClass() + "static int idx_" + entry_.name + "(" + entry_.result.Text() + " (" +
           names_.self + "::*)(" + parameters + ")) { return idx_" + mangled_ + arguments_ +
           "(); }\n";
  }

  std::string Signature() const {
    return (entry_.has_return ? entry_.result.Text() + " " : "") + RegisteredName();
  }

  // As the original registers it: what summaries and traces show.
  std::string RegisteredName() const {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < entry_.parameters.size(); ++i) {
      const Parameter& p = entry_.parameters[i];
      parts.push_back(p.is_array           ? p.type.Text() + " " + p.name + "[]"
                      : p.type.is_function ? p.type.Text()
                                           : p.type.Text() + (p.name.empty() ? "" : " " + p.name));
    }
    return entry_.name + "(" + Join(parts) + ")";
  }

  std::string Flags() const {
    std::vector<std::string> flags;
    // The runtime frees messages made by Marshall(), and those that the method does not keep.
    if (!IsMessage(entry_) || (entry_.Has("nokeep") && !SdagReceives(chare_, entry_)))
      flags.push_back("CK_EP_NOKEEP");
    if (entry_.Has("threaded")) flags.push_back("CK_EP_THREADED");
    if (entry_.Has("expedited")) flags.push_back("CK_EP_EXPEDITED");
    if (entry_.Has("immediate")) flags.push_back("CK_EP_IMMEDIATE");
    if (entry_.Has("exclusive")) flags.push_back("CK_EP_EXCLUSIVE");
    if (entry_.Has("inline")) flags.push_back("CK_EP_INLINE");
    if (entry_.Has("notrace")) flags.push_back("CK_EP_TRACEDISABLE");
    if (entry_.Has("appwork")) flags.push_back("CK_EP_APPWORK");
    if (entry_.Has("memcritical")) flags.push_back("CK_EP_MEMCRITICAL");
    std::string text;
    for (const std::string& flag : flags) text += (text.empty() ? "" : " | ") + flag;
    return text.empty() ? "0" : text;
  }

  static std::string Quoted(const std::string& text) {
    std::string out;
    for (const char c : text)
      out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out;
  }

  void Registration() {
    std::string& t = text_.def;
    t += "\n// " + Signature() + "\n";
    t += Head() + "int " + names_.index + "::reg_" + mangled_ + "() {\n  int ep = CkRegisterEp(\"" +
         Quoted(RegisteredName()) + "\", _call_" + mangled_ + arguments_ + ", 0, __idx, " +
         Flags() + ");\n";
    if (entry_.Has("threaded"))
      t += "  CkRegisterThreaded(ep, " +
           (entry_.stack_size.text.empty() ? "0" : entry_.stack_size.text) + ");\n";
    if (entry_.Has("createhere"))
      t += "  CkRegisterIfNotThere(ep, CkArray_IfNotThere_createhere);\n";
    if (entry_.Has("createhome"))
      t += "  CkRegisterIfNotThere(ep, CkArray_IfNotThere_createhome);\n";
    t += "  return ep;\n}\n";
    if (!entry_.template_parameters.empty()) return;  // Each instance registers itself.
    std::string& r = text_.registration;
    r += "  (void)idx_" + mangled_ + "();\n";
    if (constructor_ && IsVoid(entry_))
      r += "  CkRegisterDefaultCtor(__idx, idx_" + mangled_ + "());\n";
    if (migration_) r += "  CkRegisterMigCtor(__idx, idx_" + mangled_ + "());\n";
    if (chare_.kind == Chare::kMainchare && constructor_ && !migration_)
      r += "  CkRegisterMainChare(__idx, idx_" + mangled_ + "());\n";
    if (entry_.Has("reductiontarget") && !IsMessage(entry_))
      r += "  (void)idx_redn_wrapper_" + mangled_ + "();\n";
  }

  // "template <class T>\ntemplate <class Q>\n" before definitions.
  std::string Head() const { return names_.header + template_; }

  // The statements that take the parameters out of `impl_from`.
  std::string Unmarshall() const {
    std::string t;
    for (std::size_t i = 0; i < entry_.parameters.size(); ++i) {
      const Parameter& p = entry_.parameters[i];
      const std::string name = ParameterName(p, i);
      if (p.mark == Parameter::kNocopyPost) {
        t += "  " + p.type.ValueText() + "* " + name + " = impl_from.PostedArray<" +
             p.type.ValueText() + ">();\n";
      } else if (p.mark == Parameter::kNocopy) {
        t += "  " + p.type.ValueText() + "* " + name +
             " = NULL;\n  ck::impl::NocopyMark* const impl_mark_" + name + " = impl_from.Mark();\n";
      } else if (p.is_array) {
        t += "  " + p.type.ValueText() + "* " + name + " = impl_from.Array<" + p.type.ValueText() +
             ">();\n";
      } else if (p.type.pack) {
        t += "  std::tuple<PUP::detail::TemporaryObjectHolder<" + p.type.name + ">...> " + name +
             ";\n  ck::impl::UnpackAll(impl_from, " + name + ");\n";
      } else {
        t += "  PUP::detail::TemporaryObjectHolder<" + p.type.ValueText() + "> " + name +
             ";\n  impl_from | " + name + ";\n";
      }
    }
    return t;
  }

  // The arguments of the method, from these.
  std::string CallArguments() const {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < entry_.parameters.size(); ++i) {
      const Parameter& p = entry_.parameters[i];
      const std::string name = ParameterName(p, i);
      if (p.is_array) {
        parts.push_back(name);
      } else if (p.type.reference == Type::kLvalue && !p.type.is_const) {
        parts.push_back(name + ".t");
      } else {
        parts.push_back("std::move(" + name + ".t)");
      }
    }
    return Join(parts);
  }

  void Call() {
    std::string& t = text_.def;
    const bool uses_message = !IsVoid(entry_) || entry_.Has("sync") || SdagReceives(chare_, entry_);
    t += Head() + "void " + names_.index + "::_call_" + mangled_ + "(void*" +
         (uses_message ? " impl_msg" : "") + ", void* impl_obj) {\n";
    if (migration_) {
      t += "  ck::impl::MigrationConstructor<" + names_.self +
           ">::Construct(impl_obj, static_cast<CkMigrateMessage*>(impl_msg));\n}\n";
      return;
    }
    if (SdagReceives(chare_, entry_)) {
      t += SdagCall(names_, entry_, number_) + "}\n";
      return;
    }
    std::string arguments;
    if (IsMessage(entry_)) {
      arguments = "static_cast<" + entry_.parameters[0].type.ValueText() + ">(impl_msg)";
    } else if (!IsVoid(entry_)) {
      t += std::string("  ck::impl::") + (HasNocopy(entry_) ? "Nocopy" : "") +
           "Unmarshaller impl_from(impl_msg);\n" + Unmarshall();
      if (HasPack()) return PackCall();
      t += TakeNocopy();
      arguments = CallArguments();
    }
    if (constructor_) {
      t += "  new (impl_obj) " + names_.self + "(" + arguments + ");\n}\n";
      return;
    }
    std::string call = "static_cast<" + names_.self + "*>(impl_obj)->" +
                       (arguments_.empty() ? "" : "template ") + entry_.name + arguments_ + "(" +
                       arguments + ")";
    if (arguments_.empty() && entry_.result.IsVoid() && TakesReferences())
      call = CallWithReferences(arguments);
    if (entry_.Has("sync") || entry_.Has("iget")) {
      t += "  const ck::impl::ReplyTo impl_reply(impl_msg);\n";
      if (entry_.result.IsVoid()) {
        t += "  " + call + ";\n  impl_reply.SendNothing();\n";
      } else if (entry_.result.pointers > 0) {
        t += "  impl_reply.Send(" + call + ");\n";
      } else {
        t += "  impl_reply.SendValue(" + call + ");\n";
      }
    } else {
      t += "  " + call + ";\n";
    }
    t += "}\n";
  }

  bool TakesReferences() const {
    return std::any_of(entry_.parameters.begin(), entry_.parameters.end(),
                       [](const Parameter& p) { return IsPlainReference(p); });
  }
  static bool IsPlainReference(const Parameter& p) {
    return !p.is_array && !p.type.pack && p.type.reference == Type::kLvalue && !p.type.is_const;
  }

  // A parameter `T& x` of the .ci is a T& or a T&& of the method, which alone knows: a helper for
  // each.
  std::string CallWithReferences(const std::string& arguments) {
    const std::string helper = "with_" + mangled_;
    std::string types = "class T", parameters = "T* impl_object";
    std::vector<std::string> as_named, as_moved;
    for (std::size_t i = 0; i < entry_.parameters.size(); ++i) {
      const std::string n = std::to_string(i);
      types += ", class A" + n;
      parameters += ", A" + n + "&& a" + n;
      const bool reference = IsPlainReference(entry_.parameters[i]);
      as_named.push_back(reference ? "a" + n : "std::forward<A" + n + ">(a" + n + ")");
      as_moved.push_back(reference ? "std::move(a" + n + ")"
                                   : "std::forward<A" + n + ">(a" + n + ")");
    }
    const std::string method = "impl_object->" + entry_.name;
    text_.index_decl += "  template <" + types + ">\n  static auto " + helper + "(int, " +
                        parameters + ") -> decltype(" + method + "(" + Join(as_named) +
                        "), void()) { " + method + "(" + Join(as_named) + "); }\n";
    text_.index_decl += "  template <" + types + ">\n  static void " + helper + "(long, " +
                        parameters + ") { " + method + "(" + Join(as_moved) + "); }\n";
    return helper + "(0, static_cast<" + names_.self + "*>(impl_obj), " + arguments + ")";
  }

  // First the posted ones: until they are there the sender keeps the others.
  std::string TakeNocopy() const {
    std::string t;
    if (HasNocopyPost(entry_)) {
      const auto variable = [&](std::size_t i) {
        const Parameter& p = entry_.parameters[i];
        return ParameterName(p, i) + (p.is_array ? "" : ".t");
      };
      t += CallPostMethod(
          names_, entry_, "idx_" + mangled_ + arguments_ + "()", variable,
          [](std::size_t) { return std::string(); }, "return;");
    }
    for (std::size_t i = 0; i < entry_.parameters.size(); ++i) {
      const Parameter& p = entry_.parameters[i];
      if (p.mark != Parameter::kNocopy) continue;
      const std::string name = ParameterName(p, i);
      t += "  " + name + " = impl_from.NocopyArray<" + p.type.ValueText() + ">(impl_mark_" + name +
           ");\n";
    }
    return t;
  }

  bool HasPack() const {
    for (const Parameter& p : entry_.parameters)
      if (p.type.pack) return true;
    return false;
  }

  // One parameter is a pack: the tuple is spread by a helper.
  void PackCall() {
    const Parameter& p = entry_.parameters.back();
    const std::string name = ParameterName(p, entry_.parameters.size() - 1);
    std::string& t = text_.def;
    if (entry_.parameters.size() != 1) {
      t += "  static_assert(sizeof(impl_obj) == 0, \"a pack must be an entry method's only "
           "parameter\");\n}\n";
    } else if (constructor_) {
      t += "  ck::impl::ConstructWith<" + names_.self + ">(impl_obj, " + name + ");\n}\n";
    } else {
      t += "  " + names_.self + "* obj = static_cast<" + names_.self +
           "*>(impl_obj);\n  ck::impl::CallWith([obj](" + p.type.name + " &&... values) { obj->" +
           (arguments_.empty() ? "" : "template ") + entry_.name + arguments_ +
           "(std::move(values)...); }, " + name + ");\n}\n";
    }
  }

  // ---- A reduction's result as parameters: (int n, T v[n]) is all of it, others are values one
  // behind the other.
  void ReductionTarget() {
    std::string& d = text_.index_decl;
    const std::string in_class = InClass();
    if (IsMessage(entry_)) {
      d += in_class + "static int redn_wrapper_" + entry_.name + "(CkReductionMsg*) { return idx_" +
           mangled_ + arguments_ + "(); }\n";
      return;
    }
    const std::string wrapper = "redn_wrapper_" + mangled_;
    d += in_class + "static int reg_" + wrapper + "();\n" + in_class + "static int idx_" + wrapper +
         "() {\n    static int ep = reg_" + wrapper + arguments_ + "();\n    return ep;\n  }\n";
    d += in_class + "static int redn_wrapper_" + entry_.name + "(CkReductionMsg*) { return idx_" +
         wrapper + arguments_ + "(); }\n";
    d += in_class + "static void _call_" + wrapper + "(void* impl_msg, void* impl_obj);\n";
    std::string& t = text_.def;
    t += Head() + "int " + names_.index + "::reg_" + wrapper + "() { return CkRegisterEp(\"" +
         Quoted(RegisteredName()) + "\", _call_" + wrapper + arguments_ + ", 0, __idx, 0" +
         (entry_.Has("threaded") ? " | CK_EP_THREADED" : "") + "); }\n";
    t += Head() + "void " + names_.index + "::_call_" + wrapper +
         "(void* impl_msg, void* impl_obj) {\n  CkReductionMsg* impl_result = "
         "static_cast<CkReductionMsg*>(impl_msg);\n";
    const auto& parameters = entry_.parameters;
    if (parameters.size() == 2 && parameters[0].is_array != parameters[1].is_array) {
      const std::size_t array = parameters[0].is_array ? 0 : 1, count = 1 - array;
      const std::string type = parameters[array].type.ValueText(),
                        counted = ParameterName(parameters[count], count);
      t += "  PUP::detail::TemporaryObjectHolder<" + parameters[count].type.ValueText() + "> " +
           counted + ";\n  " + counted + ".t = static_cast<" + parameters[count].type.ValueText() +
           ">(impl_result->getSize() / sizeof(" + type + "));\n";
      t += "  " + type + "* " + ParameterName(parameters[array], array) + " = static_cast<" + type +
           "*>(impl_result->getData());\n";
    } else if (!parameters.empty()) {
      t += "  PUP::fromMem impl_from(impl_result->getData());\n";
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Parameter& p = parameters[i];
        const std::string name = ParameterName(p, i);
        if (p.is_array) {
          t += "  " + p.type.ValueText() + "* " + name + " = reinterpret_cast<" +
               p.type.ValueText() + "*>(impl_from.get_current_pointer());\n";
        } else {
          t += "  PUP::detail::TemporaryObjectHolder<" + p.type.ValueText() + "> " + name +
               ";\n  impl_from | " + name + ";\n";
        }
      }
    }
    if (SdagReceives(chare_, entry_)) {
      t += SdagReductionCall(names_, entry_, number_) + "  CkFreeMsg(impl_result);\n}\n";
      return;
    }
    t += "  static_cast<" + names_.self + "*>(impl_obj)->" +
         (arguments_.empty() ? "" : "template ") + entry_.name + arguments_ + "(" +
         CallArguments() + ");\n  CkFreeMsg(impl_result);\n}\n";
  }

  // ---- Proxies: methods
  std::string OptionsParameter(bool with_default) const {
    if (IsMessage(entry_)) return "";
    return std::string("const CkEntryOptions* impl_e_opts") + (with_default ? " = NULL" : "");
  }

  std::string SendOptions() const {
    std::vector<std::string> options;
    if (entry_.Has("expedited")) options.push_back("CK_MSG_EXPEDITED");
    if (entry_.Has("immediate")) options.push_back("CK_MSG_IMMEDIATE");
    std::string text;
    for (const std::string& option : options) text += (text.empty() ? "" : " | ") + option;
    return text.empty() ? "0" : text;
  }

  std::string InClass() const {
    return template_.empty() ? "  "
                             : "  " + TemplateHeader(entry_.template_parameters, false) + " ";
  }

  // A method of a proxy: its declaration with `extra` parameters before the options, and its
  // definition with `body`.
  void Define(std::string* decl, const std::string& proxy, const std::string& result,
              const std::string& extra, const std::string& body) {
    *decl += InClass() + result + " " + entry_.name + "(" +
             Join({ProxyParameters(entry_, extra.empty()), extra, OptionsParameter(true)}) +
             ") const;\n";
    text_.def += Head() + result + " " + proxy + "::" + entry_.name + "(" +
                 Join({ProxyParameters(entry_, false), extra, OptionsParameter(false)}) +
                 ") const {\n" + body + "}\n";
  }

  std::string Send(const std::string& how) const {
    return MakeMessage(entry_, "impl_e_opts") + "  this->" + how + "(impl_msg, " + ep_ + ", " +
           SendOptions() + ");\n";
  }

  std::string LocalObject() const {
    switch (chare_.kind) {
      case Chare::kGroup:
        return "this->ckGetGroupPe() == CkMyPe() ? this->ckLocalBranch() : NULL";
      case Chare::kNodegroup:
        return "this->ckGetGroupPe() == CkMyNode() ? this->ckLocalBranch() : NULL";
      default:
        return "this->ckLocal()";
    }
  }

  std::string DirectCall() const {
    return "ck::impl::InlineCall impl_guard(impl_object, " + ep_ + ");\n    return impl_object->" +
           std::string(arguments_.empty() ? "" : "template ") + entry_.name + arguments_ + "(" +
           PassedArguments(entry_) + ");\n";
  }

  // Into the pack for the element's PE, where it may; otherwise what follows sends it.
  std::string Aggregate() const {
    const auto value = [this](const std::string& name, int otherwise) {
      for (const auto& [argument, text] : entry_.Find("aggregate")->arguments)
        if (argument == name) return std::max(1, std::stoi(text));
      return otherwise;
    };
    const int bytes = value("bufferSize", 16384);
    const auto part = [&](const std::string& name) {
      const std::int64_t numerator = value(name + "Numer", 1),
                         denominator = value(name + "Denom", 2);
      return std::to_string(std::min<std::int64_t>(bytes, bytes * numerator / denominator));
    };
    return "  static const ck::impl::AggregateOptions impl_aggregate = {" + std::to_string(bytes) +
           ", " + std::to_string(value("maxItems", 1000)) + ", " + part("threshold") + ", " +
           part("cutoff") + "};\n  if (ck::impl::Aggregate(*this, " + ep_ +
           ", impl_aggregate, impl_e_opts, " + MarshallArguments(entry_) + ")) return;\n";
  }

  void Method() {
    if (entry_.Has("local")) {
      const std::string body =
          "  if (" + names_.self + "* impl_object = " + LocalObject() + ") {\n    " + DirectCall() +
          "  }\n  CkAbort(\"Charm++: the [local] method " + names_.self + "::" + entry_.name +
          " was called for an object that is not on this PE\");\n";
      Define(&text_.element_decl, names_.element, result_, "", body);
      return;
    }
    if (entry_.Has("sync")) {
      std::string body = MakeMessage(entry_, "impl_e_opts");
      const std::string answer = "this->ckSendSync(impl_msg, " + ep_ + ")";
      if (entry_.result.IsVoid()) {
        body += "  CkFreeMsg(" + answer + ");\n";
      } else if (entry_.result.pointers > 0) {
        body += "  return static_cast<" + result_ + ">(" + answer + ");\n";
      } else {
        body += "  return ck::impl::SyncResult<" + result_ + " >(" + answer + ");\n";
      }
      Define(&text_.element_decl, names_.element, result_, "", body);
      return;
    }
    std::string body;
    if (entry_.Has("inline") && !SdagReceives(chare_, entry_) && !HasNocopy(entry_)) {
      body = "  if (" + names_.self + "* impl_object = " + LocalObject() +
             ") {\n    ck::impl::InlineCall impl_guard(impl_object, " + ep_ +
             ");\n    impl_object->" + (arguments_.empty() ? "" : "template ") + entry_.name +
             arguments_ + "(" + PassedArguments(entry_) + ");\n    return;\n  }\n";
    }
    if (entry_.Has("aggregate")) body += Aggregate();
    body += Send("ckSend");
    Define(&text_.element_decl, names_.element, "void", "", body);
    if (!names_.has_sections) return;
    Define(&text_.proxy_decl, names_.proxy, "void", "", Send("ckBroadcast"));
    if (chare_.kind != Chare::kArray) {
      Define(&text_.proxy_decl, names_.proxy, "void", "int npes, const int* pes",
             MakeMessage(entry_, "impl_e_opts") + "  this->ckSendMulti(impl_msg, " + ep_ +
                 ", npes, pes, " + SendOptions() + ");\n");
      if (chare_.kind == Chare::kGroup) {
        Define(&text_.proxy_decl, names_.proxy, "void", "CmiGroup& grp",
               MakeMessage(entry_, "impl_e_opts") +
                   "  int impl_count, *impl_pes;\n  CmiLookupGroup(grp, &impl_count, &impl_pes);\n "
                   " this->ckSendMulti(impl_msg, " +
                   ep_ + ", impl_count, impl_pes, " + SendOptions() + ");\n");
      }
    }
    Define(&text_.section_decl, names_.section, "void", "", Send("ckSend"));
  }

  // ---- Proxies: creation
  void DefineStatic(std::string* decl, const std::string& proxy, const std::string& result,
                    const std::string& parameters, const std::string& parameters_with_defaults,
                    const std::string& name, const std::string& body) {
    *decl += InClass() + "static " + result + " " + name + "(" + parameters_with_defaults + ");\n";
    text_.def +=
        Head() + result + " " + proxy + "::" + name + "(" + parameters + ") {\n" + body + "}\n";
  }

  void Constructor() {
    switch (chare_.kind) {
      case Chare::kChare:
      case Chare::kMainchare: {
        const std::string make = MakeMessage(entry_, "impl_e_opts");
        const std::string create = ", " + names_.index + "::__idx, " + ep_ + ", ";
        DefineStatic(
            &text_.element_decl, names_.proxy, "CkChareID",
            Join({ProxyParameters(entry_, false), "int onPE", OptionsParameter(false)}),
            Join({ProxyParameters(entry_, false), "int onPE = CK_PE_ANY", OptionsParameter(true)}),
            "ckNew",
            make + "  CkChareID impl_id;\n  CkCreateChare(" + create.substr(2) +
                "impl_msg, &impl_id, onPE);\n  return impl_id;\n");
        DefineStatic(&text_.element_decl, names_.proxy, "void",
                     Join({ProxyParameters(entry_, false), "CkChareID* pcid", "int onPE",
                           OptionsParameter(false)}),
                     Join({ProxyParameters(entry_, false), "CkChareID* pcid",
                           "int onPE = CK_PE_ANY", OptionsParameter(true)}),
                     "ckNew",
                     make + "  CkCreateChare(" + create.substr(2) + "impl_msg, pcid, onPE);\n");
        break;
      }
      case Chare::kGroup:
      case Chare::kNodegroup:
        DefineStatic(&text_.proxy_decl, names_.proxy, "CkGroupID",
                     Join({ProxyParameters(entry_, false), OptionsParameter(false)}),
                     Join({ProxyParameters(entry_, true), OptionsParameter(true)}), "ckNew",
                     MakeMessage(entry_, "impl_e_opts") + "  return ckCreate(impl_msg, " +
                         names_.index + "::__idx, " + ep_ + ");\n");
        break;
      case Chare::kArray:
        ArrayConstructor();
        break;
    }
  }

  void ArrayConstructor() {
    const std::string make = MakeMessage(entry_, "impl_e_opts");
    const std::string message = "static_cast<CkArrayMessage*>(static_cast<void*>(impl_msg))";
    const std::string parameters = ProxyParameters(entry_, false);
    // A new element
    const std::string insert_body =
        make + "  this->ckInsert(" + message + ", " + ep_ + ", onPE);\n";
    text_.element_decl += InClass() + "void insert(" +
                          Join({parameters, "int onPE = -1", OptionsParameter(true)}) + ");\n";
    text_.def += Head() + "void " + names_.element + "::insert(" +
                 Join({parameters, "int onPE", OptionsParameter(false)}) + ") {\n" + insert_body +
                 "}\n";
    // A new array
    const auto create = [&](const std::string& size_parameters, const std::string& options,
                            const std::string& default_options) {
      DefineStatic(
          &text_.proxy_decl, names_.proxy, "CkArrayID",
          Join({parameters, size_parameters, OptionsParameter(false)}),
          Join({parameters, size_parameters + default_options, OptionsParameter(true)}), "ckNew",
          make + "  return ckCreateArray(" + message + ", " + ep_ + ", " + options + ");\n");
      DefineStatic(&text_.proxy_decl, names_.proxy, "void",
                   Join({parameters, size_parameters, "CkCallback _ck_array_creation_cb",
                         OptionsParameter(false)}),
                   Join({parameters, size_parameters, "CkCallback _ck_array_creation_cb",
                         OptionsParameter(true)}),
                   "ckNew",
                   make + "  CkArrayID impl_array = ckCreateArray(" + message + ", " + ep_ + ", " +
                       options + ");\n  CkArrayCreated(_ck_array_creation_cb, impl_array);\n");
    };
    create("const CkArrayOptions& opts", "opts", " = CkArrayOptions()");
    const int dimensions =
        chare_.index.size() == 2 && chare_.index[1] == 'D' ? chare_.index[0] - '0' : 0;
    if (dimensions < 1 || dimensions > 3) return;
    std::vector<std::string> sizes, names;
    for (int i = 1; i <= dimensions; ++i) {
      sizes.push_back("const int s" + std::to_string(i));
      names.push_back("s" + std::to_string(i));
    }
    create(Join(sizes), "CkArrayOptions(" + Join(names) + ")", "");
  }

  const ChareNames& names_;
  const Chare& chare_;
  const Entry& entry_;
  const std::size_t number_;
  const std::string& file_;
  bool constructor_ = false, migration_ = false;
  std::string mangled_, template_, arguments_, ep_, result_;
  EntryText text_;
};

}  // namespace

EntryText EmitEntry(const ChareNames& names, const Entry& entry, std::size_t number,
                    const std::string& file) {
  return EntryEmitter(names, entry, number, file).Run();
}

}  // namespace heddle::charmxi
