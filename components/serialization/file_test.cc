// Promised: files come back as they were written, and each way in which one can be wrong is told by
// its name; a container is complete or not there. Not tested: that what CommitToDisk() wrote
// survives a loss of power.
#include "components/serialization/file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "components/serialization/container.h"
#include "components/serialization/crc32c.h"

namespace heddle {
namespace {

using ::testing::TempDir;

std::string PathOf(const std::string& name) { return TempDir() + "/" + name; }
std::string Contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
void SetContents(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}
bool Exists(const std::string& path) { return std::ifstream(path).good(); }
bool Says(const absl::Status& status, const std::string& words) {
  return status.message().find(words) != absl::string_view::npos;
}

struct Closer {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

TEST(FileTest, ReadsBackWhatItWroteAndSeeks) {
  const std::string path = PathOf("plain");
  {
    const File file(std::fopen(path.c_str(), "wb"));
    FileWriter writer(file.get(), path);
    EXPECT_TRUE(writer.Write("0000", 4) && writer.Write("tail", 4) && writer.Write(nullptr, 0));
    EXPECT_TRUE(writer.Seek(0) && writer.Write("head", 4));
    EXPECT_TRUE(writer.Flush().ok());
  }
  EXPECT_EQ(Contents(path), "headtail");
  const File file(std::fopen(path.c_str(), "rb"));
  FileReader reader(file.get(), path);
  char four[4];
  EXPECT_TRUE(reader.Seek(4));
  EXPECT_EQ(reader.Remaining(), 4u);
  EXPECT_TRUE(reader.Read(four, 4));
  EXPECT_EQ(std::string(four, 4), "tail");
  EXPECT_EQ(reader.Remaining(), 0u);
}

TEST(FileTest, ATruncatedFileIsAnErrorWithItsNameAndPlaceAndReadsAsZeros) {
  const std::string path = PathOf("short");
  SetContents(path, "abcdef");
  const File file(std::fopen(path.c_str(), "rb"));
  FileReader reader(file.get(), path);
  std::uint64_t value = 1;
  EXPECT_FALSE(reader.Read(&value, sizeof(value)));
  EXPECT_EQ(value, 0u);
  EXPECT_EQ(reader.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(Says(reader.status(), path + " ends at byte 6, where 2 more should follow"))
      << reader.status();
  const absl::Status first = reader.status();
  char c = 'c';
  EXPECT_FALSE(reader.Read(&c, 1));
  EXPECT_EQ(c, 0);
  EXPECT_FALSE(reader.Seek(0));
  EXPECT_EQ(reader.status(), first) << "the first error stays";
}

TEST(FileTest, AFileWithoutANameIsCalledAsTheSystemCallsIt) {
  const std::string path = PathOf("unnamed");
  SetContents(path, "");
  const File file(std::fopen(path.c_str(), "rb"));
  FileReader reader(file.get());
  char c;
  EXPECT_FALSE(reader.Read(&c, 1));
  EXPECT_TRUE(Says(reader.status(), "unnamed ends at byte 0")) << reader.status();
}

TEST(FileTest, ACountThatTheFileCannotHoldIsAnError) {
  const std::string path = PathOf("count");
  SetContents(path, "0123456789");
  const File file(std::fopen(path.c_str(), "rb"));
  FileReader reader(file.get(), path);
  EXPECT_TRUE(reader.CheckCount(2, 4));
  EXPECT_TRUE(reader.CheckCount(std::numeric_limits<std::uint64_t>::max(), 0));
  EXPECT_FALSE(reader.CheckCount(3, 4));
  EXPECT_TRUE(Says(reader.status(), "3 items follow")) << reader.status();
  FileReader again(file.get(), path);
  EXPECT_FALSE(again.CheckCount(std::numeric_limits<std::uint64_t>::max(), 8));
}

TEST(FileTest, AFullDiskIsAnErrorAtTheLatestWhenFlushed) {
  const File file(std::fopen("/dev/full", "wb"));
  ASSERT_NE(file, nullptr);
  FileWriter writer(file.get(), "/dev/full");
  (void)writer.Write("x", 1);
  EXPECT_EQ(writer.Flush().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Says(writer.status(), "/dev/full: cannot write")) << writer.status();
  EXPECT_FALSE(writer.Write("x", 1));
}

TEST(FileTest, AFaultThatTheCallerFindsIsTheFirstErrorToo) {
  const File file(std::tmpfile());
  FileWriter writer(file.get(), "it");
  writer.Fail(absl::InvalidArgumentError("one"));
  writer.Fail(absl::InvalidArgumentError("two"));
  EXPECT_TRUE(Says(writer.status(), "one"));
  EXPECT_FALSE(writer.Write("x", 1));
}

// RFC 3720, B.4.
TEST(Crc32cTest, GivesTheKnownSums) {
  EXPECT_EQ(Crc32c(0, "", 0), 0u);
  EXPECT_EQ(Crc32c(0, "123456789", 9), 0xe3069283u);
  EXPECT_EQ(Crc32c(0, std::string(32, '\0').data(), 32), 0x8a9136aau);
  EXPECT_EQ(Crc32c(0, std::string(32, '\xff').data(), 32), 0x62a8ab43u);
}

TEST(Crc32cTest, GoesOnFromAnySplit) {
  const std::string text = "what is packed here is packed in two";
  for (std::size_t at = 0; at <= text.size(); ++at)
    EXPECT_EQ(Crc32c(Crc32c(0, text.data(), at), text.data() + at, text.size() - at),
              Crc32c(0, text.data(), text.size()));
}

const ContainerFormat kFormat = {"test.values", 3};

void MakeContainer(const std::string& path, const std::string& contents) {
  auto writer = ContainerWriter::Create(path, kFormat);
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE((*writer)->contents().Write(contents.data(), contents.size()));
  const absl::Status status = (*writer)->Commit();
  ASSERT_TRUE(status.ok()) << status;
}

absl::Status OpenError(const std::string& path, const ContainerFormat& format = kFormat) {
  return ContainerReader::Open(path, format).status();
}

TEST(ContainerTest, ReadsBackWhatItWrote) {
  const std::string path = PathOf("container");
  for (const std::string& contents :
       {std::string(), std::string("abc"), std::string(200000, 'x')}) {
    MakeContainer(path, contents);
    EXPECT_FALSE(Exists(path + ".new"));
    auto reader = ContainerReader::Open(path, kFormat);
    ASSERT_TRUE(reader.ok()) << reader.status();
    ASSERT_EQ((*reader)->contents().Remaining(), contents.size());
    std::string again(contents.size(), ' ');
    EXPECT_TRUE((*reader)->contents().Read(again.data(), again.size()));
    EXPECT_EQ(again, contents);
  }
}

TEST(ContainerTest, WhatIsNotCommittedIsNotThereAndLeavesWhatWas) {
  const std::string path = PathOf("uncommitted");
  MakeContainer(path, "old");
  {
    auto writer = ContainerWriter::Create(path, kFormat);
    ASSERT_TRUE(writer.ok());
    (*writer)->contents().Write("new", 3);
  }
  EXPECT_FALSE(Exists(path + ".new"));
  EXPECT_EQ(Contents(path).substr(48), "old");
}

TEST(ContainerTest, CommitToDiskReplacesWhatWas) {
  const std::string path = PathOf("to_disk");
  MakeContainer(path, "old");
  auto writer = ContainerWriter::Create(path, kFormat);
  ASSERT_TRUE(writer.ok());
  (*writer)->contents().Write("newer", 5);
  EXPECT_TRUE((*writer)->CommitToDisk().ok());
  EXPECT_TRUE(OpenError(path).ok());
  EXPECT_EQ(Contents(path).substr(48), "newer");
  EXPECT_FALSE(Exists(path + ".new"));
}

TEST(ContainerTest, EveryBitCounts) {
  const std::string path = PathOf("bits");
  MakeContainer(path, "some contents");
  const std::string good = Contents(path);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    SetContents(path, bad);
    EXPECT_FALSE(OpenError(path).ok()) << "byte " << i;
  }
}

TEST(ContainerTest, EveryTruncationAndWhatComesAfterTheEndIsFound) {
  const std::string path = PathOf("truncated");
  MakeContainer(path, "some contents");
  const std::string good = Contents(path);
  for (std::size_t length = 0; length < good.size(); ++length) {
    SetContents(path, good.substr(0, length));
    EXPECT_EQ(OpenError(path).code(), absl::StatusCode::kDataLoss) << length;
  }
  EXPECT_TRUE(Says(OpenError(path), "should have 13 bytes after its header, and has 12"))
      << OpenError(path);
  SetContents(path, good + "x");
  EXPECT_EQ(OpenError(path).code(), absl::StatusCode::kDataLoss);
}

TEST(ContainerTest, OtherKindsVersionsAndFilesAreTold) {
  const std::string path = PathOf("kinds");
  MakeContainer(path, "");
  EXPECT_TRUE(Says(OpenError(path, {"test.others", 3}), "is a test.values and no test.others"));
  EXPECT_TRUE(
      Says(OpenError(path, {"test.values", 4}), "of version 3; this program reads version 4"));
  SetContents(path, std::string(100, 'x'));
  EXPECT_TRUE(Says(OpenError(path), "is no test.values"));
  EXPECT_EQ(OpenError(PathOf("nowhere")).code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(Says(OpenError(PathOf("nowhere")), "nowhere"));
  EXPECT_FALSE(ContainerWriter::Create(PathOf("no/such/folder"), kFormat).ok());
  EXPECT_TRUE(Says(ContainerWriter::Create(path, {"a.kind.of.17.char", 1}).status(),
                   "more than 16 characters"));
}

TEST(ContainerTest, AFaultOfTheWriterKeepsItFromCommitting) {
  const std::string path = PathOf("failed");
  auto writer = ContainerWriter::Create(path, kFormat);
  ASSERT_TRUE(writer.ok());
  (*writer)->contents().Fail(absl::ResourceExhaustedError("full"));
  EXPECT_TRUE(Says((*writer)->CommitToDisk(), "full"));
  EXPECT_TRUE(Says((*writer)->Commit(), "committed before"));
  EXPECT_FALSE(Exists(path));
  EXPECT_FALSE(Exists(path + ".new"));
}

}  // namespace
}  // namespace heddle
