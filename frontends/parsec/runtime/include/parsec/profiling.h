/* A program's own events, written into the trace of the runtime: JSON that ui.perfetto.dev shows, not the original's binary files.
 * Events are slices: from a key's start to its end, with the same event_id, on the time line of a stream.
 * Contexts: any thread. */
#ifndef _PARSEC_profiling_h
#define _PARSEC_profiling_h

#include "parsec/parsec_config.h"

#define PARSEC_PROFILING_EVENT_HAS_INFO (1 << 0)
#define PARSEC_PROFILING_EVENT_RESCHEDULED (1 << 1)
#define PARSEC_PROFILING_EVENT_COUNTER (1 << 2)
#define PARSEC_PROFILING_EVENT_TIME_AT_START (1 << 3)
#define PARSEC_PROFILING_EVENT_TIME_AT_END (0 << 3)
#define PROFILE_OBJECT_ID_NULL ((uint32_t)-1)

BEGIN_C_DECLS

typedef struct parsec_profiling_stream_s parsec_profiling_stream_t;
typedef void *(parsec_profiling_info_fn_t)(void *dst, const void *data, size_t size);

/* Whether events are taken; parsec_profiling_enable() and _disable(). */
PARSEC_DECLSPEC extern int parsec_profile_enabled;
PARSEC_DECLSPEC void parsec_profiling_enable(void);
PARSEC_DECLSPEC void parsec_profiling_disable(void);

/* Those that return int return 0, or PARSEC_ERR_* with a text in parsec_profiling_strerror(). */
PARSEC_DECLSPEC int parsec_profiling_init(int rank);
PARSEC_DECLSPEC void parsec_profiling_start(void);
PARSEC_DECLSPEC int parsec_profiling_fini(void);
PARSEC_DECLSPEC int parsec_profiling_reset(void);
/* Begins a trace in the file BASEFILE-RANK.json, and ends it. Error where one runs already (HEDDLE_TRACE, profile_filename). */
PARSEC_DECLSPEC int parsec_profiling_dbp_start(const char *basefile, const char *hr_id);
PARSEC_DECLSPEC int parsec_profiling_dbp_dump(void);
PARSEC_DECLSPEC char *parsec_profiling_strerror(void);
PARSEC_DECLSPEC uint64_t parsec_profiling_get_time(void);

/* A time line with this name; `length` is not looked at. Valid until parsec_profiling_fini(). */
PARSEC_DECLSPEC parsec_profiling_stream_t *parsec_profiling_stream_init(size_t length, const char *format, ...)
    PARSEC_ATTRIBUTE_FORMAT_PRINTF(2, 3);
/* The stream of events of the calling thread that name none; returns the one before. */
PARSEC_DECLSPEC parsec_profiling_stream_t *parsec_profiling_set_default_thread(parsec_profiling_stream_t *stream);
/* Keys for the events of this name. attributes, info_length and convertor_code describe what the original stores beside an event:
 * that is not stored here. */
PARSEC_DECLSPEC int parsec_profiling_add_dictionary_keyword(const char *name, const char *attributes, size_t info_length,
                                                            const char *convertor_code, int *key_start, int *key_end);
PARSEC_DECLSPEC int parsec_profiling_dictionary_flush(void);
PARSEC_DECLSPEC int parsec_profiling_trace_flags(parsec_profiling_stream_t *stream, int key, uint64_t event_id, uint32_t taskpool_id,
                                                 const void *info, uint16_t flags);
PARSEC_DECLSPEC int parsec_profiling_trace_flags_info_fn(parsec_profiling_stream_t *stream, int key, uint64_t event_id,
                                                         uint32_t taskpool_id, parsec_profiling_info_fn_t *info_fn,
                                                         const void *info_data, uint16_t flags);
PARSEC_DECLSPEC int parsec_profiling_ts_trace_flags_info_fn(int key, uint64_t event_id, uint32_t taskpool_id,
                                                            parsec_profiling_info_fn_t *info_fn, const void *info_data, uint16_t flags);
#define parsec_profiling_trace(STREAM, KEY, EVENT_ID, TASKPOOL_ID, INFO) \
    parsec_profiling_trace_flags((STREAM), (KEY), (EVENT_ID), (TASKPOOL_ID), (INFO), 0)

/* Not supported: the trace has no place for them, and the first call says so. */
PARSEC_DECLSPEC void parsec_profiling_add_information(const char *key, const char *value);
PARSEC_DECLSPEC void parsec_profiling_stream_add_information(parsec_profiling_stream_t *stream, const char *key, const char *value);

#define PARSEC_PROFILING_TRACE(stream, key, event_id, object_id, info) \
    do {                                                               \
        if( parsec_profile_enabled ) (void)parsec_profiling_trace((stream), (key), (event_id), (object_id), (info)); \
    } while( 0 )
#define PARSEC_PROFILING_TRACE_FLAGS(stream, key, event_id, object_id, info, flags) \
    do {                                                                            \
        if( parsec_profile_enabled ) (void)parsec_profiling_trace_flags((stream), (key), (event_id), (object_id), (info), (flags)); \
    } while( 0 )
#define PROFILING_SAVE_dINFO(key, value) ((void)0)
#define PROFILING_SAVE_iINFO(key, value) ((void)0)
#define PROFILING_SAVE_uint64INFO(key, value) ((void)0)
#define PROFILING_SAVE_sINFO(key, value) ((void)0)

END_C_DECLS

#endif /* _PARSEC_profiling_h */
