// Pieces of data and their copies. There is one memory: device 0 has the copy, device 1 (recursive tasks) shares it.
#include "frontends/parsec/runtime/src/data.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>

#include "components/memory_pool/pool.h"
#include "parsec/constants.h"
#include "parsec/data_distribution.h"

namespace heddle::parsec {
namespace {

class Hold {
 public:
  explicit Hold(parsec_data_t* data) : data_(data) { parsec_atomic_lock(&data_->lock); }
  ~Hold() { parsec_atomic_unlock(&data_->lock); }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  parsec_data_t* const data_;
};

bool IsDevice(unsigned device) { return device < PARSEC_HEDDLE_DEVICES; }

void ConstructData(parsec_data_t* data) {
  parsec_atomic_lock_init(&data->lock);
  data->owner_device = -1;
  data->preferred_device = -1;
  data->nb_copies = 0;
  data->key = 0;
  data->dc = nullptr;
  data->span = 0;
  for (parsec_data_copy_t*& copy : data->device_copies) copy = nullptr;
}

// Copies that are still attached end with their data, unless somebody holds another reference: those go on without one.
void DestructData(parsec_data_t* data) {
  for (unsigned device = 0; device < PARSEC_HEDDLE_DEVICES; ++device) {
    while (data->device_copies[device] != nullptr) {
      parsec_data_copy_t* copy = data->device_copies[device];
      parsec_data_copy_detach(data, copy, static_cast<std::uint8_t>(device));
      copy->original = nullptr;
      PARSEC_OBJ_RELEASE(copy);
    }
  }
}

void ConstructCopy(parsec_data_copy_t* copy) {
  copy->device_private = nullptr;
  copy->original = nullptr;
  copy->version = 0;
  copy->device_index = 0;
  copy->flags = 0;
  copy->coherency_state = PARSEC_DATA_COHERENCY_INVALID;
  copy->data_transfer_status = PARSEC_DATA_STATUS_NOT_TRANSFER;
  copy->dtt = PARSEC_DATATYPE_NULL;
  copy->arena = nullptr;
  copy->readers = 0;
  copy->count = 1;
  copy->older = nullptr;
  copy->alloc_cb = nullptr;
  copy->release_cb = nullptr;
}

void DestructCopy(parsec_data_copy_t* copy) {
  if (copy->release_cb != nullptr) copy->release_cb(copy, copy->device_index);
  if (copy->original != nullptr) {
    parsec_data_t* data = copy->original;
    if (IsDevice(static_cast<unsigned>(copy->device_index)) && data->device_copies[copy->device_index] == copy) {
      parsec_data_copy_detach(data, copy, static_cast<std::uint8_t>(copy->device_index));
    }
    copy->original = nullptr;
  }
  if (copy->arena != nullptr) {
    parsec_arena_release(copy);
  } else if ((copy->flags & PARSEC_DATA_FLAG_PARSEC_OWNED) != 0 && copy->device_private != nullptr) {
    parsec_data_free(copy->device_private);
  }
  copy->device_private = nullptr;
}

// Data and copies that the library makes itself come from pools; programs may make their own with PARSEC_OBJ_NEW.
template <class T>
void DestructAndPool(parsec_object_t* object) {
  parsec_obj_run_destructors(object);
  PoolFree(object, sizeof(T));
}

parsec_data_t* NewData() {
  auto* data = static_cast<parsec_data_t*>(PoolAllocate(sizeof(parsec_data_t)));
  parsec_obj_construct_(&data->super, PARSEC_OBJ_CLASS(parsec_data_t), &DestructAndPool<parsec_data_t>);
  return data;
}

parsec_data_t* NewDataWithCopy(parsec_data_collection_t* collection, parsec_data_key_t key, void* ptr, std::size_t size,
                               parsec_datatype_t dtt, parsec_data_flag_t flags) {
  parsec_data_t* data = NewData();
  data->owner_device = 0;
  data->key = key;
  data->dc = collection;
  data->span = size;
  parsec_data_copy_t* copy = parsec_data_copy_new(
      data, 0, dtt, static_cast<parsec_data_flag_t>(flags | (collection != nullptr ? PARSEC_DATA_FLAG_COLLECTION : 0)));
  copy->device_private = ptr;
  copy->coherency_state = PARSEC_DATA_COHERENCY_OWNED;
  return data;
}

}  // namespace

std::size_t BytesOf(const parsec_data_copy_t* copy) {
  if (copy->arena != nullptr) return copy->arena->elem_size * copy->count;
  return copy->original != nullptr ? copy->original->span : 0;
}

}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT: the C API below is this file's subject.

