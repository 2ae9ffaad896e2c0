// Indices of array elements: one to six dimensions, or a user's own type of at most 12 bytes.
#ifndef CKARRAYINDEX_H
#define CKARRAYINDEX_H

#include <cstring>
#include <functional>
#include <string>

#include "charm.h"

#ifndef CK_ARRAYINDEX_MAXLEN
#define CK_ARRAYINDEX_MAXLEN 3
#endif

// What users' methods see as thisIndex.
typedef int CkIndex1D;
struct CkIndex2D {
  int x, y;
  CkIndex2D() : x(0), y(0) {}
  CkIndex2D(int x_, int y_) : x(x_), y(y_) {}
  void pup(PUP::er& p) { p | x, p | y; }
  bool operator==(const CkIndex2D& o) const { return x == o.x && y == o.y; }
};
struct CkIndex3D {
  int x, y, z;
  CkIndex3D() : x(0), y(0), z(0) {}
  CkIndex3D(int x_, int y_, int z_) : x(x_), y(y_), z(z_) {}
  void pup(PUP::er& p) { p | x, p | y, p | z; }
  bool operator==(const CkIndex3D& o) const { return x == o.x && y == o.y && z == o.z; }
};
struct CkIndex4D {
  short int w, x, y, z;
  CkIndex4D() : w(0), x(0), y(0), z(0) {}
  CkIndex4D(short w_, short x_, short y_, short z_) : w(w_), x(x_), y(y_), z(z_) {}
  void pup(PUP::er& p) { p | w, p | x, p | y, p | z; }
  bool operator==(const CkIndex4D& o) const { return w == o.w && x == o.x && y == o.y && z == o.z; }
};
struct CkIndex5D {
  short int v, w, x, y, z;
  CkIndex5D() : v(0), w(0), x(0), y(0), z(0) {}
  CkIndex5D(short v_, short w_, short x_, short y_, short z_) : v(v_), w(w_), x(x_), y(y_), z(z_) {}
  void pup(PUP::er& p) { p | v, p | w, p | x, p | y, p | z; }
  bool operator==(const CkIndex5D& o) const { return v == o.v && w == o.w && x == o.x && y == o.y && z == o.z; }
};
struct CkIndex6D {
  short int x1, y1, z1, x2, y2, z2;
  CkIndex6D() : x1(0), y1(0), z1(0), x2(0), y2(0), z2(0) {}
  CkIndex6D(short a, short b, short c, short d, short e, short f) : x1(a), y1(b), z1(c), x2(d), y2(e), z2(f) {}
  void pup(PUP::er& p) { p | x1, p | y1, p | z1, p | x2, p | y2, p | z2; }
  bool operator==(const CkIndex6D& o) const {
    return x1 == o.x1 && y1 == o.y1 && z1 == o.z1 && x2 == o.x2 && y2 == o.y2 && z2 == o.z2;
  }
};
struct CkIndexMax {
  int data[CK_ARRAYINDEX_MAXLEN];
  void pup(PUP::er& p) { PUParray(p, data, CK_ARRAYINDEX_MAXLEN); }
};

// Any index, as bytes: `nInts` ints that mean something, of `dimension` dimensions; one to three dimensions are ints, four to six
// are shorts. Users' types derive from it, and keep their fields in data().  Cost: 16 bytes; what is not used is zero.
struct CkArrayIndex {
  short int nInts;
  short int dimension;
  int index[CK_ARRAYINDEX_MAXLEN];

  CkArrayIndex() : nInts(0), dimension(0) { Clear(); }
  CkArrayIndex(int ints, int dims) : nInts(static_cast<short>(ints)), dimension(static_cast<short>(dims)) { Clear(); }
  CkArrayIndex(int ints, int dims, const int* values) : CkArrayIndex(ints, dims) {
    std::memcpy(index, values, static_cast<size_t>(ints) * sizeof(int));
  }
  explicit CkArrayIndex(int i) : CkArrayIndex(1, 1) { index[0] = i; }
  explicit CkArrayIndex(const CkIndex1D* i) : CkArrayIndex(*i) {}

  int* data() { return index; }
  const int* data() const { return index; }
  short int* shorts() { return reinterpret_cast<short int*>(index); }
  const short int* shorts() const { return reinterpret_cast<const short int*>(index); }
  int getCombinedCount() const;
  short int getDimension() const { return dimension; }
  CmiObjId* getProjectionID() { return reinterpret_cast<CmiObjId*>(this); }
  void print() const { CmiPrintf("%d: %d %d %d\n", nInts, index[0], index[1], index[2]); }

  bool operator==(const CkArrayIndex& o) const {
    return nInts == o.nInts && index[0] == o.index[0] && index[1] == o.index[1] && index[2] == o.index[2];
  }
  bool operator!=(const CkArrayIndex& o) const { return !(*this == o); }
  bool operator<(const CkArrayIndex& o) const {
    if (nInts != o.nInts) return nInts < o.nInts;
    for (int i = 0; i < CK_ARRAYINDEX_MAXLEN; ++i)
      if (index[i] != o.index[i]) return index[i] < o.index[i];
    return false;
  }
  size_t hash() const {
    CmiUInt8 h = static_cast<CmiUInt4>(index[0]) | static_cast<CmiUInt8>(static_cast<CmiUInt4>(index[1])) << 32;
    h = (h ^ static_cast<CmiUInt4>(index[2]) * 0x9e3779b97f4a7c15ull) * 0xd6e8feb86659fd93ull;
    return static_cast<size_t>(h ^ (h >> 32));
  }
  static unsigned int staticHash(const void* a, size_t) { return static_cast<unsigned>(static_cast<const CkArrayIndex*>(a)->hash()); }
  static int staticCompare(const void* a, const void* b, size_t) {
    return *static_cast<const CkArrayIndex*>(a) == *static_cast<const CkArrayIndex*>(b);
  }
  void pup(PUP::er& p) {
    p | nInts, p | dimension;
    PUParray(p, index, CK_ARRAYINDEX_MAXLEN);
  }

