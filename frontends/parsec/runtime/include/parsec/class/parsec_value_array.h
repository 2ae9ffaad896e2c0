/* Arrays of values of one size that grow. Not thread safe. */
#ifndef PARSEC_VALUE_ARRAY_H
#define PARSEC_VALUE_ARRAY_H

#include <string.h>

#include "parsec/class/parsec_object.h"
#include "parsec/constants.h"

BEGIN_C_DECLS

typedef struct parsec_value_array_t {
    parsec_object_t super;
    unsigned char *array_items;
    size_t array_item_sizeof;
    size_t array_size;       /* Items. */
    size_t array_alloc_size; /* Items that there is room for. */
} parsec_value_array_t;
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_value_array_t);

/* PARSEC_ERR_OUT_OF_RESOURCE leaves an array as it was. New items are zero. */
PARSEC_DECLSPEC int parsec_value_array_init(parsec_value_array_t *array, size_t item_sizeof);
PARSEC_DECLSPEC int parsec_value_array_reserve(parsec_value_array_t *array, size_t size);
PARSEC_DECLSPEC int parsec_value_array_set_size(parsec_value_array_t *array, size_t size);

static inline size_t parsec_value_array_get_size(parsec_value_array_t *array) { return array->array_size; }

#define PARSEC_VALUE_ARRAY_GET_BASE(array, item_type) ((item_type *)((array)->array_items))
#define PARSEC_VALUE_ARRAY_GET_ITEM(array, item_type, index) (PARSEC_VALUE_ARRAY_GET_BASE(array, item_type)[index])
#define PARSEC_VALUE_ARRAY_SET_ITEM(array, item_type, index, value) (PARSEC_VALUE_ARRAY_GET_BASE(array, item_type)[index] = (value))

/* Grows the array up to the index; NULL where memory is short. */
static inline void *parsec_value_array_get_item(parsec_value_array_t *array, size_t index)
{
    if( index >= array->array_size && PARSEC_SUCCESS != parsec_value_array_set_size(array, index + 1) ) return NULL;
    return array->array_items + index * array->array_item_sizeof;
}
static inline int parsec_value_array_set_item(parsec_value_array_t *array, size_t index, const void *item)
{
    void *place = parsec_value_array_get_item(array, index);
    if( NULL == place ) return PARSEC_ERR_OUT_OF_RESOURCE;
    memcpy(place, item, array->array_item_sizeof);
    return PARSEC_SUCCESS;
}
static inline int parsec_value_array_append_item(parsec_value_array_t *array, const void *item)
{
    return parsec_value_array_set_item(array, array->array_size, item);
}
static inline int parsec_value_array_remove_item(parsec_value_array_t *array, size_t index)
{
    if( index >= array->array_size ) return PARSEC_ERR_BAD_PARAM;
    unsigned char *place = array->array_items + index * array->array_item_sizeof;
    memmove(place, place + array->array_item_sizeof, (array->array_size - index - 1) * array->array_item_sizeof);
    --array->array_size;
    return PARSEC_SUCCESS;
}

END_C_DECLS

#endif /* PARSEC_VALUE_ARRAY_H */
