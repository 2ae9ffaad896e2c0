// Memory pools of the C API: per-thread pools of objects, and pools of scratch memory.
#include "parsec/mempool.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "parsec/constants.h"
#include "parsec/private_mempool.h"

namespace {

// Scratch memory stands behind its list item, on 16 bytes.
constexpr std::size_t kItemBytes = 48;
static_assert(kItemBytes >= sizeof(parsec_list_item_t) && kItemBytes % 16 == 0);

}  // namespace

extern "C" {

void parsec_mempool_construct(parsec_mempool_t* mempool, parsec_class_t* obj_class, size_t elt_size, size_t pool_offset,
                              unsigned int nbthreads) {
  mempool->nb_thread_mempools = nbthreads;
  mempool->elt_size = elt_size;
  mempool->pool_owner_offset = pool_offset;
  mempool->nb_max_elt = 0;
  mempool->obj_class = obj_class != nullptr ? obj_class : PARSEC_OBJ_CLASS(parsec_list_item_t);
  mempool->thread_mempools = static_cast<parsec_thread_mempool_t*>(std::calloc(nbthreads, sizeof(parsec_thread_mempool_t)));
  for (unsigned int i = 0; i < nbthreads; ++i) {
    mempool->thread_mempools[i].parent = mempool;
    PARSEC_OBJ_CONSTRUCT(&mempool->thread_mempools[i].mempool, parsec_lifo_t);
  }
}

void* parsec_thread_mempool_allocate_when_empty(parsec_thread_mempool_t* thread_mempool) {
  parsec_mempool_t* mempool = thread_mempool->parent;
  void* element = nullptr;
  // Tasks have members on cache lines.
  const std::size_t bytes = std::max(mempool->elt_size, mempool->obj_class->cls_sizeof);
  if (posix_memalign(&element, 64, bytes) != 0) return nullptr;
  std::fill_n(static_cast<char*>(element), bytes, 0);
  parsec_obj_construct_(static_cast<parsec_object_t*>(element), mempool->obj_class, &parsec_obj_destruct);
  *reinterpret_cast<parsec_thread_mempool_t**>(static_cast<char*>(element) + mempool->pool_owner_offset) = thread_mempool;
  const std::uint32_t made = ++thread_mempool->nb_elt;
  if (made > mempool->nb_max_elt) mempool->nb_max_elt = made;
  return element;
}

uint64_t parsec_mempool_destruct(parsec_mempool_t* mempool) {
  std::uint64_t made = 0;
  for (unsigned int i = 0; i < mempool->nb_thread_mempools; ++i) {
    parsec_thread_mempool_t& pool = mempool->thread_mempools[i];
    made += pool.nb_elt;
    while (parsec_list_item_t* element = parsec_lifo_pop(&pool.mempool)) {
      PARSEC_OBJ_DESTRUCT(element);
      std::free(element);
    }
    PARSEC_OBJ_DESTRUCT(&pool.mempool);
  }
  std::free(mempool->thread_mempools);
  mempool->thread_mempools = nullptr;
  mempool->nb_thread_mempools = 0;
  return made;
}

int parsec_private_memory_init(parsec_memory_pool_t* pool, size_t size) {
  PARSEC_OBJ_CONSTRUCT(&pool->lifo, parsec_lifo_t);
  pool->elem_size = size;
  return PARSEC_SUCCESS;
}

int parsec_private_memory_fini(parsec_memory_pool_t* pool) {
  while (parsec_list_item_t* item = parsec_lifo_pop(&pool->lifo)) parsec_lifo_item_free_(item);
  PARSEC_OBJ_DESTRUCT(&pool->lifo);
  return PARSEC_SUCCESS;
}

void* parsec_private_memory_pop(parsec_memory_pool_t* pool) {
  parsec_list_item_t* item = parsec_lifo_pop(&pool->lifo);
  if (item == nullptr) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 64, kItemBytes + pool->elem_size) != 0) return nullptr;
    item = static_cast<parsec_list_item_t*>(memory);
    PARSEC_OBJ_CONSTRUCT(item, parsec_list_item_t);
  }
  return reinterpret_cast<char*>(item) + kItemBytes;
}

void parsec_private_memory_push(parsec_memory_pool_t* pool, void* memory) {
  parsec_lifo_push(&pool->lifo, reinterpret_cast<parsec_list_item_t*>(static_cast<char*>(memory) - kItemBytes));
}

}  // extern "C"
