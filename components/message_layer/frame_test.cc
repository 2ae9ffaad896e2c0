// Promised: what was encoded is decoded; anything else is an error that says why, and never read beyond its end.
#include "components/message_layer/frame.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "components/base/random.h"

namespace heddle {
namespace {

std::vector<char> Encoded(const Frame& frame, std::size_t body) {
  std::vector<char> bytes(kFrameHeaderBytes + body);
  EncodeFrame(frame, bytes.data());
  return bytes;
}

std::string WhatIsWrong(const std::vector<char>& bytes) {
  Frame frame;
  return std::string(DecodeFrame(bytes.data(), bytes.size(), &frame).message());
}

TEST(FrameTest, WhatWasEncodedIsDecoded) {
  const Frame sent{FrameKind::kEager, 7, 0xfffffffe, UINT64_C(1) << 40, 100};
  const std::vector<char> bytes = Encoded(sent, 100);
  Frame got;
  ASSERT_TRUE(DecodeFrame(bytes.data(), bytes.size(), &got).ok());
  EXPECT_EQ(got.kind, sent.kind);
  EXPECT_EQ(got.receiver, sent.receiver);
  EXPECT_EQ(got.tag, sent.tag);
  EXPECT_EQ(got.sequence, sent.sequence);
  EXPECT_EQ(got.bytes, sent.bytes);
}

TEST(FrameTest, TheBodyHasTheLengthOfItsKind) {
  const struct {
    FrameKind kind;
    std::uint64_t bytes;
    std::size_t body;
    bool fits;
  } cases[] = {
      {FrameKind::kEager, 0, 0, true},
      {FrameKind::kEager, 9, 8, false},
      {FrameKind::kRendezvous, 1 << 20, 0, true},
      {FrameKind::kRendezvous, 8, 8, false},
      {FrameKind::kGet, sizeof(RemoteRange), sizeof(RemoteRange), true},
      {FrameKind::kGet, 8, 8, false},
      {FrameKind::kPut, sizeof(RemoteRange), sizeof(RemoteRange), true},
      {FrameKind::kPut, 0, 0, false},
      {FrameKind::kPutDone, 8, 8, true},
      {FrameKind::kPutDone, 0, 0, false},
      {FrameKind::kFlush, 0, 0, true},
      {FrameKind::kFlush, 8, 8, false},
      {FrameKind::kCredit, 8, 8, true},
      {FrameKind::kCredit, 16, 16, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(WhatIsWrong(Encoded({c.kind, 0, 0, 0, c.bytes}, c.body)).empty(), c.fits)
        << static_cast<int>(c.kind) << " " << c.bytes << " " << c.body;
  }
}

TEST(FrameTest, EveryTruncationIsRejected) {
  const std::vector<char> whole = Encoded({FrameKind::kEager, 0, 0, 0, 20}, 20);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A block of its own, so that a sanitizer sees a read beyond the end.
    EXPECT_NE(WhatIsWrong(std::vector<char>(whole.begin(),
                                            whole.begin() + static_cast<std::ptrdiff_t>(size))),
              "")
        << size;
  }
}

TEST(FrameTest, EveryFlippedBitOfTheHeaderIsRejected) {
  const std::vector<char> whole = Encoded({FrameKind::kEager, 3, 4, 5, 6}, 6);
  for (std::size_t bit = 0; bit < kFrameHeaderBytes * 8; ++bit) {
    std::vector<char> bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(WhatIsWrong(bytes), "") << "bit " << bit;
  }
}

TEST(FrameTest, TheErrorSaysWhatIsWrong) {
  std::vector<char> bytes = Encoded({FrameKind::kEager, 0, 0, 0, 0}, 0);
  EXPECT_EQ(WhatIsWrong(std::vector<char>(5)), "frame: too short: 5");
  bytes[2] = 9;
  EXPECT_EQ(WhatIsWrong(bytes), "frame: unknown version 9");
  bytes[0] = 0;
  EXPECT_NE(WhatIsWrong(bytes).find("magic"), std::string::npos);
  EXPECT_NE(WhatIsWrong(Encoded({static_cast<FrameKind>(99), 0, 0, 0, 0}, 0)).find("kind 99"),
            std::string::npos);
  EXPECT_NE(WhatIsWrong(Encoded({FrameKind::kEager, -1, 0, 0, 0}, 0)).find("receiver"),
            std::string::npos);
}

TEST(FrameTest, GarbageIsRejected) {
  Random random(1);
  for (int round = 0; round < 100'000; ++round) {
    std::vector<char> bytes(random.Below(100));
    for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
    EXPECT_NE(WhatIsWrong(bytes), "");
  }
}

}  // namespace
}  // namespace heddle
