// The wire format: what travels between processes, and the decoder that trusts none of it.
//
// A frame is a header of 32 bytes and its body. The header is as long as a Message, so that a payload is sent in one piece
// with the header in its Message's place:
//   0 magic (2)  2 version (1)  3 kind (1)  4 receiver (4)  8 tag (4)  12 check (4)  16 sequence (8)  24 bytes (8)
// in the byte order of the machine: of the other order the magic number is wrong. The check is a hash of the rest.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_FRAME_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/status/status.h"

namespace heddle {

enum class FrameKind : std::uint8_t {
  kEager = 1,   // The body is the payload.
  kRendezvous,  // No body; `bytes` of payload follow as a bulk transfer of the number 2 * sequence.
  kGet,         // Body: RemoteRange; answered by a bulk transfer of the number 2 * sequence + 1.
  kPut,         // Body: RemoteRange; followed by a bulk transfer of the number 2 * sequence.
  kPutDone,     // Body: 8 bytes, RemoteRange::token.
  kFlush,       // No body. Asks for a kCredit at once.
  kCredit,      // Body: 8 bytes, what was delivered so far. Not in sequence.
};

struct Frame {
  FrameKind kind = FrameKind::kEager;
  std::int32_t receiver = 0;
  std::uint32_t tag = 0;
  std::uint64_t sequence = 0;  // Counted from 0 for each pair of processes.
  std::uint64_t bytes = 0;     // Of the payload or body.
};

// The body of kGet and kPut.
struct RemoteRange {
  std::uint64_t key = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t token = 0;  // The sender's own.
};

inline constexpr std::size_t kFrameHeaderBytes = 32;

namespace internal {

struct WireHeader {
  static constexpr std::uint16_t kMagic = 0x4c68;
  static constexpr std::uint8_t kVersion = 1;

  std::uint16_t magic;
  std::uint8_t version;
  std::uint8_t kind;
  std::int32_t receiver;
  std::uint32_t tag;
  std::uint32_t check;
  std::uint64_t sequence;
  std::uint64_t bytes;

  std::uint32_t Check() const {
    std::uint64_t sum = (std::uint64_t{tag} << 32 | static_cast<std::uint32_t>(receiver)) ^
                        std::uint64_t{kind} << 24;
    sum = (sum ^ sequence) * 0x9e3779b97f4a7c15u;
    sum = (sum ^ sum >> 32 ^ bytes) * 0xbf58476d1ce4e5b9u;
    return static_cast<std::uint32_t>(sum >> 32);
  }
};
static_assert(sizeof(WireHeader) == kFrameHeaderBytes);

}  // namespace internal

// Writes the header to `to`, kFrameHeaderBytes.
// Thread safety: any thread.  Blocking: never.  Cost: about 2 ns.
inline void EncodeFrame(const Frame& frame, void* to) {
  internal::WireHeader header{internal::WireHeader::kMagic,
                              internal::WireHeader::kVersion,
                              static_cast<std::uint8_t>(frame.kind),
                              frame.receiver,
                              frame.tag,
                              0,
                              frame.sequence,
                              frame.bytes};
  header.check = header.Check();
  std::memcpy(to, &header, sizeof(header));
}

// Reads what arrived, of `size` bytes, into `*frame`. The body, where the kind has one, starts at kFrameHeaderBytes and has
// exactly Frame::bytes.
// Thread safety: any thread.  Blocking: never.  Cost: about 3 ns.
// Errors: InvalidArgument that says what is wrong: too short, magic, version, check, kind, receiver, length.
absl::Status DecodeFrame(const void* data, std::size_t size, Frame* frame);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_FRAME_H_
