// Numbers as other machines and people write them: other orders of bytes, other sizes, text.
// Thread safety: functions of their arguments.  Blocking: never.
#ifndef HEDDLE_COMPONENTS_SERIALIZATION_NUMBER_H_
#define HEDDLE_COMPONENTS_SERIALIZATION_NUMBER_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heddle {

// Signed and unsigned: of 1, 2, 4, 8 or 16 bytes. Floating: IEEE 754 of 4 or 8 bytes, or this
// machine's long double.
enum class NumberKind : std::uint8_t { kSigned, kUnsigned, kFloating, kBool };

struct NumberFormat {
  NumberKind kind;
  std::uint8_t bytes;
  std::endian order = std::endian::native;
};

// Turns around the bytes of each of `count` values of `bytes` bytes.
// Cost: a byte swap for each value of 2, 4 or 8 bytes; others a loop.
void ReverseBytes(void* values, std::size_t count, std::size_t bytes);

// Rewrites `count` values, which do not overlap. Returns false where a value does not fit into the
// other format, or the kinds or sizes are none that are known; `to` is undefined then. A
// floating-point number is rounded, and too large where it would become infinite. Cost: a copy
// where the formats are equal, ReverseBytes() where they differ in their order; else some ns for
// each value.
[[nodiscard]] bool ConvertNumbers(const NumberFormat& from_format, const void* from,
                                  const NumberFormat& to_format, void* to, std::size_t count);

// No number is longer as text.
inline constexpr std::size_t kLongestNumber = 64;

// Writes the number at `value`, of this machine's order, to `to`, of kLongestNumber bytes, without
// a zero at its end. Read by ParseNumber() it is the same to the last bit; bools are `true` and
// `false`. Returns the length, or 0 for an unknown format. Cost: 10 to 100 ns.
std::size_t FormatNumber(const NumberFormat& format, const void* value, char* to);

// Reads all of `text`. Returns false, and leaves `value` as it was, where it is no number or one
// that does not fit. Cost: 10 to 100 ns.
[[nodiscard]] bool ParseNumber(const NumberFormat& format, std::string_view text, void* value);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SERIALIZATION_NUMBER_H_
