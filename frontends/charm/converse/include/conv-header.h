/* Types, and the header of every message. */
#ifndef CONV_HEADER_H
#define CONV_HEADER_H

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
#include <atomic>
#include <type_traits>
#include <utility>
#define CLINKAGE extern "C"
#else
#define CLINKAGE
#endif

#include "conv-config.h"

typedef int8_t CMK_TYPEDEF_INT1;
typedef int16_t CMK_TYPEDEF_INT2;
typedef int32_t CMK_TYPEDEF_INT4;
typedef int64_t CMK_TYPEDEF_INT8;
typedef uint8_t CMK_TYPEDEF_UINT1;
typedef uint16_t CMK_TYPEDEF_UINT2;
typedef uint32_t CMK_TYPEDEF_UINT4;
typedef uint64_t CMK_TYPEDEF_UINT8;
typedef CMK_TYPEDEF_INT1 CmiInt1;
typedef CMK_TYPEDEF_INT2 CmiInt2;
typedef CMK_TYPEDEF_INT4 CmiInt4;
typedef CMK_TYPEDEF_INT8 CmiInt8;
typedef CMK_TYPEDEF_UINT1 CmiUInt1;
typedef CMK_TYPEDEF_UINT2 CmiUInt2;
typedef CMK_TYPEDEF_UINT4 CmiUInt4;
typedef CMK_TYPEDEF_UINT8 CmiUInt8;
typedef float CmiFloat4;
typedef double CmiFloat8;
__extension__ typedef __int128 CmiInt16;
__extension__ typedef unsigned __int128 CmiUInt16;
typedef intptr_t CmiIntPtr;
typedef void* CmiCommHandle;

typedef void (*CmiHandler)(void* msg);
typedef void (*CmiHandlerEx)(void* msg, void* userPtr);
typedef void (*CmiStartFn)(int argc, char** argv);

/* What every message begins with. Portable programs reserve CmiMsgHeaderSizeBytes and use the functions below; reconverse's
 * set fields. CmiAlloc() sets all to zero. */
typedef struct Header {
  CmiInt2 handlerId;
  CmiInt2 xhandlerId;          /* CmiSetXHandler() */
  CmiUInt4 destPE;
  int messageSize;             /* In bytes, this header included; set by sends. */
  CmiUInt4 collectiveMetaInfo; /* Of a collective operation under way. */
  CmiInt2 swapHandlerId;       /* The handler for its end. */
  bool nokeep;
  CmiUInt1 zcMsgType;
  CmiInt4 infoFn;              /* CmiSetInfo() */
  CmiInt4 root;                /* CmiSetRoot() */
  CmiInt4 sourcePE;            /* Of a collective operation. */
} CmiMessageHeader;
typedef CmiMessageHeader CmiMsgHeaderBasic;
typedef CmiMessageHeader CmiMsgHeaderExt;

#define CmiMsgHeaderSizeBytes sizeof(CmiMessageHeader)
#define CmiMsgHeaderSizeInts ((CmiMsgHeaderSizeBytes + sizeof(int) - 1) / sizeof(int))
#define CmiExtHeaderSizeBytes CmiMsgHeaderSizeBytes
#define CmiReservedHeaderSize CmiMsgHeaderSizeBytes
#define getCmiReservedHeaderSize() ((int)CmiReservedHeaderSize)
#define CmiMessageDestPENode ((CmiUInt4)(-1))

#define CMK_TAG(x, y) x##y##_
#define CMK_CONCAT(x, y) x##y

#define CMI_FORCE_INLINE inline __attribute__((always_inline))
#define CMI_NOINLINE __attribute__((noinline))
#define CMI_LIKELY(x) __builtin_expect(!!(x), 1)
#define CMI_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define CMI_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define CMI_UNREACHABLE_SECTION(...) __builtin_unreachable()
#define CMI_NORETURN_FUNCTION_END CMI_UNREACHABLE_SECTION(while (1));
#define CMK_NORETURN __attribute__((__noreturn__))
#define CMK_DEPRECATED __attribute__((deprecated))
#define CMK_DEPRECATED_MSG(x) __attribute__((deprecated(x)))
#define CMI_THREAD_LOCAL __thread
#define CMK_THREADLOCAL __thread
#ifdef __cplusplus
#define CMI_ALIGNAS(n) alignas(n)
#else
#define CMI_ALIGNAS(n) __attribute__((aligned(n)))
#endif
#if defined __cplusplus && defined __THROW
#define CMK_THROW __THROW
#else
#define CMK_THROW
#endif
#ifndef CMI_CACHE_LINE_SIZE
#define CMI_CACHE_LINE_SIZE 64
#endif

#define CMIALIGN(x, n) ((size_t)((~((size_t)(n) - 1)) & ((x) + ((n) - 1))))
#define ALIGN8(x) CMIALIGN(x, 8)
#define ALIGN16(x) CMIALIGN(x, 16)
#define ALIGN_BYTES 16U
#define ALIGN_DEFAULT(x) CMIALIGN(x, ALIGN_BYTES)
#define CMIPADDING(x, n) (CMIALIGN((x), (n)) - (size_t)(x))

#endif /* CONV_HEADER_H */
