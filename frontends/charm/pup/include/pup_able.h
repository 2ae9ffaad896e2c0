// PUP::able: objects whose type is known only when they are packed.
#ifndef PUP_ABLE_H
#define PUP_ABLE_H

#include "pup_er.h"

class CkMigrateMessage;

namespace PUP {

class able {
 public:
  // Names a class, the same in every process and every run.
  class PUP_ID {
   public:
    enum { len = 8 };
    unsigned char hash[len];
    PUP_ID() {}
    PUP_ID(int value) { std::memset(hash, value, len); }
    PUP_ID(const char* name) { setName(name); }
    void setName(const char* name);
    bool operator==(const PUP_ID& other) const { return std::memcmp(hash, other.hash, len) == 0; }
    void pup(er& p) { p(hash, static_cast<size_t>(len)); }
    void pup(er& p) const { p(const_cast<unsigned char*>(hash), static_cast<size_t>(len)); }
  };
  typedef able* (*constructor_function)();

  virtual ~able();
  // Errors: abort where another class has this name's number.
  static PUP_ID register_constructor(const char* name, constructor_function function);
  // Errors: abort where the class is not registered here.
  static constructor_function get_constructor(const PUP_ID& id);
  virtual able* clone() const;
  virtual void pup(er& p);
  virtual const PUP_ID& get_PUP_ID() const = 0;

 protected:
  able() {}
  explicit able(CkMigrateMessage*) {}
};

inline void er::operator()(able& object) { object.pup(*this); }

#define SINGLE_ARG(...) __VA_ARGS__

#define PUPable_operator_inside(className)                             \
  friend inline void operator|(PUP::er& p, className& a) { a.pup(p); } \
  friend inline void operator|(PUP::er& p, className*& a) {            \
    PUP::able* pa = a;                                                 \
    p(&pa);                                                            \
    a = dynamic_cast<className*>(pa);                                  \
  }
#define PUPable_operator_outside(className)                     \
  inline void operator|(PUP::er& p, className& a) { a.pup(p); } \
  inline void operator|(PUP::er& p, className*& a) {            \
    PUP::able* pa = a;                                          \
    p(&pa);                                                     \
    a = dynamic_cast<className*>(pa);                           \
  }
#define PUPable_decl_inside(className)                     \
 private:                                                  \
  static PUP::able* call_PUP_constructor(void);            \
  static PUP::able::PUP_ID my_PUP_ID;                      \
                                                           \
 public:                                                   \
  virtual const PUP::able::PUP_ID& get_PUP_ID(void) const; \
  static void register_PUP_ID(const char* name);
#define PUPable_decl(className) PUPable_decl_inside(className) PUPable_operator_inside(className)
#define PUPable_decl_inside_base_template(baseClassName, className)                            \
 private:                                                                                      \
  static PUP::able* call_PUP_constructor(void) { return new className((CkMigrateMessage*)0); } \
  static PUP::able::PUP_ID my_PUP_ID;                                                          \
                                                                                               \
 public:                                                                                       \
  virtual const PUP::able::PUP_ID& get_PUP_ID(void) const { return my_PUP_ID; }                \
  static void register_PUP_ID(const char* name) {                                              \
    my_PUP_ID = baseClassName::register_constructor(name, call_PUP_constructor);               \
  }
#define PUPable_decl_inside_template(className) \
  PUPable_decl_inside_base_template(PUP::able, SINGLE_ARG(className))
#define PUPable_decl_template(className) \
  PUPable_decl_inside_template(SINGLE_ARG(className)) PUPable_operator_inside(SINGLE_ARG(className))
#define PUPable_decl_base_template(baseClassName, className)                          \
  PUPable_decl_inside_base_template(SINGLE_ARG(baseClassName), SINGLE_ARG(className)) \
      PUPable_operator_inside(SINGLE_ARG(className))
#define PUPable_decl_outside(className) PUPable_operator_outside(className)
#define PUPable_decl_outside_template(templateParameters, className)         \
  template <templateParameters>                                              \
  inline void operator|(PUP::er& p, className& a) {                          \
    a.pup(p);                                                                \
  }                                                                          \
  template <templateParameters>                                              \
  inline void operator|(PUP::er& p, className*& a) {                         \
    PUP::able* pa = a;                                                       \
    p(&pa);                                                                  \
    a = dynamic_cast<className*>(pa);                                        \
  }                                                                          \
  template <templateParameters>                                              \
  PUP::able* className::call_PUP_constructor(void) {                         \
    return new className((CkMigrateMessage*)0);                              \
  }                                                                          \
  template <templateParameters>                                              \
  const PUP::able::PUP_ID& className::get_PUP_ID(void) const {               \
    return className::my_PUP_ID;                                             \
  }                                                                          \
  template <templateParameters>                                              \
  void className::register_PUP_ID(const char* name) {                        \
    my_PUP_ID = register_constructor(name, className::call_PUP_constructor); \
  }
#define PUPable_abstract(className)                            \
 public:                                                       \
  virtual const PUP::able::PUP_ID& get_PUP_ID(void) const = 0; \
  PUPable_operator_inside(className)
#define PUPable_def(className)                                                                     \
  PUP::able* className::call_PUP_constructor(void) { return new className((CkMigrateMessage*)0); } \
  const PUP::able::PUP_ID& className::get_PUP_ID(void) const { return className::my_PUP_ID; }      \
  PUP::able::PUP_ID className::my_PUP_ID;                                                          \
  void className::register_PUP_ID(const char* name) {                                              \
    my_PUP_ID = register_constructor(name, className::call_PUP_constructor);                       \
  }
#define PUPable_def_template(className) \
  template <>                           \
  PUP::able::PUP_ID className::my_PUP_ID = 0;
#define PUPable_def_template_nonInst(className) PUP::able::PUP_ID className::my_PUP_ID = 0;
#define PUPable_reg(className) className::register_PUP_ID(#className);
#define PUPable_reg2(classIdentifier, className) classIdentifier::register_PUP_ID(className);

inline void operator|(er& p, able& a) { a.pup(p); }
inline void operator|(er& p, able*& a) { p(&a); }

}  // namespace PUP

typedef PUP::able PUPable;

#endif  // PUP_ABLE_H
