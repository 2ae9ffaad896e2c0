#include "components/message_layer/frame.h"

#include <string>

namespace heddle {
namespace {

absl::Status Wrong(const char* what, std::uint64_t is) {
  return absl::InvalidArgumentError(std::string("frame: ") + what + " " + std::to_string(is));
}

// Whether a frame of this kind and these bytes is `size` long.
bool LengthFits(const Frame& frame, std::size_t size) {
  const std::size_t body = size - kFrameHeaderBytes;
  switch (frame.kind) {
    case FrameKind::kEager:
      return body == frame.bytes;
    case FrameKind::kRendezvous:
      return body == 0;
    case FrameKind::kGet:
    case FrameKind::kPut:
      return body == frame.bytes && body == sizeof(RemoteRange);
    case FrameKind::kPutDone:
    case FrameKind::kCredit:
      return body == frame.bytes && body == sizeof(std::uint64_t);
    case FrameKind::kFlush:
      return body == frame.bytes && body == 0;
  }
  return false;
}

}  // namespace

absl::Status DecodeFrame(const void* data, std::size_t size, Frame* frame) {
  if (size < kFrameHeaderBytes) return Wrong("too short:", size);
  internal::WireHeader header;
  std::memcpy(&header, data, sizeof(header));
  if (header.magic != internal::WireHeader::kMagic)
    return Wrong("wrong magic number", header.magic);
  if (header.version != internal::WireHeader::kVersion)
    return Wrong("unknown version", header.version);
  if (header.check != header.Check()) return Wrong("wrong check", header.check);
  if (header.kind < static_cast<std::uint8_t>(FrameKind::kEager) ||
      header.kind > static_cast<std::uint8_t>(FrameKind::kCredit)) {
    return Wrong("unknown kind", header.kind);
  }
  if (header.receiver < 0)
    return Wrong("negative receiver", static_cast<std::uint32_t>(header.receiver));
  *frame = Frame{static_cast<FrameKind>(header.kind), header.receiver, header.tag, header.sequence,
                 header.bytes};
  if (!LengthFits(*frame, size)) return Wrong("wrong length", size);
  return absl::OkStatus();
}

}  // namespace heddle
