// PUP: one function `void pup(PUP::er& p) { p | a, p | b; }` describes a type; with different PUP::ers it sizes, packs and
// unpacks an object.
//
// The packers of memory (sizer, toMem, fromMem) keep their cursor in PUP::er itself, so that a `p | x` of a builtin type is a
// test and a copy, inlined, though p's type is not known; others (files, users' own) go through virtual functions.
// Thread safety: a PUP::er and the object belong to the caller.  Errors: CmiAbort naming what did not fit.
#ifndef PUP_H
#define PUP_H

// Programs count on what this header has always brought along.
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <type_traits>
#include <utility>

#include "conv-header.h"
#include "conv-util.h"

class CkMigrateMessage;

namespace PUP {

class er;
class able;

// Asks a constructor for an object that is about to be unpacked.
struct reconstruct {};

namespace detail {
// Room for what is unpacked, also of types without a default constructor: `t`.
template <class T, bool kReconstruct = std::is_constructible<T, reconstruct>::value>
struct TemporaryObjectHolder {
  typename std::remove_cv<typename std::remove_reference<T>::type>::type t{};
};
template <class T>
struct TemporaryObjectHolder<T, true> {
  typename std::remove_cv<typename std::remove_reference<T>::type>::type t{reconstruct()};
};
}  // namespace detail

typedef unsigned char myByte;

enum dataType {
  Tchar = 0, Tshort, Tint, Tlong, Tlonglong, Tuchar, Tushort, Tuint, Tulong, Tulonglong, Tint128, Tuint128,
  Tfloat, Tdouble, Tlongdouble, Tbool, Tbyte, Tsync, Tpointer, dataType_last
};
inline dataType getXlateDataType(const signed char*) { return Tchar; }
inline dataType getXlateDataType(const char*) { return Tchar; }
inline dataType getXlateDataType(const short*) { return Tshort; }
inline dataType getXlateDataType(const int*) { return Tint; }
inline dataType getXlateDataType(const long*) { return Tlong; }
inline dataType getXlateDataType(const long long*) { return Tlonglong; }
inline dataType getXlateDataType(const unsigned char*) { return Tuchar; }
inline dataType getXlateDataType(const unsigned short*) { return Tushort; }
inline dataType getXlateDataType(const unsigned int*) { return Tuint; }
inline dataType getXlateDataType(const unsigned long*) { return Tulong; }
inline dataType getXlateDataType(const unsigned long long*) { return Tulonglong; }
inline dataType getXlateDataType(const CmiInt16*) { return Tint128; }
inline dataType getXlateDataType(const CmiUInt16*) { return Tuint128; }
inline dataType getXlateDataType(const float*) { return Tfloat; }
inline dataType getXlateDataType(const double*) { return Tdouble; }
inline dataType getXlateDataType(const long double*) { return Tlongdouble; }
inline dataType getXlateDataType(const bool*) { return Tbool; }

// Marks in streams that want comments.
enum {
  sync_builtin = 0x70000000, sync_begin = sync_builtin + 0x01000000, sync_end = sync_builtin + 0x02000000,
  sync_last_system = sync_builtin + 0x09000000, sync_array_m = 0x00100000, sync_list_m = 0x00200000,
  sync_object_m = 0x00300000, sync_begin_array = sync_begin + sync_array_m, sync_begin_list = sync_begin + sync_list_m,
  sync_begin_object = sync_begin + sync_object_m, sync_end_array = sync_end + sync_array_m,
  sync_end_list = sync_end + sync_list_m, sync_end_object = sync_end + sync_object_m,
  sync_item = sync_builtin + 0x00110000, sync_index = sync_builtin + 0x00120000
};

class seekBlock;

class er {
 public:
  enum {
    IS_USERLEVEL = 0x0004,
    IS_DELETING = 0x0008,
    IS_COMMENTS = 0x0010,
    IS_CHECKPOINT = 0x0020,
    IS_MIGRATION = 0x0040
  };
  er(const er&) = delete;
  er& operator=(const er&) = delete;
  virtual ~er();

