// Raw MPI_Send and MPI_Recv against Network, in turns in one run of two processes; prints medians and their ratio.
//
//   mpirun -n 2 mpi_benchmark [ROUNDS]
#include <mpi/mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "components/base/clock.h"
#include "components/message_layer/network.h"

namespace heddle {
namespace {

constexpr int kRepeats = 15;

struct Player {
  Network* network = nullptr;
  int other = 0;
  int receiver = 0;
  int left = 0;  // Messages that shall still come.
  bool reuse = true;

  static void Receive(void* argument, void* payload, int, std::uint32_t) {
    Player& self = *static_cast<Player*>(argument);
    --self.left;
    // The second process answers at once, from the receiver; the first from its loop.
    self.network->process() == 1 ? self.network->Send(self.other, self.receiver, 0, payload)
                                 : MessageFree(payload);
  }
};

double Raw(int rank, int rounds, std::vector<char>& buffer) {
  const int bytes = static_cast<int>(buffer.size());
  MPI_Barrier(MPI_COMM_WORLD);
  const std::int64_t start = NowNs();
  for (int i = 0; i < rounds; ++i) {
    if (rank == 0) MPI_Send(buffer.data(), bytes, MPI_BYTE, 1, 1, MPI_COMM_WORLD);
    MPI_Recv(buffer.data(), bytes, MPI_BYTE, 1 - rank, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (rank == 1) MPI_Send(buffer.data(), bytes, MPI_BYTE, 0, 1, MPI_COMM_WORLD);
  }
  return static_cast<double>(NowNs() - start) / rounds / 2;
}

double Ours(Player& player, int rounds, std::size_t bytes) {
  MPI_Barrier(MPI_COMM_WORLD);
  player.left = rounds;
  const std::int64_t start = NowNs();
  if (player.network->process() == 0) {
    for (int i = rounds; i-- > 0;) {
      player.network->Send(1, player.receiver, 0, MessageAllocate(bytes));
      while (player.left > i) player.network->Progress();
    }
  } else {
    while (player.left > 0) player.network->Progress();
  }
  return static_cast<double>(NowNs() - start) / rounds / 2;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Main(int rounds) {
  PoolOptions options;
  options.slots = 1;
  options.bind = false;
  auto pool = Pool::Create(options);
  if (!pool.ok()) return 1;
  const auto network = Network::Acquire(**pool);
  if (!network.ok() || (*network)->processes() != 2) {
    std::fprintf(stderr, "%s\n",
                 network.ok() ? "run it under mpirun -n 2" : network.status().ToString().c_str());
    return 1;
  }
  Player player;
  player.network = *network;
  player.other = 1 - player.network->process();
  player.receiver = player.network->AddReceiver(&Player::Receive, &player);
  for (const std::size_t bytes : {8u, 1024u, 8192u, 16384u, 65536u, 1048576u}) {
    const int count = std::max(1, static_cast<int>(rounds / (1 + bytes / 512)));
    std::vector<double> raw, ours;
    std::vector<char> buffer(bytes);
    for (int i = 0; i < kRepeats + 1; ++i) {
      const double a = Raw(player.network->process(), count, buffer);
      const double b = Ours(player, count, bytes);
      if (i == 0) continue;  // Warms up.
      raw.push_back(a);
      ours.push_back(b);
    }
    if (player.network->process() == 0) {
      std::printf("%8zu B: raw %9.1f ns, ours %9.1f ns, ratio %.2f\n", bytes, Median(raw),
                  Median(ours), Median(ours) / Median(raw));
      std::fflush(stdout);
    }
  }
  player.network->RemoveReceiver(player.receiver);
  player.network->Release();
  return 0;
}

}  // namespace
}  // namespace heddle

int main(int argc, char** argv) { return heddle::Main(argc > 1 ? std::atoi(argv[1]) : 20'000); }
