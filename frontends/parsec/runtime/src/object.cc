// The object system: completing classes, and the classes of class/*.h that need no more than a constructor.
#include "parsec/class/parsec_object.h"

#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

#include "components/sync/spin_lock.h"
#include "parsec/class/lifo.h"
#include "parsec/class/list.h"
#include "parsec/class/list_item.h"

namespace heddle::parsec {
namespace {

// Classes are completed once, by whichever thread needs them first.
SpinLock classes_lock;
std::vector<parsec_class_t*>& CompletedClasses() {  // Under classes_lock.
  static auto& classes = *new std::vector<parsec_class_t*>;
  return classes;
}

// Under classes_lock. Both arrays are one block: constructors, NULL, destructors, NULL.
void Complete(parsec_class_t* cls) {
  std::vector<parsec_construct_t> constructors;
  std::vector<parsec_destruct_t> destructors;
  int depth = 0;
  for (parsec_class_t* at = cls; at != nullptr; at = at->cls_parent, ++depth) {
    if (at->cls_construct != nullptr) constructors.push_back(at->cls_construct);
    if (at->cls_destruct != nullptr) destructors.push_back(at->cls_destruct);
  }
  const std::size_t count = constructors.size() + destructors.size() + 2;
  auto* block = static_cast<parsec_construct_t*>(std::calloc(count, sizeof(parsec_construct_t)));
  if (block == nullptr) throw std::bad_alloc();
  std::copy(constructors.rbegin(), constructors.rend(), block);
  std::copy(destructors.begin(), destructors.end(), block + constructors.size() + 1);
  cls->cls_construct_array = block;
  cls->cls_destruct_array = block + constructors.size() + 1;
  cls->cls_depth = depth;
  CompletedClasses().push_back(cls);
  __atomic_store_n(&cls->cls_initialized, 1, __ATOMIC_RELEASE);
}

void ConstructListItem(parsec_list_item_t* item) { parsec_list_item_singleton(item); }

void ConstructList(parsec_list_t* list) {
  PARSEC_OBJ_CONSTRUCT(&list->ghost_element, parsec_list_item_t);
  parsec_atomic_lock_init(&list->atomic_lock);
}

void ConstructLifo(parsec_lifo_t* lifo) {
  parsec_atomic_lock_init(&lifo->lock);
  lifo->alignment = PARSEC_LIFO_ALIGNMENT_DEFAULT;
  lifo->head = nullptr;
}

}  // namespace
}  // namespace heddle::parsec

using heddle::parsec::ConstructLifo;
using heddle::parsec::ConstructList;
using heddle::parsec::ConstructListItem;

extern "C" {

parsec_class_t parsec_object_t_class = {"parsec_object_t", nullptr, nullptr, nullptr, 0, 0, nullptr, nullptr, sizeof(parsec_object_t)};
PARSEC_OBJ_CLASS_INSTANCE(parsec_list_item_t, parsec_object_t, ConstructListItem, NULL);
PARSEC_OBJ_CLASS_INSTANCE(parsec_list_t, parsec_object_t, ConstructList, NULL);
PARSEC_OBJ_CLASS_INSTANCE(parsec_lifo_t, parsec_object_t, ConstructLifo, NULL);

void parsec_class_initialize(parsec_class_t* cls) {
  const std::lock_guard<heddle::SpinLock> hold(heddle::parsec::classes_lock);
  if (cls->cls_initialized == 0) heddle::parsec::Complete(cls);
}

void parsec_class_finalize() {
  const std::lock_guard<heddle::SpinLock> hold(heddle::parsec::classes_lock);
  for (parsec_class_t* cls : heddle::parsec::CompletedClasses()) {
    std::free(cls->cls_construct_array);
    cls->cls_construct_array = nullptr;
    cls->cls_destruct_array = nullptr;
    cls->cls_initialized = 0;
  }
  heddle::parsec::CompletedClasses().clear();
}

void parsec_obj_destruct(parsec_object_t* object) { parsec_obj_run_destructors(object); }

void parsec_obj_destruct_and_free(parsec_object_t* object) {
  parsec_obj_run_destructors(object);
  std::free(object);
}

parsec_object_t* parsec_obj_new(parsec_class_t* cls) {
  auto* object = static_cast<parsec_object_t*>(std::calloc(1, cls->cls_sizeof));
  if (object != nullptr) parsec_obj_construct_(object, cls, &parsec_obj_destruct_and_free);
  return object;
}

parsec_list_item_t* parsec_lifo_item_alloc_(parsec_lifo_t* lifo, size_t size) {
  void* memory = nullptr;
  if (posix_memalign(&memory, PARSEC_LIFO_ALIGNMENT(lifo), size) != 0) return nullptr;
  auto* item = static_cast<parsec_list_item_t*>(memory);
  PARSEC_OBJ_CONSTRUCT(item, parsec_list_item_t);
  return item;
}

void parsec_lifo_item_free_(parsec_list_item_t* item) {
  PARSEC_OBJ_DESTRUCT(item);
  std::free(item);
}

}  // extern "C"
