// Packs small messages to the same process into one: for who sends many and can wait for a moment.
//
// A pack is sent when it is full, by size or by count, and whenever somebody polls: a worker that polls is idle, and then a
// message need not wait. The order of a thread's messages to a process is kept, large ones included.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_AGGREGATION_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_AGGREGATION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "components/message_layer/network.h"

namespace heddle {

struct AggregationOptions {
  std::size_t bytes =
      4096;  // A pack is at most so long; at most the network's eager bytes is sensible.
  std::size_t count = 64;     // And holds at most so many.
  std::size_t largest = 512;  // A longer message travels by itself.
};

// Thread safety: every method from any thread.
class Aggregator {
 public:
  // In all processes in the same order among their receivers, and with the same options. `receive` as Network::AddReceiver.
  Aggregator(Network& network, const AggregationOptions& options, Network::Receive receive,
             void* argument);
  // Sends what is left. Blocking: as Network::RemoveReceiver.
  ~Aggregator();
  Aggregator(const Aggregator&) = delete;
  Aggregator& operator=(const Aggregator&) = delete;

  // As Network::Send, to the receiver given here.
  // Blocking: only for another thread that sends to the same process.
  // Cost: a copy, and a share in a pack's.
  void Send(int process, std::uint32_t tag, void* payload);
  // Sends all packs as they are.
  // Blocking: as Send.
  void Flush();

  // Packs that were sent.
  std::uint64_t packs() const { return packs_.load(std::memory_order_relaxed); }

 private:
  struct Pack;
  Pack* PackOf(int process);
  void SendPack(Pack* pack);
  void Unpack(const void* payload, int from);
  PollResult Poll();

  Network& network_;
  const AggregationOptions options_;
  const Network::Receive receive_;
  void* const argument_;
  int single_ = 0;  // Receivers.
  int packed_ = 0;
  int service_ = 0;
  std::unique_ptr<std::atomic<Pack*>[]> packs_by_process_;  // nullptr until first used.
  std::atomic<Pack*> first_{nullptr};                       // All of them.
  std::atomic<int> filled_{0};                              // Packs that are not empty.
  std::atomic<std::uint64_t> packs_{0};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_AGGREGATION_H_
