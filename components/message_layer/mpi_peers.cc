#include "components/message_layer/mpi_peers.h"

#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "components/base/clock.h"

namespace heddle {
namespace {
constexpr std::int64_t kLookEveryNs = 100'000'000;
}

MpiPeers::~MpiPeers() {
  for (const int descriptor : descriptors_) close(descriptor);
  if (epoll_ >= 0) close(epoll_);
}

void MpiPeers::Meet(MPI_Comm all) {
  char name[256] = "";
  gethostname(name, sizeof(name) - 1);
  host_ = name;
  struct stat status {};
  const bool known = stat("/proc/self/ns/pid", &status) == 0;
  Peer me{0, static_cast<int>(getpid()), known ? static_cast<std::uint64_t>(status.st_ino) : 0};
  MPI_Comm_rank(all, &me.process);
  MPI_Comm here = MPI_COMM_NULL;
  MPI_Comm_split_type(all, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
  int count = 0;
  MPI_Comm_size(here, &count);
  local_.resize(static_cast<std::size_t>(count));
  MPI_Allgather(&me, sizeof(me), MPI_BYTE, local_.data(), sizeof(me), MPI_BYTE, here);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  for (const Peer& peer : local_) {
    if (!known || peer.process == me.process || peer.pid_namespace != me.pid_namespace) continue;
    const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, peer.pid, 0));
    if (descriptor < 0) continue;
    descriptors_.push_back(descriptor);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(peer.process);
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }
  MPI_Barrier(here);  // Nobody ends before all have opened the others.
  MPI_Comm_free(&here);
}

int MpiPeers::FindLost() {
  if (descriptors_.empty()) return -1;
  const std::int64_t now = NowNs();
  if (now < next_look_ns_) return -1;
  next_look_ns_ = now + kLookEveryNs;
  epoll_event event{};
  return epoll_wait(epoll_, &event, 1, 0) == 1 ? static_cast<int>(event.data.u32) : -1;
}

std::string MpiPeers::Describe(int process) const {
  for (const Peer& peer : local_) {
    if (peer.process == process) return "pid " + std::to_string(peer.pid) + " on " + host_;
  }
  return "";
}

}  // namespace heddle
