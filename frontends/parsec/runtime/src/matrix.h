// What the matrix collections share.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_H_

#include <cstdarg>
#include <cstdint>

#include "parsec/data_dist/matrix/matrix.h"

namespace heddle::parsec {

// Prints "parsec: ..." to stderr; the first then aborts.
[[noreturn, gnu::cold, gnu::format(printf, 1, 2)]] void MatrixFail(const char* format, ...);
[[gnu::cold, gnu::format(printf, 1, 2)]] void MatrixWarn(const char* format, ...);

// Row and column of a tile, counted from the beginning of the stored matrix.
struct Tile {
  uint32_t m, n;
};

// The tile that a variadic function of a collection was asked for; counted from the beginning of the submatrix.
#define HEDDLE_PARSEC_TILE_ARGUMENTS(last)         \
  ({                                               \
    va_list arguments_;                            \
    va_start(arguments_, last);                    \
    const uint32_t m_ = va_arg(arguments_, unsigned); \
    const uint32_t n_ = va_arg(arguments_, unsigned); \
    va_end(arguments_);                            \
    ::heddle::parsec::Tile{m_, n_};                \
  })

inline Tile ToGlobal(const parsec_tiled_matrix_t& matrix, Tile tile) {
  if (matrix.i != 0) tile.m += static_cast<uint32_t>(matrix.i / matrix.mb);
  if (matrix.j != 0) tile.n += static_cast<uint32_t>(matrix.j / matrix.nb);
  return tile;
}
inline Tile ToLocal(const parsec_tiled_matrix_t& matrix, Tile tile) {
  if (matrix.i != 0) tile.m -= static_cast<uint32_t>(matrix.i / matrix.mb);
  if (matrix.j != 0) tile.n -= static_cast<uint32_t>(matrix.j / matrix.nb);
  return tile;
}
inline parsec_data_key_t KeyOf(const parsec_tiled_matrix_t& matrix, Tile global) {
  return static_cast<parsec_data_key_t>(global.n) * static_cast<uint32_t>(matrix.lmt) + global.m;
}
inline Tile GlobalOf(const parsec_tiled_matrix_t& matrix, parsec_data_key_t key) {
  const auto rows = static_cast<uint32_t>(matrix.lmt);
  if (key >> 32 == 0) {
    const auto small = static_cast<uint32_t>(key);
    return {small % rows, small / rows};
  }
  return {static_cast<uint32_t>(key % rows), static_cast<uint32_t>(key / rows)};
}

// Bytes of an element of a valid type.
inline size_t ElementBytes(parsec_matrix_type_t type) {
  constexpr uint8_t kBytes[] = {1, 4, 4, 8, 8, 16};
  return kBytes[type];
}

// The data of local tile number `position`, whose memory, where it has any, begins `offset` elements into `memory`. nullptr:
// this process has no tile of that number.
inline parsec_data_t* DataAt(parsec_tiled_matrix_t& matrix, void* memory, size_t offset, uint32_t position,
                             parsec_data_key_t key) {
  if (position >= static_cast<uint32_t>(matrix.nb_local_tiles)) [[unlikely]] return nullptr;
  parsec_data_t* data = __atomic_load_n(&matrix.data_map[position], __ATOMIC_ACQUIRE);
  if (data != nullptr) [[likely]] return data;
  void* at = memory == nullptr ? nullptr : static_cast<char*>(memory) + offset * ElementBytes(matrix.mtype);
  return parsec_tiled_matrix_create_data(&matrix, at, static_cast<int>(position), key);
}

// An array for the data of nb_local_tiles tiles; aborts where memory is short.
void NewDataMap(parsec_tiled_matrix_t& matrix);

// All is in virtual process 0: there is one a process.
int32_t VpidOf(parsec_data_collection_t* dc, ...);
int32_t VpidOfKey(parsec_data_collection_t* dc, parsec_data_key_t key);

// Whether a matrix, whose dtype says that it is block cyclic, is of these other structures.
bool IsVector(const parsec_tiled_matrix_t& matrix);
bool IsBand(const parsec_tiled_matrix_t& matrix);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_H_
