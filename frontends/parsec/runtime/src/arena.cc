// Arenas. A copy of an arena is one block: the copy, its piece of data, and behind them, on the next cache line, the memory. Blocks of
// up to 8 KiB are pooled by components/memory_pool for all arenas of the process; larger ones are kept by their arena, as far as its
// limit allows.
#include "parsec/arena.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <new>

#include "components/memory_pool/pool.h"
#include "frontends/parsec/runtime/src/data.h"
#include "parsec/class/parsec_object.h"
#include "parsec/constants.h"
#include "parsec/utils/debug.h"

size_t parsec_arena_max_allocated_memory = SIZE_MAX;
size_t parsec_arena_max_cached_memory = std::size_t{256} << 20;

namespace heddle::parsec {
namespace {

struct Block {
  parsec_data_copy_t copy;
  parsec_data_t data;

  char* memory() { return reinterpret_cast<char*>(this + 1); }
};
static_assert(sizeof(Block) % 64 == 0);

// The largest block that comes from the pools; with a larger alignment than theirs, none.
constexpr std::size_t kPooledBytes = kPoolMaxBytes;

std::size_t BlockBytes(std::size_t bytes) { return sizeof(Block) + (bytes + 63) / 64 * 64; }

bool IsPooled(const parsec_arena_t* arena, std::size_t block_bytes) {
  return block_bytes <= kPooledBytes && arena->alignment <= 64 && arena->data_malloc == std::malloc;
}

// Memory of the arena's allocator on its alignment; what the allocator returned stands before it.
void* AllocateAligned(const parsec_arena_t* arena, std::size_t bytes) {
  const std::size_t alignment = std::max(arena->alignment, sizeof(void*));
  void* raw = arena->data_malloc(bytes + alignment + sizeof(void*));
  if (raw == nullptr) return nullptr;
  const std::uintptr_t start = PARSEC_ALIGN(reinterpret_cast<std::uintptr_t>(raw) + sizeof(void*), alignment, std::uintptr_t);
  reinterpret_cast<void**>(start)[-1] = raw;
  return reinterpret_cast<void*>(start);
}

void FreeAligned(const parsec_arena_t* arena, void* memory) { arena->data_free(static_cast<void**>(memory)[-1]); }

// A block whose memory is elsewhere.
bool IsSplit(Block* block) { return block->copy.device_private != block->memory(); }

void FreeBlock(Block* block, parsec_arena_t* arena, std::uint32_t count) {
  if (!IsSplit(block)) {
    PoolFree(block, BlockBytes(arena->elem_size * count));
    return;
  }
  if (count == 1 && arena->released < arena->max_released) {
    __atomic_fetch_add(&arena->released, 1, __ATOMIC_RELAXED);
    parsec_lifo_push(&arena->area_lifo, &block->copy.super);
    return;
  }
  FreeAligned(arena, block->copy.device_private);
  PoolFree(block, sizeof(Block));
}

void GiveBack(Block* block) {
  parsec_arena_t* arena = block->copy.arena;
  const std::uint32_t count = block->copy.count;
  if (arena->max_used != INT32_MAX) __atomic_fetch_sub(&arena->used, static_cast<std::int32_t>(count), __ATOMIC_RELAXED);
  FreeBlock(block, arena, count);
}

// The end of a copy, once nobody refers to it. The program may hold on to its piece of data: then that ends the block.
void ReleaseData(parsec_object_t* object) {
  auto* data = reinterpret_cast<parsec_data_t*>(object);
  parsec_obj_run_destructors(object);  // Copies for other devices.
  GiveBack(reinterpret_cast<Block*>(reinterpret_cast<char*>(data) - offsetof(Block, data)));
}

void ReleaseCopy(parsec_object_t* object) {
  auto* block = reinterpret_cast<Block*>(object);
  parsec_data_copy_t& copy = block->copy;
  if (copy.release_cb != nullptr) [[unlikely]]
    copy.release_cb(&copy, copy.device_index);
  if (copy.original != &block->data) [[unlikely]] {
    // The program gave it to another piece of data.
    if (copy.original != nullptr) parsec_data_copy_detach(copy.original, &copy, static_cast<std::uint8_t>(copy.device_index));
  }
  parsec_data_t& data = block->data;
  if (data.device_copies[copy.device_index] == &copy) {
    data.device_copies[copy.device_index] = nullptr;
    --data.nb_copies;
  }
  if (__atomic_load_n(&data.super.obj_reference_count, __ATOMIC_ACQUIRE) == 1 && data.nb_copies == 0) [[likely]] {
    GiveBack(block);
  } else if (parsec_obj_update(&data.super, -1) == 0) {
    ReleaseData(&data.super);
  }
}

Block* NewBlock(parsec_arena_t* arena, std::size_t count) {
  const std::size_t bytes = arena->elem_size * count;
  const std::size_t block_bytes = BlockBytes(bytes);
  if (IsPooled(arena, block_bytes)) {
    auto* block = static_cast<Block*>(PoolAllocate(block_bytes));
    block->copy.device_private = block->memory();
    return block;
  }
  if (count == 1) {
    if (parsec_list_item_t* kept = parsec_lifo_pop(&arena->area_lifo)) {
      __atomic_fetch_sub(&arena->released, 1, __ATOMIC_RELAXED);
      return reinterpret_cast<Block*>(kept);
    }
  }
  void* memory = AllocateAligned(arena, bytes);
  if (memory == nullptr) return nullptr;
  auto* block = static_cast<Block*>(PoolAllocate(sizeof(Block)));
  block->copy.device_private = memory;
  return block;
}

bool TakeFromLimit(parsec_arena_t* arena, std::size_t count) {
  const auto taken = static_cast<std::int32_t>(std::min<std::size_t>(count, INT32_MAX));
  if (__atomic_add_fetch(&arena->used, taken, __ATOMIC_RELAXED) <= arena->max_used) return true;
  __atomic_fetch_sub(&arena->used, taken, __ATOMIC_RELAXED);
  return false;
}

void ConstructArena(parsec_arena_t* arena) {
  arena->alignment = 0;
  arena->elem_size = 0;
  arena->used = 0;
  arena->released = 0;
  arena->max_used = 0;
  arena->max_released = 0;
  arena->data_malloc = parsec_data_allocate;
  arena->data_free = parsec_data_free;
  PARSEC_OBJ_CONSTRUCT(&arena->area_lifo, parsec_lifo_t);
}

void DestructArena(parsec_arena_t* arena) {
  while (parsec_list_item_t* kept = parsec_lifo_pop(&arena->area_lifo)) {
    auto* block = reinterpret_cast<Block*>(kept);
    FreeAligned(arena, block->copy.device_private);
    PoolFree(block, sizeof(Block));
  }
  if (arena->max_used != INT32_MAX && arena->used > 0) parsec_warning("an arena ends with %d elements in use", arena->used);
  PARSEC_OBJ_DESTRUCT(&arena->area_lifo);
}

void ConstructArenaDatatype(parsec_arena_datatype_t* adt) {
  adt->arena = nullptr;
  adt->opaque_dtt = PARSEC_DATATYPE_NULL;
  adt->ht_item = {};
}

void DestructArenaDatatype(parsec_arena_datatype_t* adt) {
  if (adt->arena != nullptr) PARSEC_OBJ_RELEASE(adt->arena);
}

}  // namespace
}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT: the C API below is this file's subject.

