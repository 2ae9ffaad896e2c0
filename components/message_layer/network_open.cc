// Network::Acquire: the one network of the process, and the plug-in behind it.
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "components/base/check.h"
#include "components/message_layer/network_impl.h"

namespace heddle {
namespace {

constexpr char kPlugin[] = "libheddle_mpi.so";

struct TheNetwork {
  std::mutex mutex;
  std::unique_ptr<Network> network;
  int users = 0;
  pid_t pid = 0;  // Whose it is: a forked child is not part of the job.
};

TheNetwork& One() {
  static TheNetwork& one = *new TheNetwork;
  return one;
}

// A whole number of the environment; false where it is not there or is something else.
bool ReadNumber(const char* name, std::int64_t* value) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return false;
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, *value);
  return error == std::errc() && stop == end && stop != text;
}

absl::Status ReadSize(const char* name, std::int64_t least, std::int64_t most, std::size_t* size) {
  const char* const text = std::getenv(name);
  if (text == nullptr || *text == '\0') return absl::OkStatus();
  std::int64_t value = 0;
  if (!ReadNumber(name, &value) || value < least || value > most) {
    return absl::InvalidArgumentError(std::string(name) + "=" + text +
                                      ": not a number of bytes from " + std::to_string(least) +
                                      " to " + std::to_string(most));
  }
  *size = static_cast<std::size_t>(value);
  return absl::OkStatus();
}

// Whether mpirun started this process as one of several: all of what Open MPI's launcher says must be there and fit together.
bool UnderMpirun() {
  std::int64_t size = 0, rank = 0, pmix_rank = 0;
  if (!ReadNumber("OMPI_COMM_WORLD_SIZE", &size) || !ReadNumber("OMPI_COMM_WORLD_RANK", &rank))
    return false;
  if (size < 2 || rank < 0 || rank >= size) return false;
  return ReadNumber("PMIX_RANK", &pmix_rank) && pmix_rank == rank &&
         std::getenv("PMIX_NAMESPACE") != nullptr;
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// Where the plug-in may be: what the environment says, or beside the library that holds this code, by its name or its place.
std::string FindPlugin() {
  if (const char* const folder = std::getenv("HEDDLE_PLUGIN_PATH");
      folder != nullptr && *folder != '\0') {
    return std::string(folder) + "/" + kPlugin;
  }
  Dl_info info{};
  static const char kHere = 0;
  if (dladdr(&kHere, &info) == 0 || info.dli_fname == nullptr) return kPlugin;
  const std::string beside = FolderOf(info.dli_fname) + "/" + kPlugin;
  if (access(beside.c_str(), R_OK) == 0) return beside;
  char* const real = realpath(info.dli_fname, nullptr);
  if (real == nullptr) return beside;
  const std::string there = FolderOf(real) + "/" + kPlugin;
  std::free(real);
  return there;
}

absl::StatusOr<std::unique_ptr<Transport>> OpenPlugin(const TransportOptions& options, void*) {
  const std::string path = FindPlugin();
  // Never closed: MPI cannot be unloaded.
  void* const plugin = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (plugin == nullptr) {
    return absl::FailedPreconditionError(
        "under mpirun, but the transport cannot be loaded (HEDDLE_PLUGIN_PATH names its folder): " +
        std::string(dlerror()));
  }
  const auto open = reinterpret_cast<TransportOpen>(dlsym(plugin, kTransportOpen));
  if (open == nullptr)
    return absl::FailedPreconditionError(path + " is of another version: it has no " +
                                         kTransportOpen);
  std::string error;
  std::unique_ptr<Transport> transport(open(options, &error));
  if (transport == nullptr) return absl::FailedPreconditionError(error);
  return transport;
}

}  // namespace

absl::StatusOr<NetworkOptions> NetworkOptions::FromEnvironment() {
  NetworkOptions options;
  constexpr std::int64_t kMiB = 1 << 20;
  absl::Status status = ReadSize("HEDDLE_EAGER_BYTES", 0, kMiB, &options.eager_bytes);
  if (status.ok())
    status = ReadSize("HEDDLE_WINDOW_BYTES", 1024, 1024 * kMiB, &options.window_bytes);
  if (!status.ok()) return status;
  return options;
}

absl::StatusOr<Network*> Network::Acquire(Pool& pool) {
  TheNetwork& one = One();
  std::lock_guard<std::mutex> hold(one.mutex);
  if (one.users > 0 && one.pid != getpid()) {
    (void)one.network.release();  // The parent's.
    one.users = 0;
  }
  if (one.users == 0) {
    const auto options = NetworkOptions::FromEnvironment();
    if (!options.ok()) return options.status();
    const bool child = one.pid != 0 && one.pid != getpid();
    auto network = Create(*options, &pool, UnderMpirun() && !child ? OpenPlugin : nullptr, nullptr);
    if (!network.ok()) return network.status();
    one.network = *std::move(network);
    one.pid = getpid();
  }
  ++one.users;
  return one.network.get();
}

void Network::Release() {
  TheNetwork& one = One();
  std::lock_guard<std::mutex> hold(one.mutex);
  HEDDLE_CHECK(one.network.get() == this && one.users > 0)
      << "Release() of a network that nobody acquired";
  if (--one.users > 0) return;
  Leave();
  one.network.reset();
}

}  // namespace heddle
