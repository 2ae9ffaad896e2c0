// Promised: values survive other orders, other sizes and text, or are refused. Not promised: every
// number format there has been.
#include "components/serialization/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace heddle {
namespace {

constexpr std::endian kOther =
    std::endian::native == std::endian::little ? std::endian::big : std::endian::little;

template <class T>
NumberFormat FormatOf(std::endian order = std::endian::native) {
  const NumberKind kind = std::is_same_v<T, bool>             ? NumberKind::kBool
                          : std::is_floating_point_v<T>       ? NumberKind::kFloating
                          : std::numeric_limits<T>::is_signed ? NumberKind::kSigned
                                                              : NumberKind::kUnsigned;
  return {kind, sizeof(T), order};
}

template <class From, class To>
bool Convert(From from, To* to, std::endian from_order = std::endian::native) {
  if (from_order != std::endian::native) ReverseBytes(&from, 1, sizeof(from));
  return ConvertNumbers(FormatOf<From>(from_order), &from, FormatOf<To>(), to, 1);
}

template <class T>
std::string Text(T value) {
  char text[kLongestNumber];
  return std::string(text, FormatNumber(FormatOf<T>(), &value, text));
}

TEST(NumberTest, ReversingTwiceChangesNothingAndOnceMirrors) {
  for (const std::size_t bytes : {1u, 2u, 3u, 4u, 8u, 10u, 16u}) {
    std::string values;
    for (std::size_t i = 0; i < 5 * bytes; ++i) values += static_cast<char>(i);
    std::string reversed = values;
    ReverseBytes(reversed.data(), 5, bytes);
    for (std::size_t i = 0; i < 5; ++i) {
      const std::string value = values.substr(i * bytes, bytes);
      EXPECT_EQ(reversed.substr(i * bytes, bytes), std::string(value.rbegin(), value.rend()));
    }
    ReverseBytes(reversed.data(), 5, bytes);
    EXPECT_EQ(reversed, values);
  }
  ReverseBytes(nullptr, 0, 8);
}

TEST(NumberTest, IntegersOfAnotherSizeAndOrderKeepTheirValue) {
  for (const std::endian order : {std::endian::native, kOther}) {
    std::int64_t wide = 0;
    EXPECT_TRUE(Convert(std::int32_t{-5}, &wide, order));
    EXPECT_EQ(wide, -5);
    EXPECT_TRUE(Convert(std::int8_t{-128}, &wide, order));
    EXPECT_EQ(wide, -128);
    std::int32_t narrow = 0;
    EXPECT_TRUE(Convert(std::int64_t{-2147483648}, &narrow, order));
    EXPECT_EQ(narrow, std::numeric_limits<std::int32_t>::min());
    std::uint16_t small = 0;
    EXPECT_TRUE(Convert(std::uint64_t{65535}, &small, order));
    EXPECT_EQ(small, 65535);
    std::uint64_t large = 0;
    EXPECT_TRUE(Convert(std::uint8_t{200}, &large, order));
    EXPECT_EQ(large, 200u);
  }
}

TEST(NumberTest, IntegersThatDoNotFitAreRefused) {
  std::int32_t narrow = 0;
  EXPECT_FALSE(Convert(std::int64_t{1} << 31, &narrow));
  EXPECT_FALSE(Convert(-(std::int64_t{1} << 31) - 1, &narrow));
  std::uint8_t small = 0;
  EXPECT_FALSE(Convert(std::uint32_t{256}, &small));
}

TEST(NumberTest, FloatingPointIsRoundedButDoesNotBecomeInfinite) {
  double wide = 0;
  EXPECT_TRUE(Convert(1.5f, &wide, kOther));
  EXPECT_EQ(wide, 1.5);
  float narrow = 0;
  EXPECT_TRUE(Convert(0.1, &narrow, kOther));
  EXPECT_EQ(narrow, 0.1f);
  EXPECT_FALSE(Convert(1e300, &narrow));
  EXPECT_TRUE(Convert(std::numeric_limits<double>::infinity(), &narrow));
  EXPECT_TRUE(std::isinf(narrow));
  EXPECT_TRUE(Convert(std::nan(""), &narrow));
  EXPECT_TRUE(std::isnan(narrow));
  EXPECT_TRUE(Convert(0.1L, &wide));
  EXPECT_EQ(wide, 0.1);
}

TEST(NumberTest, WhatIsNoBoolBecomesOne) {
  const unsigned char two = 2;
  bool value = false;
  EXPECT_TRUE(ConvertNumbers({NumberKind::kBool, 1}, &two, {NumberKind::kBool, 1}, &value, 1));
  EXPECT_EQ(static_cast<int>(value), 1);
  const std::uint32_t wide = 1;
  EXPECT_TRUE(ConvertNumbers({NumberKind::kBool, 4}, &wide, {NumberKind::kBool, 1}, &value, 1));
  EXPECT_TRUE(value);
}

TEST(NumberTest, UnknownFormatsAndOtherKindsAreRefused) {
  std::uint64_t a = 0, b = 0;
  EXPECT_FALSE(ConvertNumbers({NumberKind::kSigned, 3}, &a, {NumberKind::kSigned, 4}, &b, 1));
  EXPECT_FALSE(ConvertNumbers({NumberKind::kFloating, 2}, &a, {NumberKind::kFloating, 4}, &b, 1));
  EXPECT_FALSE(ConvertNumbers({NumberKind::kSigned, 4}, &a, {NumberKind::kUnsigned, 4}, &b, 1));
  EXPECT_TRUE(
      ConvertNumbers({NumberKind::kSigned, 4}, nullptr, {NumberKind::kSigned, 8}, nullptr, 0));
  char text[kLongestNumber];
  EXPECT_EQ(FormatNumber({NumberKind::kSigned, 3}, &a, text), 0u);
  EXPECT_FALSE(ParseNumber({NumberKind::kFloating, 3}, "1", &a));
}

template <class T>
void ExpectTextOf(T value) {
  const std::string text = Text(value);
  ASSERT_FALSE(text.empty());
  T again{};
  ASSERT_TRUE(ParseNumber(FormatOf<T>(), text, &again)) << text;
  EXPECT_TRUE(again == value) << text;
}

TEST(NumberTest, TextKeepsEveryBit) {
  const auto limits = [](auto zero) {
    using T = decltype(zero);
    ExpectTextOf<T>(0);
    ExpectTextOf<T>(1);
    ExpectTextOf(std::numeric_limits<T>::max());
    ExpectTextOf(std::numeric_limits<T>::lowest());
    ExpectTextOf(std::numeric_limits<T>::min());
  };
  limits(std::int8_t{}), limits(std::uint8_t{}), limits(std::int16_t{}), limits(std::uint16_t{});
  limits(std::int32_t{}), limits(std::uint32_t{}), limits(std::int64_t{}), limits(std::uint64_t{});
  limits(0.0f), limits(0.0), limits(0.0L);
  ExpectTextOf(0.1f), ExpectTextOf(0.1), ExpectTextOf(0.1L), ExpectTextOf(-1.0 / 3);
  ExpectTextOf(std::numeric_limits<double>::denorm_min());
  ExpectTextOf(true), ExpectTextOf(false);
  __extension__ using UInt128 = unsigned __int128;
  __extension__ using Int128 = __int128;
  for (const UInt128 value : {UInt128{0}, UInt128{1} << 127, ~UInt128{0}}) {
    char text[kLongestNumber];
    for (const NumberKind kind : {NumberKind::kSigned, NumberKind::kUnsigned}) {
      const std::size_t length = FormatNumber({kind, 16}, &value, text);
      UInt128 again = 1;
      ASSERT_TRUE(ParseNumber({kind, 16}, std::string_view(text, length), &again))
          << std::string(text, length);
      EXPECT_TRUE(again == value) << std::string(text, length);
    }
  }
  const Int128 minus = -1;
  char text[kLongestNumber];
  EXPECT_EQ(std::string(text, FormatNumber({NumberKind::kSigned, 16}, &minus, text)), "-1");
}

TEST(NumberTest, TextThatIsNoSuchNumberIsRefusedAndChangesNothing) {
  std::int8_t value = 77;
  for (const char* const text : {"", "-", "+", "128", "-129", "1 ", " 1", "1x", "0x1", "1.0",
                                 "99999999999999999999999999999999999999999"})
    EXPECT_FALSE(ParseNumber(FormatOf<std::int8_t>(), text, &value)) << text;
  EXPECT_EQ(value, 77);
  std::uint32_t positive = 77;
  EXPECT_FALSE(ParseNumber(FormatOf<std::uint32_t>(), "-1", &positive));
  EXPECT_TRUE(ParseNumber(FormatOf<std::uint32_t>(), "+5", &positive));
  EXPECT_EQ(positive, 5u);
  double real = 77;
  for (const char* const text : {"", "1e999", "x",
                                 "n3\xff"
                                 "0",
                                 "in", "1..2", "1 2"})
    EXPECT_FALSE(ParseNumber(FormatOf<double>(), text, &real)) << text;
  EXPECT_EQ(real, 77);
  bool flag = true;
  for (const char* const text : {"", "True", "1", "truely"})
    EXPECT_FALSE(ParseNumber(FormatOf<bool>(), text, &flag)) << text;
  EXPECT_TRUE(flag);
}

}  // namespace
}  // namespace heddle
