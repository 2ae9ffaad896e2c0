// PUP for the standard library: `p | container` for containers whose items can be PUPed; other
// types are in pup_stl_values.h.
//
// A container is its size, then its items. Sequences of plain bytes are one copy. A size that comes
// from a file is not believed: where the file is too short for so many items, the container is
// empty and the file has failed.
#ifndef PUP_STL_H
#define PUP_STL_H

#include <algorithm>
#include <deque>
#include <forward_list>
#include <iterator>
#include <list>
#include <map>
#include <queue>
#include <set>
#include <stack>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <valarray>
#include <vector>

#include "pup.h"
#include "pup_stl_values.h"

namespace PUP {
namespace details {

// ---- Which template packs which container

enum ContainerKind { kNoContainer, kVector, kBits, kSequence, kString, kSet, kMap, kAdaptor };
template <ContainerKind kKind>
using Kind = std::integral_constant<ContainerKind, kKind>;

template <class C>
struct KindOf : Kind<kNoContainer> {};
template <class T, class A>
struct KindOf<std::vector<T, A>>
    : Kind<std::is_default_constructible<T>::value ? kVector : kSequence> {};
template <class A>
struct KindOf<std::vector<bool, A>> : Kind<kBits> {};
template <class T, class A>
struct KindOf<std::deque<T, A>> : Kind<kSequence> {};
template <class T, class A>
struct KindOf<std::list<T, A>> : Kind<kSequence> {};
template <class T, class A>
struct KindOf<std::forward_list<T, A>> : Kind<kSequence> {};
template <class C, class T, class A>
struct KindOf<std::basic_string<C, T, A>> : Kind<kString> {};
template <class K, class C, class A>
struct KindOf<std::set<K, C, A>> : Kind<kSet> {};
template <class K, class C, class A>
struct KindOf<std::multiset<K, C, A>> : Kind<kSet> {};
template <class K, class H, class E, class A>
struct KindOf<std::unordered_set<K, H, E, A>> : Kind<kSet> {};
template <class K, class H, class E, class A>
struct KindOf<std::unordered_multiset<K, H, E, A>> : Kind<kSet> {};
template <class K, class V, class C, class A>
struct KindOf<std::map<K, V, C, A>> : Kind<kMap> {};
template <class K, class V, class C, class A>
struct KindOf<std::multimap<K, V, C, A>> : Kind<kMap> {};
template <class K, class V, class H, class E, class A>
struct KindOf<std::unordered_map<K, V, H, E, A>> : Kind<kMap> {};
template <class K, class V, class H, class E, class A>
struct KindOf<std::unordered_multimap<K, V, H, E, A>> : Kind<kMap> {};
template <class T, class C>
struct KindOf<std::queue<T, C>> : Kind<kAdaptor> {};
template <class T, class C>
struct KindOf<std::stack<T, C>> : Kind<kAdaptor> {};
template <class T, class C, class L>
struct KindOf<std::priority_queue<T, C, L>> : Kind<kAdaptor> {};

// ---- Sizes

// The bytes that a T takes at least, as far as that is known.
template <class T>
constexpr size_t LeastBytes() {
  return as_bytes<T>::value ? sizeof(T) : 0;
}

// Calls `one()` for each of `count` items that are read; ends early where a file has failed.
template <class One>
inline void ReadEach(er& p, size_t count, One one) {
  for (size_t i = 0; i < count; ++i) {
    if (i % 64 == 0 && !p.mayFollow(0, 0)) return;
    one();
  }
}

// ---- Items

// In a row, as bytes where they are.
template <class T, typename std::enable_if<as_bytes<T>::value, int>::type = 0>
inline void PupItems(er& p, T* items, size_t count) {
  PUParray(p, items, count);
}
template <class T, typename std::enable_if<!as_bytes<T>::value, int>::type = 0>
inline void PupItems(er& p, T* items, size_t count) {
  for (size_t i = 0; i < count; ++i) p | items[i];
}

template <class C>
inline void Append(C& to, typename C::value_type&& item) {
  to.push_back(std::move(item));
}
// Appends through a list's end, which is looked for only once.
template <class T, class A>
inline void Append(
    std::pair<std::forward_list<T, A>*, typename std::forward_list<T, A>::iterator>& to, T&& item) {
  to.second = to.first->insert_after(to.second, std::move(item));
}
template <class C>
inline C& AppenderOf(C& c) {
  return c;
}
template <class T, class A>
inline std::pair<std::forward_list<T, A>*, typename std::forward_list<T, A>::iterator> AppenderOf(
    std::forward_list<T, A>& c) {
  return {&c, c.before_begin()};
}

// A file that is too short for items of which nobody knows how many bytes they take shows while
// they are read: the room for them grows with what has been read.
template <class C>
inline void UnpackInSteps(er& p, C& v, size_t count) {
  const size_t kStep = 1024;
  v.clear();
  while (v.size() < count && p.mayFollow(0, 0)) {
    const size_t at = v.size(), step = std::min(count - at, kStep);
    v.resize(at + step);
    PupItems(p, v.data() + at, step);
  }
}
template <class C>
inline void PupContainer(er& p, C& v, Kind<kVector>) {
  typedef typename C::value_type T;
  const size_t count = p.pupCount(v.size(), LeastBytes<T>());
  if (p.isUnpacking()) {
    if (LeastBytes<T>() == 0 && p.isDoubtful()) return UnpackInSteps(p, v, count);
    v.resize(count);
    v.shrink_to_fit();
  }
  PupItems(p, v.data(), count);
}

// Eight bools a byte.
template <class C>
inline void PupContainer(er& p, C& v, Kind<kBits>) {
  size_t count = v.size();
  p | count;
  if (p.isUnpacking()) v.resize(p.mayFollow(count / 8, 1) ? count : 0);
  count = v.size();
  for (size_t i = 0; i < count; i += 8) {
    unsigned char byte = 0;
    for (size_t b = 0; b < 8 && i + b < count; ++b)
      if (v[i + b]) byte = static_cast<unsigned char>(byte | (1u << b));
    p | byte;
    for (size_t b = 0; b < 8 && i + b < count; ++b) v[i + b] = ((byte >> b) & 1) != 0;
  }
}

template <class C>
inline void PupContainer(er& p, C& c, Kind<kSequence>) {
  typedef typename C::value_type T;
  const size_t count =
      p.pupCount(p.isUnpacking() ? 0 : static_cast<size_t>(std::distance(c.begin(), c.end())),
                 LeastBytes<T>());
  if (!p.isUnpacking()) {
    for (auto& item : c) p | item;
    return;
  }
  c.clear();
  auto&& to = AppenderOf(c);
  ReadEach(p, count, [&] {
    detail::TemporaryObjectHolder<T> item;
    p | item;
    Append(to, std::move(item.t));
  });
}

template <class C>
inline void PupContainer(er& p, C& v, Kind<kString>) {
  typedef typename C::value_type Char;
  const size_t count = p.pupCount(v.size(), sizeof(Char));
  if (p.isUnpacking()) v.resize(count);
  p(reinterpret_cast<char*>(&v[0]), count * sizeof(Char));
}

// Sets and maps: keys are const in there.
template <class C>
inline void PupContainer(er& p, C& c, Kind<kSet>) {
  typedef typename C::key_type Key;
  const size_t count = p.pupCount(c.size(), LeastBytes<Key>());
  if (!p.isUnpacking()) {
    for (const Key& item : c) p | const_cast<Key&>(item);
    return;
  }
  c.clear();
  ReadEach(p, count, [&] {
    detail::TemporaryObjectHolder<Key> item;
    p | item;
    c.emplace_hint(c.end(), std::move(item.t));
  });
}
template <class C>
inline void PupContainer(er& p, C& c, Kind<kMap>) {
  typedef typename C::key_type Key;
  typedef typename C::mapped_type Value;
  const size_t count = p.pupCount(c.size(), LeastBytes<Key>() + LeastBytes<Value>());
  if (!p.isUnpacking()) {
    for (auto& item : c) {
      p | const_cast<Key&>(item.first);
      p | item.second;
    }
    return;
  }
  c.clear();
  ReadEach(p, count, [&] {
    detail::TemporaryObjectHolder<Key> key;
    detail::TemporaryObjectHolder<Value> value;
    p | key;
    p | value;
    c.emplace_hint(c.end(), std::move(key.t), std::move(value.t));
  });
}

// The container of an adaptor is its protected member.
template <class Adaptor>
struct Inside : Adaptor {
  static typename Adaptor::container_type& Of(Adaptor& a) { return a.*&Inside::c; }
};
template <class C>
inline void PupContainer(er& p, C& c, Kind<kAdaptor>) {
  p | Inside<C>::Of(c);
}

}  // namespace details

template <class C, typename std::enable_if<details::KindOf<C>::value != details::kNoContainer,
                                           int>::type = 0>
inline void operator|(er& p, C& c) {
  details::PupContainer(p, c, details::Kind<details::KindOf<C>::value>());
}
template <class T>
inline void operator|(er& p, std::valarray<T>& v) {
  const size_t count = p.pupCount(v.size(), details::LeastBytes<T>());
  if (p.isUnpacking()) v.resize(count);
  if (count != 0) details::PupItems(p, &v[0], count);
}

// For containers of users' own that behave as std's: PUP_stl_container<C, C::value_type>(p, c) and
// PUP_stl_map<C, K, V>(p, c).
template <class C>
inline size_t PUP_stl_container_size(er& p, C& c) {
  return p.pupCount(c.size(), 0);
}
template <class C, class T>
inline void PUP_stl_container(er& p, C& c) {
  details::PupContainer(p, c, details::Kind<details::kSequence>());
}
template <class C, class K, class V>
inline void PUP_stl_map(er& p, C& c) {
  details::PupContainer(p, c, details::Kind<details::kMap>());
}

}  // namespace PUP

#endif  // PUP_STL_H
