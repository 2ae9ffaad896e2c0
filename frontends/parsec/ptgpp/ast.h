// What a .jdf file says: as the parser finds it, and what the checks (check.h) then know of it.
// Plain data; every node knows where it began. Fields under "Set by Check()" are empty before.
//
// C in the file (prologue, epilogue, bodies, %{ %} expressions) stays text: the C compiler judges
// it.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_AST_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_AST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/diagnostics/report.h"

namespace heddle::ptgpp {

using diagnostics::Position;

// C text from the file. `line` is the file's line on which the text begins, for #line.
struct Code {
  Position at;
  std::string text;
  int line = 0;
};

// What a name in an expression stands for.
enum class NameKind {
  kUnresolved,
  kLocal,       // TaskClass::locals[index], parameters too
  kLocalIndex,  // [i = ...]; `index` is LocalIndex::slot
  kGlobal,      // Jdf::globals[index]
  kUnknown,     // Something of C: a macro, a variable of the prologue
};

struct LocalIndex;

struct Expression {
  enum Op {
    kInteger,  // integer
    kString,   // string, escapes undone
    kName,     // string: whole text, such as "k", "descA.mt", "descA->super.mb"
    kCode,     // %{ ... return x; %}: code
    // children: operand(s)
    kNot,
    kOr,   // Also written |
    kAnd,  // Also written &
    kXor,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kShiftLeft,
    kShiftRight,
    kPlus,
    kMinus,
    kTimes,
    kDivide,
    kModulo,
    kTernary,        // children: condition, then, else
    kRange,          // children: from, to and, where it is written, step
    kComprehension,  // [indices] children[0]: its values for all values of the indices
  };
  Op op = kInteger;
  Position at;
  std::vector<Expression> children;
  std::int64_t integer = 0;
  std::string string;
  std::string root;  // kName: the part before the first '.' or "->", which is what `name` resolves
  Code code;
  std::vector<LocalIndex> indices;  // kComprehension

  // Set by Check().
  NameKind name = NameKind::kUnresolved;  // kName
  int index = -1;

  bool IsRange() const { return op == kRange || op == kComprehension; }
};

// [i = 0 .. 3, j = ...]: a name with all of the values of a range; seen to its right and inside of
// what it stands before.
struct LocalIndex {
  Position at;
  std::string name;
  Expression range;  // kRange, kComprehension, or one value
  // Set by Check(): its place among the class's local indices that can be alive at once (locals
  // ldef[slot]).
  int slot = -1;
};

struct Property {
  Position at;
  std::string type;  // The C type before the name, or "": [dyldtype = x] has none, [CORE_fn_t dyld
                     // = x] has one
  std::string name;
  Expression value;  // kName without a meaning of ours stays kUnknown
};
struct Properties {
  std::vector<Property> list;
  const Property* Find(std::string_view name) const {
    for (const Property& p : list)
      if (p.name == name) return &p;
    return nullptr;
  }
  // The value as text of a name or string; "" where there is none or it is neither.
  std::string Text(std::string_view name) const {
    const Property* p = Find(name);
    if (p == nullptr || (p->value.op != Expression::kName && p->value.op != Expression::kString))
      return "";
    return p->value.string;
  }
  // on, yes, true are 1; off, no, false are 0; any other integer is itself.
  std::int64_t Integer(std::string_view name, std::int64_t otherwise) const {
    const Property* p = Find(name);
    return p != nullptr && p->value.op == Expression::kInteger ? p->value.integer : otherwise;
  }
};

// A global: an argument of parsec_NAME_new() unless hidden = on.
struct Global {
  Position at;
  std::string name;
  bool has_value = false;
  Expression value;  // NAME = expression
  Properties properties;
  // Set by Check(). It is a data collection: it is used as one, or its type says so.
  bool is_collection = false;
  std::string type;  // The property's; else "parsec_data_collection_t*" for collections and "int"
                     // for others
  int collection_arity = -1;  // Of its uses; -1: never used
};

// %option name = value
struct Option {
  Position at;
  std::string name;
  Expression value;
};

// FLOW TASK(...), COLLECTION(...), NEW or NULL.
struct Call {
  enum Kind { kTask, kCollection, kNew, kNull } kind = kTask;
  Position at;
  std::vector<LocalIndex> indices;  // [i = ...] before the call
  std::string flow;                 // kTask
  std::string target;               // The task class's or the collection's name
  std::vector<Expression> arguments;
  // Set by Check().
  int task_class = -1;   // kTask: Jdf::task_classes[]
  int target_flow = -1;  // kTask: its TaskClass::flows[]
  int global = -1;       // kCollection: Jdf::globals[]
};

struct Dependency {
  Position at;
  enum Direction { kIn, kOut } direction = kIn;  // <- and ->
  std::vector<LocalIndex> indices;               // <- [i = ...]
  enum Guard { kUnguarded, kIf, kTernary } guard_kind = kUnguarded;
  Expression guard;  // kIf, kTernary
  Call then_call;
  Call else_call;  // kTernary
  Properties properties;
  bool HasElse() const { return guard_kind == kTernary; }
};

struct Flow {
  enum Access { kReadWrite, kRead, kWrite, kControl } access = kReadWrite;
  Position at;
  std::string name;
  std::vector<Dependency> dependencies;
  // Set by Check(): data flows have 0, 1, ... in their order; after them control flows.
  int index = -1;
  bool IsControl() const { return access == kControl; }
  bool HasInput() const { return Has(Dependency::kIn); }
  bool HasOutput() const { return Has(Dependency::kOut); }

