// What the tests under mpirun run: mpi_test.sh. Exits with 0 where all promises were kept, and dies in a check elsewhere.
//
//   mpi_test_program exchange   all to all from two threads, small and large, with a pool that polls; gets and puts; twice
//   mpi_test_program kill       the last process kills itself while the others wait
//   mpi_test_program abort      the last process aborts with code 7
//   mpi_test_program level      MPI was initialised with too low a level
//   mpi_test_program own        the program uses MPI, too
//   mpi_test_program idle       waits two seconds; says how much CPU that took
#include <mpi/mpi.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "components/base/check.h"
#include "components/base/clock.h"
#include "components/message_layer/network.h"
#include "components/message_layer/network_test_util.h"

namespace heddle {
namespace {

constexpr int kThreads = 2;

std::unique_ptr<Pool> MakePool() {
  PoolOptions options;
  options.slots = 1;
  options.bind = false;
  auto pool = Pool::Create(options);
  HEDDLE_CHECK(pool.ok()) << pool.status();
  return *std::move(pool);
}

Network* Acquired(Pool& pool) {
  const auto network = Network::Acquire(pool);
  HEDDLE_CHECK(network.ok()) << network.status();
  return *network;
}

std::size_t BytesOf(std::uint32_t number) {
  return number % 1000 == 7 ? 100'000 : number % 100 == 3 ? 6'000 : 8 + number % 64;
}

struct Mailbox {
  Network* network = nullptr;
  std::vector<std::uint32_t> expected;  // By process and thread.
  std::atomic<std::uint64_t> got{0};
  std::atomic<int> done{0};

