// The interpreter of Structured Dagger's tables.
//
// Execute() runs a statement as far as it goes: true where it has ended. Where it has not, its activation, or a wait in the
// matcher, is left, and ChildDone() of its parent follows later. Activations and scopes are named by number, so that they can be
// packed.
#include "frontends/charm/ck/src/observer.h"
#include "frontends/charm/ck/src/sdag_state.h"

namespace SDAG {
namespace {

void Release(Closure* closure) {
  if (closure != nullptr && --closure->references == 0) delete closure;
}
void Release(Scope* scope) {
  while (scope != nullptr && --scope->references == 0) {
    for (int i = 0; i < scope->count; ++i) Release(scope->closures[i]);
    Scope* const outer = scope->outer;
    delete scope;
    scope = outer;
  }
}
// With one reference, the caller's.
Scope* NewScope(Scope* outer, int count) {
  auto* const scope = new Scope(count);
  scope->outer = Retain(outer);
  scope->references = 1;
  return scope;
}

class Run {
 public:
  Run(State& state, const Program& program, void* object) : state_(state), program_(program), object_(object) {}

  void Arrive(int port, Closure* closure) {
    const Port& at = program_.ports[port];
    ++closure->references;
    closure->port = port;
    if (at.body >= 0) {
      closure->taken = true;
      Scope* const scope = NewScope(nullptr, 1);
      scope->closures[0] = closure;
      (void)Execute(at.body, scope, kNone);
      Release(scope);
      return;
    }
    Matcher::Wait fired;
    if (!state_.matcher.Put({port, closure->reference_number, closure}, &fired, &state_.values, &state_.excluded)) return;
    const Waiting next = Waiting::Of(fired);
    for (const Matcher::Wait& other : state_.excluded) Release(Waiting::Of(other).scope);
    state_.excluded.clear();
    if (RunBody(next.node, next.scope, next.parent)) ChildDone(next.parent);
    Release(next.scope);
  }

 private:
  const Node& NodeOf(int node) const { return program_.nodes[node]; }

  int NewActivation(int node, Scope* scope, int parent) {
    int number;
    if (state_.free.empty()) {
      number = static_cast<int>(state_.activations.size());
      state_.activations.emplace_back();
    } else {
      number = state_.free.back();
      state_.free.pop_back();
    }
    state_.activations[static_cast<std::size_t>(number)] = {node, parent, 0, Retain(scope)};
    return number;
  }
  Activation& At(int number) { return state_.activations[static_cast<std::size_t>(number)]; }
  bool End(int number) {
    Release(At(number).scope);
    At(number) = {};
    state_.free.push_back(number);
    return true;
  }

  bool Execute(int number, Scope* scope, int parent) {
    const Node& node = NodeOf(number);
    switch (node.kind) {
      case Node::kSerial:
        if (node.name == nullptr) {
          node.first(object_, scope);
        } else {
          heddle::charm::Observer::RunSerial(node.name, node.first, object_, scope);
        }
        return !state_.orphan;
      case Node::kSequence: {
        if (node.child_count == 0) return true;
        if (node.child_count == 1) return Execute(node.children[0], scope, parent);
        return Sequence(NewActivation(number, scope, parent));
      }
      case Node::kIf: {
        const int branch = node.condition(object_, scope) != 0 ? 0 : 1;
        return branch >= node.child_count || Execute(node.children[branch], scope, parent);
      }
      case Node::kWhen: return When(number, scope, parent, 0);
      case Node::kOverlap: return Overlap(NewActivation(number, scope, parent));
      case Node::kCase: return Case(NewActivation(number, scope, parent));
      case Node::kFor:
        node.first(object_, scope);
        [[fallthrough]];
      case Node::kWhile: return Loop(NewActivation(number, scope, parent));
      case Node::kForall: return Forall(NewActivation(number, scope, parent));
    }
    return true;
  }

  bool Sequence(int number) {
    for (;;) {
      Activation& activation = At(number);
      const Node& node = NodeOf(activation.node);
      if (activation.position == node.child_count) return End(number);
      const int child = node.children[activation.position++];
      if (!Execute(child, activation.scope, number)) return false;
    }
  }

  bool Loop(int number) {
    for (;;) {
      const Activation activation = At(number);
      const Node& node = NodeOf(activation.node);
      if (node.condition(object_, activation.scope) == 0) return End(number);
      if (!Execute(node.children[0], activation.scope, number)) return false;
      if (node.step != nullptr) node.step(object_, activation.scope);
    }
  }

  // One more than there are children, until all have been begun.
  bool Overlap(int number) {
    const Activation activation = At(number);
    const Node& node = NodeOf(activation.node);
    At(number).position = node.child_count + 1;
    for (int i = 0; i < node.child_count; ++i) {
      if (Execute(node.children[i], activation.scope, number)) --At(number).position;
      if (state_.orphan) return false;
    }
    return --At(number).position == 0 && End(number);
  }

