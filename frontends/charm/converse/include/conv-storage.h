/* Variables private to a PE (Cpv), shared by the PEs of a process (Csv), private to a thread (Ctv).
 *
 * A PE is not an OS thread here: it may go on on another one. So a Cpv variable is a place in a block that the PE owns, found
 * through the running activity; the name holds its offset. Names may begin with a digit. */
#ifndef CONV_STORAGE_H
#define CONV_STORAGE_H

#include "conv-header.h"

#ifdef __cplusplus
#include <new>
extern "C" {
#endif

/* The head of a PE's own block; Cpv variables follow. */
struct CmiPeBlock {
  int pe;        /* In the job. */
  int rank;      /* In the process. */
  char* cthData; /* Ctv variables of the running thread. */
};

/* The running activity's; set by libheddle. Not for use by name. */
extern __thread void* heddle_activity_user __attribute__((tls_model("initial-exec")));

/* Ends the program: the caller is no PE. */
CMK_NORETURN void CmiNotAPe(void);
/* Makes room for a variable of `size` bytes in every PE's block: *offset, unless it is set. Errors: CmiAbort where the blocks are full.
 * Returns this PE's. Thread safety: any PE. */
void* CmiCpvReserve(void** offset, size_t size);
int CmiCpvIsInitialized(void* offset);
struct CmiPeBlock* CmiPeBlockOf(int rank);
void* CmiCpvOf(void* offset, int rank);

static CMI_FORCE_INLINE struct CmiPeBlock* CmiMyPeBlock(void) {
  struct CmiPeBlock* block;
#if defined(__x86_64__)
  /* An instruction of its own: a compiler may keep the address of a thread-local over a call that returns on another thread. */
  __asm__ __volatile__("movq %1, %0" : "=r"(block) : "m"(heddle_activity_user));
#else
  block = (struct CmiPeBlock*)heddle_activity_user;
#endif
  if (CMI_UNLIKELY(block == NULL)) CmiNotAPe();
  return block;
}

#ifdef __cplusplus
}
#endif

#define CpvDeclare(t, v) t* CMK_TAG(Cpv_, v) = NULL
#define CpvExtern(t, v) extern t* CMK_TAG(Cpv_, v)
#ifdef __cplusplus
#define CpvCExtern(t, v) extern "C" t* CMK_TAG(Cpv_, v)
#else
#define CpvCExtern(t, v) CpvExtern(t, v)
#endif
#define CpvStaticDeclare(t, v) static t* CMK_TAG(Cpv_, v) = NULL
#define CmiCpvOffset(v) ((void**)(void*)&CMK_TAG(Cpv_, v))
#ifdef __cplusplus
/* Not a block with a declaration: t may be an array type's name. */
template <class T>
inline void CmiCpvConstruct(T** variable) {
  ::new (CmiCpvReserve(reinterpret_cast<void**>(variable), sizeof(T))) T();
}
#define CpvInitialize(t, v) CmiCpvConstruct<t>(&CMK_TAG(Cpv_, v))
#else
#define CpvInitialize(t, v) ((void)memset(CmiCpvReserve(CmiCpvOffset(v), sizeof(t)), 0, sizeof(t)))
#endif
#define CpvAccess(v) (*(__typeof__(CMK_TAG(Cpv_, v)))(void*)((char*)CmiMyPeBlock() + (size_t)CMK_TAG(Cpv_, v)))
#define CpvAccessOther(v, r) (*(__typeof__(CMK_TAG(Cpv_, v)))CmiCpvOf(CMK_TAG(Cpv_, v), (r)))
#define CpvInitialized(v) CmiCpvIsInitialized((void*)CMK_TAG(Cpv_, v))

#define CsvDeclare(t, v) t CMK_TAG(Csv_, v)
#define CsvStaticDeclare(t, v) static t CMK_TAG(Csv_, v)
#define CsvExtern(t, v) extern t CMK_TAG(Csv_, v)
#define CsvInitialize(t, v) \
  do {                      \
  } while (0)
#define CsvInitialized(v) 1
#define CsvAccess(v) CMK_TAG(Csv_, v)

#endif /* CONV_STORAGE_H */
