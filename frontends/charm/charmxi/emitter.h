// What the parts of the generator share: the texts under way, and how things are called in them.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_EMITTER_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_EMITTER_H_

#include <functional>
#include <string>
#include <vector>

#include "frontends/charm/charmxi/ast.h"

namespace heddle::charmxi {

// The two headers as they grow, and the calls for the module's registration.
struct Output {
  std::string file;
  std::string decl;
  std::string def;
  std::string registration;
  // Put around definitions: those of templates, and all others.
  void Def(bool is_template, const std::string& text) {
    if (text.empty()) return;
    def += (is_template ? "#ifdef CK_TEMPLATES_ONLY\n" : "#ifndef CK_TEMPLATES_ONLY\n") + text +
           "#endif\n";
  }
};

// A chare's class and its relatives, with template arguments as they are used inside and outside.
struct ChareNames {
  explicit ChareNames(const Chare& chare);
  const Chare& chare;
  std::string self;                // T<Q>: the user's class
  std::string index;               // CkIndex_T<Q>
  std::string proxy;               // CProxy_T<Q>
  std::string element;             // CProxyElement_T<Q>; of chares the proxy
  std::string section;             // CProxySection_T<Q>
  std::string header;              // "template <class Q>\n" for definitions, "" where there is none
  std::string header_defaults;     // With default arguments
  std::vector<std::string> bases;  // Base classes' names, the kind's own where the .ci names none
  bool is_template = false;
  bool has_sections = false;
  // Prefix##base with the base's scope and template arguments: A::B<C> is A::CProxy_B<C>.
  static std::string Related(const std::string& prefix, const std::string& name);
};

// ---- Parameters
bool IsMessage(const Entry& entry);  // One parameter, a pointer to a message
bool IsVoid(const Entry& entry);
bool HasNocopy(const Entry& entry);
bool HasNocopyPost(const Entry& entry);
bool IsConstructor(const Chare& chare, const Entry& entry);
bool IsMigrationConstructor(const Entry& entry);
std::string ParameterName(const Parameter& parameter, std::size_t index);
// Whether it is passed by value as it is; others go by reference.
bool IsCheap(const Type& type);
// "const std::string &s, int n, const double *v": what proxies take.
std::string ProxyParameters(const Entry& entry, bool with_defaults, bool named = true);
// "s, n, ck::impl::Array(v, n)": as arguments of Marshall().
std::string MarshallArguments(const Entry& entry);
// "s, n, v": passed on to a method, moved where that is allowed.
std::string PassedArguments(const Entry& entry);
// "std::string, int, double *": the method's own parameter types, for pointers to it.
std::string MethodParameters(const Entry& entry);
// The same whether they are values or references: what finds an instance of a template.
std::string MarshalledParameters(const Entry& entry);
// The statement that makes `impl_msg` of the parameters, or "" where one of them is it.
std::string MakeMessage(const Entry& entry, const std::string& options);
// The part of an entry's mangled name behind its own: "void", "marshall3", "MyMsg".
std::string Suffix(const Entry& entry, std::size_t number);
std::string MessageType(const Entry& entry);  // MyMsg of MyMsg*

// Joins with ", ", leaving out what is empty.
std::string Join(const std::vector<std::string>& parts);

// ---- The parts
void EmitChare(const Chare& chare, Output* output);
void EmitMessage(const Message& message, Output* output);
void EmitReadonly(const Readonly& readonly, Output* output);
// Of generator_entry.cc: declarations in the index class and the proxies, and all definitions.
struct EntryText {
  std::string index_decl;
  std::string element_decl;
  std::string proxy_decl;
  std::string section_decl;
  std::string def;
  std::string registration;  // Inside of __register()
};
EntryText EmitEntry(const ChareNames& names, const Entry& entry, std::size_t number,
                    const std::string& file);

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_EMITTER_H_
