// Where PEs are: processes along x, the PEs of one along t. Distances are between processes.
#ifndef TOPOMANAGER_H
#define TOPOMANAGER_H

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "charm.h"

// Thread safety: any; it holds nothing.  Cost: O(1) a question.
class TopoManager {
 public:
  TopoManager() {}
  TopoManager(int, int, int, int) {}
  static TopoManager* getTopoManager() {
    static TopoManager manager;
    return &manager;
  }
  static void init() {}

  int getDimNX() const { return CmiNumNodes(); }
  int getDimNY() const { return 1; }
  int getDimNZ() const { return 1; }
  int getDimNT() const { return CmiNodeSize(0); }
  int getDimX() const { return CmiNumPes(); }
  int getDimY() const { return 1; }
  int getDimZ() const { return 1; }
  int getNumDims() const { return 3; }
  int getDimSize(unsigned int i) const { return i == 0 ? getDimNX() : 1; }
  int getProcsPerNode() const { return getDimNT(); }
  bool hasMultipleProcsPerNode() const { return getProcsPerNode() > 1; }
  bool haveTopologyInfo() const { return false; }

  void rankToCoordinates(int pe, std::vector<int>& coordinates) const { coordinates = {CmiNodeOf(pe), 0, 0, CmiRankOf(pe)}; }
  void rankToCoordinates(int pe, int& x, int& y, int& z, int& t) const { x = CmiNodeOf(pe), y = 0, z = 0, t = CmiRankOf(pe); }
  void rankToCoordinates(int pe, int& x, int& y, int& z) const { x = pe, y = 0, z = 0; }
  // -1: there is none.
  int coordinatesToRank(int x, int y, int z, int t) const {
    if (x < 0 || x >= CmiNumNodes() || y != 0 || z != 0 || t < 0 || t >= CmiNodeSize(x)) return -1;
    return CmiNodeFirst(x) + t;
  }
  int coordinatesToRank(int x, int y, int z) const { return x < 0 || x >= CmiNumPes() || y != 0 || z != 0 ? -1 : x; }

  int getHopsBetweenRanks(int a, int b) const { return std::abs(CmiNodeOf(a) - CmiNodeOf(b)); }
  // `order` becomes the numbers of pes[0..n), the nearest to `pe` first.
  void sortRanksByHops(int pe, int* pes, int* order, int n) const {
    for (int i = 0; i < n; ++i) order[i] = i;
    std::stable_sort(order, order + n, [=](int a, int b) { return getHopsBetweenRanks(pe, pes[a]) < getHopsBetweenRanks(pe, pes[b]); });
  }
  // The number in pes[0..n) of the nearest.
  int pickClosestRank(int pe, int* pes, int n) const {
    return static_cast<int>(std::min_element(pes, pes + n, [=](int a, int b) { return getHopsBetweenRanks(pe, a) < getHopsBetweenRanks(pe, b); }) - pes);
  }
  int areNeighbors(int a, int b, int c, int distance) const { return getHopsBetweenRanks(a, b) + getHopsBetweenRanks(a, c) <= distance; }
  void printAllocation(FILE* file) const {
    for (int pe = 0; pe < CmiNumPes(); ++pe) std::fprintf(file, "%d: process %d, rank %d\n", pe, CmiNodeOf(pe), CmiRankOf(pe));
  }
};

#endif  // TOPOMANAGER_H
