// Hash tables by the original's names, for programs that have them. New programs take std::unordered_map.
//
// A key's hash and comparison are functions of its address: by default of its bytes, so that keys with padding need their own.
// Elements stay where they are until they are removed. As std's containers: one thread at a time.
#ifndef CKHASHTABLE_H
#define CKHASHTABLE_H

#include <cstring>
#include <iterator>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "converse.h"
#include "pup.h"

typedef unsigned int CkHashCode;

inline CkHashCode circleShift(CkHashCode code, unsigned int by) {
  by %= 32;
  return by == 0 ? code : (code << by) | (code >> (32 - by));
}

typedef CkHashCode (*CkHashFunction)(const void* key, size_t length);
// Equal keys: 1, others: 0.
typedef int (*CkHashCompare)(const void* a, const void* b, size_t length);

// FNV-1a.
inline CkHashCode CkHashFunction_default(const void* key, size_t length) {
  const auto* const bytes = static_cast<const unsigned char*>(key);
  CkHashCode code = 2166136261u;
  for (size_t i = 0; i < length; ++i) code = (code ^ bytes[i]) * 16777619u;
  return code;
}
inline int CkHashCompare_default(const void* a, const void* b, size_t length) { return std::memcmp(a, b, length) == 0; }

namespace ck {
namespace impl {
// The T at this address, which need not be aligned.
template <class T>
T KeyAt(const void* key) {
  T value;
  std::memcpy(&value, key, sizeof value);
  return value;
}
}  // namespace impl
}  // namespace ck

// The key is a `const char*`, whose characters count; they must outlive the table.
inline CkHashCode CkHashFunction_string(const void* key, size_t) {
  const char* const text = ck::impl::KeyAt<const char*>(key);
  return CkHashFunction_default(text, std::strlen(text));
}
inline int CkHashCompare_string(const void* a, const void* b, size_t) {
  return std::strcmp(ck::impl::KeyAt<const char*>(a), ck::impl::KeyAt<const char*>(b)) == 0;
}
inline CkHashCode CkHashFunction_int(const void* key, size_t) { return ck::impl::KeyAt<CkHashCode>(key); }
inline int CkHashCompare_int(const void* a, const void* b, size_t) {
  return ck::impl::KeyAt<int>(a) == ck::impl::KeyAt<int>(b);
}
inline CkHashCode CkHashFunction_pointer(const void* key, size_t) { return CkHashFunction_default(key, sizeof(void*)); }
inline int CkHashCompare_pointer(const void* a, const void* b, size_t) {
  return ck::impl::KeyAt<const void*>(a) == ck::impl::KeyAt<const void*>(b);
}

// Shows each object once, in no particular order. put() and remove() invalidate it.
class CkHashtableIterator {
 public:
  virtual ~CkHashtableIterator() = default;
  virtual void seekStart() = 0;
  // n objects on, or back, not beyond the ends. Linear in the position.
  virtual void seek(int n) = 0;
  virtual int hasNext() = 0;
  // nullptr after the last one. `*key` is where the key is.
  virtual void* next(void** key = nullptr) = 0;
};

// Needs: OBJ() for put(), OBJ(0) for get().
template <class KEY, class OBJ>
class CkHashtableTslow {
 public:
  explicit CkHashtableTslow(int size = 5, float load_factor = 0.5, CkHashFunction hash = CkHashFunction_default,
                            CkHashCompare compare = CkHashCompare_default)
      : map_(static_cast<size_t>(size > 0 ? size : 0), Hash{hash}, Equal{compare}) {
    if (load_factor > 0) map_.max_load_factor(load_factor);
  }
  CkHashtableTslow(const CkHashtableTslow&) = delete;
  CkHashtableTslow& operator=(const CkHashtableTslow&) = delete;

