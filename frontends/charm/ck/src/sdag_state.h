// What a Machine holds, for the interpreter and for packing.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_SDAG_STATE_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_SDAG_STATE_H_

#include <vector>

#include "components/dependency/matcher.h"
#include "sdag.h"

namespace SDAG {

using heddle::Matcher;

constexpr int kNone = -1;

struct Activation {
  int node = kNone;
  int parent = kNone;
  int position = 0;  // sequence: the next child; overlap, forall: how many have not ended
  Scope* scope = nullptr;
};

// What a waiting `when` will go on with; in its wait in the matcher.
struct Waiting {
  int node;
  int parent;
  Scope* scope;
  void PutInto(Matcher::Wait* wait) const {
    wait->value = scope;
    wait->tag = static_cast<std::uint64_t>(static_cast<std::uint32_t>(node)) << 32 | static_cast<std::uint32_t>(parent);
  }
  static Waiting Of(const Matcher::Wait& wait) {
    return {static_cast<int>(static_cast<std::uint32_t>(wait.tag >> 32)), static_cast<int>(static_cast<std::uint32_t>(wait.tag)), static_cast<Scope*>(wait.value)};
  }
};

struct Call {
  int port;
  Closure* closure;
};

struct State {
  Matcher matcher;
  std::vector<Activation> activations;
  std::vector<int> free;
  // What the matcher found; between asking it and putting that into a scope.
  std::vector<void*> values;
  std::vector<Matcher::Wait> excluded;
  // A serial block may delete the object: then what runs ends without touching it, and the last to leave drops the state.
  int runs = 0;
  bool orphan = false;
  // Of a nodegroup.
  CmiNodeLock lock = nullptr;
  bool running = false;
  std::vector<Call> calls;
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();
};

inline Scope* Retain(Scope* scope) {
  if (scope != nullptr) ++scope->references;
  return scope;
}

}  // namespace SDAG

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_SDAG_STATE_H_
