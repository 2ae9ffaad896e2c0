#include "components/serialization/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>

namespace heddle {
namespace {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

bool IsIntegerSize(std::size_t bytes) {
  return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8 || bytes == 16;
}

bool IsKnown(const NumberFormat& format) {
  switch (format.kind) {
    case NumberKind::kSigned:
    case NumberKind::kUnsigned:
      return IsIntegerSize(format.bytes);
    case NumberKind::kFloating:
      return format.bytes == sizeof(float) || format.bytes == sizeof(double) ||
             format.bytes == sizeof(long double);
    case NumberKind::kBool:
      return format.bytes == 1 || format.bytes == 4;
  }
  return false;
}

template <class Swap, class T>
void SwapEach(char* values, std::size_t count, Swap swap, T) {
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, values + i * sizeof(T), sizeof(T));
    value = swap(value);
    std::memcpy(values + i * sizeof(T), &value, sizeof(T));
  }
}

// ---- One integer of any size, in this machine's order, as the 128 bits that it is when extended.

template <class T>
T Load(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

Int128 LoadInteger(const void* from, std::size_t bytes, bool is_signed) {
  switch (bytes) {
    case 1:
      return is_signed ? Int128{Load<std::int8_t>(from)} : Int128{Load<std::uint8_t>(from)};
    case 2:
      return is_signed ? Int128{Load<std::int16_t>(from)} : Int128{Load<std::uint16_t>(from)};
    case 4:
      return is_signed ? Int128{Load<std::int32_t>(from)} : Int128{Load<std::uint32_t>(from)};
    case 8:
      return is_signed ? Int128{Load<std::int64_t>(from)} : Int128{Load<std::uint64_t>(from)};
    default:
      return Load<Int128>(from);
  }
}

// The lowest bytes; the machine's order is tested, since the value's address is that of its lowest
// byte only there.
void StoreLow(UInt128 value, void* to, std::size_t bytes) {
  if constexpr (std::endian::native == std::endian::big) value <<= 8 * (sizeof(value) - bytes);
  std::memcpy(to, &value, bytes);
}

bool StoreInteger(Int128 value, void* to, std::size_t bytes, bool is_signed) {
  if (bytes < sizeof(value)) {
    const int bits = static_cast<int>(8 * bytes);
    const Int128 most = is_signed ? (Int128{1} << (bits - 1)) - 1 : (Int128{1} << bits) - 1;
    const Int128 least = is_signed ? -most - 1 : 0;
    if (value < least || value > most) return false;
  }
  StoreLow(static_cast<UInt128>(value), to, bytes);
  return true;
}

bool ConvertFloating(const void* from, std::size_t from_bytes, void* to, std::size_t to_bytes) {
  if (from_bytes == to_bytes) {
    std::memcpy(to, from, to_bytes);
    return true;
  }
  const long double value = from_bytes == sizeof(float)    ? Load<float>(from)
                            : from_bytes == sizeof(double) ? Load<double>(from)
                                                           : Load<long double>(from);
  const auto store = [&]<class T>(T rounded) {
    std::memcpy(to, &rounded, sizeof(T));
    return std::isfinite(rounded) || !std::isfinite(value);
  };
  if (to_bytes == sizeof(float)) return store(static_cast<float>(value));
  if (to_bytes == sizeof(double)) return store(static_cast<double>(value));
  return store(value);
}

bool ConvertOne(NumberKind kind, const void* from, std::size_t from_bytes, void* to,
                std::size_t to_bytes) {
  switch (kind) {
    case NumberKind::kSigned:
    case NumberKind::kUnsigned: {
      const bool is_signed = kind == NumberKind::kSigned;
      if (from_bytes == to_bytes) {
        std::memcpy(to, from, to_bytes);
        return true;
      }
      const Int128 value = LoadInteger(from, from_bytes, is_signed);
      // An unsigned number of 128 bits may look negative here, and fits nowhere else.
      return StoreInteger(value, to, to_bytes, is_signed);
    }
    case NumberKind::kFloating:
      return ConvertFloating(from, from_bytes, to, to_bytes);
    case NumberKind::kBool:
      StoreLow(LoadInteger(from, from_bytes, false) != 0 ? 1 : 0, to, to_bytes);
      return true;
  }
  return false;
}

// ---- Text

// <charconv> knows no 128 bits where the language is strict.
std::size_t FormatInteger(UInt128 magnitude, bool negative, char* to) {
  char digits[40];
  std::size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  } while (magnitude != 0);
  std::size_t used = 0;
  if (negative) to[used++] = '-';
  while (count > 0) to[used++] = digits[--count];
  return used;
}

bool ParseInteger(const NumberFormat& format, std::string_view text, void* to) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return false;
  UInt128 magnitude = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    const auto digit = static_cast<unsigned>(c - '0');
    if (magnitude > (~UInt128{0} - digit) / 10) return false;
    magnitude = magnitude * 10 + digit;
  }
  constexpr UInt128 kHalf = UInt128{1} << 127;
  if (format.kind == NumberKind::kUnsigned) {
    if (negative && magnitude != 0) return false;
    if (format.bytes == sizeof(UInt128)) {
      std::memcpy(to, &magnitude, sizeof(magnitude));
      return true;
    }
    return magnitude < kHalf &&
           StoreInteger(static_cast<Int128>(magnitude), to, format.bytes, false);
  }
  if (magnitude > kHalf || (magnitude == kHalf && !negative)) return false;
  return StoreInteger(static_cast<Int128>(negative ? UInt128{0} - magnitude : magnitude), to,
                      format.bytes, true);
}

