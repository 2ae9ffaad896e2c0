// What the names in expressions stand for: a local index, a local, a global, or something of C
// where that can be.
#include "frontends/parsec/ptgpp/checker.h"

namespace heddle::ptgpp {

void Checker::Resolve(Expression* expression, Unknown unknown, Scope* scope) {
  if (expression->op == Expression::kName) return ResolveName(expression, unknown, *scope);
  if (expression->op == Expression::kComprehension) EnterIndices(&expression->indices, scope);
  for (Expression& child : expression->children) Resolve(&child, unknown, scope);
  if (expression->op == Expression::kComprehension) LeaveIndices(expression->indices, scope);
}

void Checker::ResolveName(Expression* name, Unknown unknown, const Scope& scope) {
  for (auto index = scope.indices.rbegin(); index != scope.indices.rend(); ++index)
    if ((*index)->name == name->root) {
      name->name = NameKind::kLocalIndex;
      name->index = (*index)->slot;
      return;
    }
  if (scope.task_class != nullptr)
    for (std::size_t i = 0; i < scope.locals; ++i)
      if (scope.task_class->locals[i].name == name->root) {
        name->name = NameKind::kLocal;
        name->index = static_cast<int>(i);
        return;
      }
  name->index = FindGlobal(name->root);
  if (name->index >= 0 && static_cast<std::size_t>(name->index) < scope.globals) {
    name->name = NameKind::kGlobal;
    return;
  }
  name->name = NameKind::kUnknown;
  if (unknown == Unknown::kError) UnknownName(*name, scope);
  name->index = -1;
}

void Checker::UnknownName(const Expression& name, const Scope& scope) {
  if (name.index >= 0) {
    Error(name.at, "global " + InQuotes(name.root) + " is used before it is declared",
          "its line is " +
              std::to_string(jdf_.globals[static_cast<std::size_t>(name.index)].at.line) +
              "; a value may use globals above it");
    return;
  }
  std::vector<std::string> candidates;
  for (const LocalIndex* index : scope.indices) candidates.push_back(index->name);
  if (scope.task_class != nullptr) {
    const std::vector<Local>& locals = scope.task_class->locals;
    for (std::size_t i = 0; i < locals.size(); ++i) {
      if (i < scope.locals) candidates.push_back(locals[i].name);
      if (i >= scope.locals && locals[i].name == name.root) {
        Error(name.at, InQuotes(name.root) + " is used before it is defined",
              "its line is " + std::to_string(locals[i].at.line));
        return;
      }
    }
  }
  for (std::size_t i = 0; i < scope.globals; ++i) candidates.push_back(jdf_.globals[i].name);
  Error(name.at, InQuotes(name.root) + " is neither a local nor a global here",
        DidYouMean(name.root, candidates, "names of C go into %{ return " + name.string + "; %}"));
}

void Checker::EnterIndices(std::vector<LocalIndex>* indices, Scope* scope) {
  for (LocalIndex& index : *indices) {
    Resolve(&index.range, Unknown::kError, scope);
    index.slot = scope->slots++;
    if (scope->slots > scope->most_slots) scope->most_slots = scope->slots;
    scope->indices.push_back(&index);
  }
}

void Checker::LeaveIndices(const std::vector<LocalIndex>& indices, Scope* scope) {
  scope->indices.resize(scope->indices.size() - indices.size());
  scope->slots -= static_cast<int>(indices.size());
}

void Checker::ResolveTaskClass(TaskClass* task_class) {
  Scope scope;
  scope.task_class = task_class;
  scope.globals = jdf_.globals.size();
  int kept = 0;  // Local indices of locals keep their values as long as the task lives.
  for (std::size_t i = 0; i < task_class->locals.size(); ++i) {
    Local& local = task_class->locals[i];
    scope.locals = i;
    scope.slots = kept;
    Resolve(&local.value, Unknown::kError, &scope);
    if (local.value.op == Expression::kComprehension) kept = scope.most_slots;
    for (Property& property : local.properties.list)
      Resolve(&property.value, Unknown::kAllowed, &scope);
  }
  scope.locals = task_class->locals.size();
  scope.slots = kept;
  for (Property& property : task_class->properties.list)
    Resolve(&property.value, Unknown::kAllowed, &scope);
  if (task_class->has_simulation_cost)
    Resolve(&task_class->simulation_cost, Unknown::kError, &scope);
  for (Expression& argument : task_class->affinity.arguments)
    Resolve(&argument, Unknown::kError, &scope);
  for (Flow& flow : task_class->flows)
    for (Dependency& dependency : flow.dependencies) ResolveDependency(&dependency, &scope);
  if (task_class->has_priority) Resolve(&task_class->priority, Unknown::kError, &scope);
  for (Body& body : task_class->bodies)
    for (Property& property : body.properties.list)
      Resolve(&property.value, Unknown::kAllowed, &scope);
  task_class->local_indices = scope.most_slots;
}

void Checker::ResolveDependency(Dependency* dependency, Scope* scope) {
  EnterIndices(&dependency->indices, scope);
  if (dependency->guard_kind != Dependency::kUnguarded)
    Resolve(&dependency->guard, Unknown::kError, scope);
  for (Call* call : {&dependency->then_call, &dependency->else_call}) {
    EnterIndices(&call->indices, scope);
    for (Expression& argument : call->arguments) Resolve(&argument, Unknown::kError, scope);
    LeaveIndices(call->indices, scope);
  }
  for (Property& property : dependency->properties.list)
    Resolve(&property.value, Unknown::kAllowed, scope);
  LeaveIndices(dependency->indices, scope);
}

}  // namespace heddle::ptgpp
