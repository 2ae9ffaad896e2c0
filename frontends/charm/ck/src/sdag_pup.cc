// Structured Dagger's state, packed with its object.
#include <map>

#include "frontends/charm/ck/src/sdag_state.h"

namespace SDAG {
namespace {

// Scopes and closures may be shared: each is packed where it is met first, and is a number from then on.
class Packer {
 public:
  Packer(PUP::er& p, const Program& program) : p_(p), program_(program) {}

  void PupClosure(Closure*& closure) {
    if (!Follows(closure, &closures_, &unpacked_closures_)) return AddReference(closure);
    int port = closure != nullptr ? closure->port : 0;
    p_ | port;
    if (p_.isUnpacking()) {
      closure = program_.ports[port].make();
      closure->port = port;
      unpacked_closures_.push_back(closure);
    }
    p_ | closure->taken;
    p_ | closure->reference_number;
    closure->pup(p_);
    AddReference(closure);
  }

  void PupScope(Scope*& scope) {
    if (!Follows(scope, &scopes_, &unpacked_scopes_)) return AddReference(scope);
    int count = p_.isUnpacking() ? 0 : scope->count;
    p_ | count;
    if (p_.isUnpacking()) {
      scope = new Scope(count);
      unpacked_scopes_.push_back(scope);
    }
    p_ | scope->index;
    for (int i = 0; i < count; ++i) PupClosure(scope->closures[i]);
    PupScope(scope->outer);
    AddReference(scope);
  }

 private:
  template <class T>
  void AddReference(T* thing) {
    if (p_.isUnpacking() && thing != nullptr) ++thing->references;
  }

  // True where the thing itself follows in the stream.
  template <class T>
  bool Follows(T*& thing, std::map<T*, int>* numbers, std::vector<T*>* unpacked) {
    int number = -1;
    if (!p_.isUnpacking()) {
      bool is_new = false;
      if (thing != nullptr) {
        const auto [at, added] = numbers->try_emplace(thing, static_cast<int>(numbers->size()));
        number = at->second;
        is_new = added;
      }
      p_ | number;
      return is_new;
    }
    p_ | number;
    thing = nullptr;
    if (number < 0) return false;
    if (number >= static_cast<int>(unpacked->size())) return true;
    thing = (*unpacked)[static_cast<std::size_t>(number)];
    return false;
  }

  PUP::er& p_;
  const Program& program_;
  std::map<Closure*, int> closures_;
  std::map<Scope*, int> scopes_;
  std::vector<Closure*> unpacked_closures_;
  std::vector<Scope*> unpacked_scopes_;
};

template <class T>
void PupCount(PUP::er& p, std::vector<T>* all) {
  std::size_t count = all->size();
  p | count;
  all->resize(count);
}

}  // namespace

// What the user has deleted, or sent on, does not move: its destructor has run.
void MessageClosure::PupHeld(PUP::er& p, bool* is_null) {
  const bool is_here = !p.isUnpacking() && message != nullptr;
  bool is_whole = is_here && CmiGetReference(UsrToEnv(message)) > 1;
  *is_null |= is_here && !is_whole;
  p | *is_null;
  p | is_whole;
  if (!is_whole) return;
  // The user's ownership first, since packing may put another message in this one's place, and ends it.
  if (!p.isUnpacking()) CkFreeMsg(message);
  CkPupMessage(p, &message);
  if (message != nullptr) (void)CkReferenceMsg(message);
  if (p.isDeleting()) taken = true;  // Nothing is left to free.
}

void Machine::pup(PUP::er& p, const Program& program) {
  State& state = *state_;
  Packer packer(p, program);
  std::vector<Matcher::Item> items;
  state.matcher.VisitItems([&](Matcher::Item& item) { items.push_back(item); });
  PupCount(p, &items);
  for (Matcher::Item& item : items) {
    p | item.port;
    p | item.key;
    auto* closure = static_cast<Closure*>(item.value);
    packer.PupClosure(closure);
    item.value = closure;
    if (p.isUnpacking()) state.matcher.Keep(item);
  }
  PupCount(p, &state.activations);
  for (Activation& activation : state.activations) {
    p | activation.node;
    p | activation.parent;
    p | activation.position;
    packer.PupScope(activation.scope);
  }
  PupCount(p, &state.free);
  for (int& number : state.free) p | number;
  auto& waits = state.matcher.waits();
  PupCount(p, &waits);
  for (Matcher::Wait& wait : waits) {
    p | wait.group;
    std::vector<Matcher::Want> wants(wait.wants.begin(), wait.wants.end());
    PupCount(p, &wants);
    for (Matcher::Want& want : wants) {
      p | want.port;
      p | want.any;
      p | want.key;
      if (p.isUnpacking()) wait.wants.push_back(want);
    }
    Waiting waiting = Waiting::Of(wait);
    p | waiting.node;
    p | waiting.parent;
    packer.PupScope(waiting.scope);
    waiting.PutInto(&wait);
  }
}

}  // namespace SDAG
