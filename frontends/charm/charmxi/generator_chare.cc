// A chare's classes: CkIndex_T, its proxies, CBase_T, and T_SDAG_CODE.
#include "frontends/charm/charmxi/emitter.h"
#include "frontends/charm/charmxi/sdag_generator.h"

namespace heddle::charmxi {
namespace {

int Dimensions(const Chare& chare) {
  return chare.index.size() == 2 && chare.index[1] == 'D' && chare.index[0] >= '1' &&
                 chare.index[0] <= '6'
             ? chare.index[0] - '0'
             : 0;
}

class ChareEmitter {
 public:
  ChareEmitter(const Chare& chare, Output* output) : chare_(chare), names_(chare), out_(output) {}

  void Run() {
    if (!chare_.arguments.empty()) {
      out_->registration += RegisterCall();
      return;
    }
    std::vector<std::unique_ptr<Entry>> implied;
    AddImpliedEntries(&implied);
    std::size_t number = 0;
    for (const auto& entry : chare_.entries)
      Add(EmitEntry(names_, *entry, ++number, out_->file), !entry->template_parameters.empty());
    for (const auto& entry : implied)
      Add(EmitEntry(names_, *entry, ++number, out_->file), !entry->template_parameters.empty());
    Declare();
    if (chare_.is_extern) return;
    Define();
    if (!names_.is_template) out_->registration += RegisterCall();
  }

 private:
  std::string RegisterCall() const {
    return "  " + names_.index + "::__register(\"" + names_.self + "\", sizeof(" + names_.self +
           "));\n";
  }

  void Add(const EntryText& text, bool is_template) {
    text_.index_decl += text.index_decl;
    text_.element_decl += text.element_decl;
    text_.proxy_decl += text.proxy_decl;
    text_.section_decl += text.section_decl;
    if (names_.is_template || !is_template) text_.def += text.def;
    text_.registration += text.registration;
  }

  // What can move has a constructor for that, which the .ci need not name.
  void AddImpliedEntries(std::vector<std::unique_ptr<Entry>>* implied) const {
    for (const auto& entry : chare_.entries)
      if (IsConstructor(chare_, *entry) && IsMigrationConstructor(*entry)) return;
    if (chare_.kind == Chare::kChare || chare_.kind == Chare::kMainchare) {
      if (!chare_.Has("migratable")) return;
    }
    auto entry = std::make_unique<Entry>();
    entry->at = chare_.at;
    entry->name = chare_.name;
    Parameter parameter;
    parameter.type.name = "CkMigrateMessage";
    parameter.type.pointers = 1;
    entry->parameters.push_back(parameter);
    implied->push_back(std::move(entry));
  }

  std::string Typedefs() const {
    std::string t = "  typedef " + names_.self + " local_t;\n  typedef " + names_.index +
                    " index_t;\n  typedef " + names_.proxy + " proxy_t;\n  typedef " +
                    names_.element + " element_t;\n";
    if (names_.has_sections) t += "  typedef " + names_.section + " section_t;\n";
    return t;
  }

  // " : public prefix_B1, public prefix_B2"
  std::string Bases(const std::string& prefix) const {
    std::string t;
    for (const std::string& base : names_.bases)
      t += (t.empty() ? " : public " : ", public ") + ChareNames::Related(prefix, base);
    return t;
  }
  std::string FirstBase(const std::string& prefix) const {
    return ChareNames::Related(prefix, names_.bases[0]);
  }

  // With several bases each has its copy of what all proxies have: the first one's answers, and all
  // are told.
  std::string Disambiguation(const std::string& prefix,
                             const std::vector<std::string>& members) const {
    if (names_.bases.size() < 2) return "";
    const std::string first = FirstBase(prefix);
    std::string t = "  void pup(PUP::er& p) {";
    for (const std::string& base : names_.bases)
      t += " " + ChareNames::Related(prefix, base) + "::pup(p);";
    t += " }\n";
    for (const std::string& member : members) {
      if (member == "pup") continue;
      if (member == "ckCreate" || member == "ckCreateArray" || member == "ckCreateEmptyArray") {
        t += "  using " + first + "::" + member + ";\n";
        continue;
      }
      const bool tells = member == "ckDelegate" || member == "ckUndelegate" ||
                         member == "ckSetChareID" || member == "ckSetGroupID";
      t += "  template <class... Arguments>\n  auto " + member +
           "(Arguments&&... arguments) const -> decltype(std::declval<" + first + "&>()." + member +
           "(std::forward<Arguments>(arguments)...)) {\n    ";
      t += prefix + chare_.name + "& self = const_cast<" + prefix + chare_.name +
           "&>(*this);\n    (void)self;\n";
      if (tells)
        for (std::size_t i = 1; i < names_.bases.size(); ++i)
          t += "    self." + ChareNames::Related(prefix, names_.bases[i]) + "::" + member +
               "(arguments...);\n";
      t += "    return self." + first + "::" + member +
           "(std::forward<Arguments>(arguments)...);\n  }\n";
    }
    return t;
  }