  bool Forall(int number) {
    const Activation activation = At(number);
    const Node& node = NodeOf(activation.node);
    const int begin = node.condition(object_, activation.scope), end = node.end(object_, activation.scope);
    const int stride = node.stride(object_, activation.scope);
    if (stride == 0) CkAbort("Charm++: a forall of %s has a stride of 0", program_.chare);
    At(number).position = 1;
    for (int i = begin; stride > 0 ? i <= end : i >= end; i += stride) {
      ++At(number).position;
      Scope* const scope = NewScope(activation.scope, 0);
      scope->index = i;
      if (Execute(node.children[0], scope, number)) --At(number).position;
      Release(scope);
      if (state_.orphan) return false;
    }
    return --At(number).position == 0 && End(number);
  }

  Matcher::Wants Wants(const Node& node, Scope* scope) {
    Matcher::Wants wants;
    for (int i = 0; i < node.want_count; ++i) {
      const Want& want = node.wants[i];
      wants.push_back({want.port, want.reference == nullptr, want.reference != nullptr ? want.reference(object_, scope) : 0});
    }
    return wants;
  }

  bool When(int number, Scope* scope, int parent, std::uint64_t group) {
    Matcher::Wait wait;
    wait.wants = Wants(NodeOf(number), scope);
    if (state_.matcher.Take(wait.wants, &state_.values)) return RunBody(number, scope, parent);
    wait.group = group;
    Waiting{number, parent, Retain(scope)}.PutInto(&wait);
    state_.matcher.AddWait(std::move(wait));
    return false;
  }

  // With what the matcher has found.
  bool RunBody(int number, Scope* outer, int parent) {
    const Node& node = NodeOf(number);
    Scope* const scope = NewScope(outer, static_cast<int>(state_.values.size()));
    for (int i = 0; i < scope->count; ++i) {
      auto* const closure = static_cast<Closure*>(state_.values[static_cast<std::size_t>(i)]);
      closure->taken = true;
      scope->closures[i] = closure;
    }
    const bool done = node.child_count == 0 || Execute(node.children[0], scope, parent);
    Release(scope);
    return done;
  }

  // The first alternative that can go on does. The activation is the parent of the one that goes on.
  bool Case(int number) {
    const Activation activation = At(number);
    const Node& node = NodeOf(activation.node);
    for (int i = 0; i < node.child_count; ++i) {
      if (!state_.matcher.Take(Wants(NodeOf(node.children[i]), activation.scope), &state_.values)) continue;
      return RunBody(node.children[i], activation.scope, number) && End(number);
    }
    for (int i = 0; i < node.child_count; ++i) (void)When(node.children[i], activation.scope, number, static_cast<std::uint64_t>(number) + 1);
    return false;
  }

  void ChildDone(int number) {
    while (number != kNone) {
      const Activation activation = At(number);
      const Node& node = NodeOf(activation.node);
      bool ended = true;
      switch (node.kind) {
        case Node::kSequence: ended = Sequence(number); break;
        case Node::kFor:
        case Node::kWhile:
          if (node.step != nullptr) node.step(object_, activation.scope);
          ended = Loop(number);
          break;
        case Node::kOverlap:
        case Node::kForall: ended = --At(number).position == 0 && End(number); break;
        default: (void)End(number); break;
      }
      if (!ended) return;
      number = activation.parent;
    }
  }

  State& state_;
  const Program& program_;
  void* object_;
};

}  // namespace

void MessageClosure::Hold(void* arrived) {
  message = arrived;
  if (message == nullptr) return;
  (void)CkReferenceMsg(message);
  reference_number = CkGetRefNum(message);
}
MessageClosure::~MessageClosure() {
  CkFreeMsg(message);
  if (!taken) CkFreeMsg(message);  // The user has never seen it.
}

State::~State() {
  matcher.VisitItems([](Matcher::Item& item) { Release(static_cast<Closure*>(item.value)); });
  for (const Matcher::Wait& wait : matcher.waits()) Release(Waiting::Of(wait).scope);
  for (Activation& activation : activations) Release(activation.scope);
  if (lock != nullptr) CmiDestroyLock(lock);
}

Machine::Machine(bool shared) : state_(new State) {
  if (shared) state_->lock = CmiCreateLock();
}
Machine::~Machine() {
  if (state_->runs == 0) return;
  state_->orphan = true;
  (void)state_.release();  // Arrive() drops it.
}

void Machine::Arrive(const Program& program, void* object, int port, Closure* closure) {
  State& state = *state_;
  if (state.lock == nullptr) {
    ++state.runs;
    Run(state, program, object).Arrive(port, closure);
    if (--state.runs == 0 && state.orphan) delete &state;
    return;
  }
  // Who comes while another PE runs leaves the call to it.
  CmiLock(state.lock);
  state.calls.push_back({port, closure});
  if (state.running) return CmiUnlock(state.lock);
  state.running = true;
  while (!state.calls.empty()) {
    const Call call = state.calls.front();
    state.calls.erase(state.calls.begin());
    CmiUnlock(state.lock);
    Run(state, program, object).Arrive(call.port, call.closure);
    CmiLock(state.lock);
  }
  state.running = false;
  CmiUnlock(state.lock);
}

}  // namespace SDAG
