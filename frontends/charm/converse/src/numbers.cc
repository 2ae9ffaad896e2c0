// Numbers; fences; what all PEs of a process agree on.
#include <bit>
#include <cmath>
#include <cstdlib>

#include "components/base/fence.h"
#include "frontends/charm/converse/src/periphery.h"

double CmiLog2(double x) { return std::log2(x); }
unsigned int CmiILog2(unsigned int x) {
  return x == 0 ? 0 : static_cast<unsigned int>(std::bit_width(x)) - 1;
}
int CmiEndianness() { return std::endian::native == std::endian::big; }

double CmiReadSize(const char* text) {
  char* end = nullptr;
  const double number = std::strtod(text, &end);
  const char unit = *end;
  int exponent = 0;
  switch (unit) {
    case '\0':
      return number;
    case 'k':
    case 'K':
      exponent = 10;
      break;
    case 'm':
    case 'M':
      exponent = 20;
      break;
    case 'g':
    case 'G':
      exponent = 30;
      break;
    case 't':
    case 'T':
      exponent = 40;
      break;
    default:
      break;
  }
  if (end == text || exponent == 0 ||
      !(end[1] == '\0' || ((end[1] == 'b' || end[1] == 'B') && end[2] == '\0'))) {
    CmiAbort("'%s' is no size: a number, and K, M, G or T", text);
  }
  return std::ldexp(number, exponent);
}

int HypercubeGetBcastDestinations(int mype, int total_pes, int k, int* dest_pes) {
  int count = 0;
  for (int dimension = k; dimension >= 0; --dimension) {
    const int neighbour = mype ^ (1 << dimension);
    if (neighbour < total_pes) dest_pes[count++] = neighbour;
  }
  return count;
}

void CmiMemoryFence() { heddle::FullFence(); }

void CmiAssignOnce(int* variable, int value) {
  if (CmiMyRank() == 0) *variable = value;
  CmiNodeAllBarrier();
}

// ---- Partitions: there is one.

namespace {
void CheckPartition(int partition) {
  if (partition != 0) CmiAbort("there is no partition %d: a job is one partition, 0", partition);
}
}  // namespace

void CmiInterSyncSendFn(int pe, int partition, int size, char* msg) {
  CheckPartition(partition);
  CmiSyncSendFn(pe, size, msg);
}
void CmiInterFreeSendFn(int pe, int partition, int size, char* msg) {
  CheckPartition(partition);
  CmiFreeSendFn(pe, size, msg);
}
void CmiInterSyncNodeSendFn(int node, int partition, int size, char* msg) {
  CheckPartition(partition);
  CmiSyncNodeSendFn(node, size, msg);
}
void CmiInterFreeNodeSendFn(int node, int partition, int size, char* msg) {
  CheckPartition(partition);
  CmiFreeNodeSendFn(node, size, msg);
}
