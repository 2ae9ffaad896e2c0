// Bit-vector priorities: a path in a tree of choices; lexicographically smaller ones go first.
#ifndef CKBITVECTOR_H
#define CKBITVECTOR_H

#include <algorithm>
#include <vector>

#include "pup.h"

typedef CmiUInt4 prio_t;

// A number of so many bits, of which bit 0 is the last. In memory the first bit is the most significant one of the first word.
// Thread safety: its owner's.  Cost: of operations on all bits O(bits).
class CkBitVector {
 public:
  CkBitVector() : usedBits(0) {}
  // So many zeros.
  explicit CkBitVector(prio_t bits) : usedBits(0) { Resize(bits); }
  // `value` in as many bits as `choices` need.
  CkBitVector(prio_t value, prio_t choices) : usedBits(0) {
    Resize(ilog2(choices));
    for (prio_t b = 0; b < usedBits; ++b)
      if ((value >> b) & 1) Set(b);
  }

  // The bits that `choices` need.
  static prio_t ilog2(prio_t choices) {
    prio_t bits = 0;
    while ((CmiUInt8{1} << bits) < choices) ++bits;
    return bits;
  }
  int Length() const { return static_cast<int>(usedBits); }
  bool Test(prio_t bit) const { return (data[Word(bit)] & Mask(bit)) != 0; }
  CkBitVector& Set(prio_t bit) {
    data[Word(bit)] |= Mask(bit);
    return *this;
  }
  CkBitVector& Clear(prio_t bit) {
    data[Word(bit)] &= ~Mask(bit);
    return *this;
  }
  CkBitVector& Zero() {
    std::fill(data.begin(), data.end(), 0);
    return *this;
  }
  CkBitVector& Invert() {
    for (prio_t& word : data) word = ~word;
    return Trim();
  }
  // Zeros come in.
  CkBitVector& ShiftDown(prio_t bits) {
    for (prio_t b = 0; b < usedBits; ++b) Put(b, b + bits < usedBits && Test(b + bits));
    return *this;
  }
  CkBitVector& ShiftUp(prio_t bits) {
    for (prio_t b = usedBits; b-- > 0;) Put(b, b >= bits && Test(b - bits));
    return *this;
  }
  // Keeps the first bits; new ones, zeros, are the last.
  CkBitVector& Resize(prio_t bits) {
    data.resize((bits + 31) / 32);
    usedBits = bits;
    return Trim();
  }
  // What one has and the other has not is as if it were 0.
  CkBitVector& Union(const CkBitVector& other) { return Combine(other, [](bool a, bool b) { return a || b; }); }
  CkBitVector& Intersection(const CkBitVector& other) { return Combine(other, [](bool a, bool b) { return a && b; }); }
  CkBitVector& Difference(const CkBitVector& other) { return Combine(other, [](bool a, bool b) { return a && !b; }); }
  // The other's bits behind one's own.
  CkBitVector& Concat(const CkBitVector& other) {
    const CkBitVector tail = other;
    Resize(usedBits + tail.usedBits);
    for (prio_t b = 0; b < tail.usedBits; ++b) Put(b, tail.Test(b));
    return *this;
  }

  // -1, 0, 1, from the first bit on; of two with the same beginning the shorter one is less.
  int Compare(const CkBitVector& other) const {
    for (prio_t i = 1; i <= usedBits && i <= other.usedBits; ++i)
      if (Test(usedBits - i) != other.Test(other.usedBits - i)) return Test(usedBits - i) ? 1 : -1;
    return usedBits == other.usedBits ? 0 : usedBits < other.usedBits ? -1 : 1;
  }
  bool operator==(const CkBitVector& other) const { return Compare(other) == 0; }
  bool operator!=(const CkBitVector& other) const { return Compare(other) != 0; }
  bool operator<(const CkBitVector& other) const { return Compare(other) < 0; }
  bool operator<=(const CkBitVector& other) const { return Compare(other) <= 0; }
  bool operator>(const CkBitVector& other) const { return Compare(other) > 0; }
  bool operator>=(const CkBitVector& other) const { return Compare(other) >= 0; }

  prio_t* getData() { return data.data(); }
  const prio_t* getData() const { return data.data(); }
  unsigned int getDataLength() const { return static_cast<unsigned int>(data.size()); }

  void pup(PUP::er& p) {
    p | usedBits;
    data.resize((usedBits + 31) / 32);
    for (prio_t& word : data) p | word;
  }

 private:
  prio_t Word(prio_t bit) const { return (usedBits - 1 - bit) / 32; }
  prio_t Mask(prio_t bit) const { return prio_t{1} << (31 - (usedBits - 1 - bit) % 32); }
  void Put(prio_t bit, bool value) {
    if (value) {
      Set(bit);
    } else {
      Clear(bit);
    }
  }
  CkBitVector& Trim() {
    if (usedBits % 32 != 0) data.back() &= ~prio_t{0} << (32 - usedBits % 32);
    return *this;
  }
  template <class F>
  CkBitVector& Combine(const CkBitVector& other, F f) {
    for (prio_t b = 0; b < usedBits; ++b) Put(b, f(Test(b), b < other.usedBits && other.Test(b)));
    return *this;
  }

  prio_t usedBits;
  std::vector<prio_t> data;
};

#endif  // CKBITVECTOR_H