template <class T>
std::size_t FormatFloating(const void* value, char* to) {
  const auto [end, error] = std::to_chars(to, to + kLongestNumber, Load<T>(value));
  return error == std::errc() ? static_cast<std::size_t>(end - to) : 0;
}

// The text goes through a buffer that ends with a zero: libstdc++ 12 looks for one in texts that
// begin with `n` or `i`.
template <class T>
bool ParseFloating(std::string_view text, void* to) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  char buffer[256] = {};
  if (text.size() >= sizeof(buffer)) return false;
  std::copy(text.begin(), text.end(), buffer);
  T value = 0;
  const auto [end, error] = std::from_chars(buffer, buffer + text.size(), value);
  if (error != std::errc() || end != buffer + text.size()) return false;
  std::memcpy(to, &value, sizeof(T));
  return true;
}

}  // namespace

void ReverseBytes(void* values, std::size_t count, std::size_t bytes) {
  auto* const at = static_cast<char*>(values);
  switch (bytes) {
    case 0:
    case 1:
      return;
    case 2:
      return SwapEach(
          at, count, [](std::uint16_t v) { return __builtin_bswap16(v); }, std::uint16_t{});
    case 4:
      return SwapEach(
          at, count, [](std::uint32_t v) { return __builtin_bswap32(v); }, std::uint32_t{});
    case 8:
      return SwapEach(
          at, count, [](std::uint64_t v) { return __builtin_bswap64(v); }, std::uint64_t{});
    default:
      for (std::size_t i = 0; i < count; ++i) {
        char* const value = at + i * bytes;
        for (std::size_t a = 0, b = bytes - 1; a < b; ++a, --b) {
          const char c = value[a];
          value[a] = value[b];
          value[b] = c;
        }
      }
  }
}

bool ConvertNumbers(const NumberFormat& from_format, const void* from,
                    const NumberFormat& to_format, void* to, std::size_t count) {
  if (from_format.kind != to_format.kind || !IsKnown(from_format) || !IsKnown(to_format))
    return false;
  if (count == 0) return true;
  if (from_format.bytes == to_format.bytes && from_format.kind != NumberKind::kBool) {
    std::memcpy(to, from, count * to_format.bytes);
    if (from_format.order != to_format.order) ReverseBytes(to, count, to_format.bytes);
    return true;
  }
  for (std::size_t i = 0; i < count; ++i) {
    char in[sizeof(long double)] = {};
    char out[sizeof(long double)] = {};
    std::memcpy(in, static_cast<const char*>(from) + i * from_format.bytes, from_format.bytes);
    if (from_format.order != std::endian::native) ReverseBytes(in, 1, from_format.bytes);
    if (!ConvertOne(from_format.kind, in, from_format.bytes, out, to_format.bytes)) return false;
    if (to_format.order != std::endian::native) ReverseBytes(out, 1, to_format.bytes);
    std::memcpy(static_cast<char*>(to) + i * to_format.bytes, out, to_format.bytes);
  }
  return true;
}

std::size_t FormatNumber(const NumberFormat& format, const void* value, char* to) {
  if (!IsKnown(format)) return 0;
  switch (format.kind) {
    case NumberKind::kSigned: {
      const Int128 number = LoadInteger(value, format.bytes, true);
      const auto bits = static_cast<UInt128>(number);
      return FormatInteger(number < 0 ? UInt128{0} - bits : bits, number < 0, to);
    }
    case NumberKind::kUnsigned:
      return FormatInteger(static_cast<UInt128>(LoadInteger(value, format.bytes, false)), false,
                           to);
    case NumberKind::kFloating:
      if (format.bytes == sizeof(float)) return FormatFloating<float>(value, to);
      if (format.bytes == sizeof(double)) return FormatFloating<double>(value, to);
      return FormatFloating<long double>(value, to);
    case NumberKind::kBool: {
      const std::string_view word = LoadInteger(value, format.bytes, false) != 0 ? "true" : "false";
      std::memcpy(to, word.data(), word.size());
      return word.size();
    }
  }
  return 0;
}

bool ParseNumber(const NumberFormat& format, std::string_view text, void* value) {
  if (!IsKnown(format)) return false;
  switch (format.kind) {
    case NumberKind::kSigned:
    case NumberKind::kUnsigned:
      return ParseInteger(format, text, value);
    case NumberKind::kFloating:
      if (format.bytes == sizeof(float)) return ParseFloating<float>(text, value);
      if (format.bytes == sizeof(double)) return ParseFloating<double>(text, value);
      return ParseFloating<long double>(text, value);
    case NumberKind::kBool:
      if (text != "true" && text != "false") return false;
      StoreLow(text == "true" ? 1 : 0, value, format.bytes);
      return true;
  }
  return false;
}

}  // namespace heddle
