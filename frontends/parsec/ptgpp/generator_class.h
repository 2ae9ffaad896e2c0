// What the parts of the generator share: the file under way, and the generator of one task class, whose member functions
// stand in generator_{expression,locals,walk,bounds,dependencies,types,bodies,tables}.cc.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_CLASS_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_CLASS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/parsec/ptgpp/ast.h"
#include "frontends/parsec/ptgpp/generator.h"
#include "frontends/parsec/ptgpp/generator_text.h"

namespace heddle::ptgpp {

// The file under way.
struct FileContext {
  const Jdf& jdf;
  const GeneratorOptions& options;
  std::string base;                        // NAME in parsec_NAME_new()
  std::string taskpool;                    // __parsec_NAME_internal_taskpool_t
  std::vector<std::string> arena_types;    // NAME_<TYPE>_ADT_IDX; DEFAULT first
};

// The C type of a global.
std::string GlobalType(const Global& global);
bool IsHidden(const Global& global);
// The value after "=", or that of default = ...; NULL where there is none.
const Expression* GlobalDefault(const Global& global);

void WriteHeader(const FileContext& file, Writer* out);
// What stands before the task classes: prologue, taskpool, globals as macros, access to collections.
void WriteSourceBegin(const FileContext& file, Writer* out);
// What stands behind them: the list of classes, parsec_NAME_new(), epilogue.
void WriteSourceEnd(const FileContext& file, Writer* out);

// An expression without %{ %} in C, names as they stand.
std::string PlainExpression(const Expression& e);
// Identifiers of C in `code`, without comments and strings, in their order.
std::vector<std::string_view> Identifiers(std::string_view code);

// Variables of C that an expression can use: the first `locals` locals of the class, and local indices.
struct Scope {
  int locals = 0;
  std::vector<std::string> indices;
};

// What a %{ %} returns, by where it stands.
enum class CodeKind { kInt, kArena, kLayout, kCount };

class ClassGenerator {
 public:
  ClassGenerator(const FileContext& file, const TaskClass& task_class);

  // The functions, and the tables, which stand after the macros of globals are gone.
  void WriteFunctions(Writer* out);
  void WriteTables(Writer* out);
  // Declarations that other classes need.
  void WriteForwards(Writer* out) const;

 private:
  // How many inputs of a task come from tasks by one flow, as an expression over its locals.
  struct Inputs {
    std::string code;
    int level = -1;        // The last local that it needs; -1: none
    bool constant = false;
    int value = 0;         // If constant
  };
  struct DataGoal {
    Inputs inputs, start;  // `start` is also 1 where the flow has inputs and none is active.
  };
  // Bounds of one local where a flow has no input from a task: on each side the expressions that it is not less, not greater
  // than.
  struct Limits {
    std::vector<std::string> low, high;
  };

  // ---- generator_expression.cc
  std::string C(const Expression& e, const Scope& scope, CodeKind kind = CodeKind::kInt);
  std::string Operand(const Expression& e, const Scope& scope);
  std::string InlineCall(const Expression& e, const Scope& scope, CodeKind kind);
  Scope AllLocals() const { return Scope{static_cast<int>(class_.locals.size()), {}}; }
  // The last local that it uses, -1: none. %{ %} may use all that it sees.
  int LastLocal(const Expression& e) const;
  bool UsesCode(const Expression& e) const;
  bool UsesIndices(const Expression& e) const;
  // Whether it is the same for all tasks, as far as its text and the prologue's macros show.
  bool IsIndependent(const Expression& e) const;
  // "const int k, const int n" and "k, n".
  std::string LocalParameters() const;
  std::string LocalArguments() const;
  // "0, k+1" of a call, where none of the arguments is a range.
  std::string Arguments(const Call& call, const Scope& scope);
  // Opens loops in which a variable, or the indices, or the call's arguments (as the strings returned) take all of
  // their values; returns how many blocks are to be closed.
  int OpenValues(Writer* out, const std::string& variable, const Expression& values, Scope* scope);
  int OpenIndices(Writer* out, const std::vector<LocalIndex>& indices, Scope* scope);
  int OpenArguments(Writer* out, const Call& call, Scope* scope, std::string* arguments);

  // ---- generator_locals.cc
  void WriteLocals(Writer* out);
  void WriteRankAndPriority(Writer* out);

