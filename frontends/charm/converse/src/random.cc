// Random numbers: SplitMix64, with another increment for each type of stream.
#include <iterator>

#include "frontends/charm/converse/src/periphery.h"

namespace heddle::converse {
namespace {

CpvStaticDeclare(CrnStream, stream);

// Odd, with about as many ones as zeros.
constexpr CmiUInt8 kSteps[] = {0x9e3779b97f4a7c15u, 0xd1b54a32d192ed03u, 0x8cb92ba72f3d8dd7u};

CmiUInt8 Next(CrnStream* stream) {
  CmiUInt8 z = (stream->state += stream->step);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

CrnStream* Mine() { return &CpvAccess(stream); }

}  // namespace

void InitRandom(Pe& pe, char**) {
  CpvInitialize(CrnStream, stream);
  CrnInitStream(&CpvAccess(stream), pe.pe, 0);
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

void CrnInitStream(CrnStream* stream, int seed, int type) {
  if (type < 0 || type >= static_cast<int>(std::size(hc::kSteps)))
    CmiAbort("CrnInitStream: type %d; there are 0, 1 and 2", type);
  stream->state = static_cast<unsigned int>(seed);
  stream->step = hc::kSteps[type];
}
int CrnInt(CrnStream* stream) { return static_cast<int>(hc::Next(stream) >> 33); }
double CrnDouble(CrnStream* stream) {
  return static_cast<double>(hc::Next(stream) >> 11) * 0x1p-53;
}
float CrnFloat(CrnStream* stream) { return static_cast<float>(hc::Next(stream) >> 40) * 0x1p-24F; }

void CrnSrand(unsigned int seed) { CrnInitStream(hc::Mine(), static_cast<int>(seed), 0); }
int CrnRand() { return CrnInt(hc::Mine()); }
double CrnDrand() { return CrnDouble(hc::Mine()); }
int CrnRandRange(int from, int to) {
  if (from > to) CmiAbort("CrnRandRange(%d, %d): the first is above the last", from, to);
  const auto count = static_cast<CmiUInt8>(static_cast<CmiInt8>(to) - from + 1);
  const auto product = static_cast<CmiUInt16>(hc::Next(hc::Mine())) * count;
  return static_cast<int>(from + static_cast<CmiInt8>(product >> 64));
}
double CrnDrandRange(double from, double to) { return from + (to - from) * CrnDrand(); }