  std::string SectionDisambiguation() const {
    std::vector<std::string> members = ProxyMembers();
    for (const char* const name :
         {"ckSend", "ckGetNumElements", "ckGetNumSections", "ckGetSectionInfo", "ckGetSectionID",
          "ckGetSectionIDs", "ckSectionDelegate"})
      members.push_back(name);
    if (chare_.kind == Chare::kArray) {
      for (const char* const name : {"ckGetArrayID", "ckGetArrayIDn", "ckGetArrayElements"})
        members.push_back(name);
    } else {
      for (const char* const name : {"ckGetGroupID", "ckGetGroupIDn", "ckGetElements"})
        members.push_back(name);
    }
    return Disambiguation("CProxySection_", members);
  }

  // The base's constructors. A template's base may be one, too: its constructors have its own name,
  // not its arguments.
  std::string InheritConstructors(const std::string& prefix) const {
    if (names_.bases.size() > 1) {
      return "  template <class First, class... Arguments>\n  explicit " + prefix + chare_.name +
             "(const First& first, const Arguments&... arguments) " +
             InitBases(prefix, "first, arguments...") + "{}\n";
    }
    const std::string base = FirstBase(prefix);
    std::string own = base.substr(0, base.find('<'));
    const std::size_t scope = own.rfind("::");
    if (scope != std::string::npos) own = own.substr(scope + 2);
    return "  using " + base + "::" + own + ";\n";
  }

  void Declare() {
    std::string& d = out_->decl;
    d += "// ---- " + KindName() + " " + chare_.name + "\n";
    for (const std::string prefix :
         {"", "CkIndex_", "CProxy_", "CProxyElement_", "CProxySection_"}) {
      if (!names_.has_sections && prefix.find("Proxy") != std::string::npos && prefix != "CProxy_")
        continue;
      d += (names_.header.empty()
                ? ""
                : (prefix.empty() ? TemplateHeader(chare_.template_parameters, true)
                                  : TemplateHeader(chare_.template_parameters, false)) +
                      " ") +
           "class " + prefix + chare_.name + ";\n";
    }
    d += names_.header + "class CkIndex_" + chare_.name + Bases("CkIndex_") + " {\n public:\n" +
         Typedefs();
    d += "  static int __idx;\n  static void __register(const char* name, size_t bytes);\n" +
         text_.index_decl + "};\n";
    switch (chare_.kind) {
      case Chare::kChare:
      case Chare::kMainchare:
        DeclareChareProxy();
        break;
      case Chare::kGroup:
      case Chare::kNodegroup:
        DeclareGroupProxies();
        break;
      case Chare::kArray:
        DeclareArrayProxies();
        break;
    }
    DeclareBase();
    const std::string sdag = SdagMacro(names_);
    d += "#define " + chare_.name + "_SDAG_CODE " + sdag + "\n\n";
  }

  std::string KindName() const {
    static const char* const kNames[] = {"chare", "mainchare", "group", "nodegroup", "array"};
    return kNames[chare_.kind];
  }

  static std::vector<std::string> ProxyMembers() {
    return {"ckDelegate",     "ckUndelegate",   "ckIsDelegated", "ckDelegatedTo",
            "ckDelegatedPtr", "ckDelegatedIdx", "ckCheck",       "pup"};
  }

  void DeclareChareProxy() {
    std::vector<std::string> members = ProxyMembers();
    for (const char* const name :
         {"ckGetChareID", "ckSetChareID", "ckSend", "ckSendSync", "ckCreate"})
      members.push_back(name);
    out_->decl += names_.header + "class CProxy_" + chare_.name + Bases("CProxy_") +
                  " {\n public:\n" + Typedefs();
    out_->decl += Disambiguation("CProxy_", members);
    out_->decl += "  CProxy_" + chare_.name + "() {}\n  CProxy_" + chare_.name +
                  "(const CkChareID& id) " + InitBases("CProxy_", "id") + "{}\n  CProxy_" +
                  chare_.name + "(const Chare* chare) " + InitBases("CProxy_", "chare") + "{}\n";
    if (names_.bases.size() > 1)
      out_->decl += "  operator const CkChareID&() const { return ckGetChareID(); }\n";
    out_->decl += "  " + names_.self + "* ckLocal() const { return static_cast<" + names_.self +
                  "*>(CkLocalChare(&this->ckGetChareID())); }\n";
    out_->decl += text_.element_decl + "};\n";
  }

