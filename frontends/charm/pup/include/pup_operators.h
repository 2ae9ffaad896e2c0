// `p | x` for builtin types, enums, classes with a pup() of their own, and classes that are plain
// bytes (PUPbytes).
#ifndef PUP_OPERATORS_H
#define PUP_OPERATORS_H

#include <type_traits>
#include <utility>

#include "pup_er.h"

namespace PUP {

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
struct is_pupable<T, void_t<decltype(std::declval<T&>().pup(std::declval<er&>()))>>
    : std::true_type {};
}  // namespace details

template <class T, typename std::enable_if<details::is_pupable<T>::value, int>::type = 0>
inline void operator|(er& p, T& t) {
  p.syncComment(sync_begin_object);
  t.pup(p);
  p.syncComment(sync_end_object);
}
template <class T, typename std::enable_if<std::is_enum<T>::value, int>::type = 0>
inline void operator|(er& p, T& t) {
  p(reinterpret_cast<typename std::underlying_type<T>::type*>(&t), 1);
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

}  // namespace PUP

#define PUP_AS_BYTES(type) \
  namespace PUP {          \
  template <>              \
  class as_bytes<type> {   \
   public:                 \
    enum { value = 1 };    \
  };                       \
  }

#define PUPbytes(type)                                                       \
  namespace PUP {                                                            \
  inline void operator|(PUP::er& p, type& t) { p((char*)&t, sizeof(type)); } \
  inline void PUParray(PUP::er& p, type* values, size_t count) {             \
    p((char*)values, count * sizeof(type));                                  \
  }                                                                          \
  }                                                                          \
  PUP_AS_BYTES(type)
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

#define PUP_BUILTIN_SUPPORT(type)                                               \
  namespace PUP {                                                               \
  inline void operator|(er& p, type& t) { p(t); }                               \
  inline void PUParray(er& p, type* values, size_t count) { p(values, count); } \
  }                                                                             \
  PUP_AS_BYTES(type)
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

#define PUPn(field)                         \
  do {                                      \
    if (p.hasComments()) p.comment(#field); \
    p | field;                              \
  } while (0)
#define PUPv(field, len)                    \
  do {                                      \
    if (p.hasComments()) p.comment(#field); \
    PUParray(p, field, len);                \
  } while (0)

#endif  // PUP_OPERATORS_H
