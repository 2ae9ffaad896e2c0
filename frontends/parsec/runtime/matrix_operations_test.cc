// Promised: operations on matrices touch each tile of theirs once and give the right elements, for every pair of distributions,
// with 1, 2 and 4 workers; alone and, the same program, as several processes under mpirun.
//
// A plain program: under mpirun every process runs it, and the first failure anywhere makes the whole job fail. An argument is the
// one number of workers to run with.
#include <parsec.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "parsec/data_dist/matrix/matrix.h"
#include "parsec/data_dist/matrix/redistribute/redistribute_internal.h"
#include "parsec/data_dist/matrix/sbc.h"
#include "parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic.h"
#include "parsec/data_dist/matrix/two_dim_rectangle_cyclic.h"
#include "parsec/data_dist/matrix/two_dim_tabular.h"
#include "parsec/data_internal.h"

// Generated: it wants the types of its globals before it.
#include "parsec/data_dist/matrix/diag_band_to_rect.h"

namespace {

int processes = 1, self = 0;
parsec_context_t* context = nullptr;

#define EXPECT(condition, ...)                                                  \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "process %d: %s:%d: %s: ", self, __FILE__, __LINE__, #condition); \
      fprintf(stderr, __VA_ARGS__);                                             \
      fputc('\n', stderr);                                                      \
      MPI_Abort(MPI_COMM_WORLD, 1);                                             \
    }                                                                           \
  } while (0)

// What element (row, column) of the test matrices is.
double Value(int row, int column) { return row * 1000.0 + column + 1; }

enum class Kind { kTiles, kRuns, kLapack, kTabular };

// A matrix of doubles with its memory.
struct Matrix {
  parsec_matrix_block_cyclic_t cyclic;
  parsec_matrix_tabular_t tabular;
  std::unique_ptr<double[]> memory;
  parsec_tiled_matrix_t* a = nullptr;
  Kind kind;

  Matrix(Kind kind, int mb, int nb, int lm, int ln, int rows) : kind(kind) {
    const int columns = processes / rows;
    if (kind == Kind::kTabular) {
      parsec_matrix_tabular_init(&tabular, PARSEC_MATRIX_DOUBLE, processes, self, mb, nb, lm, ln, 0, 0, lm, ln, nullptr);
      parsec_matrix_tabular_set_random_table(&tabular, 17);
      a = &tabular.super;
    } else {
      const int run = kind == Kind::kRuns ? 2 : 1;
      parsec_matrix_block_cyclic_init(&cyclic, PARSEC_MATRIX_DOUBLE,
                                      kind == Kind::kLapack ? PARSEC_MATRIX_LAPACK : PARSEC_MATRIX_TILE, self, mb, nb, lm, ln, 0,
                                      0, lm, ln, rows, columns, run, run, rows - 1, 0);
      a = &cyclic.super;
      const size_t elements = kind == Kind::kLapack ? size_t(lm) * ln : size_t(a->nb_local_tiles) * a->bsiz;
      memory.reset(new double[elements + 1]());
      cyclic.mat = memory.get();
    }
    parsec_data_collection_set_key(&a->super, "A");
  }
  ~Matrix() {
    if (kind == Kind::kTabular) {
      parsec_matrix_tabular_destroy(&tabular);
    } else {
      parsec_tiled_matrix_destroy(a);
    }
  }

  // Calls visit(element, row, column) for all elements of this process.
  template <typename Visit>
  void ForEach(Visit visit) {
    parsec_data_collection_t* dc = &a->super;
    for (int m = 0; m < a->mt; ++m) {
      for (int n = 0; n < a->nt; ++n) {
        if (dc->rank_of(dc, m, n) != static_cast<uint32_t>(self)) continue;
        auto* tile = static_cast<double*>(parsec_data_get_ptr(dc->data_of(dc, m, n), 0));
        for (int j = 0; j < a->nb && n * a->nb + j < a->ln; ++j) {
          for (int i = 0; i < a->mb && m * a->mb + i < a->lm; ++i)
            visit(tile[size_t(j) * BLKLDD(a, m) + i], m * a->mb + i, n * a->nb + j);
        }
      }
    }
  }
  void Fill(double factor) {
    ForEach([factor](double& element, int row, int column) { element = factor * Value(row, column); });
  }
};

int AddOne(parsec_execution_stream_t* es, const parsec_tiled_matrix_t* desc, void* tile, int uplo, int m, int n, void* args) {
  EXPECT(es != nullptr && (uplo == PARSEC_MATRIX_FULL || m == n), "tile (%d, %d), uplo %d", m, n, uplo);
  auto* elements = static_cast<double*>(tile);
  for (int j = 0; j < desc->nb && n * desc->nb + j < desc->ln; ++j) {
    for (int i = 0; i < desc->mb && m * desc->mb + i < desc->lm; ++i) elements[size_t(j) * BLKLDD(desc, m) + i] += 1;
  }
  __atomic_fetch_add(static_cast<int*>(args), 1, __ATOMIC_RELAXED);
  return 0;
}