  std::string InitBases(const std::string& prefix, const std::string& arguments) const {
    std::string t;
    for (const std::string& base : names_.bases)
      t += (t.empty() ? ": " : ", ") + ChareNames::Related(prefix, base) + "(" + arguments + ")";
    return t + " ";
  }

  void DeclareGroupProxies() {
    const bool node = chare_.kind == Chare::kNodegroup;
    const std::string local = node ? "CkLocalNodeBranch" : "CkLocalBranch";
    std::string& d = out_->decl;
    std::vector<std::string> members = ProxyMembers();
    for (const char* const name :
         {"ckGetChareID", "ckGetGroupID", "ckSetGroupID", "ckSetReductionClient",
          "setReductionClient", "ckBroadcast", "ckSendMulti", "ckCreate"})
      members.push_back(name);
    std::vector<std::string> element_members = members;
    for (const char* const name : {"ckSend", "ckSendSync", "ckGetGroupPe"})
      element_members.push_back(name);
    const std::string branch =
        "  " + names_.self +
        "* ckLocalBranch() const { return ckLocalBranch(this->ckGetGroupID()); }\n  static " +
        names_.self + "* ckLocalBranch(CkGroupID group) { return static_cast<" + names_.self +
        "*>(" + local + "(group)); }\n";
    const std::string conversion =
        names_.bases.size() > 1 ? "  operator CkGroupID() const { return ckGetGroupID(); }\n" : "";
    // One branch
    d += names_.header + "class CProxyElement_" + chare_.name + Bases("CProxyElement_") +
         " {\n public:\n" + Typedefs() + Disambiguation("CProxyElement_", element_members);
    d += Constructors("CProxyElement_", {{"CkGroupID group, int where", "group, where"},
                                         {"CkGroupID group, int where, CK_DELCTOR_PARAM",
                                          "group, where, CK_DELCTOR_ARGS"},
                                         {"const IrrGroup* branch", "branch"}});
    d += conversion + branch + text_.element_decl + "};\n";
    // All
    d += names_.header + "class CProxy_" + chare_.name + Bases("CProxy_") + " {\n public:\n" +
         Typedefs() + Disambiguation("CProxy_", members);
    d += Constructors("CProxy_", {{"CkGroupID group", "group"},
                                  {"CkGroupID group, CK_DELCTOR_PARAM", "group, CK_DELCTOR_ARGS"},
                                  {"const IrrGroup* branch", "branch"}});
    d += "  " + names_.element + " operator[](int where) const { return " + names_.element +
         "(this->ckGetGroupID(), where, this->ckDelegatedTo(), this->ckDelegatedPtr()); }\n";
    d += conversion + branch + text_.proxy_decl + "};\n";
    // Some
    d += names_.header + "class CProxySection_" + chare_.name + Bases("CProxySection_") +
         " {\n public:\n" + Typedefs() + "  CProxySection_" + chare_.name + "() {}\n" +
         InheritConstructors("CProxySection_") + SectionDisambiguation();
    d += "  " + names_.element + " operator[](int where) const { return " + names_.element +
         "(this->ckGetGroupID(), where, this->ckDelegatedTo(), this->ckDelegatedPtr()); }\n";
    d += branch + text_.section_decl + "};\n";
  }

  std::string Constructors(const std::string& prefix,
                           const std::vector<std::pair<std::string, std::string>>& forms) const {
    std::string t = "  " + prefix + chare_.name + "() {}\n";
    for (const auto& [parameters, arguments] : forms)
      t += "  " + prefix + chare_.name + "(" + parameters + ") " + InitBases(prefix, arguments) +
           "{}\n";
    return t;
  }

  // The type of an index as users name it.
  std::string IndexType() const { return "CkArrayIndex" + chare_.index; }

