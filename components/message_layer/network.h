// The processes of a job, and messages between them: what a frontend sees of it. Transports stand behind it (transport.h).
//
// One process is the embedded default: no transport is loaded, processes() is 1. Under mpirun the `mpi` plug-in is loaded
// (libheddle_mpi.so, from HEDDLE_PLUGIN_PATH or beside libheddle.so).
//
// Options, from the environment: HEDDLE_EAGER_BYTES, payloads up to it travel in one piece and are copied once on arrival
// (default 8192, at most 1 MiB); HEDDLE_WINDOW_BYTES, how much may be under way to one process (default 1 MiB).
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "components/message_layer/message.h"
#include "components/message_layer/transport.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {

// A region that other processes may read and write (Network::Register). Plain bytes: to be sent in a message.
struct RemoteRegion {
  std::uint64_t key = 0;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  std::int32_t process = -1;
  std::int32_t reserved = 0;
};

struct NetworkOptions {
  std::size_t eager_bytes = 8192;
  std::size_t window_bytes = std::size_t{1} << 20;
  // Errors: InvalidArgument naming the variable, its value and what is allowed.
  static absl::StatusOr<NetworkOptions> FromEnvironment();
};

// Sums since the start; exact while nothing is under way.
struct NetworkStatistics {
  std::uint64_t sent = 0;       // Frames to other processes, this layer's own included.
  std::uint64_t received = 0;   // Frames from other processes.
  std::uint64_t rejected = 0;   // Frames that were truncated, garbage or doubled.
  std::uint64_t waited = 0;     // Messages that did not find the transport free or the window open.
  std::uint64_t unclaimed = 0;  // Messages for receivers that had been removed.
};

// Thread safety: every method from any thread, unless it says otherwise.
class Network {
 public:
  // A network over a transport of the caller's, which need not be the process's only one: for tests. `open` makes the
  // transport; it may be nullptr: alone. `pool` may be nullptr: then who waits calls Progress(). Delete it after Leave().
  using Open = absl::StatusOr<std::unique_ptr<Transport>> (*)(const TransportOptions& options,
                                                              void* argument);
  static absl::StatusOr<std::unique_ptr<Network>> Create(const NetworkOptions& options, Pool* pool,
                                                         Open open, void* argument);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  // What the last Release() does: waits until what this process sent has been received, and all processes have come here.
  // Nobody may send any more, but from receivers of the others while these wait.
  // Blocking: polls, and sleeps between looks.
  void Leave();

  // The network of this process, with one more reference; the first call looks at the environment, and under mpirun loads
  // the transport and meets the other processes there. Registers a polling service with `pool`.
  // Blocking: until all processes have come (collective) where there is more than one.
  // Errors: a plug-in that cannot be loaded; an MPI that was initialised by the program with too low a thread level, naming
  // the level needed. A process that is not under mpirun is alone, whatever else its environment says.
  static absl::StatusOr<Network*> Acquire(Pool& pool);
  // Gives it back. The last one is collective: see Leave().
  void Release();

  int process() const;
  int processes() const;

  // Called for each message that arrives for this receiver, in a no-suspend section of whoever polls, by one thread at a
  // time. It owns `payload` (MessageFree), and shall push it on: it must not block, and may call Send().
  using Receive = void (*)(void* argument, void* payload, int from_process, std::uint32_t tag);
  // Ids are counted from 0 and must be given in the same order in all processes. A message for an id that has not been given
  // yet waits for it.
  int AddReceiver(Receive receive, void* argument);
  // After it returns the receiver is not called again; what still comes for it is freed. Not from inside a receiver.
  // Blocking: until a running call ends.
  void RemoveReceiver(int id);

  // `poll(argument)` is called by each Progress(), like a receiver: kOutstanding keeps the pool looking often.
  // RemoveService: as RemoveReceiver.
  int AddService(PollResult (*poll)(void* argument), void* argument);
  void RemoveService(int id);

  // Sends a payload of MessageAllocate to a receiver of another process, or of this one; takes it over. `tag` is the
  // receiver's own (a lane, say). Messages from one thread to one process arrive in order.
  // Blocking: never; where the transport is full the message waits here, and CanSend() says false.
  // Memory order: what came before Send happens before the receive of it, in this process.
  void Send(int process, int receiver, std::uint32_t tag, void* payload);
  // Whether less than the bound of bytes waits for `process`. A sender that can wait should, and let others work
  // meanwhile. The bound is the window, and a second window may be under way.
  bool CanSend(int process) const;

  // Lets other processes read and write [address, address + bytes) until Deregister().
  RemoteRegion Register(void* address, std::size_t bytes);
  void Deregister(const RemoteRegion& region);
  // Copies `bytes` from the region's `offset` to `to`, or from `from` to the region; `done(argument)` is called like a
  // receiver once the local buffer may be used, and, for Put, the bytes are there.
  // Errors: dies where the range is outside of the region.
  using Done = void (*)(void* argument);
  void Get(const RemoteRegion& region, std::size_t offset, void* to, std::size_t bytes, Done done,
           void* argument);
  void Put(const RemoteRegion& region, std::size_t offset, const void* from, std::size_t bytes,
           Done done, void* argument);

  // Looks for arrivals and completions; true where there were any. Idle workers call it by themselves; who waits with a
  // worker in hand calls it, too. Nothing happens where another thread is at it.
  // Blocking: never.  Cost: a load in a process that is alone.
  // `looks`: for who waits: how often it looks until it finds something, which costs less than to call it so often.
  bool Progress(int looks = 1);

  // Something is under way that a service waits for: the pool, which may have been told to look in 5 ms, looks within 20 us.
  // Blocking: never.  Cost: a load where the pool looks often already, else a timer and perhaps a wake-up.
  void Expect();

  NetworkStatistics Statistics() const;

  // Ends the job: the others end with `code` and a message that names this process. For CmiAbort and its kin.
  [[noreturn]] void Abort(int code);

  struct Impl;

 private:
  explicit Network(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_H_