void TestApply(Kind kind) {
  for (const parsec_matrix_uplo_t uplo : {PARSEC_MATRIX_FULL, PARSEC_MATRIX_LOWER, PARSEC_MATRIX_UPPER}) {
    Matrix matrix(kind, 3, 4, 17, 23, 1);
    matrix.Fill(1);
    int calls = 0;
    EXPECT(parsec_apply(context, uplo, matrix.a, AddOne, &calls) == PARSEC_SUCCESS, "uplo %d", uplo);
    int expected = 0;
    for (int m = 0; m < matrix.a->mt; ++m) {
      for (int n = 0; n < matrix.a->nt; ++n) {
        const bool in = uplo == PARSEC_MATRIX_FULL || (uplo == PARSEC_MATRIX_LOWER ? m >= n : m <= n);
        expected += in && matrix.a->super.rank_of(&matrix.a->super, m, n) == static_cast<uint32_t>(self);
      }
    }
    EXPECT(calls == expected, "%d calls, not %d, uplo %d", calls, expected, uplo);
    matrix.ForEach([&](double element, int row, int column) {
      const int m = row / 3, n = column / 4;
      const bool in = uplo == PARSEC_MATRIX_FULL || (uplo == PARSEC_MATRIX_LOWER ? m >= n : m <= n);
      EXPECT(element == Value(row, column) + in, "(%d, %d) is %g, uplo %d", row, column, element, uplo);
    });
  }
}

void Run(parsec_taskpool_t* tp) {
  EXPECT(tp != nullptr, "no taskpool");
  EXPECT(parsec_context_add_taskpool(context, tp) == PARSEC_SUCCESS, "add");
  EXPECT(parsec_context_start(context) == PARSEC_SUCCESS, "start");
  EXPECT(parsec_context_wait(context) >= 0, "wait");
}

int Scale(parsec_execution_stream_t*, const void* src, void* dst, void* op_data, ...) {
  va_list arguments;
  va_start(arguments, op_data);
  const int m = va_arg(arguments, int), n = va_arg(arguments, int);
  va_end(arguments);
  EXPECT(m >= 0 && n >= 0 && m < 6 && n < 6, "(%d, %d)", m, n);
  const auto* from = static_cast<const double*>(src);
  auto* to = static_cast<double*>(dst);
  if (to != nullptr) {
    for (int i = 0; i < 3 * 4; ++i) to[i] = 2 * from[i];
  }
  return 0;
}

void TestMap() {
  Matrix from(Kind::kTiles, 3, 4, 17, 23, 1), to(Kind::kTiles, 3, 4, 17, 23, 1);
  from.Fill(1);
  for (parsec_tiled_matrix_t* dest : {to.a, static_cast<parsec_tiled_matrix_t*>(nullptr)}) {
    parsec_taskpool_t* tp = parsec_map_operator_New(from.a, dest, Scale, nullptr);
    Run(tp);
    parsec_taskpool_free(tp);
  }
  to.ForEach([](double element, int row, int column) {
    EXPECT(element == 2 * Value(row, column), "(%d, %d) is %g", row, column, element);
  });
}

int Add(parsec_execution_stream_t*, const void* src, void* dst, void* op_data, ...) {
  const auto* from = static_cast<const double*>(src);
  auto* to = static_cast<double*>(dst);
  for (int i = 0; i < *static_cast<int*>(op_data); ++i) to[i] += from[i];
  return 0;
}

void TestReduce(Kind kind, int lm, int ln) {
  int elements = 3 * 4;
  for (const bool by_row : {false, true}) {
    Matrix from(kind, 3, 4, lm, ln, 1);
    Matrix to(Kind::kTiles, 3, 4, by_row ? lm : 3, by_row ? 4 : ln, processes);
    from.Fill(1);
    parsec_taskpool_t* tp = by_row ? parsec_reduce_row_New(from.a, to.a, Add, &elements)
                                   : parsec_reduce_col_New(from.a, to.a, Add, &elements);
    Run(tp);
    (by_row ? parsec_reduce_row_Destruct : parsec_reduce_col_Destruct)(tp);
    to.ForEach([&](double element, int row, int column) {
      double expected = 0;
      for (int k = 0; k < (by_row ? (ln + 3) / 4 : (lm + 2) / 3); ++k) {
        const int r = by_row ? row : row + 3 * k, c = by_row ? column + 4 * k : column;
        if (r < from.a->lm && c < from.a->ln) expected += Value(r, c);
      }
      EXPECT(element == expected, "%s: (%d, %d) is %g, not %g", by_row ? "row" : "column", row, column, element, expected);
    });
  }
}