  // The key's object, a new one if it had none, as *existing (0 or 1) says.
  OBJ& put(const KEY& key, int* existing = nullptr) {
    const auto put = map_.emplace(std::piecewise_construct, std::forward_as_tuple(key), std::forward_as_tuple());
    if (existing != nullptr) *existing = put.second ? 0 : 1;
    return put.first->second;
  }
  // A copy, or OBJ(0).
  OBJ get(const KEY& key) const {
    const auto at = map_.find(key);
    return at == map_.end() ? OBJ(0) : at->second;
  }
  // Errors: CmiAbort if the key is not there.
  OBJ& getRef(const KEY& key) {
    const auto at = map_.find(key);
    if (at == map_.end()) CmiAbort("CkHashtable: getRef() of a key that is not in the table; put() makes one, get() tells");
    return at->second;
  }
  // How many there were: 0 or 1.
  int remove(const KEY& key) { return static_cast<int>(map_.erase(key)); }
  void empty() { map_.clear(); }
  int numObjects() const { return static_cast<int>(map_.size()); }
  // The caller deletes it.
  CkHashtableIterator* iterator() { return new Iterator(map_); }

 private:
  struct Hash {
    CkHashFunction function;
    size_t operator()(const KEY& key) const { return function(&key, sizeof(KEY)); }
  };
  struct Equal {
    CkHashCompare function;
    bool operator()(const KEY& a, const KEY& b) const { return function(&a, &b, sizeof(KEY)) != 0; }
  };
  using Map = std::unordered_map<KEY, OBJ, Hash, Equal>;

  class Iterator final : public CkHashtableIterator {
   public:
    explicit Iterator(Map& map) : map_(map), at_(map.begin()) {}
    void seekStart() override { seek(-position_); }
    void seek(int n) override {
      const int size = static_cast<int>(map_.size());
      position_ = position_ + n < 0 ? 0 : position_ + n > size ? size : position_ + n;
      at_ = std::next(map_.begin(), position_);
    }
    int hasNext() override { return at_ != map_.end(); }
    void* next(void** key) override {
      if (at_ == map_.end()) return nullptr;
      if (key != nullptr) *key = const_cast<KEY*>(&at_->first);
      ++position_;
      return &(at_++)->second;
    }

   private:
    Map& map_;
    typename Map::iterator at_;
    int position_ = 0;
  };

  Map map_;
};

// KEY has static staticHash(const void*, size_t) and staticCompare(const void*, const void*, size_t).
template <class KEY, class OBJ>
class CkHashtableT : public CkHashtableTslow<KEY, OBJ> {
 public:
  explicit CkHashtableT(int size = 5, float load_factor = 0.5)
      : CkHashtableT(size, load_factor, KEY::staticHash, KEY::staticCompare) {}
  CkHashtableT(int size, float load_factor, CkHashFunction hash, CkHashCompare compare)
      : CkHashtableTslow<KEY, OBJ>(size, load_factor, hash, compare) {}

  // Unpacking adds to what is in the table. Needs KEY().
  void pup(PUP::er& p) {
    int count = this->numObjects();
    p | count;
    if (p.isUnpacking()) {
      for (int i = 0; i < count; ++i) {
        KEY key;
        p | key;
        p | this->put(key);
      }
      return;
    }
    CkHashtableIterator* const all = this->iterator();
    void* key = nullptr;
    while (void* const object = all->next(&key)) {
      p | *static_cast<KEY*>(key);
      p | *static_cast<OBJ*>(object);
    }
    delete all;
  }
};

// A number as a key of CkHashtableT.
template <class T>
class CkHashtableAdaptorT {
 public:
  CkHashtableAdaptorT() : value_() {}
  CkHashtableAdaptorT(const T& value) : value_(value) {}
  operator T&() { return value_; }
  operator const T&() const { return value_; }
  CkHashCode hash() const { return static_cast<CkHashCode>(value_); }
  static CkHashCode staticHash(const void* key, size_t) { return static_cast<const CkHashtableAdaptorT*>(key)->hash(); }
  int compare(const CkHashtableAdaptorT& other) const { return value_ == other.value_; }
  static int staticCompare(const void* a, const void* b, size_t) {
    return static_cast<const CkHashtableAdaptorT*>(a)->compare(*static_cast<const CkHashtableAdaptorT*>(b));
  }
  void pup(PUP::er& p) { p | value_; }

 private:
  T value_;
};

#endif  // CKHASHTABLE_H
