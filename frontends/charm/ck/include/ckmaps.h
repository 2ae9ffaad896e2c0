// The maps that there are.
#ifndef CKMAPS_H
#define CKMAPS_H

#include "ckarray.h"
#include "ckgroupsection.h"

CK_MAP_PROXIES(CkArrayMap)

// Element i on PE i mod P.
class RRMap : public CkArrayMap {
 public:
  RRMap() {}
  explicit RRMap(CkMigrateMessage* m) : CkArrayMap(m) {}
  int procNum(int arrayHdl, const CkArrayIndex& index) override;
};
CK_MAP_PROXIES(RRMap)

// Neighbours together: as many elements on each PE, in the order of their indices.
class DefaultArrayMap : public RRMap {
 public:
  DefaultArrayMap() {}
  explicit DefaultArrayMap(CkMigrateMessage* m) : RRMap(m) {}
  int registerArray(const CkArrayIndex& numElements, CkArrayID array) override;
  int procNum(int arrayHdl, const CkArrayIndex& index) override;

 private:
  struct Shape {
    CkArrayIndex counts;
    int total;
  };
  std::vector<Shape> shapes_;
};
CK_MAP_PROXIES(DefaultArrayMap)

// The same by its other name.
class BlockMap : public DefaultArrayMap {
 public:
  BlockMap() {}
  explicit BlockMap(CkMigrateMessage* m) : DefaultArrayMap(m) {}
};
CK_MAP_PROXIES(BlockMap)

#endif  // CKMAPS_H