  bool isSizing() const { return (PUP_er_state & IS_SIZING) != 0; }
  bool isPacking() const { return (PUP_er_state & IS_PACKING) != 0; }
  bool isUnpacking() const { return (PUP_er_state & IS_UNPACKING) != 0; }
  const char* typeString() const { return isSizing() ? "sizing" : isPacking() ? "packing" : "unpacking"; }
  unsigned int getStateFlags() const { return PUP_er_state; }
  // The object goes after it has been packed: pup() may free what it holds.
  void becomeDeleting() { PUP_er_state |= IS_DELETING; }
  bool isDeleting() const { return (PUP_er_state & IS_DELETING) != 0; }
  void becomeUserlevel() { PUP_er_state |= IS_USERLEVEL; }
  bool isUserlevel() const { return (PUP_er_state & IS_USERLEVEL) != 0; }
  bool isCheckpoint() const { return (PUP_er_state & IS_CHECKPOINT) != 0; }
  bool isMigration() const { return (PUP_er_state & IS_MIGRATION) != 0; }
  bool isRestarting() const { return isCheckpoint() && isUnpacking(); }
  bool hasComments() const { return (PUP_er_state & IS_COMMENTS) != 0; }

  template <class T>
  void operator()(T& value) {
    (*this)(&value, 1);
  }
  template <class T>
  void operator()(T* values, size_t count) {
    Bytes(const_cast<void*>(static_cast<const void*>(values)), count, sizeof(T), getXlateDataType(values));
  }
  void operator()(void*& value, void* signature) { (*this)(&value, 1, signature); }
  void operator()(void** values, size_t count, void*) { Bytes(values, count, sizeof(void*), Tpointer); }
  void operator()(able** object_pointer) { object(object_pointer); }
  void operator()(able& object);

  // A buffer that is allocated when unpacking, and freed after packing for good.
  template <class T>
  void pup_buffer(T*& values, size_t count) {
    pup_buffer(values, count, [](size_t bytes) { return std::malloc(bytes); }, [](void* p) { std::free(p); });
  }
  template <class T>
  void pup_buffer(T*& values, size_t count, std::function<void*(size_t)> allocate, std::function<void(void*)> deallocate) {
    if (isUnpacking()) values = static_cast<T*>(allocate(count * sizeof(T)));
    (*this)(values, count);
    if (isPacking() && isDeleting()) {
      deallocate(const_cast<void*>(static_cast<const void*>(values)));
      values = nullptr;
    }
  }
  template <class T>
  void pup_buffer_async(T*& values, size_t count) {
    pup_buffer(values, count);
  }

  // Bytes so far.
  virtual size_t size() const { return used_; }
  virtual void comment(const char*) {}
  virtual void synchronize(unsigned int) {}
  void syncComment(unsigned int mark, const char* text = nullptr) {
    if (!hasComments()) return;
    synchronize(mark);
    if (text != nullptr) comment(text);
  }
  virtual void impl_startSeek(seekBlock& s);
  virtual size_t impl_tell(seekBlock& s);
  virtual void impl_seek(seekBlock& s, size_t offset);
  virtual void impl_endSeek(seekBlock& s);

 protected:
  enum { IS_SIZING = 0x0100, IS_PACKING = 0x0200, IS_UNPACKING = 0x0400, TYPE_MASK = 0xFF00 };
  enum Cursor : unsigned char { kNone, kCounts, kWrites, kReads };

  explicit er(unsigned int type) : PUP_er_state(type), cursor_(kNone), at_(nullptr), used_(0) {}
  er(unsigned int type, Cursor cursor, void* at)
      : PUP_er_state(type), cursor_(cursor), at_(static_cast<char*>(at)), used_(0) {}

  // `count` items of `item` bytes, for packers without a cursor.
  virtual void bytes(void* values, size_t count, size_t item, dataType type);
  virtual void object(able** object_pointer);

  unsigned int PUP_er_state;

 private:
  friend class wrap_er;
  void Bytes(void* values, size_t count, size_t item, dataType type) {
    const size_t n = count * item;
    if (cursor_ == kWrites) {
      if (n != 0) std::memcpy(at_ + used_, values, n);
      used_ += n;
    } else if (cursor_ == kReads) {
      if (n != 0) std::memcpy(values, at_ + used_, n);
      used_ += n;
    } else if (cursor_ == kCounts) {
      used_ += n;
    } else {
      bytes(values, count, item, type);
    }
  }

  Cursor cursor_;

 protected:
  char* at_;
  size_t used_;
};

// Counts the bytes that packing will take.
class sizer : public er {
 public:
  sizer() : er(IS_SIZING, kCounts, nullptr) {}
  explicit sizer(unsigned int flags) : er(IS_SIZING | flags, kCounts, nullptr) {}
};

class mem : public er {
 public:
  char* get_current_pointer() const { return at_ + used_; }
  char* get_orig_pointer() const { return at_; }
  // Leaves out so many bytes.
  void advance(size_t bytes) { used_ += bytes; }
  void reset() { used_ = 0; }
  void impl_startSeek(seekBlock& s) override;
  size_t impl_tell(seekBlock& s) override;
  void impl_seek(seekBlock& s, size_t offset) override;

