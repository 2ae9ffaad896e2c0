// Cpv: variables that every PE has its own of. A PE's block is one reservation: its Pe, then the
// variables, at the same offsets in every PE's. Pages that are never touched cost nothing.
#include "frontends/charm/converse/src/storage.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <new>

#include "frontends/charm/converse/src/conditions.h"
#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 20;
constexpr std::size_t kAlignment = 16;
// In front of each variable, on each PE: whether CpvInitialize() was called there.
constexpr std::size_t kMarkBytes = kAlignment;

std::mutex mutex;
std::size_t used = CMIALIGN(sizeof(Pe), 64);  // Under mutex.

char* Mark(CmiPeBlock* block, const void* offset) {
  return reinterpret_cast<char*>(block) + reinterpret_cast<std::uintptr_t>(offset) - kMarkBytes;
}

}  // namespace

Pe* NewPe(int pe, int rank) {
  void* const block = mmap(nullptr, kBlockBytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) {
    CmiAbort("there is no address space for PE %d of this process (%zu MiB): %s", rank,
             kBlockBytes >> 20, std::strerror(errno));
  }
  return ::new (block) Pe(pe, rank);
}

}  // namespace heddle::converse

using heddle::converse::session;

void* CmiCpvReserve(void** offset, size_t size) {
  CmiPeBlock* const block = CmiMyPeBlock();
  {
    std::lock_guard<std::mutex> hold(heddle::converse::mutex);
    if (*offset == nullptr) {
      const std::size_t place = heddle::converse::used + heddle::converse::kMarkBytes;
      if (size > heddle::converse::kBlockBytes || place + size > heddle::converse::kBlockBytes) {
        CmiAbort("CpvInitialize: a variable of %zu bytes finds no room in the %zu MiB of a PE",
                 size, heddle::converse::kBlockBytes >> 20);
      }
      heddle::converse::used = CMIALIGN(place + size, heddle::converse::kAlignment);
      *offset = reinterpret_cast<void*>(place);
    }
  }
  *heddle::converse::Mark(block, *offset) = 1;
  return reinterpret_cast<char*>(block) + reinterpret_cast<std::uintptr_t>(*offset);
}

int CmiCpvIsInitialized(void* offset) {
  return offset != nullptr && *heddle::converse::Mark(CmiMyPeBlock(), offset) != 0;
}

CmiPeBlock* CmiPeBlockOf(int rank) {
  if (rank < 0 || rank >= _Cmi_mynodesize)
    CmiAbort("there is no PE of rank %d in this process: ranks are 0 to %d", rank,
             _Cmi_mynodesize - 1);
  return session->pes[static_cast<unsigned>(rank)];
}

void* CmiCpvOf(void* offset, int rank) {
  return reinterpret_cast<char*>(CmiPeBlockOf(rank)) + reinterpret_cast<std::uintptr_t>(offset);
}

void CmiNotAPe() {
  CmiAbort(
      "a function of Converse, or a Cpv variable, is used by a thread that is no PE: only "
      "handlers, threads of Converse and the start "
      "function are, once ConverseInit() was called");
}
