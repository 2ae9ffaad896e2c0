// PUP for the standard library: `p | container` for containers whose items can be PUPed.
//
// A container is its size, then its items. Sequences of plain bytes are one copy.
#ifndef PUP_STL_H
#define PUP_STL_H

#include <array>
#include <atomic>
#include <bitset>
#include <complex>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <stack>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <valarray>
#include <vector>
#if __cplusplus >= 201703L
#include <optional>
#include <variant>
#endif

#include "pup.h"

namespace PUP {

// Declared first, so that containers of containers find each other.
template <class A, class B> inline void operator|(er& p, std::pair<A, B>& v);
template <class T> inline void operator|(er& p, std::complex<T>& v);
template <class... T> inline void operator|(er& p, std::tuple<T...>& v);
template <class T, size_t N> inline void operator|(er& p, std::array<T, N>& v);
template <class T, class A> inline void operator|(er& p, std::vector<T, A>& v);
template <class A> inline void operator|(er& p, std::vector<bool, A>& v);
template <class T, class A> inline void operator|(er& p, std::deque<T, A>& v);
template <class T, class A> inline void operator|(er& p, std::list<T, A>& v);
template <class T, class A> inline void operator|(er& p, std::forward_list<T, A>& v);
template <class C, class T, class A> inline void operator|(er& p, std::basic_string<C, T, A>& v);
template <class T> inline void operator|(er& p, std::valarray<T>& v);
template <size_t N> inline void operator|(er& p, std::bitset<N>& v);
template <class K, class C, class A> inline void operator|(er& p, std::set<K, C, A>& v);
template <class K, class C, class A> inline void operator|(er& p, std::multiset<K, C, A>& v);
template <class K, class V, class C, class A> inline void operator|(er& p, std::map<K, V, C, A>& v);
template <class K, class V, class C, class A> inline void operator|(er& p, std::multimap<K, V, C, A>& v);
template <class K, class H, class E, class A> inline void operator|(er& p, std::unordered_set<K, H, E, A>& v);
template <class K, class H, class E, class A> inline void operator|(er& p, std::unordered_multiset<K, H, E, A>& v);
template <class K, class V, class H, class E, class A> inline void operator|(er& p, std::unordered_map<K, V, H, E, A>& v);
template <class K, class V, class H, class E, class A> inline void operator|(er& p, std::unordered_multimap<K, V, H, E, A>& v);
template <class T, class D> inline void operator|(er& p, std::unique_ptr<T, D>& v);
template <class T> inline void operator|(er& p, std::shared_ptr<T>& v);
template <class T> inline void operator|(er& p, std::atomic<T>& v);
template <class T, class C> inline void operator|(er& p, std::queue<T, C>& v);
template <class T, class C> inline void operator|(er& p, std::stack<T, C>& v);
template <class T, class C, class L> inline void operator|(er& p, std::priority_queue<T, C, L>& v);
#if __cplusplus >= 201703L
template <class T> inline void operator|(er& p, std::optional<T>& v);
template <class... T> inline void operator|(er& p, std::variant<T...>& v);
#endif

template <class T>
class as_bytes<std::complex<T>> {
 public:
  enum { value = as_bytes<T>::value };
};

namespace details {

inline size_t PupCount(er& p, size_t count) {
  p | count;
  return count;
}

// So many items in a row, as bytes where they are.
template <class T, typename std::enable_if<as_bytes<T>::value, int>::type = 0>
inline void PupItems(er& p, T* items, size_t count) {
  p(reinterpret_cast<char*>(items), count * sizeof(T));
}
template <class T, typename std::enable_if<!as_bytes<T>::value, int>::type = 0>
inline void PupItems(er& p, T* items, size_t count) {
  for (size_t i = 0; i < count; ++i) p | items[i];
}

// Sequences that are filled by emplace at the end.
template <class C, class Append>
inline void PupSequence(er& p, C& c, Append append) {
  const size_t count = PupCount(p, p.isUnpacking() ? 0 : static_cast<size_t>(std::distance(c.begin(), c.end())));
  if (!p.isUnpacking()) {
    for (auto& item : c) p | item;
    return;
  }
  c.clear();
  for (size_t i = 0; i < count; ++i) {
    detail::TemporaryObjectHolder<typename C::value_type> item;
    p | item;
    append(c, std::move(item.t));
  }
}
template <class C>
inline void PupSequence(er& p, C& c) {
  PupSequence(p, c, [](C& to, typename C::value_type&& item) { to.push_back(std::move(item)); });
}

// Sets: items are const in there.
template <class C>
inline void PupSet(er& p, C& c) {
  const size_t count = PupCount(p, c.size());
  if (!p.isUnpacking()) {
    for (const auto& item : c) p | const_cast<typename C::key_type&>(item);
    return;
  }
  c.clear();
  for (size_t i = 0; i < count; ++i) {
    detail::TemporaryObjectHolder<typename C::key_type> item;
    p | item;
    c.emplace_hint(c.end(), std::move(item.t));
  }
}
template <class C>
inline void PupMap(er& p, C& c) {
  const size_t count = PupCount(p, c.size());
  if (!p.isUnpacking()) {
    for (auto& item : c) {
      p | const_cast<typename C::key_type&>(item.first);
      p | item.second;
    }
    return;
  }
  c.clear();
  for (size_t i = 0; i < count; ++i) {
    detail::TemporaryObjectHolder<typename C::key_type> key;
    detail::TemporaryObjectHolder<typename C::mapped_type> value;
    p | key;
    p | value;
    c.emplace_hint(c.end(), std::move(key.t), std::move(value.t));
  }
}

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

// The container of an adaptor is its protected member.
template <class Adaptor>
struct Inside : Adaptor {
  static typename Adaptor::container_type& Of(Adaptor& a) { return a.*&Inside::c; }
};

template <class T, class A, typename std::enable_if<std::is_default_constructible<T>::value, int>::type = 0>
inline void PupVector(er& p, std::vector<T, A>& v) {
  const size_t count = PupCount(p, v.size());
  if (p.isUnpacking()) {
    v.resize(count);
    v.shrink_to_fit();
  }
  PupItems(p, v.data(), count);
}
template <class T, class A, typename std::enable_if<!std::is_default_constructible<T>::value, int>::type = 0>
inline void PupVector(er& p, std::vector<T, A>& v) {
  PupSequence(p, v);
}

}  // namespace details

template <class A, class B>
inline void operator|(er& p, std::pair<A, B>& v) {
  p | const_cast<typename std::remove_const<A>::type&>(v.first);
  p | v.second;
}
template <class T>
inline void operator|(er& p, std::complex<T>& v) {
  T re = v.real(), im = v.imag();
  p | re;
  p | im;
  v = std::complex<T>(re, im);
}
template <class... T>
inline void operator|(er& p, std::tuple<T...>& v) {
  details::PupTuple<0, sizeof...(T)>::Apply(p, v);
}
template <class T, size_t N>
inline void operator|(er& p, std::array<T, N>& v) {
  details::PupItems(p, v.data(), N);
}
template <class T, class A>
inline void operator|(er& p, std::vector<T, A>& v) {
  details::PupVector(p, v);
}
template <class A>
inline void operator|(er& p, std::vector<bool, A>& v) {
  const size_t count = details::PupCount(p, v.size());
  if (p.isUnpacking()) v.resize(count);
  for (size_t i = 0; i < count; i += 8) {
    unsigned char byte = 0;
    for (size_t b = 0; b < 8 && i + b < count; ++b)
      if (v[i + b]) byte = static_cast<unsigned char>(byte | (1u << b));
    p | byte;
    for (size_t b = 0; b < 8 && i + b < count; ++b) v[i + b] = ((byte >> b) & 1) != 0;
  }
}
template <class T, class A>
inline void operator|(er& p, std::deque<T, A>& v) {
  details::PupSequence(p, v);
}
template <class T, class A>
inline void operator|(er& p, std::list<T, A>& v) {
  details::PupSequence(p, v);
}
template <class T, class A>
inline void operator|(er& p, std::forward_list<T, A>& v) {
  typedef std::forward_list<T, A> List;
  auto end = v.before_begin();
  if (p.isUnpacking()) v.clear(), end = v.before_begin();
  details::PupSequence(p, v, [&end](List& to, T&& item) { end = to.insert_after(end, std::move(item)); });
}
template <class C, class T, class A>
inline void operator|(er& p, std::basic_string<C, T, A>& v) {
  const size_t count = details::PupCount(p, v.size());
  if (p.isUnpacking()) v.resize(count);
  p(reinterpret_cast<char*>(&v[0]), count * sizeof(C));
}
template <class T>
inline void operator|(er& p, std::valarray<T>& v) {
  const size_t count = details::PupCount(p, v.size());
  if (p.isUnpacking()) v.resize(count);
  for (size_t i = 0; i < count; ++i) p | v[i];
}
template <size_t N>
inline void operator|(er& p, std::bitset<N>& v) {
  std::vector<bool> bits(N);
  for (size_t i = 0; i < N; ++i) bits[i] = v[i];
  p | bits;
  for (size_t i = 0; i < N; ++i) v[i] = bits[i];
}
template <class K, class C, class A>
inline void operator|(er& p, std::set<K, C, A>& v) {
  details::PupSet(p, v);
}
template <class K, class C, class A>
inline void operator|(er& p, std::multiset<K, C, A>& v) {
  details::PupSet(p, v);
}
template <class K, class V, class C, class A>
inline void operator|(er& p, std::map<K, V, C, A>& v) {
  details::PupMap(p, v);
}
template <class K, class V, class C, class A>
inline void operator|(er& p, std::multimap<K, V, C, A>& v) {
  details::PupMap(p, v);
}
template <class K, class H, class E, class A>
inline void operator|(er& p, std::unordered_set<K, H, E, A>& v) {
  details::PupSet(p, v);
}
template <class K, class H, class E, class A>
inline void operator|(er& p, std::unordered_multiset<K, H, E, A>& v) {
  details::PupSet(p, v);
}
template <class K, class V, class H, class E, class A>
inline void operator|(er& p, std::unordered_map<K, V, H, E, A>& v) {
  details::PupMap(p, v);
}
template <class K, class V, class H, class E, class A>
inline void operator|(er& p, std::unordered_multimap<K, V, H, E, A>& v) {
  details::PupMap(p, v);
}
template <class T, class D>
inline void operator|(er& p, std::unique_ptr<T, D>& v) {
  T* object = p.isUnpacking() ? nullptr : v.get();
  ptr_helper<T>()(p, object);
  if (p.isUnpacking()) v.reset(object);
}
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
template <class T, class C>
inline void operator|(er& p, std::queue<T, C>& v) {
  p | details::Inside<std::queue<T, C>>::Of(v);
}
template <class T, class C>
inline void operator|(er& p, std::stack<T, C>& v) {
  p | details::Inside<std::stack<T, C>>::Of(v);
}
template <class T, class C, class L>
inline void operator|(er& p, std::priority_queue<T, C, L>& v) {
  p | details::Inside<std::priority_queue<T, C, L>>::Of(v);
}

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

#endif  // PUP_STL_H
