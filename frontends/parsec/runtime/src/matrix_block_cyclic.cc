// Two-dimensional block cyclic matrices, with runs of tiles or without, their views, and grids.
#include <cstdint>

#include "frontends/parsec/runtime/src/matrix.h"
#include "frontends/parsec/runtime/src/matrix_index.h"
#include "parsec/data_dist/matrix/two_dim_rectangle_cyclic.h"

namespace heddle::parsec {
namespace {

using Matrix = parsec_matrix_block_cyclic_t;

Matrix& Of(parsec_data_collection_t* dc) { return *reinterpret_cast<Matrix*>(dc); }

// How tiles are found: dealt out one by one, in runs, or one by one in the order of a view.
struct Plain {
  static Line Rows(const Matrix& a) { return {static_cast<uint32_t>(a.grid.rows), 1}; }
  static Line Columns(const Matrix& a) { return {static_cast<uint32_t>(a.grid.cols), 1}; }
  static Tile Find(const Matrix& a, Tile tile) { return ToGlobal(a.super, tile); }
};
struct InRuns {
  static Line Rows(const Matrix& a) { return {static_cast<uint32_t>(a.grid.rows), static_cast<uint32_t>(a.grid.krows)}; }
  static Line Columns(const Matrix& a) { return {static_cast<uint32_t>(a.grid.cols), static_cast<uint32_t>(a.grid.kcols)}; }
  static Tile Find(const Matrix& a, Tile tile) { return ToGlobal(a.super, tile); }
};
struct View : Plain {
  static Tile Find(const Matrix& a, Tile tile) {
    return ToGlobal(a.super, {ViewOf(tile.m, a.grid.rows, a.grid.krows, a.super.mt),
                              ViewOf(tile.n, a.grid.cols, a.grid.kcols, a.super.nt)});
  }
};

// From the number of a process in its line to that in the grid.
inline uint32_t InGrid(uint32_t process, int first, int processes) {
  process += static_cast<uint32_t>(first);
  return process >= static_cast<uint32_t>(processes) ? process - static_cast<uint32_t>(processes) : process;
}

template <typename How>
uint32_t RankOfTile(const Matrix& a, Tile tile) {
  const Tile global = How::Find(a, tile);
  const uint32_t row = InGrid(How::Rows(a).ProcessOf(global.m), a.grid.ip, a.grid.rows);
  const uint32_t column = InGrid(How::Columns(a).ProcessOf(global.n), a.grid.jq, a.grid.cols);
  return row * static_cast<uint32_t>(a.grid.cols) + column;
}

template <typename How>
parsec_data_t* DataOfTile(Matrix& a, Tile tile) {
  const Tile global = How::Find(a, tile);
  const Line rows = How::Rows(a), columns = How::Columns(a);
  if (rows.ProcessOf(global.m) != static_cast<uint32_t>(a.grid.rrank) ||
      columns.ProcessOf(global.n) != static_cast<uint32_t>(a.grid.crank)) [[unlikely]]
    return nullptr;
  const uint32_t m = rows.LocalOf(global.m), n = columns.LocalOf(global.n);
  if (m >= static_cast<uint32_t>(a.nb_elem_r)) [[unlikely]] return nullptr;
  const uint32_t position = static_cast<uint32_t>(a.nb_elem_r) * n + m;
  const size_t offset = a.super.storage == PARSEC_MATRIX_TILE
                            ? position * a.super.bsiz
                            : size_t{n} * static_cast<size_t>(a.super.nb) * static_cast<size_t>(a.super.llm) +
                                  size_t{m} * static_cast<size_t>(a.super.mb);
  return DataAt(a.super, a.mat, offset, position, KeyOf(a.super, global));
}

template <typename How>
uint32_t RankOf(parsec_data_collection_t* dc, ...) {
  return RankOfTile<How>(Of(dc), HEDDLE_PARSEC_TILE_ARGUMENTS(dc));
}
template <typename How>
uint32_t RankOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  return RankOfTile<How>(Of(dc), ToLocal(Of(dc).super, GlobalOf(Of(dc).super, key)));
}
template <typename How>
parsec_data_t* DataOf(parsec_data_collection_t* dc, ...) {
  return DataOfTile<How>(Of(dc), HEDDLE_PARSEC_TILE_ARGUMENTS(dc));
}
template <typename How>
parsec_data_t* DataOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  return DataOfTile<How>(Of(dc), ToLocal(Of(dc).super, GlobalOf(Of(dc).super, key)));
}

template <typename How>
void SetFunctions(parsec_data_collection_t& dc) {
  dc.rank_of = RankOf<How>;
  dc.rank_of_key = RankOfKey<How>;
  dc.data_of = DataOf<How>;
  dc.data_of_key = DataOfKey<How>;
  dc.vpid_of = VpidOf;
  dc.vpid_of_key = VpidOfKey;
}

