// Physical nodes and cores.
//
// Processes tell each other which host they are on, by a receiver of the network's: the PEs need
// not come to their schedulers for it.
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "components/message_layer/message.h"
#include "frontends/charm/converse/src/conditions.h"
#include "frontends/charm/converse/src/periphery.h"
#include "frontends/charm/converse/src/session.h"

CmiHwlocTopology CmiHwlocTopologyLocal;

namespace heddle::converse {
namespace {

struct Hosts {
  std::vector<std::uint64_t> name_of_node;  // A process writes its own entry, once.
  std::atomic<int> missing{0};
  std::once_flag numbered;
  // By `numbered`.
  std::vector<int> host_of_node;
  std::vector<std::vector<int>> pes;
  std::vector<int> rank_of_pe;
};
Hosts hosts;

// The same for processes that the same kernel runs. HEDDLE_HOST names another one, for tests.
std::uint64_t HostName() {
  std::string name;
  if (const char* const given = std::getenv("HEDDLE_HOST"); given != nullptr && *given != '\0') {
    name = given;
  } else {
    char text[256] = "";
    if (std::FILE* const file = std::fopen("/proc/sys/kernel/random/boot_id", "re");
        file != nullptr) {
      if (std::fgets(text, sizeof(text), file) == nullptr) text[0] = '\0';
      std::fclose(file);
    }
    if (text[0] == '\0') (void)gethostname(text, sizeof(text) - 1);
    name = text;
  }
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

void ReceiveHost(void*, void* payload, int from, std::uint32_t) {
  std::memcpy(&hosts.name_of_node[static_cast<std::size_t>(from)], payload, sizeof(std::uint64_t));
  MessageFree(payload);
  hosts.missing.fetch_sub(1, std::memory_order_release);
}

void Number() {
  std::vector<std::uint64_t> names;
  for (int node = 0; node < CmiNumNodes(); ++node) {
    const std::uint64_t name = hosts.name_of_node[static_cast<std::size_t>(node)];
    std::size_t host = 0;
    while (host < names.size() && names[host] != name) ++host;
    if (host == names.size()) {
      names.push_back(name);
      hosts.pes.emplace_back();
    }
    hosts.host_of_node.push_back(static_cast<int>(host));
    for (int rank = 0; rank < CmiMyNodeSize(); ++rank) {
      hosts.rank_of_pe.push_back(static_cast<int>(hosts.pes[host].size()));
      hosts.pes[host].push_back(CmiNodeFirst(node) + rank);
    }
  }
}

const Hosts& Known() {
  while (hosts.missing.load(std::memory_order_acquire) > 0) {
    if (!session->Progress()) std::this_thread::yield();
  }
  std::call_once(hosts.numbered, Number);
  return hosts;
}

const std::vector<int>& PesOf(int host) {
  const Hosts& known = Known();
  if (host < 0 || static_cast<std::size_t>(host) >= known.pes.size()) {
    CmiAbort("there is no physical node %d: they are 0 to %zu", host, known.pes.size() - 1);
  }
  return known.pes[static_cast<std::size_t>(host)];
}

std::size_t CheckedPe(int pe) {
  if (pe < 0 || pe >= CmiNumPes())
    CmiAbort("there is no PE %d: they are 0 to %d", pe, CmiNumPes() - 1);
  return static_cast<std::size_t>(pe);
}

bool BoundTo(int core) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  return core >= 0 && core < CPU_SETSIZE && sched_getaffinity(0, sizeof(mask), &mask) == 0 &&
         CPU_COUNT(&mask) == 1 && CPU_ISSET(static_cast<unsigned>(core), &mask);
}

}  // namespace

void InitTopology(Pe& pe, char**) {
  if (pe.rank != 0) return;
  CmiInitHwlocTopology();
  const std::uint64_t name = HostName();
  hosts.name_of_node.assign(static_cast<std::size_t>(CmiNumNodes()), name);
  hosts.missing.store(CmiNumNodes() - 1);
  if (!session->HasPeers()) return;
  const int receiver = session->network->AddReceiver(ReceiveHost, nullptr);
  for (int node = 0; node < CmiNumNodes(); ++node) {
    if (node == CmiMyNode()) continue;
    void* const payload = MessageAllocate(sizeof(name));
    std::memcpy(payload, &name, sizeof(name));
    session->network->Send(node, receiver, 0, payload);
  }
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

int CmiNumPhysicalNodes() { return static_cast<int>(hc::Known().pes.size()); }
int CmiPhysicalNodeID(int pe) {
  hc::CheckedPe(pe);
  return hc::Known().host_of_node[static_cast<std::size_t>(CmiNodeOf(pe))];
}
int CmiPhysicalRank(int pe) { return hc::Known().rank_of_pe[hc::CheckedPe(pe)]; }
int CmiPeOnSamePhysicalNode(int pe1, int pe2) {
  return CmiPhysicalNodeID(pe1) == CmiPhysicalNodeID(pe2);
}
int CmiNumPesOnPhysicalNode(int node) { return static_cast<int>(hc::PesOf(node).size()); }
int CmiGetFirstPeOnPhysicalNode(int node) { return hc::PesOf(node).front(); }
void CmiGetPesOnPhysicalNode(int node, int** pelist, int* num) {
  const std::vector<int>& pes = hc::PesOf(node);
  *pelist = const_cast<int*>(pes.data());
  *num = static_cast<int>(pes.size());
}
int CmiCpuTopologyEnabled() { return 1; }
void CmiInitCPUTopology(char**) { hc::Self().conditions->Raise(CcdTOPOLOGY_AVAIL); }

void CmiInitHwlocTopology() {
  const heddle::Topology& machine = hc::session->runtime->pool().topology();
  CmiHwlocTopologyLocal.num_pus = machine.unit_count();
  CmiHwlocTopologyLocal.num_cores = machine.cores();
  CmiHwlocTopologyLocal.num_sockets = machine.packages();
  CmiHwlocTopologyLocal.total_num_pus = CmiNumCores();
}
int CmiNumCores() { return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)); }

void CmiInitCPUAffinity(char**) {}
int CmiSetCPUAffinity(int core) { return hc::BoundTo(core) ? 0 : -1; }
int CmiSetCPUAffinityLogical(int core) {
  const auto& units = hc::session->runtime->pool().topology().units();
  if (core < 0 || static_cast<std::size_t>(core) >= units.size()) return -1;
  return CmiSetCPUAffinity(units[static_cast<std::size_t>(core)].os_index);
}
int CmiPrintCPUAffinity() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return -1;
  std::string cores;
  for (unsigned core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &mask)) cores += (cores.empty() ? "" : " ") + std::to_string(core);
  }
  CmiPrintf("PE %d may run on cores %s\n", CmiMyPe(), cores.c_str());
  return 0;
}
int CmiOnCore() { return sched_getcpu(); }
