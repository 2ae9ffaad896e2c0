#include "tests/apps/mesh_solver/test_problems.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <sstream>
#include <utility>

#include "components/base/random.h"

namespace heddle::mesh {

std::string GridText(int k, std::uint64_t seed) {
  const int n = k * k;
  std::vector<std::int32_t> name = IdentityOrder(n);
  Random random(seed);
  for (int i = n - 1; seed != 0 && i > 0; --i) std::swap(name[i], name[random.Below(i + 1)]);
  std::vector<std::vector<int>> lists(n);
  const auto connect = [&](int a, int b) {
    lists[name[a]].push_back(name[b] + 1);
    lists[name[b]].push_back(name[a] + 1);
  };
  for (int y = 0; y < k; ++y) {
    for (int x = 0; x < k; ++x) {
      if (x + 1 < k) connect(y * k + x, y * k + x + 1);
      if (y + 1 < k) connect(y * k + x, (y + 1) * k + x);
    }
  }
  std::ostringstream out;
  out << n << " " << 2 * k * (k - 1) << "\n";
  for (const std::vector<int>& list : lists) {
    for (int neighbour : list) out << " " << neighbour;
    out << "\n";
  }
  return out.str();
}

SparseMatrix RandomBandMatrix(int n, int half_bandwidth, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<double>> lower(n, std::vector<double>(half_bandwidth + 1));
  for (auto& row : lower) {
    for (double& value : row) value = static_cast<double>(random.Below(2001)) / 1000 - 1;
  }
  SparseMatrix a;
  for (int row = 0; row < n; ++row) {
    for (int column = std::max(0, row - half_bandwidth);
         column <= std::min(n - 1, row + half_bandwidth); ++column) {
      a.columns.push_back(column);
      // The diagonal outweighs the rest of its row.
      a.values.push_back(row == column ? 2 * half_bandwidth + 1.5
                                       : lower[std::max(row, column)][std::abs(row - column)]);
    }
    a.offsets.push_back(static_cast<std::int64_t>(a.columns.size()));
  }
  return a;
}

std::vector<std::int32_t> IdentityOrder(int n) {
  std::vector<std::int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

}  // namespace heddle::mesh