 protected:
  void Clear() { index[0] = index[1] = index[2] = 0; }
};
static_assert(sizeof(CkArrayIndex) == 16, "an index travels in envelopes");
PUPbytes(CkArrayIndex)
typedef CkArrayIndex CkArrayIndexBase;
typedef CkArrayIndex CkArrayIndexMax;
#define CkArrayIndexStruct CkArrayIndex

struct CkArrayIndex1D : public CkArrayIndex {
  CkArrayIndex1D() : CkArrayIndex(1, 1) {}
  CkArrayIndex1D(int i) : CkArrayIndex(1, 1) { index[0] = i; }
  CkArrayIndex1D& operator=(const CkArrayIndex1D& o) = default;
  CkArrayIndex1D(const CkArrayIndex1D& o) = default;
};
struct CkArrayIndex2D : public CkArrayIndex {
  CkArrayIndex2D() : CkArrayIndex(2, 2) {}
  CkArrayIndex2D(int i, int j) : CkArrayIndex(2, 2) { index[0] = i, index[1] = j; }
  CkArrayIndex2D(CkIndex2D i) : CkArrayIndex2D(i.x, i.y) {}
};
struct CkArrayIndex3D : public CkArrayIndex {
  CkArrayIndex3D() : CkArrayIndex(3, 3) {}
  CkArrayIndex3D(int i, int j, int k) : CkArrayIndex(3, 3) { index[0] = i, index[1] = j, index[2] = k; }
  CkArrayIndex3D(CkIndex3D i) : CkArrayIndex3D(i.x, i.y, i.z) {}
};
struct CkArrayIndex4D : public CkArrayIndex {
  CkArrayIndex4D() : CkArrayIndex(2, 4) {}
  CkArrayIndex4D(short a, short b, short c, short d) : CkArrayIndex(2, 4) {
    short* s = shorts();
    s[0] = a, s[1] = b, s[2] = c, s[3] = d;
  }
  CkArrayIndex4D(CkIndex4D i) : CkArrayIndex4D(i.w, i.x, i.y, i.z) {}
};
struct CkArrayIndex5D : public CkArrayIndex {
  CkArrayIndex5D() : CkArrayIndex(3, 5) {}
  CkArrayIndex5D(short a, short b, short c, short d, short e) : CkArrayIndex(3, 5) {
    short* s = shorts();
    s[0] = a, s[1] = b, s[2] = c, s[3] = d, s[4] = e;
  }
  CkArrayIndex5D(CkIndex5D i) : CkArrayIndex5D(i.v, i.w, i.x, i.y, i.z) {}
};
struct CkArrayIndex6D : public CkArrayIndex {
  CkArrayIndex6D() : CkArrayIndex(3, 6) {}
  CkArrayIndex6D(short a, short b, short c, short d, short e, short f) : CkArrayIndex(3, 6) {
    short* s = shorts();
    s[0] = a, s[1] = b, s[2] = c, s[3] = d, s[4] = e, s[5] = f;
  }
  CkArrayIndex6D(CkIndex6D i) : CkArrayIndex6D(i.x1, i.y1, i.z1, i.x2, i.y2, i.z2) {}
};

// An object of a user's type as an index.
template <class Object>
class CkArrayIndexT : public CkArrayIndex {
 public:
  Object obj;
  CkArrayIndexT(const Object& o) : CkArrayIndex(static_cast<int>((sizeof(Object) + sizeof(int) - 1) / sizeof(int)), 0), obj(o) {
    static_assert(sizeof(Object) <= CK_ARRAYINDEX_MAXLEN * sizeof(int), "an index has at most 12 bytes");
    std::memcpy(static_cast<void*>(index), &o, sizeof(Object));
  }
};

namespace std {
template <>
struct hash<CkArrayIndex> {
  size_t operator()(const CkArrayIndex& i) const { return i.hash(); }
};
}  // namespace std
struct IndexHasher {
  size_t operator()(const CkArrayIndex& i) const { return i.hash(); }
};

inline int CkArrayIndex::getCombinedCount() const {
  int n = 1;
  for (int i = 0; i < dimension; ++i) n *= dimension <= 3 ? index[i] : shorts()[i];
  return dimension == 0 ? 0 : n;
}

// An array: its manager group.
class CkArrayID {
 public:
  CkArrayID() : _gid() {}
  CkArrayID(CkGroupID g) : _gid(g) {}
  operator CkGroupID() const { return _gid; }
  CkGroupID ckGetGroupID() const { return _gid; }
  int isZero() const { return _gid.isZero(); }
  void setZero() { _gid.setZero(); }
  bool operator==(const CkArrayID& o) const { return _gid == o._gid; }
  bool operator<(const CkArrayID& o) const { return _gid < o._gid; }
  void pup(PUP::er& p) { p | _gid; }

 private:
  CkGroupID _gid;
};
PUPbytes(CkArrayID)

#endif  // CKARRAYINDEX_H
