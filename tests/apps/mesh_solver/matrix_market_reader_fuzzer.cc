// Whatever the bytes: an error with its place, or a matrix that keeps what sparse.h promises.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/apps/mesh_solver/matrix_market_reader.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto given = heddle::mesh::ParseMatrixMarket(text, "fuzz");
  if (!given.ok()) {
    Require(given.status().message().substr(0, 5) == "fuzz:");
    return 0;
  }
  const heddle::mesh::SparseMatrix& a = given->matrix;
  Require(a.size() >= 1 && a.size() <= static_cast<std::int64_t>(size) + 16);
  Require(a.offsets.back() == static_cast<std::int64_t>(a.columns.size()));
  Require(a.values.size() == a.columns.size());
  for (std::int32_t row = 0; row < a.size(); ++row) {
    const auto first = a.columns.begin() + a.offsets[row];
    const auto last = a.columns.begin() + a.offsets[row + 1];
    Require(std::is_sorted(first, last) && std::adjacent_find(first, last) == last);
    for (auto column = first; column != last; ++column) {
      Require(*column >= 0 && *column < a.size());
      Require(std::isfinite(a.values[column - a.columns.begin()]));
      if (given->symmetric) {
        Require(std::binary_search(a.columns.begin() + a.offsets[*column],
                                   a.columns.begin() + a.offsets[*column + 1], row));
      }
    }
  }
  return 0;
}
