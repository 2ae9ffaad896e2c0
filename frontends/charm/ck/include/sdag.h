// Structured Dagger at run time. charmxi makes a table of each chare's statements (Program); a Machine in each object runs them.
//
// What waits is data, not a stack: activations of statements and the parameters that they see. So it moves with its object.
#ifndef SDAG_H
#define SDAG_H

#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "charm.h"
#include "ckmarshall.h"
#include "pup_stl.h"

namespace SDAG {

// The parameters of one call of an entry method. Generated classes have a member for each.
struct Closure {
  virtual ~Closure() {}
  virtual void pup(PUP::er& p) = 0;
  int references = 0;
  CMK_REFNUM_TYPE reference_number = 0;
  int port = 0;
  bool taken = false;  // A `when` has it, or it began its method's own body.
};

// A call with a message. The message has two owners: the user, who deletes it in a serial block or keeps it, and the closure, so
// that it is whole as long as the parameter is seen, also after a migration.
struct MessageClosure : Closure {
  void* message = nullptr;
  void Hold(void* arrived);
  ~MessageClosure() override;

 protected:
  // `seen`: the user's variable.
  template <class T>
  void PupMessage(PUP::er& p, T** seen) {
    bool is_null = *seen == nullptr;
    PupHeld(p, &is_null);
    *seen = is_null ? nullptr : static_cast<T*>(message);
  }

 private:
  void PupHeld(PUP::er& p, bool* is_null);
};

// The elements of an array parameter, T x[n]. A vector of bools has no bools.
template <class T>
struct Elements : std::vector<T> {
  void pup(PUP::er& p) { p | static_cast<std::vector<T>&>(*this); }
};
template <>
struct Elements<bool> {
  void assign(const bool* begin, const bool* end) { bytes_.assign(begin, end); }
  bool* data() { return reinterpret_cast<bool*>(bytes_.data()); }
  void pup(PUP::er& p) { p | bytes_; }

 private:
  std::vector<char> bytes_;
};

// The elements of a nocopypost parameter. They are in the receiver's own buffer, which does not move
// with its object: they are kept here from then on.
template <class T>
void PupPosted(PUP::er& p, Elements<T>* elements, T** seen, size_t* count) {
  if (!p.isUnpacking() && *seen != elements->data()) elements->assign(*seen, *seen + *count);
  elements->pup(p);
  p | *count;
  if (p.isUnpacking()) *seen = elements->data();
}

// The variables that a statement sees: those of the innermost `when`, or the index of the innermost `forall`, and what is around.
struct Scope {
  explicit Scope(int closure_count) : closures(closure_count <= 2 ? few : new Closure*[closure_count]()), count(closure_count) {}
  ~Scope() {
    if (closures != few) delete[] closures;
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  Closure** closures;
  int count;
  Closure* few[2] = {nullptr, nullptr};
  int index = 0;
  Scope* outer = nullptr;
  int references = 0;
  Scope* Out(int levels) {
    Scope* s = this;
    while (levels-- > 0) s = s->outer;
    return s;
  }
};

typedef void (*Action)(void* object, Scope* scope);
typedef int (*Value)(void* object, Scope* scope);

struct Port {
  const char* name;
  Closure* (*make)();  // An empty one, to be unpacked.
  int body;            // The node of the entry method's own body, or -1: `when`s wait for it.
};

struct Want {
  int port;
  Value reference;  // nullptr: any
};

struct Node {
  enum Kind { kSerial, kSequence, kWhen, kOverlap, kCase, kFor, kForall, kWhile, kIf } kind;
  const int* children;
  int child_count;
  const Want* wants;
  int want_count;
  Action first;    // serial; for: init
  Action step;     // for
  Value condition; // for, while, if; forall: begin
  Value end;       // forall
  Value stride;
  const char* name;  // serial "name", or nullptr
};

struct Program {
  const char* chare;
  const Port* ports;
  int port_count;
  const Node* nodes;
  int node_count;
};

struct State;

// Thread safety: its object's PE's; of nodegroups any PE's, one at a time runs and the others leave their calls to it.
class Machine {
 public:
  // `shared`: of a nodegroup.
  explicit Machine(bool shared = false);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  // A call has arrived; takes the closure.
  void Arrive(const Program& program, void* object, int port, Closure* closure);
  void pup(PUP::er& p, const Program& program);

 private:
  std::unique_ptr<State> state_;
};

// The reference number of a marshalled call is its first parameter, where that is an integer.
template <class T>
inline typename std::enable_if<std::is_integral<T>::value || std::is_enum<T>::value, CMK_REFNUM_TYPE>::type ReferenceOf(const T& value) {
  return static_cast<CMK_REFNUM_TYPE>(value);
}
template <class T>
inline typename std::enable_if<!(std::is_integral<T>::value || std::is_enum<T>::value), CMK_REFNUM_TYPE>::type ReferenceOf(const T&) {
  return 0;
}

}  // namespace SDAG

#endif  // SDAG_H
