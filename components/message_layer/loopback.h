// A transport inside one process, for tests: several Networks, joined by queues that delay, reorder and refuse at random.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_LOOPBACK_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_LOOPBACK_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "components/base/random.h"
#include "components/message_layer/network.h"
#include "components/message_layer/transport.h"

namespace heddle {

// How often, out of 256.
struct LoopbackOptions {
  std::uint64_t seed = 1;
  int reorder = 0;  // A frame that arrives is not the oldest.
  int delay = 0;    // A look finds nothing.
  int refuse = 0;   // A post says kRetry.
  int post = 0;     // A frame is kPosted, not kDone.
};

// The machine room. Thread safety: any thread.
class LoopbackWorld {
 public:
  LoopbackWorld(int processes, const LoopbackOptions& options);
  ~LoopbackWorld();

  int processes() const { return static_cast<int>(places_.size()); }
  // A network of one process over this world; without a pool.
  std::unique_ptr<Network> Join(int process, const NetworkOptions& options = {});

  // Puts `bytes` into the way of `process`, as if `from` had sent them.
  void Inject(int from, int process, std::string bytes);
  // From now on the others find `process` dead.
  void Kill(int process);
  // Frames and halves that are under way: 0 when all was received.
  std::size_t UnderWay();

 private:
  class Port;
  struct Parcel {
    int from;
    std::string bytes;
  };
  struct Place {
    std::deque<Parcel> arriving;
    std::vector<void*> sent;              // Frames that were kPosted.
    std::vector<BulkTransfer*> complete;  // Halves.
    int awaited = 0;                      // Posted by it and not told yet.
  };
  using Number = std::tuple<int, int, std::uint64_t>;  // From, to, number.
  static absl::StatusOr<std::unique_ptr<Transport>> OpenPort(const TransportOptions& options,
                                                             void* argument);
  bool Draw(int out_of_256) { return static_cast<int>(random_.Below(256)) < out_of_256; }

  const LoopbackOptions options_;
  std::mutex mutex_;  // Everything below.
  Random random_;
  std::vector<Place> places_;
  std::map<Number, BulkTransfer*> halves_;  // Without their other half.
  int dead_ = -1;
  int left_ = 0;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_LOOPBACK_H_