 protected:
  using er::er;
};

// Into memory, of which there are as many bytes as the sizer counted.
class toMem : public mem {
 public:
  explicit toMem(void* to, unsigned int flags = 0) : mem(IS_PACKING | flags, kWrites, to) {}
};

// Out of memory.
class fromMem : public mem {
 public:
  explicit fromMem(const void* from, unsigned int flags = 0) : mem(IS_UNPACKING | flags, kReads, const_cast<void*>(from)) {}
};

// Files in this machine's format.
class disk : public er {
 public:
  // True where a read or write has failed; what was read since is nothing.
  bool checkError() const { return failed_; }
  void impl_startSeek(seekBlock& s) override;
  size_t impl_tell(seekBlock& s) override;
  void impl_seek(seekBlock& s, size_t offset) override;

 protected:
  disk(unsigned int type, FILE* file) : er(type), F(file), failed_(false) {}
  FILE* F;
  bool failed_;
};
class toDisk : public disk {
 public:
  explicit toDisk(FILE* file, unsigned int flags = 0) : disk(IS_PACKING | flags, file) {}

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
};
class fromDisk : public disk {
 public:
  explicit fromDisk(FILE* file, unsigned int flags = 0) : disk(IS_UNPACKING | flags, file) {}

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
};

// Text that people can read: one value a line.
class toTextFile : public er {
 public:
  explicit toTextFile(FILE* file) : er(IS_PACKING), f(file) {}
  void comment(const char* text) override;

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
  FILE* f;
};
class fromTextFile : public er {
 public:
  explicit fromTextFile(FILE* file) : er(IS_UNPACKING), f(file) {}
  void comment(const char* text) override;

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
  virtual void parseError(const char* what);
  FILE* f;
};
class sizerText : public er {
 public:
  sizerText() : er(static_cast<unsigned>(IS_SIZING) | IS_COMMENTS) {}
  size_t size() const override { return used_ + 1; }

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
};
// Into a string of `length` bytes, its end included.
class toText : public er {
 public:
  toText(char* to, size_t length) : er(static_cast<unsigned>(IS_PACKING) | IS_COMMENTS), length_(length) { at_ = to; }
  size_t size() const override { return used_ + 1; }

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;

 private:
  size_t length_;
};

// Passes everything on to another one.
class wrap_er : public er {
 public:
  explicit wrap_er(er& wrapped, unsigned int flags = 0) : er(wrapped.getStateFlags() | flags), p(wrapped) {}
  size_t size() const override { return p.size(); }
  void impl_startSeek(seekBlock& s) override { p.impl_startSeek(s); }
  size_t impl_tell(seekBlock& s) override { return p.impl_tell(s); }
  void impl_seek(seekBlock& s, size_t offset) override { p.impl_seek(s, offset); }
  void impl_endSeek(seekBlock& s) override { p.impl_endSeek(s); }

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override { p.Bytes(values, count, item, type); }
  er& p;
};

// Sections that may be unpacked in another order than they were packed: seek(i) before each, endBlock() at last.
class seekBlock {
 public:
  seekBlock(er& p, int sections);
  ~seekBlock();
  void seek(int section);
  void endBlock();
  union {
    size_t off;
    long loff;
    const myByte* cptr;
    myByte* ptr;
    void* vptr;
  } data;

