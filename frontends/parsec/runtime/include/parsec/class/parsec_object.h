/* Objects in C: a class has a parent, a constructor and a destructor; objects are counted. A class that derives from another has an
 * object of it as its first member.
 *
 *     typedef struct { parsec_object_t super; int x; } box_t;
 *     PARSEC_OBJ_CLASS_DECLARATION(box_t);                                        (in a header)
 *     PARSEC_OBJ_CLASS_INSTANCE(box_t, parsec_object_t, construct, destruct);     (once; either may be NULL)
 *     box_t *box = PARSEC_OBJ_NEW(box_t);  PARSEC_OBJ_RETAIN(box);  PARSEC_OBJ_RELEASE(box);
 *
 * Constructors run from the root of the classes to the object's own, destructors the other way.
 * Contexts: any thread; an object may be retained and released by several at once. */
#ifndef PARSEC_OBJECT_H
#define PARSEC_OBJECT_H

#include <assert.h>
#include <stdlib.h>

#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef struct parsec_object_t parsec_object_t;
typedef struct parsec_class_t parsec_class_t;
typedef void (*parsec_construct_t)(parsec_object_t *);
typedef void (*parsec_destruct_t)(parsec_object_t *);
typedef void (*parsec_release_t)(parsec_object_t *);

struct parsec_class_t {
    const char *cls_name;
    parsec_class_t *cls_parent;
    parsec_construct_t cls_construct; /* NULL: none. */
    parsec_destruct_t cls_destruct;
    int cls_initialized; /* The rest is filled in by parsec_class_initialize(). */
    int cls_depth;
    parsec_construct_t *cls_construct_array; /* Those that are not NULL, the root's first; ends with NULL. */
    parsec_destruct_t *cls_destruct_array;   /* The root's last. */
    size_t cls_sizeof;
};

struct parsec_object_t {
    parsec_class_t *obj_class;
    parsec_release_t obj_release; /* Called for an object of which nobody holds a reference. */
    volatile int32_t obj_reference_count;
};

#define PARSEC_OBJ_CLASS(NAME) (&(NAME##_class))
#define PARSEC_OBJ_STATIC_INIT(NAME) {PARSEC_OBJ_CLASS(NAME), NULL, 1}
#define PARSEC_OBJ_CLASS_DECLARATION(NAME) extern parsec_class_t NAME##_class
#define PARSEC_OBJ_CLASS_INSTANCE(NAME, PARENT, CONSTRUCTOR, DESTRUCTOR)                            \
    parsec_class_t NAME##_class = {#NAME, PARSEC_OBJ_CLASS(PARENT), (parsec_construct_t)CONSTRUCTOR, \
                                   (parsec_destruct_t)DESTRUCTOR, 0, 0, NULL, NULL, sizeof(NAME)}

PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_object_t);

/* Completes a class and its parents; done by the first object. Errors: the program ends where memory is short. */
PARSEC_DECLSPEC void parsec_class_initialize(parsec_class_t *cls);
/* Gives back what the classes hold; they can be used again. No object may be in the making. */
PARSEC_DECLSPEC void parsec_class_finalize(void);

/* Release functions: run the destructors; and free the memory too. */
PARSEC_DECLSPEC void parsec_obj_destruct(parsec_object_t *object);
PARSEC_DECLSPEC void parsec_obj_destruct_and_free(parsec_object_t *object);
/* A new object with one reference, or NULL where memory is short. */
PARSEC_DECLSPEC parsec_object_t *parsec_obj_new(parsec_class_t *cls);

static inline void parsec_obj_run_constructors(parsec_object_t *object)
{
    for( const parsec_construct_t *next = object->obj_class->cls_construct_array; NULL != *next; ++next ) (*next)(object);
}
static inline void parsec_obj_run_destructors(parsec_object_t *object)
{
    for( const parsec_destruct_t *next = object->obj_class->cls_destruct_array; NULL != *next; ++next ) (*next)(object);
}
/* Changes the count of references; returns the new one. */
static inline int parsec_obj_update(parsec_object_t *object, int inc)
{
    return __atomic_add_fetch(&object->obj_reference_count, inc, __ATOMIC_ACQ_REL);
}
static inline void parsec_obj_construct_(parsec_object_t *object, parsec_class_t *cls, parsec_release_t release)
{
    if( 0 == __atomic_load_n(&cls->cls_initialized, __ATOMIC_ACQUIRE) ) parsec_class_initialize(cls);
    object->obj_class = cls;
    object->obj_release = release;
    object->obj_reference_count = 1;
    parsec_obj_run_constructors(object);
}

#define PARSEC_OBJ_NEW(type) ((type *)parsec_obj_new(PARSEC_OBJ_CLASS(type)))
#define PARSEC_OBJ_RETAIN(object) ((void)parsec_obj_update((parsec_object_t *)(object), 1))
/* Sets `object` to NULL where this was the last reference. */
#define PARSEC_OBJ_RELEASE(object)                                               \
    do {                                                                         \
        if( 0 == parsec_obj_update((parsec_object_t *)(object), -1) ) {          \
            ((parsec_object_t *)(object))->obj_release((parsec_object_t *)(object)); \
            (object) = NULL;                                                     \
        }                                                                        \
    } while( 0 )
/* Makes an object of memory that the caller has, and the end of it. */
#define PARSEC_OBJ_CONSTRUCT(object, type) \
    parsec_obj_construct_((parsec_object_t *)(object), PARSEC_OBJ_CLASS(type), &parsec_obj_destruct)
#define PARSEC_OBJ_CONSTRUCT_WRELEASE(object, type, release) \
    parsec_obj_construct_((parsec_object_t *)(object), PARSEC_OBJ_CLASS(type), (parsec_release_t)(release))
#define PARSEC_OBJ_CONSTRUCT_INTERNAL(object, cls) parsec_obj_construct_((parsec_object_t *)(object), (cls), &parsec_obj_destruct)
#define PARSEC_OBJ_DESTRUCT(object) parsec_obj_run_destructors((parsec_object_t *)(object))

/* The names of PaRSEC before version 4. */
#define OBJ_CLASS PARSEC_OBJ_CLASS
#define OBJ_CLASS_DECLARATION PARSEC_OBJ_CLASS_DECLARATION
#define OBJ_CLASS_INSTANCE PARSEC_OBJ_CLASS_INSTANCE
#define OBJ_NEW PARSEC_OBJ_NEW
#define OBJ_RETAIN PARSEC_OBJ_RETAIN
#define OBJ_RELEASE PARSEC_OBJ_RELEASE
#define OBJ_CONSTRUCT PARSEC_OBJ_CONSTRUCT
#define OBJ_DESTRUCT PARSEC_OBJ_DESTRUCT

END_C_DECLS

#endif /* PARSEC_OBJECT_H */
