// Where the tiles of dealt-out matrices are: arithmetic on rows and columns of tiles, nothing else.
//
// On the way of every PTG task, hence the shortcuts: a division is skipped where it divides by one.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_INDEX_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_INDEX_H_

#include <algorithm>
#include <cstdint>

namespace heddle::parsec {

inline uint32_t Quotient(uint32_t value, uint32_t by) { return by == 1 ? value : value / by; }
inline uint32_t Remainder(uint32_t value, uint32_t by) { return by == 1 ? 0 : value % by; }

// A line of tiles (the rows or the columns of a matrix) dealt out in turn to `processes`, `run` tiles at a time. Process
// number 0 of the line is the one that has its first tile.
struct Line {
  uint32_t processes;
  uint32_t run;

  uint32_t ProcessOf(uint32_t tile) const { return Remainder(Quotient(tile, run), processes); }

  // Index of a tile among those of its process.
  uint32_t LocalOf(uint32_t tile) const {
    if (run == 1) return Quotient(tile, processes);
    return tile / (run * processes) * run + tile % run;
  }

  // How many of the tiles before `tiles` process number `process` has.
  uint32_t CountOf(uint32_t tiles, uint32_t process) const {
    const uint32_t round = run * processes;
    const uint32_t rest = tiles % round;
    const uint32_t before = process * run;
    return tiles / round * run + (rest <= before ? 0 : std::min(rest - before, run));
  }
};

// How many of the numbers in [0, end) leave `residue` when divided by `by`; residue < by.
inline int64_t CountResidues(int64_t end, int64_t residue, int64_t by) {
  return end <= residue ? 0 : (end - residue - 1) / by + 1;
}

// The tile that comes `tile`-th when `run` tiles of a process of `line` follow one another while there are so many of them
// among the first `tiles`. A permutation of those tiles: a tile that falls behind the end goes on along its cycle.
inline uint32_t ViewOf(uint32_t tile, uint32_t processes, uint32_t run, uint32_t tiles) {
  if (tile >= tiles) return tile;
  const uint32_t round = processes * run;
  do {
    tile = tile - tile % round + tile % run * processes + tile / run % processes;
  } while (tile >= tiles);
  return tile;
}

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_INDEX_H_