  static void Receive(void* argument, void* payload, int from, std::uint32_t tag) {
    Mailbox& self = *static_cast<Mailbox*>(argument);
    std::uint32_t number = 0;
    std::memcpy(&number, payload, sizeof(number));
    const std::size_t bytes = BytesOf(number);
    HEDDLE_CHECK_EQ(Message::Of(payload)->bytes, bytes) << "length";
    HEDDLE_CHECK_EQ(number, self.expected[static_cast<std::size_t>(from * kThreads) + tag])
        << "from " << from;
    ++self.expected[static_cast<std::size_t>(from * kThreads) + tag];
    HEDDLE_CHECK_EQ(static_cast<unsigned char*>(payload)[bytes - 1], number & 0xff) << "contents";
    MessageFree(payload);
    self.got.fetch_add(1);
  }
  static void Done(void* argument) { static_cast<Mailbox*>(argument)->done.fetch_add(1); }
  static void Told(void* argument, void* payload, int, std::uint32_t) {
    static_cast<Mailbox*>(argument)->regions.push_back(*static_cast<RemoteRegion*>(payload));
    MessageFree(payload);
    static_cast<Mailbox*>(argument)->told.fetch_add(1);
  }
  std::vector<RemoteRegion> regions;
  std::atomic<int> told{0};
};

template <class Ready>
void Await(Network& network, const Ready& ready) {
  while (!ready()) {
    if (!network.Progress()) std::this_thread::yield();  // More threads than cores.
  }
}

void AllToAll(Network& network, Mailbox& box, int id, std::uint32_t messages) {
  OnThreads(kThreads, [&](int thread) {
    for (std::uint32_t i = 0; i < messages; ++i) {
      for (int to = 0; to < network.processes(); ++to) {
        Await(network, [&] { return network.CanSend(to); });
        const std::size_t bytes = BytesOf(i);
        void* const payload = MessageAllocate(bytes);
        std::memset(payload, static_cast<int>(i & 0xff), bytes);
        std::memcpy(payload, &i, sizeof(i));
        network.Send(to, id, static_cast<std::uint32_t>(thread), payload);
      }
    }
  });
  const std::uint64_t all =
      std::uint64_t{messages} * kThreads * static_cast<std::uint64_t>(network.processes());
  Await(network, [&] { return box.got.load() == all; });
}

void GetsAndPuts(Network& network, Mailbox& box, int id) {
  const int count = network.processes(), me = network.process();
  constexpr std::size_t kBytes = 300'000;
  std::vector<char> mine(kBytes * static_cast<std::size_t>(count)), got(kBytes);
  const RemoteRegion region = network.Register(mine.data(), mine.size());
  for (int to = 0; to < count; ++to) {
    void* const payload = MessageAllocate(sizeof(region));
    std::memcpy(payload, &region, sizeof(region));
    network.Send(to, id, 0, payload);
  }
  Await(network, [&] { return box.told.load() == count; });
  const std::vector<char> text(kBytes, static_cast<char>('a' + me));
  for (const RemoteRegion& there : box.regions) {
    network.Put(there, kBytes * static_cast<std::size_t>(me), text.data(), kBytes, &Mailbox::Done,
                &box);
  }
  Await(network, [&] { return box.done.load() == count; });
  for (const RemoteRegion& there : box.regions) {
    const int before = box.done.load();
    network.Get(there, kBytes * static_cast<std::size_t>(me), got.data(), kBytes, &Mailbox::Done,
                &box);
    Await(network, [&] { return box.done.load() > before; });
    HEDDLE_CHECK(got == text) << "from process " << there.process;
  }
  // Nobody deregisters before all have read: everyone tells everyone.
  for (int to = 0; to < count; ++to) {
    void* const payload = MessageAllocate(sizeof(region));
    std::memcpy(payload, &region, sizeof(region));
    network.Send(to, id, 0, payload);
  }
  Await(network, [&] { return box.told.load() == 2 * count; });
  network.Deregister(region);
}

int Exchange(std::uint32_t messages) {
  const auto pool = MakePool();
  for (int round = 0; round < 2; ++round) {  // A network can be left and joined again.
    Network& network = *Acquired(*pool);
    Mailbox box;
    box.network = &network;
    box.expected.resize(static_cast<std::size_t>(network.processes() * kThreads));
    const int letters = network.AddReceiver(&Mailbox::Receive, &box);
    const int regions = network.AddReceiver(&Mailbox::Told, &box);
    AllToAll(network, box, letters,
             messages /
                 static_cast<std::uint32_t>(kThreads * network.processes() * network.processes()));
    GetsAndPuts(network, box, regions);
    HEDDLE_CHECK_EQ(network.Statistics().rejected, 0u) << "frames";
    const int processes = network.processes(), process = network.process();
    network.Release();
    if (process == 0) std::printf("exchange %d: %d processes are done\n", round, processes);
  }
  return 0;
}

int Kill() {
  const auto pool = MakePool();
  Network& network = *Acquired(*pool);
  Mailbox box;
  network.AddReceiver(&Mailbox::Receive, &box);
  if (network.process() == network.processes() - 1) {
    std::printf("killing pid %d\n", static_cast<int>(getpid()));
    std::fflush(stdout);
    raise(SIGKILL);
  }
  for (;;) pause();  // The pool polls.
}

int Abort() {
  const auto pool = MakePool();
  Network& network = *Acquired(*pool);
  if (network.process() == network.processes() - 1) network.Abort(7);
  for (;;) pause();
}

int Level() {
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  const auto pool = MakePool();
  const auto network = Network::Acquire(*pool);
  HEDDLE_CHECK(!network.ok()) << "accepted " << provided;
  std::printf("%s\n", std::string(network.status().message()).c_str());
  MPI_Finalize();
  return 0;
}

int Own() {
  int provided = 0, rank = 0, size = 0, finalized = 0, sum = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  // A receive that would match anything, were it not for communicators.
  int word = -1;
  MPI_Request request;
  MPI_Irecv(&word, 1, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &request);
  {
    const auto pool = MakePool();
    Network& network = *Acquired(*pool);
    HEDDLE_CHECK_EQ(network.processes(), size) << "processes";
    Mailbox box;
    box.network = &network;
    box.expected.resize(static_cast<std::size_t>(size * kThreads));
    AllToAll(network, box, network.AddReceiver(&Mailbox::Receive, &box), 1000);
    network.Release();
  }
  const int mine = rank;
  MPI_Send(&mine, 1, MPI_INT, (rank + 1) % size, 5, MPI_COMM_WORLD);
  MPI_Wait(&request, MPI_STATUS_IGNORE);
  HEDDLE_CHECK_EQ(word, (rank + size - 1) % size) << "a message of the program's own";
  MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  HEDDLE_CHECK_EQ(sum, size * (size - 1) / 2) << "a sum of the program's own";
  MPI_Finalized(&finalized);
  HEDDLE_CHECK(!finalized) << "it was not ours to finalise";
  MPI_Finalize();
  if (rank == 0) std::printf("own: done\n");
  return 0;
}

int Idle() {
  const auto pool = MakePool();
  Network& network = *Acquired(*pool);
  const auto cpu = [] {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  };
  const double before = cpu();
  sleep(2);
  std::printf("process %d: %.2f %% of a core\n", network.process(), (cpu() - before) * 50);
  network.Release();
  return 0;
}

int Main(const std::string& what) {
  if (what == "exchange")
    return Exchange(static_cast<std::uint32_t>(TestNumber("HEDDLE_TEST_MESSAGES", 100'000)));
  if (what == "kill") return Kill();
  if (what == "abort") return Abort();
  if (what == "level") return Level();
  if (what == "own") return Own();
  if (what == "idle") return Idle();
  return 2;
}

}  // namespace
}  // namespace heddle

int main(int argc, char** argv) { return heddle::Main(argc > 1 ? argv[1] : ""); }
