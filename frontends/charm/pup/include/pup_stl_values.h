// PUP for the standard library's types that are no containers: pairs, tuples, arrays, pointers,
// numbers, times, random numbers.
#ifndef PUP_STL_VALUES_H
#define PUP_STL_VALUES_H

#include <array>
#include <atomic>
#include <bitset>
#include <chrono>
#include <complex>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#if __cplusplus >= 201703L
#include <optional>
#include <variant>
#endif

#include "pup.h"

namespace PUP {

template <class T>
class as_bytes<std::complex<T>> {
 public:
  enum { value = as_bytes<T>::value };
};
template <class T>
inline void operator|(er& p, std::complex<T>& v) {
  // A complex number is an array of two (C++11, 26.4).
  PUParray(p, reinterpret_cast<T*>(&v), 2);
}
template <class T>
inline void PUParray(er& p, std::complex<T>* values, size_t count) {
  PUParray(p, reinterpret_cast<T*>(values), 2 * count);
}

// ---- Several values

template <class A, class B>
inline void operator|(er& p, std::pair<A, B>& v) {
  p | const_cast<typename std::remove_const<A>::type&>(v.first);
  p | v.second;
}

namespace details {
template <size_t I, size_t N>
struct PupTuple {
  template <class T>
  static void Apply(er& p, T& t) {
    p | std::get<I>(t);
    PupTuple<I + 1, N>::Apply(p, t);
  }
};
template <size_t N>
struct PupTuple<N, N> {
  template <class T>
  static void Apply(er&, T&) {}
};
}  // namespace details
template <class... T>
inline void operator|(er& p, std::tuple<T...>& v) {
  details::PupTuple<0, sizeof...(T)>::Apply(p, v);
}
template <class T, size_t N>
inline void operator|(er& p, std::array<T, N>& v) {
  PUParray(p, v.data(), N);
}
template <size_t N>
inline void operator|(er& p, std::bitset<N>& v) {
  for (size_t i = 0; i < N; i += 8) {
    unsigned char byte = 0;
    for (size_t b = 0; b < 8 && i + b < N; ++b)
      if (v[i + b]) byte = static_cast<unsigned char>(byte | (1u << b));
    p | byte;
    for (size_t b = 0; b < 8 && i + b < N; ++b) v[i + b] = ((byte >> b) & 1) != 0;
  }
}

// ---- One value in another's place

template <class T, class D>
inline void operator|(er& p, std::unique_ptr<T, D>& v) {
  T* object = p.isUnpacking() ? nullptr : v.get();
  ptr_helper<T>()(p, object);
  if (p.isUnpacking()) v.reset(object);
}
// Each shared_ptr gets an object of its own when it is unpacked.
template <class T>
inline void operator|(er& p, std::shared_ptr<T>& v) {
  T* object = p.isUnpacking() ? nullptr : v.get();
  ptr_helper<T>()(p, object);
  if (p.isUnpacking()) v.reset(object);
}
template <class T>
inline void operator|(er& p, std::atomic<T>& v) {
  T value = v;
  p | value;
  if (p.isUnpacking()) v = value;
}
template <class Rep, class Period>
inline void operator|(er& p, std::chrono::duration<Rep, Period>& v) {
  Rep count = v.count();
  p | count;
  v = std::chrono::duration<Rep, Period>(count);
}
template <class Clock, class Duration>
inline void operator|(er& p, std::chrono::time_point<Clock, Duration>& v) {
  Duration since = v.time_since_epoch();
  p | since;
  v = std::chrono::time_point<Clock, Duration>(since);
}

// ---- Engines of random numbers: their state as the standard writes it

namespace details {
template <class T>
struct IsEngine : std::false_type {};
template <class U, U a, U c, U m>
struct IsEngine<std::linear_congruential_engine<U, a, c, m>> : std::true_type {};
template <class U, size_t w, size_t n, size_t m, size_t r, U a, size_t u, U d, size_t s, U b,
          size_t t, U c, size_t l, U f>
struct IsEngine<std::mersenne_twister_engine<U, w, n, m, r, a, u, d, s, b, t, c, l, f>>
    : std::true_type {};
template <class U, size_t w, size_t s, size_t r>
struct IsEngine<std::subtract_with_carry_engine<U, w, s, r>> : std::true_type {};
template <class E, size_t p, size_t r>
struct IsEngine<std::discard_block_engine<E, p, r>> : std::true_type {};
template <class E, size_t w, class U>
struct IsEngine<std::independent_bits_engine<E, w, U>> : std::true_type {};
template <class E, size_t k>
struct IsEngine<std::shuffle_order_engine<E, k>> : std::true_type {};
}  // namespace details
template <class E, typename std::enable_if<details::IsEngine<E>::value, int>::type = 0>
inline void operator|(er& p, E& engine) {
  std::string state;
  if (!p.isUnpacking()) {
    std::ostringstream out;
    out << engine;
    state = out.str();
  }
  const size_t count = p.pupCount(state.size(), 1);
  if (p.isUnpacking()) state.resize(count);
  p(&state[0], state.size());
  if (p.isUnpacking()) {
    std::istringstream in(state);
    in >> engine;
  }
}

// ---- One value or none, one of several

#if __cplusplus >= 201703L
template <class T>
inline void operator|(er& p, std::optional<T>& v) {
  bool has = v.has_value();
  p | has;
  if (p.isUnpacking()) {
    v.reset();
    if (has) {
      detail::TemporaryObjectHolder<T> item;
      p | item;
      v.emplace(std::move(item.t));
    }
  } else if (has) {
    p | *v;
  }
}
namespace details {
template <size_t I, class Variant>
inline void PupAlternative(er& p, Variant& v, size_t index) {
  if constexpr (I < std::variant_size_v<Variant>) {
    if (index != I) return PupAlternative<I + 1>(p, v, index);
    if (p.isUnpacking()) {
      detail::TemporaryObjectHolder<std::variant_alternative_t<I, Variant>> item;
      p | item;
      v.template emplace<I>(std::move(item.t));
    } else {
      p | std::get<I>(v);
    }
  }
}
}  // namespace details
template <class... T>
inline void operator|(er& p, std::variant<T...>& v) {
  size_t index = v.index();
  p | index;
  details::PupAlternative<0>(p, v, index);
}
#endif

}  // namespace PUP

#endif  // PUP_STL_VALUES_H