// Elements of [begin, begin + size) in the tiles that `line` gives to `process`.
int LocalElements(Line line, uint32_t process, int tile, int begin, int size) {
  if (size <= 0) return 0;
  const int first = begin / tile, last = (begin + size - 1) / tile;
  int count = static_cast<int>(line.CountOf(last + 1, process) - line.CountOf(first, process)) * tile;
  if (line.ProcessOf(first) == process) count -= begin - first * tile;
  if (line.ProcessOf(last) == process) count -= (last + 1) * tile - (begin + size);
  return count;
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

void parsec_grid_2Dcyclic_init(parsec_grid_2Dcyclic_t* grid, int rank, int P, int Q, int kp, int kq, int ip, int jq) {
  if (P < 1 || Q < 1 || kp < 1 || kq < 1 || rank < 0)
    MatrixFail("a grid of %d x %d processes with runs of %d x %d tiles, for process %d", P, Q, kp, kq, rank);
  grid->rank = rank;
  grid->rows = P;
  grid->cols = Q;
  grid->krows = kp;
  grid->kcols = kq;
  grid->ip = (ip % P + P) % P;
  grid->jq = (jq % Q + Q) % Q;
  grid->rrank = (rank / Q % P + P - grid->ip) % P;
  grid->crank = (rank % Q + Q - grid->jq) % Q;
  grid->rloc = grid->cloc = 0;
  grid->vp_p = grid->vp_q = 1;
}

void parsec_matrix_block_cyclic_init(parsec_matrix_block_cyclic_t* dc, parsec_matrix_type_t mtype,
                                     parsec_matrix_storage_t storage, int myrank, int mb, int nb, int lm, int ln, int i, int j,
                                     int m, int n, int P, int Q, int kp, int kq, int ip, int jq) {
  parsec_grid_2Dcyclic_init(&dc->grid, myrank, P, Q, kp, kq, ip, jq);
  parsec_tiled_matrix_t& a = dc->super;
  parsec_tiled_matrix_init(&a, mtype, storage, parsec_matrix_block_cyclic_type, P * Q, myrank, mb, nb, lm, ln, i, j, m, n);
  dc->mat = nullptr;
  const Line rows = InRuns::Rows(*dc), columns = InRuns::Columns(*dc);
  const auto row = static_cast<uint32_t>(dc->grid.rrank), column = static_cast<uint32_t>(dc->grid.crank);
  dc->nb_elem_r = static_cast<int>(rows.CountOf(a.lmt, row));
  dc->nb_elem_c = static_cast<int>(columns.CountOf(a.lnt, column));
  // A process outside of the grid has room for the tiles of the one whose row and column are its own modulo the grid's: programs take the
  // others' ranks away by a rank_of() of their own. One that has rows but no columns has no tiles.
  if (dc->nb_elem_r == 0 || dc->nb_elem_c == 0) dc->nb_elem_r = dc->nb_elem_c = 0;
  a.nb_local_tiles = dc->nb_elem_r * dc->nb_elem_c;
  NewDataMap(a);
  if (storage == PARSEC_MATRIX_LAPACK) {
    a.slm = LocalElements(rows, row, mb, i, m);
    a.sln = LocalElements(columns, column, nb, j, n);
  } else {
    a.slm = a.llm = dc->nb_elem_r * mb;
    a.sln = a.lln = dc->nb_elem_c * nb;
  }
  if (kp == 1 && kq == 1) {
    SetFunctions<Plain>(a.super);
  } else {
    SetFunctions<InRuns>(a.super);
  }
}

void parsec_matrix_block_cyclic_lapack_init(parsec_matrix_block_cyclic_t* dc, parsec_matrix_type_t mtype,
                                            parsec_matrix_storage_t storage, int myrank, int mb, int nb, int lm, int ln, int i,
                                            int j, int m, int n, int P, int Q, int kp, int kq, int ip, int jq, int mloc,
                                            int nloc) {
  if (storage != PARSEC_MATRIX_LAPACK) MatrixFail("parsec_matrix_block_cyclic_lapack_init() with tile storage");
  parsec_matrix_block_cyclic_init(dc, mtype, storage, myrank, mb, nb, lm, ln, i, j, m, n, P, Q, kp, kq, ip, jq);
  parsec_tiled_matrix_t& a = dc->super;
  a.llm = mloc;
  a.lln = nloc;
  parsec_datatype_t element;
  ptrdiff_t extent;
  parsec_translate_matrix_type(mtype, &element);
  parsec_type_free(&a.super.default_dtt);
  const int rows = mb < m ? mb : m, columns = nb < n ? nb : n;
  if (parsec_matrix_define_datatype(&a.super.default_dtt, element, PARSEC_MATRIX_FULL, 1, rows, columns, mloc, -1, &extent) !=
      PARSEC_SUCCESS)
    MatrixFail("no datatype for tiles of %d x %d elements in columns of %d: MPI refuses it, or is not initialised", rows, columns, mloc);
}

void parsec_matrix_block_cyclic_kview(parsec_matrix_block_cyclic_t* target, parsec_matrix_block_cyclic_t* origin, int kp,
                                      int kq) {
  if (origin->grid.krows != 1 || origin->grid.kcols != 1 || kp < 1 || kq < 1)
    MatrixFail("a view of runs of %d x %d tiles of a matrix that has runs of %d x %d", kp, kq, origin->grid.krows,
               origin->grid.kcols);
  *target = *origin;
  target->grid.krows = kp;
  target->grid.kcols = kq;
  SetFunctions<View>(target->super.super);
}

}  // extern "C"
