// Pointers to objects that are made when unpacking, and heap objects as parameters of entry
// methods.
#ifndef PUP_POINTER_H
#define PUP_POINTER_H

#include <type_traits>
#include <utility>

#include "pup_able.h"
#include "pup_operators.h"

namespace PUP {

// A flag for null, then the object; PUP::ables keep their type.
template <class T, bool kAble = std::is_base_of<able, T>::value>
struct ptr_helper {
  void operator()(er& p, T*& t) const {
    bool is_null = t == nullptr;
    p | is_null;
    if (!is_null) return Object(p, t, std::integral_constant<bool, kAble>());
    if (p.isUnpacking()) t = nullptr;
  }

 private:
  static void Object(er& p, T*& t, std::true_type) {
    able* object = p.isUnpacking() ? nullptr : static_cast<able*>(t);
    p | object;
    if (p.isUnpacking()) t = static_cast<T*>(object);
  }
  static void Object(er& p, T*& t, std::false_type) {
    if (p.isUnpacking()) t = New(std::is_constructible<T, reconstruct>());
    p | *t;
  }
  static T* New(std::true_type) { return new T(reconstruct()); }
  static T* New(std::false_type) { return new T(); }
};

}  // namespace PUP

// A heap object as a parameter: the receiver owns it once it has taken the pointer.
template <class T>
class CkPointer {
 public:
  CkPointer(T* source) : allocated_(nullptr), pointer_(source) {}
  CkPointer() : allocated_(nullptr), pointer_(nullptr) {}
  CkPointer(CkPointer&& other) : allocated_(other.allocated_), pointer_(other.pointer_) {
    other.allocated_ = other.pointer_ = nullptr;
  }
  CkPointer(const CkPointer&) = delete;
  void operator=(const CkPointer&) = delete;
  ~CkPointer() { delete allocated_; }
  operator T*() {
    allocated_ = nullptr;
    return pointer_;
  }
  void pup(PUP::er& p) {
    PUP::ptr_helper<T>()(p, pointer_);
    if (p.isUnpacking()) allocated_ = pointer_;
  }
  friend inline void operator|(PUP::er& p, CkPointer<T>& v) { v.pup(p); }

 protected:
  T* peek() { return pointer_; }

 private:
  T* allocated_;
  T* pointer_;
};
#define PUPable_marshall CkPointer

// The same by reference: the runtime keeps owning it.
template <class T>
class CkReference : private CkPointer<T> {
 public:
  CkReference(T& source) : CkPointer<T>(&source) {}
  CkReference() {}
  CkReference(CkReference&& other) : CkPointer<T>(std::move(other)) {}
  operator T&() { return *this->peek(); }
  void pup(PUP::er& p) { CkPointer<T>::pup(p); }
  friend inline void operator|(PUP::er& p, CkReference<T>& v) { v.pup(p); }
};

#endif  // PUP_POINTER_H
