#include "components/serialization/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

namespace heddle {
namespace {

constexpr int kStep = 8;
using Tables = std::array<std::array<std::uint32_t, 256>, kStep>;

// tables[k][b]: what the byte b becomes when k zeros follow it.
constexpr Tables MakeTables() {
  Tables tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
    tables[0][b] = crc;
  }
  for (std::size_t k = 1; k < kStep; ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      const std::uint32_t before = tables[k - 1][b];
      tables[k][b] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}
constexpr Tables kTables = MakeTables();

}  // namespace

std::uint32_t Crc32c(std::uint32_t crc, const void* bytes, std::size_t count) {
  const auto* at = static_cast<const unsigned char*>(bytes);
  crc = ~crc;
  if constexpr (std::endian::native == std::endian::little) {
    for (; count >= kStep; count -= kStep, at += kStep) {
      std::uint64_t eight;
      std::memcpy(&eight, at, kStep);
      eight ^= crc;
      crc = 0;
      for (std::size_t k = 0; k < kStep; ++k)
        crc ^= kTables[kStep - 1 - k][(eight >> (8 * k)) & 0xff];
    }
  }
  for (; count > 0; --count, ++at) crc = (crc >> 8) ^ kTables[0][(crc ^ *at) & 0xff];
  return ~crc;
}

}  // namespace heddle