  std::string ElementOperators(bool of_section) const {
    const int dimensions = Dimensions(chare_);
    const auto element = [&](const std::string& index) {
      return "{ return " + names_.element + "(this->ckGetArrayID(), " + index +
             ", this->ckDelegatedTo(), this->ckDelegatedPtr()); }\n";
    };
    std::string t;
    t += "  " + names_.element + " operator[](const " + IndexType() + "& index) const " +
         element("index");
    t += "  " + names_.element + " operator()(const " + IndexType() + "& index) const " +
         element("index");
    if (dimensions == 0) return t;
    if (dimensions == 1) {
      const std::string index =
          of_section ? "static_cast<const CkArrayIndex1D&>(this->ckGetArrayElements()[index])"
                     : "CkArrayIndex1D(index)";
      t += "  " + names_.element + " operator[](int index) const " + element(index);
      t += "  " + names_.element + " operator()(int index) const " + element(index);
      return t;
    }
    std::vector<std::string> parameters, arguments;
    for (int i = 0; i < dimensions; ++i) {
      parameters.push_back(std::string(dimensions > 3 ? "short" : "int") + " i" +
                           std::to_string(i));
      arguments.push_back("i" + std::to_string(i));
    }
    t += "  " + names_.element + " operator()(" + Join(parameters) + ") const " +
         element(IndexType() + "(" + Join(arguments) + ")");
    const std::string plain = "CkIndex" + std::to_string(dimensions) + "D";
    t += "  " + names_.element + " operator[](" + plain + " index) const " +
         element(IndexType() + "(index)");
    t += "  " + names_.element + " operator()(" + plain + " index) const " +
         element(IndexType() + "(index)");
    return t;
  }

  void DeclareArrayProxies() {
    std::string& d = out_->decl;
    std::vector<std::string> members = ProxyMembers();
    for (const char* const name : {"ckGetArrayID", "ckLocalBranch", "ckLocMgr", "ckCreateArray",
                                   "ckCreateEmptyArray", "ckInsertIdx", "ckBroadcast",
                                   "doneInserting", "ckSetReductionClient", "setReductionClient"})
      members.push_back(name);
    std::vector<std::string> element_members = members;
    for (const char* const name : {"ckSend", "ckSendSync", "ckInsert", "ckGetIndex"})
      element_members.push_back(name);
    const std::string conversion =
        names_.bases.size() > 1 ? "  operator CkArrayID() const { return ckGetArrayID(); }\n" : "";
    const std::string array_index = "  typedef " + IndexType() + " array_index_t;\n";
    // One element
    d += names_.header + "class CProxyElement_" + chare_.name + Bases("CProxyElement_") +
         " {\n public:\n" + Typedefs() + array_index +
         Disambiguation("CProxyElement_", element_members);
    d += Constructors("CProxyElement_",
                      {{"const ArrayElement* e", "e"},
                       {"const CkArrayID& array, const CkArrayIndex& index", "array, index"},
                       {"const CkArrayID& array, const CkArrayIndex& index, CK_DELCTOR_PARAM",
                        "array, index, CK_DELCTOR_ARGS"}});
    d += conversion + "  " + names_.self + "* ckLocal() const { return reinterpret_cast<" +
         names_.self + "*>(" + FirstBase("CProxyElement_") + "::ckLocal()); }\n";
    d += text_.element_decl + "};\n";
    // All
    d += names_.header + "class CProxy_" + chare_.name + Bases("CProxy_") + " {\n public:\n" +
         Typedefs() + array_index + Disambiguation("CProxy_", members);
    d += Constructors("CProxy_",
                      {{"const ArrayElement* e", "e"},
                       {"const CkArrayID& array", "array"},
                       {"const CkArrayID& array, CK_DELCTOR_PARAM", "array, CK_DELCTOR_ARGS"}});
    d += conversion + ElementOperators(false) + text_.proxy_decl;
    // One that will be filled by insertion.
    bool plain = false;
    for (const auto& entry : chare_.entries)
      plain |= IsConstructor(chare_, *entry) && IsVoid(*entry);
    if (!plain) d += "  static CkArrayID ckNew() { return ckCreateEmptyArray(); }\n";
    d += "};\n";
    // Some
    d += names_.header + "class CProxySection_" + chare_.name + Bases("CProxySection_") +
         " {\n public:\n" + Typedefs() + array_index + "  CProxySection_" + chare_.name +
         "() {}\n" + InheritConstructors("CProxySection_") + SectionDisambiguation();
    d += ElementOperators(true) + SectionConstruction() + text_.section_decl + "};\n";
  }

