// The packer for C: sizes, packs or unpacks bytes in order.
#include <cstring>

#include "frontends/charm/converse/src/api.h"

namespace {

struct Packer {
  enum Mode { kSizing, kPacking, kUnpacking } mode;
  char* at;  // Where the next bytes go to, or come from.
  std::size_t bytes;
};

Packer* Of(pup_er p) { return static_cast<Packer*>(p); }
const Packer* OfConst(const pup_er p) { return static_cast<const Packer*>(p); }

}  // namespace

pup_er pup_new_sizer() { return new Packer{Packer::kSizing, nullptr, 0}; }
pup_er pup_new_toMem(void* start) {
  return new Packer{Packer::kPacking, static_cast<char*>(start), 0};
}
pup_er pup_new_fromMem(const void* start) {
  return new Packer{Packer::kUnpacking, const_cast<char*>(static_cast<const char*>(start)), 0};
}
void pup_destroy(pup_er p) { delete Of(p); }
size_t pup_size(const pup_er p) { return OfConst(p)->bytes; }
int pup_isSizing(const pup_er p) { return OfConst(p)->mode == Packer::kSizing; }
int pup_isPacking(const pup_er p) { return OfConst(p)->mode == Packer::kPacking; }
int pup_isUnpacking(const pup_er p) { return OfConst(p)->mode == Packer::kUnpacking; }
int pup_isDeleting(const pup_er) { return 0; }

void pup_bytes(pup_er p, void* values, size_t bytes) {
  Packer& packer = *Of(p);
  if (packer.mode == Packer::kPacking) std::memcpy(packer.at + packer.bytes, values, bytes);
  if (packer.mode == Packer::kUnpacking) std::memcpy(values, packer.at + packer.bytes, bytes);
  packer.bytes += bytes;
}

#define HEDDLE_PUP_C_OF(name, type)                                             \
  void pup_##name(pup_er p, type* value) { pup_bytes(p, value, sizeof(type)); } \
  void pup_##name##s(pup_er p, type* values, size_t count) {                    \
    pup_bytes(p, values, count * sizeof(type));                                 \
  }
HEDDLE_PUP_C_OF(char, char)
HEDDLE_PUP_C_OF(schar, signed char)
HEDDLE_PUP_C_OF(uchar, unsigned char)
HEDDLE_PUP_C_OF(short, short)
HEDDLE_PUP_C_OF(ushort, unsigned short)
HEDDLE_PUP_C_OF(int, int)
HEDDLE_PUP_C_OF(uint, unsigned int)
HEDDLE_PUP_C_OF(long, long)
HEDDLE_PUP_C_OF(ulong, unsigned long)
HEDDLE_PUP_C_OF(int8, signed char)
HEDDLE_PUP_C_OF(float, float)
HEDDLE_PUP_C_OF(double, double)
HEDDLE_PUP_C_OF(size_t, size_t)
#undef HEDDLE_PUP_C_OF
void pup_pointer(pup_er p, void** value) { pup_bytes(p, value, sizeof(void*)); }
