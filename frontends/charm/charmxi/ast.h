// What a .ci file says, as the parser finds it. Plain data; every node knows where it began.
//
// C++ that .ci files carry along (types, expressions, default values, serial blocks) stays text:
// the C++ compiler judges it.
#ifndef HEDDLE_FRONTENDS_CHARM_CHARMXI_AST_H_
#define HEDDLE_FRONTENDS_CHARM_CHARMXI_AST_H_

#include <memory>
#include <string>
#include <vector>

#include "tools/diagnostics/report.h"

namespace heddle::charmxi {

using diagnostics::Position;

// A type. `name` is all but pointers, references and constness, e.g. "std::vector<int>", "unsigned
// long", "T::value_type".
struct Type {
  Position at;
  std::string name;
  bool is_const = false;
  int pointers = 0;
  enum Reference { kValue, kLvalue, kRvalue } reference = kValue;
  bool pack = false;  // T... args
  // A pointer to a function: `name (*NAME)(function)`.
  bool is_function = false;
  std::string function_name;
  std::string function_parameters;

  bool IsVoid() const { return name == "void" && pointers == 0; }
  // As C++; for functions without the name.
  std::string Text() const;
  // Without reference, const and pack: what a variable of this type is declared as.
  std::string ValueText() const;
  // With a declared name.
  std::string Declare(const std::string& variable) const;
};

// C++ text from the file.
struct Code {
  Position at;
  std::string text;
};

struct TemplateParameter {
  std::string kind;  // "typename" or "class"; "": it is a value
  Type type;         // Of a value
  std::string name;
  bool pack = false;
  std::string default_value;
};
using TemplateParameters = std::vector<TemplateParameter>;
// "template <class T, int N = 3>", "" where there are none.
std::string TemplateHeader(const TemplateParameters& parameters, bool with_defaults);
// "<T, N>", "" where there are none.
std::string TemplateArguments(const TemplateParameters& parameters);

struct Parameter {
  Position at;
  Type type;
  std::string name;  // May be empty.
  bool is_array = false;
  Code length;  // Of an array.
  std::string default_value;
  enum Mark { kPlain, kNocopy, kNocopyPost, kNocopyDevice } mark = kPlain;
};

// ---- SDAG

struct Statement;
using Statements = std::vector<std::unique_ptr<Statement>>;

struct WhenEntry {
  Position at;
  std::string name;
  bool has_reference = false;
  Code reference;
  std::vector<Parameter> parameters;
};

struct Statement {
  enum Kind {
    kSerial,
    kWhen,
    kOverlap,
    kCase,
    kFor,
    kForall,
    kWhile,
    kIf,
    kSequence
  } kind = kSequence;
  Position at;
  std::string label;               // serial "name"
  Code code;                       // serial: the block's inside
  std::vector<WhenEntry> entries;  // when
  Code init, condition, step;      // for; condition of while and if
  std::string index;               // forall [index] (begin : end, stride)
  Code begin, end, stride;
  Statements body;       // All; of if: what holds when true
  Statements otherwise;  // else
  bool has_otherwise = false;
};

// ---- Declarations

struct Attribute {
  Position at;
  std::string name;
  // aggregate(name: value, ...), python options, stacksize = N
  std::vector<std::pair<std::string, std::string>> arguments;
};

struct Entry {
  Position at;
  std::vector<Attribute> attributes;
  TemplateParameters template_parameters;
  bool has_return = false;
  Type result;  // Of constructors: none
  std::string name;
  std::vector<Parameter> parameters;  // Empty for ()
  Code stack_size;                    // stacksize = N, or the old form
  bool has_sdag = false;
  Statements sdag;
  // extern entry void T<int> m<double>(...): the class that it belongs to, and the arguments.
  bool is_extern = false;
  std::string extern_class;
  std::string extern_arguments;

  bool Has(const std::string& attribute) const {
    for (const Attribute& a : attributes)
      if (a.name == attribute) return true;
    return false;
  }
  const Attribute* Find(const std::string& attribute) const {
    for (const Attribute& a : attributes)
      if (a.name == attribute) return &a;
    return nullptr;
  }
};

struct InitCall {
  Position at;
  bool node = false;  // initnode; else initproc
  std::string name;   // May be Class::name
  TemplateParameters template_parameters;
};

struct PupableClass {
  Position at;
  std::string name;  // With template arguments
};

struct Message {
  struct Field {
    Position at;
    Type type;
    std::string name;
    bool is_array = false;
    bool conditional = false;
  };
  Position at;
  std::string name;
  std::string arguments;  // message M<int>: "<int>", an instance of a template declared elsewhere
  std::vector<Field> fields;
  TemplateParameters template_parameters;
  bool is_extern = false;
};

struct Readonly {
  Position at;
  Type type;
  std::string name;  // May be Class::name
  std::vector<Code> dimensions;
  bool is_message = false;
  bool is_extern = false;
  TemplateParameters template_parameters;
};

struct Chare {
  enum Kind { kChare, kMainchare, kGroup, kNodegroup, kArray } kind = kChare;
  Position at;
  std::string name;
  std::string arguments;  // "<int>" of an instance of a template
  std::vector<Attribute> attributes;
  std::vector<Type> bases;
  TemplateParameters template_parameters;
  std::string index;  // Arrays: "1D" ... "6D", or a user's type
  std::vector<std::unique_ptr<Entry>> entries;
  std::vector<InitCall> init_calls;
  std::vector<PupableClass> pupables;
  std::vector<Readonly> readonlies;  // Static members of the class.
  bool is_extern = false;
  bool Has(const std::string& attribute) const {
    for (const Attribute& a : attributes)
      if (a.name == attribute) return true;
    return false;
  }
};

struct Item;
using Items = std::vector<Item>;
struct Namespace {
  Position at;
  std::string name;
};

// One of the fields is what it is.
struct Item {
  enum Kind {
    kModule,
    kExternModule,
    kNamespace,
    kUsing,
    kInclude,
    kClass,
    kReadonly,
    kInitCall,
    kPupable,
    kMessage,
    kChare,
    kExternEntry,
    kBlock  // extern { ... } and plain braces
  } kind = kBlock;
  Position at;
  std::string
      text;  // extern module's, namespace's, class's or file's name; "using" and what follows
  std::unique_ptr<struct Module> module;
  Items items;  // namespace, block
  std::unique_ptr<Readonly> readonly;
  std::unique_ptr<InitCall> init_call;
  std::unique_ptr<PupableClass> pupable;
  std::unique_ptr<Message> message;
  std::unique_ptr<Chare> chare;
  std::unique_ptr<Entry> entry;            // kExternEntry
  TemplateParameters template_parameters;  // Of a class
};

struct Module {
  Position at;
  std::string name;
  bool main = false;
  bool has_body = false;
  Items items;
};

}  // namespace heddle::charmxi

#endif  // HEDDLE_FRONTENDS_CHARM_CHARMXI_AST_H_