extern "C" {

PARSEC_OBJ_CLASS_INSTANCE(parsec_arena_t, parsec_object_t, ConstructArena, DestructArena);
PARSEC_OBJ_CLASS_INSTANCE(parsec_arena_datatype_t, parsec_object_t, ConstructArenaDatatype, DestructArenaDatatype);

int parsec_arena_construct_ex(parsec_arena_t* arena, size_t elem_size, size_t alignment, size_t max_used, size_t max_released) {
  if (arena == nullptr || elem_size == 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return PARSEC_ERR_BAD_PARAM;
  // parsec_arena_t from PARSEC_OBJ_NEW is constructed already: keep who releases it.
  if (arena->super.obj_class != PARSEC_OBJ_CLASS(parsec_arena_t)) {
    PARSEC_OBJ_CONSTRUCT(arena, parsec_arena_t);
  }
  // Copies are made without their constructors: their classes must be complete.
  parsec_class_initialize(PARSEC_OBJ_CLASS(parsec_data_t));
  parsec_class_initialize(PARSEC_OBJ_CLASS(parsec_data_copy_t));
  const auto elements = [elem_size](std::size_t bytes) { return static_cast<std::int32_t>(std::min<std::size_t>(bytes / elem_size, INT32_MAX)); };
  arena->elem_size = elem_size;
  arena->alignment = alignment;
  arena->max_used = max_used == SIZE_MAX ? INT32_MAX : elements(max_used);
  arena->max_released = elements(max_released);
  return PARSEC_SUCCESS;
}

int parsec_arena_construct(parsec_arena_t* arena, size_t elem_size, size_t alignment) {
  return parsec_arena_construct_ex(arena, elem_size, alignment, parsec_arena_max_allocated_memory, parsec_arena_max_cached_memory);
}

parsec_data_copy_t* parsec_arena_get_new_copy(parsec_arena_t* arena, size_t count, int device, parsec_datatype_t dtt) {
  if (static_cast<unsigned>(device) >= PARSEC_HEDDLE_DEVICES || count == 0 || count > UINT32_MAX) [[unlikely]]
    return nullptr;
  if (arena->max_used != INT32_MAX && !TakeFromLimit(arena, count)) return nullptr;
  Block* block = NewBlock(arena, count);
  if (block == nullptr) [[unlikely]] {
    if (arena->max_used != INT32_MAX) __atomic_fetch_sub(&arena->used, static_cast<std::int32_t>(count), __ATOMIC_RELAXED);
    return nullptr;
  }
  parsec_data_copy_t& copy = block->copy;
  parsec_data_t& data = block->data;
  copy.super.super.obj_class = PARSEC_OBJ_CLASS(parsec_data_copy_t);
  copy.super.super.obj_release = &ReleaseCopy;
  copy.super.super.obj_reference_count = 1;
  parsec_list_item_singleton(&copy.super);
  copy.original = &data;
  copy.version = 0;
  copy.device_index = static_cast<std::int8_t>(device);
  copy.flags = PARSEC_DATA_FLAG_ARENA;
  copy.coherency_state = PARSEC_DATA_COHERENCY_OWNED;
  copy.data_transfer_status = PARSEC_DATA_STATUS_NOT_TRANSFER;
  copy.dtt = dtt;
  copy.arena = arena;
  copy.readers = 0;
  copy.count = static_cast<std::uint32_t>(count);
  copy.older = nullptr;
  copy.alloc_cb = nullptr;
  copy.release_cb = nullptr;
  data.super.obj_class = PARSEC_OBJ_CLASS(parsec_data_t);
  data.super.obj_release = &ReleaseData;
  data.super.obj_reference_count = 1;
  data.lock = 0;
  data.owner_device = static_cast<std::int8_t>(device);
  data.preferred_device = -1;
  data.nb_copies = 1;
  data.key = 0;
  data.dc = nullptr;
  data.span = arena->elem_size * count;
  for (parsec_data_copy_t*& at : data.device_copies) at = nullptr;
  data.device_copies[device] = &copy;
  return &copy;
}

int parsec_arena_allocate_device_private(parsec_data_copy_t* copy, parsec_arena_t* arena, size_t count, int device, parsec_datatype_t dtt) {
  if (count == 0 || count > UINT32_MAX) return PARSEC_ERR_BAD_PARAM;
  if (arena->max_used != INT32_MAX && !TakeFromLimit(arena, count)) return PARSEC_ERR_OUT_OF_RESOURCE;
  copy->device_private = AllocateAligned(arena, arena->elem_size * count);
  if (copy->device_private == nullptr) {
    if (arena->max_used != INT32_MAX) __atomic_fetch_sub(&arena->used, static_cast<std::int32_t>(count), __ATOMIC_RELAXED);
    return PARSEC_ERR_OUT_OF_RESOURCE;
  }
  copy->arena = arena;
  copy->count = static_cast<std::uint32_t>(count);
  copy->flags |= PARSEC_DATA_FLAG_ARENA;
  copy->device_index = static_cast<std::int8_t>(device);
  copy->dtt = dtt;
  if (copy->original != nullptr && copy->original->span == 0) copy->original->span = arena->elem_size * count;
  return PARSEC_SUCCESS;
}

void parsec_arena_release(parsec_data_copy_t* copy) {
  if (copy->super.super.obj_release == &ReleaseCopy) {
    ReleaseCopy(&copy->super.super);
    return;
  }
  parsec_arena_t* arena = copy->arena;
  if (arena == nullptr) return;
  if (arena->max_used != INT32_MAX) __atomic_fetch_sub(&arena->used, static_cast<std::int32_t>(copy->count), __ATOMIC_RELAXED);
  FreeAligned(arena, copy->device_private);
  copy->device_private = nullptr;
  copy->arena = nullptr;
  copy->flags &= static_cast<parsec_data_flag_t>(~PARSEC_DATA_FLAG_ARENA);
}

parsec_arena_datatype_t* parsec_arena_datatype_new() { return PARSEC_OBJ_NEW(parsec_arena_datatype_t); }

void parsec_arena_datatype_release(parsec_arena_datatype_t** adt) {
  if (adt != nullptr && *adt != nullptr) PARSEC_OBJ_RELEASE(*adt);
}

int parsec_arena_datatype_set_type(parsec_arena_datatype_t* adt, size_t elem_size, size_t alignment, parsec_datatype_t opaque_dtt) {
  if (adt == nullptr) return PARSEC_ERR_BAD_PARAM;
  parsec_arena_t* arena = PARSEC_OBJ_NEW(parsec_arena_t);
  if (arena == nullptr) return PARSEC_ERR_OUT_OF_RESOURCE;
  if (const int status = parsec_arena_construct(arena, elem_size, alignment); status != PARSEC_SUCCESS) {
    PARSEC_OBJ_RELEASE(arena);
    return status;
  }
  if (adt->arena != nullptr) PARSEC_OBJ_RELEASE(adt->arena);
  adt->arena = arena;
  adt->opaque_dtt = opaque_dtt;
  return PARSEC_SUCCESS;
}

}  // extern "C"
