// Infos: a list of entries by id, and arrays that grow when an id beyond their end is asked for.
#include "parsec/class/info.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace heddle::parsec {
namespace {

class WriteLock {
 public:
  explicit WriteLock(parsec_info_object_array_t* array) : array_(array) { parsec_atomic_rwlock_wrlock(&array_->rw_lock); }
  ~WriteLock() { parsec_atomic_rwlock_wrunlock(&array_->rw_lock); }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  parsec_info_object_array_t* const array_;
};

template <class Predicate>
parsec_info_entry_t* Find(parsec_info_t* info, Predicate predicate) {  // Under the lock of info_list.
  for (parsec_list_item_t* at = PARSEC_LIST_ITERATOR_FIRST(&info->info_list); at != PARSEC_LIST_ITERATOR_END(&info->info_list);
       at = PARSEC_LIST_ITERATOR_NEXT(at)) {
    auto* entry = reinterpret_cast<parsec_info_entry_t*>(at);
    if (predicate(entry)) return entry;
  }
  return nullptr;
}

// Under the array's lock. nullptr where the id is none.
void** SlotOf(parsec_info_object_array_t* array, parsec_info_id_t id) {
  if (id < 0 || array->infos == nullptr) return nullptr;
  if (id >= array->known_infos) {
    const int count = std::max(id, array->infos->max_id) + 1;
    void* grown = std::realloc(array->info_objects, static_cast<std::size_t>(count) * sizeof(void*));
    if (grown == nullptr) return nullptr;
    array->info_objects = static_cast<void**>(grown);
    std::fill(array->info_objects + array->known_infos, array->info_objects + count, nullptr);
    array->known_infos = count;
  }
  return &array->info_objects[id];
}

void EndValue(parsec_info_object_array_t* array, parsec_info_entry_t* entry) {  // Under the array's lock.
  if (entry->iid >= array->known_infos) return;
  void* value = std::exchange(array->info_objects[entry->iid], nullptr);
  if (value != nullptr && entry->destructor != nullptr) entry->destructor(value, entry->des_data);
}

void ConstructInfo(parsec_info_t* info) {
  PARSEC_OBJ_CONSTRUCT(&info->info_list, parsec_list_t);
  PARSEC_OBJ_CONSTRUCT(&info->ioa_list, parsec_list_t);
  info->max_id = -1;
}

void DestructInfo(parsec_info_t* info) {
  while (parsec_list_item_t* item = parsec_list_pop_front(&info->info_list)) {
    std::free(reinterpret_cast<parsec_info_entry_t*>(item)->name);
    std::free(item);
  }
}

void ConstructArray(parsec_info_object_array_t* array) {
  parsec_atomic_rwlock_init(&array->rw_lock);
  array->known_infos = 0;
  array->infos = nullptr;
  array->info_objects = nullptr;
  array->cons_obj = nullptr;
}

void DestructArray(parsec_info_object_array_t* array) {
  if (array->infos != nullptr) {
    parsec_list_lock(&array->infos->info_list);
    parsec_list_lock(&array->infos->ioa_list);
    parsec_list_nolock_remove(&array->infos->ioa_list, &array->list_item);
    parsec_list_unlock(&array->infos->ioa_list);
    const WriteLock hold(array);
    Find(array->infos, [array](parsec_info_entry_t* entry) {
      EndValue(array, entry);
      return false;
    });
    parsec_list_unlock(&array->infos->info_list);
  }
  std::free(array->info_objects);
  array->info_objects = nullptr;
  array->known_infos = 0;
  array->infos = nullptr;
}

}  // namespace
}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT: the C API below is this file's subject.