 private:
  bool Has(Dependency::Direction direction) const {
    for (const Dependency& d : dependencies)
      if (d.direction == direction) return true;
    return false;
  }
};

// A parameter's range or a derived value.
struct Local {
  Position at;
  std::string name;
  Expression value;  // kRange or kComprehension for a range, else one value
  Properties properties;
  // Set by Check().
  int parameter = -1;  // TaskClass::parameters[], or -1: derived
};

struct Parameter {
  Position at;
  std::string name;
  // Set by Check().
  int local = -1;  // TaskClass::locals[]
};

struct Body {
  Position at;  // Of BODY
  Properties properties;
  Code code;  // Between the line of BODY and END
  // Set by Check(): type = ..., in capitals; "CPU" where nothing is said. Others than CPU and
  // RECURSIVE are not generated.
  std::string device;
};

struct TaskClass {
  Position at;
  std::string name;
  std::vector<Parameter> parameters;
  Properties properties;
  std::vector<Local> locals;  // In the order of their definition
  bool has_simulation_cost = false;
  Expression simulation_cost;
  Call affinity;            // kCollection; arguments are never ranges
  std::vector<Flow> flows;  // In the order of their definition
  bool has_priority = false;
  Expression priority;
  std::vector<Body> bodies;
  // Set by Check().
  int data_flows = 0;     // Flows that are not control
  int local_indices = 0;  // Slots of [i = ...] that are needed
  int FindFlow(std::string_view flow) const {
    for (std::size_t i = 0; i < flows.size(); ++i)
      if (flows[i].name == flow) return static_cast<int>(i);
    return -1;
  }
  int FindLocal(std::string_view local) const {
    for (std::size_t i = 0; i < locals.size(); ++i)
      if (locals[i].name == local) return static_cast<int>(i);
    return -1;
  }
};

struct Jdf {
  std::string file;  // As #line and messages shall name it
  Code prologue;     // extern "C" %{ ... %}; empty where there is none
  Code epilogue;
  std::vector<Option> options;
  std::vector<Global> globals;
  std::vector<TaskClass> task_classes;  // In the order of the file; the index is the task_class_id
  // Set by Check(). Collections that are used and not declared are globals too then, in front of
  // those of the file, the last one first: the arguments of parsec_NAME_new() come in this order in
  // programs that exist. The names of arenas_datatypes[], PARSEC_NAME_<name>_ADT_IDX, in the order
  // of their index.
  std::vector<std::string> datatypes;
  int FindGlobal(std::string_view global) const {
    for (std::size_t i = 0; i < globals.size(); ++i)
      if (globals[i].name == global) return static_cast<int>(i);
    return -1;
  }
  int FindTaskClass(std::string_view task) const {
    for (std::size_t i = 0; i < task_classes.size(); ++i)
      if (task_classes[i].name == task) return static_cast<int>(i);
    return -1;
  }
  const Option* FindOption(std::string_view option) const {
    for (const Option& o : options)
      if (o.name == option) return &o;
    return nullptr;
  }
};

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_AST_H_
