#include "parsec/class/parsec_value_array.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace {

void Construct(parsec_value_array_t* array) {
  array->array_items = nullptr;
  array->array_item_sizeof = 0;
  array->array_size = 0;
  array->array_alloc_size = 0;
}

void Destruct(parsec_value_array_t* array) {
  std::free(array->array_items);
  Construct(array);
}

}  // namespace

extern "C" {

PARSEC_OBJ_CLASS_INSTANCE(parsec_value_array_t, parsec_object_t, Construct, Destruct);

int parsec_value_array_init(parsec_value_array_t* array, size_t item_sizeof) {
  Destruct(array);
  array->array_item_sizeof = item_sizeof;
  return PARSEC_SUCCESS;
}

int parsec_value_array_reserve(parsec_value_array_t* array, size_t size) {
  if (size <= array->array_alloc_size) return PARSEC_SUCCESS;
  void* grown = std::realloc(array->array_items, size * array->array_item_sizeof);
  if (grown == nullptr) return PARSEC_ERR_OUT_OF_RESOURCE;
  array->array_items = static_cast<unsigned char*>(grown);
  array->array_alloc_size = size;
  return PARSEC_SUCCESS;
}

int parsec_value_array_set_size(parsec_value_array_t* array, size_t size) {
  if (size > array->array_alloc_size) {
    const int status = parsec_value_array_reserve(array, std::max(size, 2 * array->array_alloc_size));
    if (status != PARSEC_SUCCESS) return status;
  }
  if (size > array->array_size) {
    std::memset(array->array_items + array->array_size * array->array_item_sizeof, 0, (size - array->array_size) * array->array_item_sizeof);
  }
  array->array_size = size;
  return PARSEC_SUCCESS;
}

}  // extern "C"