  // ---- generator_walk.cc
  void WriteWalk(Writer* out);
  void WriteBoundsByWalk(Writer* out);
  int OpenWalkLevel(Writer* out, const std::string& variable, int slot, const Expression& values, Scope* scope, int local);
  void WriteWalkStop(Writer* out, const std::string& variable, int slot);
  void WriteNarrowing(Writer* out, int local, int level);
  void WriteSkips(Writer* out, int local);
  // Of one flow; false where they say nothing of this local.
  bool FlowLimits(const Flow& flow, int local, std::string* low, std::string* high);
  void Constrain(const Expression& condition, bool holds, int local, Limits* limits);

  // ---- generator_bounds.cc
  void WriteBounds(Writer* out);
  // The interval of an expression, "" where it cannot be told.
  std::string Interval(const Expression& e, const Scope& scope, std::map<std::string, std::string>* indices);

  // ---- generator_goal.cc
  void ComputeInputs(Writer* out);
  DataGoal DataInputs(const Flow& flow, Writer* out);
  Inputs ControlInputs(const Flow& flow, Writer* out);
  Inputs ControlCall(const Dependency& dependency, const Call& call, bool is_else, Writer* out);
  std::string ActiveFunction(const Dependency& dependency, Writer* out);
  void WriteGoal(Writer* out);

  // ---- generator_dependencies.cc
  void WritePrepare(Writer* out);
  void WriteNew(const Flow& flow, const Dependency& d, const Scope& scope, Writer* out);
  bool WritePrepareFlow(const Flow& flow, Writer* out);
  void WritePrepareCall(const Flow& flow, const Dependency& dependency, const Call& call, Scope scope, Writer* out);
  void WriteSuccessors(Writer* out);
  void WriteSuccessor(const Flow& flow, const Dependency& dependency, const Call& call, bool is_else, Writer* out);
  void WriteWriteBack(Writer* out);
  void WriteWriteBackCall(const Flow& flow, const Dependency& dependency, const Call& call, bool is_else, Writer* out);
  // Opens the block in which the call is active.
  int OpenActive(const Dependency& dependency, bool is_else, Scope* scope, Writer* out);

  // ---- generator_types.cc
  void WriteTypes(Writer* out);
  void WriteInputTypes(Writer* out);
  // The function that tells a dependency's properties, "" where it has none.
  std::string TypesFunction(const Dependency& dependency) const;
  void WriteTypesGroup(const Dependency& dependency, std::string_view suffix, std::string_view setter, const Scope& scope,
                       Writer* out);
  // The arena of [type = ...], or that of DEFAULT.
  std::string Arena(const Dependency& dependency, std::string_view property, const Scope& scope, bool otherwise_default);

  // ---- generator_bodies.cc
  void WriteBodies(Writer* out);
  void WriteBody(const Body& body, const std::string& name, Writer* out);
  std::string WriteEvaluate(const Body& body, const std::string& name, Writer* out);

  // ---- generator_tables.cc
  void WriteIncarnations(Writer* out);
  void WriteEdges(Writer* out);
  void WriteProperties(Writer* out);

  std::string UserFunction(std::string_view property, std::string_view type) const;
  std::string TypeOf(const std::string& suffix) const;  // __parsec_NAME_T_<suffix>
  std::string P(std::string_view suffix) const { return Cat(prefix_, '_', suffix); }
  // "const ..._t *__parsec_tp = (const ..._t *)FROM; (void)__parsec_tp;"
  void OpenTaskpool(Writer* out, std::string_view from);
  void UseLocals(Writer* out, std::string_view from);
  void UseParameters(Writer* out) const;  // Of a function with LocalParameters()
  int Unique() { return ++unique_; }

  struct Edge {
    const Flow* flow;
    const Call* call;
    std::string types;
  };
  struct Incarnation {
    std::string device, hook, evaluate, condition;
  };

  const FileContext& file_;
  const TaskClass& class_;
  std::string prefix_;    // NAME_T
  Writer inline_;         // Functions of %{ %}
  std::map<const Expression*, std::string> inline_names_;
  std::map<const Dependency*, std::string> types_;
  std::vector<Inputs> inputs_;  // In the order of the flows
  std::vector<Inputs> starts_;  // The same; not 0: the task does not start by itself
  std::vector<Edge> edges_;
  std::vector<Incarnation> incarnations_;
  int walk_level_ = 0;
  int unique_ = 0;
  bool zeros_ = false;    // Arguments of %{ %} functions are 0: they do not matter
  bool never_root_ = false;
  bool has_bounds_ = false, has_prepare_ = false, has_write_back_ = false, has_input_types_ = false;
};

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_GENERATOR_CLASS_H_
