// Bit-vector priorities: a path in a tree of choices; lexicographically smaller ones go first.
#ifndef CKBITVECTOR_H
#define CKBITVECTOR_H

#include <vector>

#include "pup.h"

// Thread safety: its owner's.  Bit 0 is the most significant one of data[0].
class CkBitVector {
 public:
  typedef unsigned int prio_t;
  prio_t usedBits;
  std::vector<prio_t> data;

  CkBitVector() : usedBits(0) {}
  // As many bits as `choices` need, which hold `value`.
  CkBitVector(prio_t value, prio_t choices) : usedBits(0) { Append(value, choices); }
  int Length() const { return static_cast<int>(usedBits); }
  bool operator[](prio_t bit) const { return (data[bit / 32] >> (31 - bit % 32)) & 1; }
  void Set(prio_t bit) { data[bit / 32] |= 1u << (31 - bit % 32); }
  void Unset(prio_t bit) { data[bit / 32] &= ~(1u << (31 - bit % 32)); }
  void Resize(prio_t bits) {
    data.resize((bits + 31) / 32);
    if (bits < usedBits && bits % 32 != 0) data.back() &= ~0u << (32 - bits % 32);
    usedBits = bits;
  }
  void Clear() {
    usedBits = 0;
    data.clear();
  }
  CkBitVector& Concat(const CkBitVector& other) {
    const prio_t start = usedBits;
    Resize(start + other.usedBits);
    for (prio_t b = 0; b < other.usedBits; ++b)
      if (other[b]) Set(start + b);
    return *this;
  }
  CkBitVector& operator+=(const CkBitVector& other) { return Concat(other); }
  bool operator==(const CkBitVector& other) const { return usedBits == other.usedBits && data == other.data; }
  bool operator<(const CkBitVector& other) const {
    for (prio_t b = 0; b < usedBits && b < other.usedBits; ++b)
      if ((*this)[b] != other[b]) return other[b];
    return usedBits < other.usedBits;
  }
  bool operator>(const CkBitVector& other) const { return other < *this; }
  void pup(PUP::er& p) {
    p | usedBits;
    data.resize((usedBits + 31) / 32);
    for (prio_t& word : data) p | word;
  }

 private:
  void Append(prio_t value, prio_t choices) {
    prio_t bits = 0;
    while (bits < 32 && (1ull << bits) < choices) ++bits;
    const prio_t start = usedBits;
    Resize(start + bits);
    for (prio_t b = 0; b < bits; ++b)
      if ((value >> (bits - 1 - b)) & 1) Set(start + b);
  }
};

#endif  // CKBITVECTOR_H
