// libFuzzer: the decoder takes any bytes without a fault, and what it accepts encodes to the same bytes again.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "components/message_layer/frame.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heddle::Frame frame;
  // Once as it is; once with a right check, which a fuzzer would hardly find.
  for (int round = 0; round < 2; ++round) {
    std::uint8_t copy[4096];
    if (size > sizeof(copy)) return 0;
    if (size > 0) std::memcpy(copy, data, size);
    if (round == 1) {
      if (size < heddle::kFrameHeaderBytes) return 0;
      heddle::internal::WireHeader header;
      std::memcpy(&header, copy, sizeof(header));
      header.check = header.Check();
      std::memcpy(copy, &header, sizeof(header));
    }
    if (!heddle::DecodeFrame(copy, size, &frame).ok()) continue;
    std::uint8_t again[heddle::kFrameHeaderBytes];
    heddle::EncodeFrame(frame, again);
    if (std::memcmp(again, copy, sizeof(again)) != 0) std::abort();
  }
  return 0;
}
