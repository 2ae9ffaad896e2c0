// What moves bytes between processes, behind Network: frames and bulk transfers. Order, back-pressure and meaning are Network's.
//
// A put, a get and the data of a rendezvous are one thing here: a bulk transfer, of which each side posts its half under the
// number that both know, and the data goes from the one's memory into the other's. MPI's two-sided calls do exactly that
// without a copy, while its one-sided ones need windows, and progress at the target; shared memory can do it with one copy. So
// a transport has no table of registered memory: Network has it, and checks each range before it posts its half.
//
// A transport in a plug-in (shared object) is made by its function `heddle_transport_open`. The plug-in uses this header and
// frame.h only, and no function of libheddle, so that it fits whoever loads it.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_TRANSPORT_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_TRANSPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace heddle {

enum class PostResult : int {
  kDone,    // Over; the memory is the caller's again.
  kPosted,  // Under way; Progress() tells when it is over.
  kRetry,   // Nothing happened, the transport is full: once more after some Progress().
};

// One half of a bulk transfer. The caller's, until `done`.
struct BulkTransfer {
  BulkTransfer* next =
      nullptr;        // For who holds it: the caller before it is posted, the transport after.
  int process = -1;   // The other side.
  bool send = false;  // From `address`, or to it.
  std::uint64_t number =
      0;  // Of this transfer, unique among those from the one process to the other that are under way.
  char* address = nullptr;
  std::size_t bytes = 0;  // The same on both sides.
  void (*done)(BulkTransfer*) = nullptr;
};

// Who owns a transport: told by Progress(), on the thread that calls it.
class TransportOwner {
 public:
  // `data` is valid until it returns. It may call every method but Progress().
  virtual void FrameArrived(int process, const void* data, std::size_t bytes) = 0;
  // A frame that was kPosted may be reused.
  virtual void FrameSent(void* frame) = 0;
  // Another process is gone; does not return. Any thread.
  [[noreturn]] virtual void PeerLost(int process, const std::string& how) = 0;

 protected:
  ~TransportOwner() = default;
};

// Thread safety: any thread, unless it says otherwise.  Blocking: never, unless it says so.
class Transport {
 public:
  virtual ~Transport() = default;

  virtual int process() const = 0;
  virtual int processes() const = 0;
  // "pid 4242 on host", or "" where nothing is known.
  virtual std::string Describe(int process) const = 0;

  // Sends [frame, frame + bytes), at most max_frame_bytes of Options. Frames may overtake each other.
  // Where it says kPosted the memory stays the transport's until FrameSent(frame).
  virtual PostResult SendFrame(int process, void* frame, std::size_t bytes) = 0;
  // Posts one half. Where it says kPosted, Progress() calls `done`; a half that receives is never kDone.
  virtual PostResult PostBulk(BulkTransfer* half) = 0;

  // Looks for arrivals and completions; true where there were any.
  // Thread safety: one thread at a time.
  virtual bool Progress() = 0;
  // Whether a completion is awaited.
  virtual bool outstanding() const = 0;
  // Looks, at intervals of its own, whether the others live. For who calls Progress() rarely; Progress() does it as well.
  // Thread safety: as Progress().
  virtual void Watch() = 0;

  // Collective: the first call enters, and calls after it say whether all have entered. Progress() goes on meanwhile.
  // Thread safety: one thread.
  virtual bool Leave() = 0;
  // Ends all processes with `code`.
  [[noreturn]] virtual void Abort(int code) = 0;
};

struct TransportOptions {
  TransportOwner* owner = nullptr;  // May be called as soon as Progress() is.
  std::size_t max_frame_bytes = 0;
};

// `heddle_transport_open` of a plug-in: a new transport, or nullptr and `*error`.
// Blocking: until all processes have called it.
inline constexpr char kTransportOpen[] = "heddle_transport_open_1";
using TransportOpen = Transport* (*)(const TransportOptions& options, std::string* error);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_TRANSPORT_H_
