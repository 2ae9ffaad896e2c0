/* Futures: a value that somebody sets once and others wait for. A future is a PaRSEC object of one of three classes; the macros
 * below call its class's functions. */
#ifndef PARSEC_FUTURE_H_HAS_BEEN_INCLUDED
#define PARSEC_FUTURE_H_HAS_BEEN_INCLUDED

#include <stdarg.h>

#include "parsec/class/list.h"
#include "parsec/class/parsec_object.h"
#include "parsec/parsec_config.h"
#include "parsec/sys/atomic.h"

BEGIN_C_DECLS

typedef struct parsec_base_future_t parsec_base_future_t;
typedef void (*parsec_future_cb_fulfill)(parsec_base_future_t *, ...);
typedef void (*parsec_future_cb_nested)(parsec_base_future_t **, ...);
typedef int (*parsec_future_cb_match)(parsec_base_future_t *, ...);
typedef void (*parsec_future_cb_cleanup)(parsec_base_future_t *, ...);

#define PARSEC_DATA_FUTURE_STATUS_INIT ((uint8_t)0x01)
#define PARSEC_DATA_FUTURE_STATUS_TRIGGERED ((uint8_t)0x02)
#define PARSEC_DATA_FUTURE_STATUS_COMPLETED ((uint8_t)0x04)

typedef struct parsec_future_fn_t {
    int (*is_ready)(parsec_base_future_t *);
    void (*set)(parsec_base_future_t *, void *);
    void *(*get_or_trigger)(parsec_base_future_t *, ...);
    void *(*get)(parsec_base_future_t *);
    void (*future_init)(parsec_base_future_t *, parsec_future_cb_fulfill, ...);
} parsec_future_fn_t;

struct parsec_base_future_t {
    parsec_list_item_t item;
    parsec_future_fn_t *future_class;
    volatile uint8_t status;
    void *tracked_data; /* The value. */
    parsec_future_cb_fulfill cb_fulfill;
    parsec_atomic_lock_t future_lock;
};

/* Ready after it was set as often as it was initialised with: parsec_future_init(f, cb, count). */
typedef struct parsec_countable_future_t {
    parsec_base_future_t super;
    volatile int32_t count;
} parsec_countable_future_t;

/* Made by whoever needs it first: parsec_future_init(f, cb_fulfill, fulfill_data, cb_match, match_data, cb_cleanup). */
typedef struct parsec_datacopy_future_t {
    parsec_base_future_t super;
    void *cb_fulfill_data_in;
    parsec_future_cb_match cb_match;
    void *cb_match_data_in;
    parsec_future_cb_cleanup cb_cleanup;
    parsec_list_t *nested_futures;
    int nested_enable;
} parsec_datacopy_future_t;

#define PARSEC_FUTURE_CALL_(future, function) (((parsec_base_future_t *)(future))->future_class->function)
#define parsec_future_is_ready(future) PARSEC_FUTURE_CALL_(future, is_ready)((parsec_base_future_t *)(future))
/* A base future may be set once. */
#define parsec_future_set(future, data) PARSEC_FUTURE_CALL_(future, set)((parsec_base_future_t *)(future), (data))
/* The value, or NULL where it is not there yet: the first such call runs cb_fulfill. Data copy futures only. */
#define parsec_future_get_or_trigger(future, ...) \
    PARSEC_FUTURE_CALL_(future, get_or_trigger)((parsec_base_future_t *)(future), __VA_ARGS__)
/* Waits for the value; spins, yielding its core. */
#define parsec_future_get(future) PARSEC_FUTURE_CALL_(future, get)((parsec_base_future_t *)(future))
/* Not thread safe. */
#define parsec_future_init(future, ...) PARSEC_FUTURE_CALL_(future, future_init)((parsec_base_future_t *)(future), __VA_ARGS__)

PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_base_future_t);
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_countable_future_t);
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_datacopy_future_t);

END_C_DECLS

#endif /* PARSEC_FUTURE_H_HAS_BEEN_INCLUDED */
