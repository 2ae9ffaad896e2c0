/* Packing and unpacking of data, for C: one function describes a type, and is called to size, to pack and to unpack it. */
#ifndef PUP_C_H
#define PUP_C_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void* pup_er;

pup_er pup_new_sizer(void);
/* `start` has room for what was sized. */
pup_er pup_new_toMem(void* start);
pup_er pup_new_fromMem(const void* start);
void pup_destroy(pup_er p);
size_t pup_size(const pup_er p);
int pup_isSizing(const pup_er p);
int pup_isPacking(const pup_er p);
int pup_isUnpacking(const pup_er p);
int pup_isDeleting(const pup_er p);

void pup_bytes(pup_er p, void* values, size_t bytes);
#define PUP_C_OF(name, type)                  \
  void pup_##name(pup_er p, type* value);     \
  void pup_##name##s(pup_er p, type* values, size_t count)
PUP_C_OF(char, char);
PUP_C_OF(schar, signed char);
PUP_C_OF(uchar, unsigned char);
PUP_C_OF(short, short);
PUP_C_OF(ushort, unsigned short);
PUP_C_OF(int, int);
PUP_C_OF(uint, unsigned int);
PUP_C_OF(long, long);
PUP_C_OF(ulong, unsigned long);
PUP_C_OF(int8, signed char);
PUP_C_OF(float, float);
PUP_C_OF(double, double);
PUP_C_OF(size_t, size_t);
#undef PUP_C_OF
void pup_pointer(pup_er p, void** value);

#ifdef __cplusplus
}
#endif

#endif /* PUP_C_H */
