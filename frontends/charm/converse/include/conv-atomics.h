/* Fences and atomic counters, in C and C++. Thread safety: any thread. */
#ifndef CONV_ATOMICS_H
#define CONV_ATOMICS_H

#include "conv-header.h"

#ifndef __cplusplus
#include <stdatomic.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

void CmiMemoryFence(void);
#define CmiMemoryReadFence() CmiMemoryFence()
#define CmiMemoryWriteFence() CmiMemoryFence()

/* Sets a variable of the process that all its PEs shall agree on: PE of rank 0 sets it. Every PE of
 * the node shall call it; it returns when it is set. */
void CmiAssignOnce(int* variable, int value);

#ifdef __cplusplus
}

/* Both std::atomic<T> and a plain T, which is then accessed atomically here. */
template <class T>
inline T CmiAtomicAdd(std::atomic<T>& counter, int by,
                      std::memory_order order = std::memory_order_seq_cst) {
  return counter.fetch_add(static_cast<T>(by), order);
}
template <class T>
inline T CmiAtomicAdd(T& counter, int by, std::memory_order order = std::memory_order_seq_cst) {
  return __atomic_fetch_add(&counter, static_cast<T>(by), static_cast<int>(order));
}
template <class T>
struct CmiIsAtomic : std::false_type {};
template <class T>
struct CmiIsAtomic<std::atomic<T>> : std::true_type {};

#define CmiMemoryAtomicType(type) std::atomic<type>
#define CmiMemoryAtomicAdd(counter, by) CmiAtomicAdd((counter), (by))
#define CmiMemoryAtomicAddOrdered(counter, by, order) CmiAtomicAdd((counter), (by), (std::order))
using CmiMemoryAtomicInt = std::atomic<int>;
using CmiMemoryAtomicUInt = std::atomic<unsigned int>;
#else
#define CmiMemoryAtomicType(type) type
#define CmiMemoryAtomicAdd(counter, by) __atomic_fetch_add(&(counter), (by), __ATOMIC_SEQ_CST)
#define CmiMemoryAtomicAddOrdered(counter, by, order) \
  __atomic_fetch_add(&(counter), (by), (int)(order))
typedef int CmiMemoryAtomicInt;
typedef unsigned int CmiMemoryAtomicUInt;
#endif

/* With or without a memory order: memory_order_relaxed and its kin. FetchAndInc puts what was there
 * before into its second argument. */
#define ImplSelect2(_1, _2, NAME, ...) NAME
#define ImplSelect3(_1, _2, _3, NAME, ...) NAME
#define CmiMemoryAtomicIncrementSimple(counter) CmiMemoryAtomicAdd(counter, 1)
#define CmiMemoryAtomicDecrementSimple(counter) CmiMemoryAtomicAdd(counter, -1)
#define CmiMemoryAtomicFetchAndIncSimple(counter, before) \
  ((before) = CmiMemoryAtomicAdd(counter, 1))
#define CmiMemoryAtomicIncrementMemOrder(counter, order) \
  CmiMemoryAtomicAddOrdered(counter, 1, order)
#define CmiMemoryAtomicDecrementMemOrder(counter, order) \
  CmiMemoryAtomicAddOrdered(counter, -1, order)
#define CmiMemoryAtomicFetchAndIncMemOrder(counter, before, order) \
  ((before) = CmiMemoryAtomicAddOrdered(counter, 1, order))
#define CmiMemoryAtomicIncrement(...)                        \
  ImplSelect2(__VA_ARGS__, CmiMemoryAtomicIncrementMemOrder, \
              CmiMemoryAtomicIncrementSimple, )(__VA_ARGS__)
#define CmiMemoryAtomicDecrement(...)                        \
  ImplSelect2(__VA_ARGS__, CmiMemoryAtomicDecrementMemOrder, \
              CmiMemoryAtomicDecrementSimple, )(__VA_ARGS__)
#define CmiMemoryAtomicFetchAndInc(...)                        \
  ImplSelect3(__VA_ARGS__, CmiMemoryAtomicFetchAndIncMemOrder, \
              CmiMemoryAtomicFetchAndIncSimple, )(__VA_ARGS__)

#endif /* CONV_ATOMICS_H */
