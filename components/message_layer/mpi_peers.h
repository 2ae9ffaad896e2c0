// Which processes of the job run on this machine, and whether they still do.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_MPI_PEERS_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_MPI_PEERS_H_

#include <mpi/mpi.h>

#include <cstdint>
#include <string>
#include <vector>

namespace heddle {

// Through pidfd_open(2), which tells of a process that has ended even while nobody has waited for it. Where the kernel has none,
// or the processes do not see each other's numbers, nobody is found lost: mpirun ends the job then.
// Thread safety: one thread at a time, but for Describe(): any.
class MpiPeers {
 public:
  MpiPeers() = default;
  ~MpiPeers();
  MpiPeers(const MpiPeers&) = delete;
  MpiPeers& operator=(const MpiPeers&) = delete;

  // Collective. Cost: an entry and a file descriptor for each process of this machine, none for others.
  void Meet(MPI_Comm all);
  // A process that has ended, or -1. Looks every 100 ms, and reads a clock otherwise.
  int FindLost();
  // "pid 4242 on host"; "" for a process of another machine.
  std::string Describe(int process) const;

 private:
  struct Peer {
    int process;
    int pid;
    std::uint64_t pid_namespace;
  };
  std::string host_;
  std::vector<Peer> local_;
  std::vector<int> descriptors_;
  int epoll_ = -1;
  std::int64_t next_look_ns_ = 0;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_MPI_PEERS_H_