extern "C" {

PARSEC_OBJ_CLASS_INSTANCE(parsec_data_t, parsec_object_t, ConstructData, DestructData);
PARSEC_OBJ_CLASS_INSTANCE(parsec_data_copy_t, parsec_list_item_t, ConstructCopy, DestructCopy);

int parsec_data_init(parsec_context_t*) { return PARSEC_SUCCESS; }
int parsec_data_fini(parsec_context_t*) { return PARSEC_SUCCESS; }

parsec_data_t* parsec_data_new() { return NewData(); }

void parsec_data_delete(parsec_data_t* data) {
  if (data != nullptr) PARSEC_OBJ_RELEASE(data);
}

parsec_data_t* parsec_data_create(parsec_data_t** holder, parsec_data_collection_t* collection, parsec_data_key_t key, void* ptr,
                                  size_t size, parsec_data_flag_t flags) {
  parsec_data_t* data = __atomic_load_n(holder, __ATOMIC_ACQUIRE);
  if (data != nullptr) return data;
  parsec_data_t* made = NewDataWithCopy(collection, key, ptr, size,
                                        collection != nullptr ? collection->default_dtt : PARSEC_DATATYPE_NULL, flags);
  if (__atomic_compare_exchange_n(holder, &data, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return made;
  // Another thread was first.
  made->device_copies[0]->flags &= static_cast<parsec_data_flag_t>(~PARSEC_DATA_FLAG_PARSEC_OWNED);
  parsec_data_destroy(made);
  return data;
}

parsec_data_t* parsec_data_create_with_type(parsec_data_collection_t* collection, parsec_data_key_t key, void* ptr, size_t size,
                                            parsec_datatype_t dtt) {
  return NewDataWithCopy(collection, key, ptr, size, dtt, 0);
}

void parsec_data_destroy(parsec_data_t* data) {
  if (data == nullptr) return;
  // Its memory is its owner's again: who still holds a copy must not take it for a live one of a collection.
  for (parsec_data_copy_t* copy : data->device_copies) {
    if (copy != nullptr) copy->flags &= static_cast<parsec_data_flag_t>(~PARSEC_DATA_FLAG_COLLECTION);
  }
  PARSEC_OBJ_RELEASE(data);
}

parsec_data_copy_t* parsec_data_copy_new(parsec_data_t* data, uint8_t device, parsec_datatype_t dtt, parsec_data_flag_t flags) {
  if (!IsDevice(device)) return nullptr;
  auto* copy = static_cast<parsec_data_copy_t*>(heddle::PoolAllocate(sizeof(parsec_data_copy_t)));
  parsec_obj_construct_(&copy->super.super, PARSEC_OBJ_CLASS(parsec_data_copy_t), &DestructAndPool<parsec_data_copy_t>);
  copy->flags = flags;
  copy->dtt = dtt;
  if (data != nullptr && parsec_data_copy_attach(data, copy, device) != PARSEC_SUCCESS) {
    PARSEC_OBJ_RELEASE(copy);
    return nullptr;
  }
  return copy;
}

int parsec_data_copy_attach(parsec_data_t* data, parsec_data_copy_t* copy, uint8_t device) {
  if (!IsDevice(device)) return PARSEC_ERR_BAD_PARAM;
  const Hold hold(data);
  // On top of the one that is there, which is the device's again when this one is detached.
  if (data->device_copies[device] == nullptr) ++data->nb_copies;
  if (data->device_copies[device] != copy) copy->older = data->device_copies[device];
  data->device_copies[device] = copy;
  copy->device_index = static_cast<std::int8_t>(device);
  copy->original = data;
  return PARSEC_SUCCESS;
}

int parsec_data_copy_detach(parsec_data_t* data, parsec_data_copy_t* copy, uint8_t device) {
  if (!IsDevice(device)) return PARSEC_ERR_BAD_PARAM;
  const Hold hold(data);
  if (data->device_copies[device] != copy) return PARSEC_ERR_NOT_FOUND;
  data->device_copies[device] = copy->older;
  copy->older = nullptr;
  if (data->device_copies[device] == nullptr) --data->nb_copies;
  if (data->owner_device == device) data->owner_device = -1;
  return PARSEC_SUCCESS;
}

void parsec_data_copy_release(parsec_data_copy_t* copy) { PARSEC_OBJ_RELEASE(copy); }

parsec_data_copy_t* parsec_data_get_copy(parsec_data_t* data, uint32_t device) {
  return IsDevice(device) ? data->device_copies[device] : nullptr;
}

void* parsec_data_copy_get_ptr(parsec_data_copy_t* copy) { return PARSEC_DATA_COPY_GET_PTR(copy); }

void* parsec_data_get_ptr(parsec_data_t* data, uint32_t device) { return parsec_data_copy_get_ptr(parsec_data_get_copy(data, device)); }

int parsec_data_start_transfer_ownership_to_copy(parsec_data_t* data, uint8_t device, uint8_t access_mode) {
  const Hold hold(data);
  parsec_data_copy_t* copy = IsDevice(device) ? data->device_copies[device] : nullptr;
  if (copy == nullptr) return PARSEC_ERR_BAD_PARAM;
  const bool reads = (access_mode & PARSEC_FLOW_ACCESS_READ) != 0;
  const bool stale = copy->coherency_state == PARSEC_DATA_COHERENCY_INVALID;
  const int from = stale && reads && data->owner_device >= 0 && data->owner_device != device ? data->owner_device : -1;
  if (reads) ++copy->readers;
  return from;
}

void parsec_data_end_transfer_ownership_to_copy(parsec_data_t* data, uint8_t device, uint8_t access_mode) {
  const Hold hold(data);
  parsec_data_copy_t* copy = IsDevice(device) ? data->device_copies[device] : nullptr;
  if (copy == nullptr) return;
  if ((access_mode & PARSEC_FLOW_ACCESS_WRITE) != 0) {
    for (parsec_data_copy_t* other : data->device_copies) {
      if (other != nullptr && other != copy) other->coherency_state = PARSEC_DATA_COHERENCY_INVALID;
    }
    copy->coherency_state = PARSEC_DATA_COHERENCY_OWNED;
    ++copy->version;
    data->owner_device = static_cast<std::int8_t>(device);
  } else if (copy->coherency_state == PARSEC_DATA_COHERENCY_INVALID) {
    copy->coherency_state = PARSEC_DATA_COHERENCY_SHARED;
  }
}

int parsec_data_transfer_ownership_to_copy(parsec_data_t* data, uint8_t device, uint8_t access_mode) {
  const int from = parsec_data_start_transfer_ownership_to_copy(data, device, access_mode);
  if (from != PARSEC_ERR_BAD_PARAM) parsec_data_end_transfer_ownership_to_copy(data, device, access_mode);
  return from;
}

void parsec_data_copy_dump(parsec_data_copy_t* copy) {
  std::fprintf(stderr, "copy %p on device %d: memory %p, %d references, version %u, coherency %d, flags %#x, %s\n",
               static_cast<void*>(copy), copy->device_index, copy->device_private, copy->super.super.obj_reference_count,
               copy->version, copy->coherency_state, copy->flags, copy->arena != nullptr ? "of an arena" : "of the program");
}

void parsec_data_dump(parsec_data_t* data) {
  std::fprintf(stderr, "data %p: key %#" PRIx64 ", %zu bytes, newest on device %d, %d copies\n", static_cast<void*>(data), data->key,
               data->span, data->owner_device, data->nb_copies);
  for (parsec_data_copy_t* copy : data->device_copies) {
    if (copy != nullptr) parsec_data_copy_dump(copy);
  }
}

}  // extern "C"
