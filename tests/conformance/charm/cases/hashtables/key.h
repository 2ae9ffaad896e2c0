#ifndef KEY_H
#define KEY_H
#include "ckhashtable.h"

class Key {
 public:
  Key() : x_(0), y_(0) {}
  Key(int x, int y) : x_(x), y_(y) {}
  CkHashCode hash() const { return circleShift(x_, 10) + y_; }
  static CkHashCode staticHash(const void* key, size_t) { return static_cast<const Key*>(key)->hash(); }
  int compare(const Key& other) const { return x_ == other.x_ && y_ == other.y_; }
  static int staticCompare(const void* a, const void* b, size_t) { return static_cast<const Key*>(a)->compare(*static_cast<const Key*>(b)); }
  void pup(PUP::er& p) {
    p | x_;
    p | y_;
  }

 private:
  int x_, y_;
};
typedef CkHashtableT<Key, int> Table;
#endif
