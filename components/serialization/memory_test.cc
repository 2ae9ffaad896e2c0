// Promised: what is written is read back; nothing goes beyond the end, and after a failure nothing
// goes at all; no length that was read is believed. Not promised: that what was never written can
// be told from what was.
#include "components/serialization/memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace heddle {
namespace {

template <class Sink>
bool Pack(Sink& to, const std::string& text, double number) {
  return to.WriteValue(std::uint64_t{text.size()}) && to.Write(text.data(), text.size()) &&
         to.Align(8) && to.WriteValue(number);
}

TEST(MemoryTest, ReadsBackWhatItWroteInAsManyBytesAsItCounted) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(1000, 'x')}) {
    ByteCounter count;
    ASSERT_TRUE(Pack(count, text, 0.5));
    std::vector<char> bytes(count.size());
    MemoryWriter writer(bytes.data(), bytes.size());
    ASSERT_TRUE(Pack(writer, text, 0.5));
    EXPECT_EQ(writer.position(), count.size());
    EXPECT_EQ(writer.remaining(), 0u);

    MemoryReader reader(bytes.data(), bytes.size());
    std::size_t size = 0;
    ASSERT_TRUE(reader.ReadCount(1, &size));
    ASSERT_EQ(size, text.size());
    EXPECT_EQ(std::string(static_cast<const char*>(reader.Take(size)), size), text);
    double number = 0;
    ASSERT_TRUE(reader.Align(8) && reader.ReadValue(&number));
    EXPECT_EQ(number, 0.5);
    EXPECT_EQ(reader.remaining(), 0u);
    EXPECT_TRUE(reader.ok());
  }
}

TEST(MemoryTest, AWriterStopsAtTheEndAndStaysStopped) {
  char bytes[8] = "1234567";
  MemoryWriter writer(bytes, 4);
  EXPECT_TRUE(writer.Write("ab", 2));
  EXPECT_FALSE(writer.Write("cde", 3));
  EXPECT_FALSE(writer.Write("c", 1));
  EXPECT_EQ(writer.Reserve(1), nullptr);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.position(), 2u);
  EXPECT_STREQ(bytes, "ab34567");
}

TEST(MemoryTest, AWriterFillsExactlyItsRoom) {
  char bytes[4];
  MemoryWriter writer(bytes, sizeof(bytes));
  EXPECT_TRUE(writer.WriteValue(std::uint32_t{1}));
  EXPECT_TRUE(writer.Write(nullptr, 0));
  EXPECT_TRUE(writer.Align(4));
  EXPECT_TRUE(writer.ok());
}

TEST(MemoryTest, NoSizeIsTooLargeToBeRefused) {
  char bytes[4];
  MemoryWriter writer(bytes, sizeof(bytes));
  EXPECT_TRUE(writer.Write("a", 1));
  EXPECT_EQ(writer.Reserve(std::numeric_limits<std::size_t>::max()), nullptr);
  MemoryReader reader(bytes, sizeof(bytes));
  EXPECT_NE(reader.Take(1), nullptr);
  EXPECT_EQ(reader.Take(std::numeric_limits<std::size_t>::max()), nullptr);
}

TEST(MemoryTest, AReaderOfTruncatedBytesLeavesTheTargetAlone) {
  const std::uint32_t packed = 7;
  for (std::size_t length = 0; length < sizeof(packed); ++length) {
    MemoryReader reader(&packed, length);
    std::uint32_t value = 42;
    EXPECT_FALSE(reader.ReadValue(&value));
    EXPECT_EQ(value, 42u);
    char c = 'c';
    EXPECT_FALSE(reader.Read(&c, 1)) << "after a failure nothing is read";
    EXPECT_FALSE(reader.ok());
  }
}

TEST(MemoryTest, ACountIsBelievedUpToWhatIsLeft) {
  struct {
    std::uint64_t count;
    char items[12];
  } packed = {3, {}};
  for (const std::uint64_t count :
       {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{4}, std::uint64_t{1} << 62,
        std::numeric_limits<std::uint64_t>::max()}) {
    packed.count = count;
    MemoryReader reader(&packed, sizeof(std::uint64_t) + sizeof(packed.items));
    std::size_t read = 99;
    EXPECT_EQ(reader.ReadCount(4, &read), count <= 3) << count;
    EXPECT_EQ(read, count <= 3 ? count : 99) << count;
    EXPECT_EQ(reader.ok(), count <= 3) << count;
  }
}

TEST(MemoryTest, AlignmentIsPaddedWithZeros) {
  char bytes[8] = {'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'};
  MemoryWriter writer(bytes, sizeof(bytes));
  EXPECT_TRUE(writer.Write("a", 1) && writer.Align(4) && writer.Align(4));
  EXPECT_EQ(writer.position(), 4u);
  EXPECT_EQ(std::string(bytes, 5), std::string("a\0\0\0x", 5));
  EXPECT_FALSE(writer.Align(16)) << "there are no 16 bytes";
  MemoryReader reader(bytes, 3);
  EXPECT_TRUE(reader.Take(1) != nullptr);
  EXPECT_FALSE(reader.Align(4));
}

}  // namespace
}  // namespace heddle