 private:
  enum { kMostSections = 3 };
  int starts_[kMostSections + 1];
  int sections_;
  int table_;
  er& p_;
  bool ended_;
};

// ---- Objects whose type is known only when they are packed ----

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

#define PUPable_operator_inside(className)                         \
  friend inline void operator|(PUP::er& p, className& a) { a.pup(p); } \
  friend inline void operator|(PUP::er& p, className*& a) {        \
    PUP::able* pa = a;                                             \
    p(&pa);                                                        \
    a = dynamic_cast<className*>(pa);                              \
  }
#define PUPable_operator_outside(className)                 \
  inline void operator|(PUP::er& p, className& a) { a.pup(p); } \
  inline void operator|(PUP::er& p, className*& a) {        \
    PUP::able* pa = a;                                      \
    p(&pa);                                                 \
    a = dynamic_cast<className*>(pa);                       \
  }
#define PUPable_decl_inside(className)                         \
 private:                                                      \
  static PUP::able* call_PUP_constructor(void);                \
  static PUP::able::PUP_ID my_PUP_ID;                          \
                                                               \
 public:                                                       \
  virtual const PUP::able::PUP_ID& get_PUP_ID(void) const;     \
  static void register_PUP_ID(const char* name);
#define PUPable_decl(className) \
  PUPable_decl_inside(className) PUPable_operator_inside(className)
#define PUPable_decl_inside_base_template(baseClassName, className)                              \
 private:                                                                                        \
  static PUP::able* call_PUP_constructor(void) { return new className((CkMigrateMessage*)0); }   \
  static PUP::able::PUP_ID my_PUP_ID;                                                            \
                                                                                                 \
 public:                                                                                         \
  virtual const PUP::able::PUP_ID& get_PUP_ID(void) const { return my_PUP_ID; }                  \
  static void register_PUP_ID(const char* name) {                                                \
    my_PUP_ID = baseClassName::register_constructor(name, call_PUP_constructor);                 \
  }
#define PUPable_decl_inside_template(className) PUPable_decl_inside_base_template(PUP::able, SINGLE_ARG(className))
#define PUPable_decl_template(className) \
  PUPable_decl_inside_template(SINGLE_ARG(className)) PUPable_operator_inside(SINGLE_ARG(className))
#define PUPable_decl_base_template(baseClassName, className)                                   \
  PUPable_decl_inside_base_template(SINGLE_ARG(baseClassName), SINGLE_ARG(className))          \
      PUPable_operator_inside(SINGLE_ARG(className))
#define PUPable_decl_outside(className) PUPable_operator_outside(className)
#define PUPable_abstract(className)                                \
 public:                                                           \
  virtual const PUP::able::PUP_ID& get_PUP_ID(void) const = 0;     \
  PUPable_operator_inside(className)
#define PUPable_def(className)                                                                          \
  PUP::able* className::call_PUP_constructor(void) { return new className((CkMigrateMessage*)0); }      \
  const PUP::able::PUP_ID& className::get_PUP_ID(void) const { return className::my_PUP_ID; }           \
  PUP::able::PUP_ID className::my_PUP_ID;                                                               \
  void className::register_PUP_ID(const char* name) {                                                   \
    my_PUP_ID = register_constructor(name, className::call_PUP_constructor);                            \
  }
#define PUPable_def_template(className) template <> PUP::able::PUP_ID className::my_PUP_ID = 0;
#define PUPable_def_template_nonInst(className) PUP::able::PUP_ID className::my_PUP_ID = 0;
#define PUPable_reg(className) className::register_PUP_ID(#className);
#define PUPable_reg2(classIdentifier, className) classIdentifier::register_PUP_ID(className);

inline void operator|(er& p, able& a) { a.pup(p); }
inline void operator|(er& p, able*& a) { p(&a); }

// ---- p | x for everything else ----

// Whether T is plain bytes: packed by a copy, and arrays of it, too.
template <class T>
class as_bytes {
 public:
  enum { value = 0 };
};

namespace details {
template <class...>
struct make_void {
  typedef void type;
};
template <class... T>
using void_t = typename make_void<T...>::type;
template <class T, class = void>
struct is_pupable : std::false_type {};
template <class T>
struct is_pupable<T, void_t<decltype(std::declval<T&>().pup(std::declval<er&>()))>> : std::true_type {};
}  // namespace details

template <class T, typename std::enable_if<details::is_pupable<T>::value, int>::type = 0>
inline void operator|(er& p, T& t) {
  p.syncComment(sync_begin_object);
  t.pup(p);
  p.syncComment(sync_end_object);
}
template <class T, typename std::enable_if<std::is_enum<T>::value, int>::type = 0>
inline void operator|(er& p, T& t) {
  p(reinterpret_cast<char*>(&t), sizeof(T));
}
template <class T>
inline void operator|(er& p, detail::TemporaryObjectHolder<T>& holder) {
  p | holder.t;
}
template <class T>
inline void PUParray(er& p, T* values, size_t count) {
  p.syncComment(sync_begin_array);
  for (size_t i = 0; i < count; ++i) {
    p.syncComment(sync_item);
    p | values[i];
  }
  p.syncComment(sync_end_array);
}

#define PUPbytes(type)                                                                                            \
  namespace PUP {                                                                                                 \
  inline void operator|(PUP::er& p, type& t) { p((char*)&t, sizeof(type)); }                                      \
  inline void PUParray(PUP::er& p, type* values, size_t count) { p((char*)values, count * sizeof(type)); }        \
  template <>                                                                                                     \
  class as_bytes<type> {                                                                                          \
   public:                                                                                                        \
    enum { value = 1 };                                                                                           \
  };                                                                                                              \
  }
#define PUPfunctionpointer(type) \
  inline void operator|(PUP::er& p, type& t) { p((char*)&t, sizeof(type)); }
#define PUPenum(enumType)                          \
  inline void operator|(PUP::er& p, enumType& e) { \
    int v = static_cast<int>(e);                   \
    p | v;                                         \
    e = static_cast<enumType>(v);                  \
  }
#define PUPmarshall(type)
#define PUPmarshallBytes(type) PUPbytes(type)

}  // namespace PUP