void TestRedistribute(Kind from_kind, Kind to_kind, int from_mb, int to_mb, int i, int j, int x, int y, int rows, int columns) {
  const int wide = processes % 2 == 0 ? 2 : 1;
  Matrix from(from_kind, from_mb, from_mb + 1, 31, 37, wide), to(to_kind, to_mb, to_mb + 2, 33, 35, 1);
  from.Fill(1);
  to.Fill(-1);
  EXPECT(parsec_redistribute(context, from.a, to.a, rows, columns, i, j, x, y) == PARSEC_SUCCESS, "tiles %d %d", from_mb, to_mb);
  to.ForEach([&](double element, int row, int column) {
    const bool in = row >= x && row < x + rows && column >= y && column < y + columns;
    const double expected = in ? Value(row - x + i, column - y + j) : -Value(row, column);
    EXPECT(element == expected, "(%d, %d) is %g, not %g; tiles of %d and %d", row, column, element, expected, from_mb, to_mb);
  });
}

// Programs gather a submatrix tile by tile: each of its elements arrives in its place, and nothing else is written. Tiles of 5 x 4 with a
// border of `border` that does not count, 4 x 4 of them.
void TestTilesInto(int i, int j, int rows, int columns, int border) {
  constexpr int kRows = 5, kColumns = 4, kTiles = 4, kTop = 2, kLeft = 3;
  const int mb = kRows + 2 * border, nb = kColumns + 2 * border, ld = rows + kTop + 1, width = columns + kLeft + 1;
  std::vector<double> gathered(size_t(ld) * width, -1), tile(size_t(mb) * nb);
  const int last_row = i + rows - 1, last_column = j + columns - 1;
  for (int m = 0; m < kTiles; ++m) {
    for (int n = 0; n < kTiles; ++n) {
      for (int c = 0; c < nb; ++c) {
        for (int r = 0; r < mb; ++r) {
          const bool in = r >= border && r < border + kRows && c >= border && c < border + kColumns;
          tile[c * mb + r] = in ? Value(m * kRows + r - border, n * kColumns + c - border) : -2;
        }
      }
      CORE_redistribute_dtd(gathered.data(), tile.data(), mb, nb, m, n, i / kRows, last_row / kRows, j / kColumns,
                            last_column / kColumns, i % kRows, last_row % kRows, j % kColumns, last_column % kColumns, ld, rows,
                            columns, border, kTop, kLeft);
    }
  }
  for (int c = 0; c < width; ++c) {
    for (int r = 0; r < ld; ++r) {
      const bool in = r >= kTop && r < kTop + rows && c >= kLeft && c < kLeft + columns;
      const double expected = in ? Value(r - kTop + i, c - kLeft + j) : -1;
      EXPECT(gathered[c * ld + r] == expected, "(%d, %d) is %g, not %g", r, c, gathered[c * ld + r], expected);
    }
  }
  std::vector<double> copy(size_t(mb + 1) * nb, -1);
  CORE_redistribute_reshuffle_copy(copy.data(), tile.data(), mb, nb, mb + 1, mb);
  for (int c = 0; c < nb; ++c) {
    for (int r = 0; r <= mb; ++r)
      EXPECT(copy[c * (mb + 1) + r] == (r < mb ? tile[c * mb + r] : -1), "(%d, %d) is %g", r, c, copy[c * (mb + 1) + r]);
  }
}

