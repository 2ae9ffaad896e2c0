// The checks share this; others use check.h.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_CHECKER_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_CHECKER_H_

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "frontends/parsec/ptgpp/check.h"

namespace heddle::ptgpp {

class Checker {
 public:
  Checker(Jdf* jdf, const CheckOptions& options, Diagnostics* diagnostics)
      : jdf_(*jdf), options_(options), diagnostics_(diagnostics) {}
  void Run();

 private:
  using Index = std::unordered_map<std::string_view, int>;

  // check.cc: what is declared
  void DeclareTaskClasses();
  void FindCollections();
  void UseCollection(Call* call);
  void DeclareGlobals();
  void GlobalValues();
  void DeclareLocals(TaskClass* task_class);
  void Bodies(TaskClass* task_class);
  void Counts(const TaskClass& task_class);

  // check_names.cc: what names in expressions stand for
  enum class Unknown { kError, kAllowed };
  // In a class: its first `locals` locals are known; in a global's value: the first `globals`
  // globals.
  struct Scope {
    const TaskClass* task_class = nullptr;
    std::size_t locals = 0;
    std::size_t globals = 0;
    std::vector<const LocalIndex*> indices;  // The innermost one last
    int slots = 0;                           // Of local indices that are taken
    int most_slots = 0;
  };
  void Resolve(Expression* expression, Unknown unknown, Scope* scope);
  void ResolveName(Expression* name, Unknown unknown, const Scope& scope);
  void UnknownName(const Expression& name, const Scope& scope);
  void EnterIndices(std::vector<LocalIndex>* indices, Scope* scope);
  void LeaveIndices(const std::vector<LocalIndex>& indices, Scope* scope);
  void ResolveTaskClass(TaskClass* task_class);
  void ResolveDependency(Dependency* dependency, Scope* scope);

  // check_flows.cc
  void Flows(TaskClass* task_class);
  void CheckFlow(const TaskClass& task_class, const Flow& flow);
  void CheckDependency(const TaskClass& task_class, const Flow& flow, const Dependency& dependency);
  void CheckCall(const Flow& flow, const Dependency& dependency, const Call& call);
  void CheckRanges(const Flow& flow, const Dependency& dependency, const Call& call);
  void LinkTask(const Flow& flow, Call* call);
  void Mirror(const TaskClass& task_class, const Flow& flow, const Dependency& dependency,
              const Call& call);

  // check_properties.cc
  void Options();
  void GlobalProperties(const Global& global);
  void TaskClassProperties(const TaskClass& task_class);
  void DependencyProperties(const Flow& flow, const Dependency& dependency);
  void Misspelled(const Properties& properties, const std::vector<std::string>& known,
                  const std::string& of);
  void CollectDatatypes();

  // check_remote.cc
  void RemoteReferences(const TaskClass& task_class);
  void RemoteReference(const TaskClass& task_class, const Dependency& dependency, const Call& call,
                       const std::string& condition);

  void Error(const Position& at, const std::string& text, const std::string& hint = "",
             Site site = Site()) {
    diagnostics_->Error(at, text, hint, site);
  }
  void Warning(const Position& at, const std::string& text, const std::string& hint = "",
               Site site = Site()) {
    diagnostics_->Warning(at, text, hint, site);
  }
  int FindGlobal(std::string_view name) const { return Find(globals_, name); }
  static int Find(const Index& index, std::string_view name) {
    const auto found = index.find(name);
    return found == index.end() ? -1 : found->second;
  }

  Jdf& jdf_;
  const CheckOptions& options_;
  Diagnostics* diagnostics_;
  Index globals_, task_classes_;
};

// 'name'
inline std::string InQuotes(std::string_view name) { return "'" + std::string(name) + "'"; }
// "did you mean 'x'?", or `otherwise` where nothing is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates,
                       const std::string& otherwise);
// "3 arguments", "1 argument"
std::string Number(std::size_t count, const std::string& noun);
inline std::string AtLine(const Position& at) { return "line " + std::to_string(at.line); }

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_CHECKER_H_