#define PUP_BUILTIN_SUPPORT(type)                                                                    \
  namespace PUP {                                                                                    \
  inline void operator|(er& p, type& t) { p(t); }                                                    \
  inline void PUParray(er& p, type* values, size_t count) { p(values, count); }                      \
  template <>                                                                                        \
  class as_bytes<type> {                                                                             \
   public:                                                                                           \
    enum { value = 1 };                                                                              \
  };                                                                                                 \
  }
PUP_BUILTIN_SUPPORT(signed char)
PUP_BUILTIN_SUPPORT(char)
PUP_BUILTIN_SUPPORT(unsigned char)
PUP_BUILTIN_SUPPORT(short)
PUP_BUILTIN_SUPPORT(int)
PUP_BUILTIN_SUPPORT(long)
PUP_BUILTIN_SUPPORT(unsigned short)
PUP_BUILTIN_SUPPORT(unsigned int)
PUP_BUILTIN_SUPPORT(unsigned long)
PUP_BUILTIN_SUPPORT(float)
PUP_BUILTIN_SUPPORT(double)
PUP_BUILTIN_SUPPORT(bool)
PUP_BUILTIN_SUPPORT(long double)
PUP_BUILTIN_SUPPORT(long long)
PUP_BUILTIN_SUPPORT(unsigned long long)
PUP_BUILTIN_SUPPORT(CmiInt16)
PUP_BUILTIN_SUPPORT(CmiUInt16)

#define PUPn(field)                              \
  do {                                           \
    if (p.hasComments()) p.comment(#field);      \
    p | field;                                   \
  } while (0)
#define PUPv(field, len)                         \
  do {                                           \
    if (p.hasComments()) p.comment(#field);      \
    PUParray(p, field, len);                     \
  } while (0)

namespace PUP {

// A pointer to an object that is made when unpacking; PUP::ables keep their type.
template <class T, bool kAble = std::is_base_of<able, T>::value>
struct ptr_helper;
template <class T>
struct ptr_helper<T, true> {
  void operator()(er& p, T*& t) const {
    bool is_null = t == nullptr;
    p | is_null;
    if (is_null) {
      if (p.isUnpacking()) t = nullptr;
      return;
    }
    able* object = p.isUnpacking() ? nullptr : static_cast<able*>(t);
    p | object;
    if (p.isUnpacking()) t = static_cast<T*>(object);
  }
};
template <class T>
struct ptr_helper<T, false> {
  void operator()(er& p, T*& t) const {
    bool is_null = t == nullptr;
    p | is_null;
    if (is_null) {
      if (p.isUnpacking()) t = nullptr;
      return;
    }
    if (p.isUnpacking()) t = New<T>();
    p | *t;
  }

 private:
  template <class U>
  static typename std::enable_if<std::is_constructible<U, reconstruct>::value, U*>::type New() {
    return new U(reconstruct());
  }
  template <class U>
  static typename std::enable_if<!std::is_constructible<U, reconstruct>::value, U*>::type New() {
    return new U();
  }
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

typedef PUP::er PUPer;
typedef PUP::able PUPable;

namespace PUP {
// Bytes that `t` takes.
template <class T>
inline size_t size(T& t) {
  sizer p;
  p | t;
  return p.size();
}
template <class T>
inline void toMemBuffer(T& t, void* to, size_t bytes) {
  toMem p(to);
  p | t;
  if (p.size() != bytes) CmiAbort("PUP: an object sized %zu bytes and packed %zu", bytes, p.size());
}
template <class T>
inline void fromMemBuffer(T& t, const void* from, size_t bytes) {
  fromMem p(from);
  p | t;
  if (p.size() != bytes) CmiAbort("PUP: an object of %zu bytes unpacked %zu", bytes, p.size());
}
}  // namespace PUP

#include "pup_machine.h"

#endif  // PUP_H