// The band of a symmetric matrix of 5 x 5 tiles.
void TestBand() {
  constexpr int kTile = 4, kTiles = 5, kSize = kTile * kTiles;
  parsec_matrix_sym_block_cyclic_t a;
  parsec_matrix_sym_block_cyclic_init(&a, PARSEC_MATRIX_DOUBLE, self, kTile, kTile, kSize, kSize, 0, 0, kSize, kSize, 1, processes,
                                      PARSEC_MATRIX_LOWER);
  std::vector<double> memory(size_t(a.super.nb_local_tiles) * a.super.bsiz + 1);
  a.mat = memory.data();
  parsec_data_collection_t* dc = &a.super.super;
  for (int m = 0; m < kTiles; ++m) {
    for (int n = 0; n <= m; ++n) {
      if (dc->rank_of(dc, m, n) != static_cast<uint32_t>(self)) continue;
      auto* tile = static_cast<double*>(parsec_data_get_ptr(dc->data_of(dc, m, n), 0));
      for (int k = 0; k < kTile * kTile; ++k) tile[k] = Value(m * kTile + k % kTile, n * kTile + k / kTile);
    }
  }
  for (const int padding : {0, 1}) {
    parsec_matrix_block_cyclic_t b;
    const int rows = kTile + 1, columns = (kTile + 2) * (kTiles + padding);
    parsec_matrix_block_cyclic_init(&b, PARSEC_MATRIX_DOUBLE, PARSEC_MATRIX_TILE, self, rows, kTile + 2, rows, columns, 0, 0, rows,
                                    columns, 1, processes, 1, 1, 0, 0);
    std::vector<double> band(size_t(b.super.nb_local_tiles) * b.super.bsiz + 1, -1);
    b.mat = band.data();
    auto* tp = parsec_diag_band_to_rect_new(&a, &b, kTiles, kTiles, kTile, kTile, sizeof(double));
    parsec_matrix_adt_define_square(&tp->arenas_datatypes[PARSEC_diag_band_to_rect_DEFAULT_ADT_IDX], parsec_datatype_double_t,
                                    kTile);
    Run(&tp->super);
    parsec_matrix_adt_destruct_free_type(&tp->arenas_datatypes[PARSEC_diag_band_to_rect_DEFAULT_ADT_IDX]);
    parsec_taskpool_free(&tp->super);
    parsec_data_collection_t* out = &b.super.super;
    for (int k = 0; k < kTiles + padding; ++k) {
      if (out->rank_of(out, 0, k) != static_cast<uint32_t>(self)) continue;
      const auto* tile = static_cast<double*>(parsec_data_get_ptr(out->data_of(out, 0, k), 0));
      for (int j = 0; j < kTile + 2; ++j) {
        for (int i = 0; i < rows; ++i) {
          const int row = k * kTile + j + i, column = k * kTile + j;
          const double expected = j < kTile && k < kTiles && row < kSize ? Value(row, column) : 0;
          EXPECT(tile[j * rows + i] == expected, "tile %d (%d, %d) is %g, not %g", k, i, j, tile[j * rows + i], expected);
        }
      }
    }
    parsec_tiled_matrix_destroy(&b.super);
  }
  parsec_tiled_matrix_destroy(&a.super);
}

void TestAll() {
  constexpr Kind kKinds[] = {Kind::kTiles, Kind::kRuns, Kind::kLapack, Kind::kTabular};
  for (const Kind kind : kKinds) TestApply(kind);
  TestMap();
  for (const Kind kind : kKinds) {
    TestReduce(kind, 17, 23);
    TestReduce(kind, 3, 4);
    TestReduce(kind, 24, 16);
  }
  for (const Kind from : kKinds) {
    for (const Kind to : kKinds) {
      TestRedistribute(from, to, 4, 4, 4, 5, 8, 6, 8, 12);
      TestRedistribute(from, to, 3, 5, 2, 1, 7, 4, 23, 29);
      TestRedistribute(from, to, 8, 2, 0, 0, 0, 0, 31, 35);
      TestRedistribute(from, to, 5, 7, 6, 6, 1, 1, 1, 1);
    }
  }
  for (const int border : {0, 1, 2}) {
    TestTilesInto(0, 0, 20, 16, border);
    TestTilesInto(3, 2, 13, 9, border);
    TestTilesInto(6, 5, 2, 2, border);
    TestTilesInto(4, 3, 2, 2, border);
    TestTilesInto(10, 0, 5, 16, border);
  }
  TestBand();
}

void TestErrors() {
  Matrix a(Kind::kTiles, 4, 4, 16, 16, 1);
  int calls = 0;
  EXPECT(parsec_apply_New(static_cast<parsec_matrix_uplo_t>(7), a.a, AddOne, &calls) == nullptr, "a wrong uplo");
  EXPECT(parsec_redistribute_New(a.a, a.a, 0, 4, 0, 0, 0, 0) == nullptr, "no rows");
  EXPECT(parsec_redistribute_New(a.a, a.a, 4, 4, -1, 0, 0, 0) == nullptr, "before the first row");
  EXPECT(parsec_redistribute_New(a.a, a.a, 4, 4, 0, 13, 0, 0) == nullptr, "beyond the source");
  EXPECT(parsec_redistribute_New(a.a, a.a, 4, 4, 0, 0, 13, 0) == nullptr, "beyond the target");
}

}  // namespace

int main(int argc, char** argv) {
  int provided;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided);
  MPI_Comm_size(MPI_COMM_WORLD, &processes);
  MPI_Comm_rank(MPI_COMM_WORLD, &self);
  std::vector<int> all = {1, 2, 4};
  if (argc > 1) all = {atoi(argv[1])};
  for (const int workers : all) {
    context = parsec_init(workers, nullptr, nullptr);
    EXPECT(context != nullptr, "parsec_init(%d)", workers);
    TestAll();
    TestErrors();
    parsec_fini(&context);
  }
  if (self == 0) printf("operations on matrices: all right\n");
  MPI_Finalize();
  return 0;
}