  std::string SectionConstruction() const {
    const int dimensions = Dimensions(chare_);
    std::string t;
    if (dimensions > 0) {
      const std::string index = IndexType();
      t += "  static CkSectionID ckNew(const CkArrayID& array, " + index +
           "* elements, int count, int factor = USE_DEFAULT_BRANCH_FACTOR) { return "
           "CkSectionID(array, elements, count, factor); }\n";
      t += "  static CkSectionID ckNew(const CkArrayID& array, const std::vector<" + index +
           ">& elements, int factor = USE_DEFAULT_BRANCH_FACTOR) { return CkSectionID(array, "
           "elements, factor); }\n";
      std::string parameters, loops, arguments;
      for (int i = 0; i < dimensions; ++i) {
        const std::string n = dimensions == 1 ? "" : std::to_string(i + 1);
        parameters += ", int l" + n + ", int u" + n + ", int s" + n;
        loops += "    for (int i" + n + " = l" + n + "; i" + n + " <= u" + n + "; i" + n + " += s" +
                 n + ")\n";
        arguments += (i == 0 ? "i" : ", i") + n;
      }
      t += "  static CkSectionID ckNew(const CkArrayID& array" + parameters +
           ", int factor = USE_DEFAULT_BRANCH_FACTOR) {\n    std::vector<" + index +
           "> elements;\n" + loops + "    elements.emplace_back(" + arguments +
           ");\n    return CkSectionID(array, elements, factor);\n  }\n";
    }
    t += "  static CkSectionID ckNew(const CkArrayID& array, CkArrayIndex* elements, int count, "
         "int factor = USE_DEFAULT_BRANCH_FACTOR) { return CkSectionID(array, elements, count, "
         "factor); }\n";
    t += "  static CkSectionID ckNew(const CkArrayID& array, const std::vector<CkArrayIndex>& "
         "elements, int factor = USE_DEFAULT_BRANCH_FACTOR) { return CkSectionID(array, elements, "
         "factor); }\n";
    return t;
  }

  void DeclareBase() {
    std::vector<std::string> parts;
    for (const std::string& base : names_.bases) {
      if (chare_.kind == Chare::kArray && base == "ArrayElement") {
        const int dimensions = Dimensions(chare_);
        parts.push_back(
            "ArrayElementT<" +
            (dimensions > 0 ? "CkIndex" + std::to_string(dimensions) + "D" : chare_.index) + ">");
      } else {
        parts.push_back(base);
      }
    }
    parts.push_back(names_.proxy);
    const std::string type =
        "CBaseT" + std::to_string(names_.bases.size()) + "<" + Join(parts) + ">";
    if (names_.is_template) {
      out_->decl += names_.header + "using CBase_" + chare_.name + " = " + type + ";\n";
    } else {
      out_->decl += "typedef " + type + " CBase_" + chare_.name + ";\n";
    }
  }

  void Define() {
    static const char* const kTypes[] = {"TypeChare", "TypeMainChare", "TypeGroup", "TypeNodeGroup",
                                         "TypeArray"};
    std::string t = "// ---- " + KindName() + " " + chare_.name + "\n";
    t += names_.header + "int " + names_.index + "::__idx = 0;\n";
    t += SdagClosures(names_) + text_.def;
    t += names_.header + "void " + names_.index +
         "::__register(const char* name, size_t bytes) {\n  __idx = CkRegisterChare(name, bytes, " +
         kTypes[chare_.kind] + ");\n";
    if (chare_.kind == Chare::kArray && Dimensions(chare_) > 0)
      t += "  CkRegisterArrayDimensions(__idx, " + std::to_string(Dimensions(chare_)) + ");\n";
    for (const std::string& base : names_.bases)
      t += "  CkRegisterBase(__idx, " + ChareNames::Related("CkIndex_", base) + "::__idx);\n";
    if (chare_.kind == Chare::kGroup)
      t += "  CkRegisterGroupIrr(__idx, " + names_.self + "::isIrreducible());\n";
    t += text_.registration + "}\n";
    t += SdagDefinitions(names_, out_->file);
    out_->Def(names_.is_template, t);
    TemplateMethods();
  }

  // Template methods of a chare that is none itself stand where other templates do.
  void TemplateMethods() {
    if (names_.is_template) return;
    std::string t;
    std::size_t number = 0;
    for (const auto& entry : chare_.entries) {
      ++number;
      if (!entry->template_parameters.empty())
        t += EmitEntry(names_, *entry, number, out_->file).def;
    }
    if (!t.empty()) out_->Def(true, t);
  }

  const Chare& chare_;
  const ChareNames names_;
  Output* out_;
  EntryText text_;
};

}  // namespace

void EmitChare(const Chare& chare, Output* output) { ChareEmitter(chare, output).Run(); }

}  // namespace heddle::charmxi