extern "C" {

PARSEC_OBJ_CLASS_INSTANCE(parsec_info_t, parsec_object_t, ConstructInfo, DestructInfo);
PARSEC_OBJ_CLASS_INSTANCE(parsec_info_object_array_t, parsec_list_item_t, ConstructArray, DestructArray);

parsec_info_id_t parsec_info_register(parsec_info_t* nfo, const char* name, parsec_info_destructor_t destructor, void* des_data,
                                      parsec_info_constructor_t constructor, void* cons_data, void* cb_data) {
  parsec_list_lock(&nfo->info_list);
  parsec_info_id_t id = PARSEC_INFO_ID_UNDEFINED;
  if (Find(nfo, [name](parsec_info_entry_t* entry) { return std::strcmp(entry->name, name) == 0; }) == nullptr) {
    id = 0;
    while (Find(nfo, [id](parsec_info_entry_t* entry) { return entry->iid == id; }) != nullptr) ++id;
    auto* entry = static_cast<parsec_info_entry_t*>(std::calloc(1, sizeof(parsec_info_entry_t)));
    PARSEC_OBJ_CONSTRUCT(entry, parsec_list_item_t);
    entry->info = nfo;
    entry->name = strdup(name);
    entry->constructor = constructor;
    entry->cons_data = cons_data;
    entry->destructor = destructor;
    entry->des_data = des_data;
    entry->cb_data = cb_data;
    entry->iid = id;
    nfo->max_id = std::max(nfo->max_id, id);
    parsec_list_nolock_push_back(&nfo->info_list, &entry->list_item);
  }
  parsec_list_unlock(&nfo->info_list);
  return id;
}

parsec_info_id_t parsec_info_unregister(parsec_info_t* nfo, parsec_info_id_t info_id, void** pcb_data) {
  parsec_list_lock(&nfo->info_list);
  parsec_info_entry_t* entry = Find(nfo, [info_id](parsec_info_entry_t* at) { return at->iid == info_id; });
  if (entry != nullptr) {
    parsec_list_lock(&nfo->ioa_list);
    for (parsec_list_item_t* at = PARSEC_LIST_ITERATOR_FIRST(&nfo->ioa_list); at != PARSEC_LIST_ITERATOR_END(&nfo->ioa_list);
         at = PARSEC_LIST_ITERATOR_NEXT(at)) {
      auto* array = reinterpret_cast<parsec_info_object_array_t*>(at);
      const WriteLock hold(array);
      EndValue(array, entry);
    }
    parsec_list_unlock(&nfo->ioa_list);
    parsec_list_nolock_remove(&nfo->info_list, &entry->list_item);
    if (pcb_data != nullptr) *pcb_data = entry->cb_data;
    std::free(entry->name);
    std::free(entry);
  }
  parsec_list_unlock(&nfo->info_list);
  return entry != nullptr ? info_id : PARSEC_INFO_ID_UNDEFINED;
}

parsec_info_id_t parsec_info_lookup(parsec_info_t* nfo, const char* name, void** pcb_data) {
  parsec_list_lock(&nfo->info_list);
  const parsec_info_entry_t* entry = Find(nfo, [name](parsec_info_entry_t* at) { return std::strcmp(at->name, name) == 0; });
  const parsec_info_id_t id = entry != nullptr ? entry->iid : PARSEC_INFO_ID_UNDEFINED;
  if (entry != nullptr && pcb_data != nullptr) *pcb_data = entry->cb_data;
  parsec_list_unlock(&nfo->info_list);
  return id;
}

void parsec_info_object_array_init(parsec_info_object_array_t* oa, parsec_info_t* nfo, void* cons_obj) {
  oa->infos = nfo;
  oa->cons_obj = cons_obj;
  parsec_list_push_back(&nfo->ioa_list, &oa->list_item);
}

void* parsec_info_set(parsec_info_object_array_t* oa, parsec_info_id_t iid, void* info) {
  const WriteLock hold(oa);
  void** slot = SlotOf(oa, iid);
  return slot == nullptr ? nullptr : std::exchange(*slot, info);
}

void* parsec_info_test_and_set(parsec_info_object_array_t* oa, parsec_info_id_t iid, void* info, void* old) {
  const WriteLock hold(oa);
  void** slot = SlotOf(oa, iid);
  if (slot == nullptr) return nullptr;
  if (*slot == old) *slot = info;
  return *slot;
}

void* parsec_info_get(parsec_info_object_array_t* oa, parsec_info_id_t info_id) {
  {
    const WriteLock hold(oa);
    void** slot = SlotOf(oa, info_id);
    if (slot == nullptr) return nullptr;
    if (*slot != nullptr) return *slot;
  }
  parsec_list_lock(&oa->infos->info_list);
  const parsec_info_entry_t* found = Find(oa->infos, [info_id](parsec_info_entry_t* at) { return at->iid == info_id; });
  const parsec_info_entry_t entry = found != nullptr ? *found : parsec_info_entry_t{};
  parsec_list_unlock(&oa->infos->info_list);
  if (entry.constructor == nullptr) return nullptr;
  // Not under a lock, since it may use infos itself. Where two threads make a value, the first stays.
  void* made = entry.constructor(oa->cons_obj, entry.cons_data);
  void* kept = parsec_info_test_and_set(oa, info_id, made, nullptr);
  if (kept != made && entry.destructor != nullptr) entry.destructor(made, entry.des_data);
  return kept;
}

}  // extern "C"
