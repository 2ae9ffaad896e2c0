/* Messages of programs' own between processes: active messages, and puts and gets to and from registered memory. */
#ifndef PARSEC_COMM_ENGINE_H_HAS_BEEN_INCLUDED
#define PARSEC_COMM_ENGINE_H_HAS_BEEN_INCLUDED

#include <stddef.h>
#include <stdint.h>

#include "parsec/datatype.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

/* Memory of bytes (its size counts), or of a count of elements of a datatype. */
typedef enum { PARSEC_MEM_TYPE_CONTIGUOUS = 0, PARSEC_MEM_TYPE_NONCONTIGUOUS = 1 } parsec_mem_type_t;

/* The tags that the original uses itself, and how many there may be; here any 64-bit number is a tag, and the runtime has none. */
#define PARSEC_MAX_REGISTERED_TAGS 12
typedef enum {
    PARSEC_CE_MPI_FUNNELLED_GET_TAG_INTERNAL = 0,
    PARSEC_CE_MPI_FUNNELLED_PUT_TAG_INTERNAL = 1,
    PARSEC_CE_REMOTE_DEP_ACTIVATE_TAG = 2,
    PARSEC_CE_REMOTE_DEP_GET_DATA_TAG,
    PARSEC_CE_REMOTE_DEP_PUT_END_TAG,
    PARSEC_TERMDET_FOURCOUNTER_MSG_TAG,
    PARSEC_TERMDET_USER_TRIGGER_MSG_TAG,
    PARSEC_DSL_TTG_TAG,
    PARSEC_DSL_TTG_RMA_TAG,
    PARSEC_CE_REMOTE_DEP_MAX_CTRL_TAG
} parsec_remote_dep_tag_t;

/* Points to get_mem_handle_size() bytes, which may be sent to another process and used there in a put or a get. */
typedef void *parsec_ce_mem_reg_handle_t;
typedef struct parsec_comm_engine_capabilites_s parsec_comm_engine_capabilites_t;
typedef struct parsec_comm_engine_s parsec_comm_engine_t;
typedef uint64_t parsec_ce_tag_t;

/* Callbacks run in whichever thread looks for messages, one at a time in a process. They must not block; they may send, put, get, and
 * schedule tasks. What they return is not looked at. `msg` is theirs until they return. */
typedef int (*parsec_ce_callback_t)(void *cb_data);
typedef int (*parsec_ce_am_callback_t)(parsec_comm_engine_t *ce, parsec_ce_tag_t tag, void *msg, size_t msg_size, int src, void *cb_data);
typedef int (*parsec_ce_onesided_callback_t)(parsec_comm_engine_t *comm_engine, parsec_ce_mem_reg_handle_t lreg, ptrdiff_t ldispl,
                                             parsec_ce_mem_reg_handle_t rreg, ptrdiff_t rdispl, size_t size, int remote, void *cb_data);

typedef int (*parsec_ce_tag_register_fn_t)(parsec_ce_tag_t tag, parsec_ce_am_callback_t cb, void *cb_data, size_t msg_length);
typedef int (*parsec_ce_tag_unregister_fn_t)(parsec_ce_tag_t tag);
typedef int (*parsec_ce_mem_register_fn_t)(void *mem, parsec_mem_type_t mem_type, size_t count, parsec_datatype_t datatype,
                                           size_t mem_size, parsec_ce_mem_reg_handle_t *lreg, size_t *lreg_size);
typedef int (*parsec_ce_mem_unregister_fn_t)(parsec_ce_mem_reg_handle_t *lreg);
typedef int (*parsec_ce_get_mem_reg_handle_size_fn_t)(void);
typedef int (*parsec_ce_mem_retrieve_fn_t)(parsec_ce_mem_reg_handle_t lreg, void **mem, parsec_datatype_t *datatype, int *count);
typedef int (*parsec_ce_put_fn_t)(parsec_comm_engine_t *comm_engine, parsec_ce_mem_reg_handle_t lreg, ptrdiff_t ldispl,
                                  parsec_ce_mem_reg_handle_t rreg, ptrdiff_t rdispl, size_t size, int remote,
                                  parsec_ce_onesided_callback_t l_cb, void *l_cb_data, parsec_ce_tag_t r_tag, void *r_cb_data,
                                  size_t r_cb_data_size);
typedef int (*parsec_ce_get_fn_t)(parsec_comm_engine_t *comm_engine, parsec_ce_mem_reg_handle_t lreg, ptrdiff_t ldispl,
                                  parsec_ce_mem_reg_handle_t rreg, ptrdiff_t rdispl, size_t size, int remote,
                                  parsec_ce_onesided_callback_t l_cb, void *l_cb_data, parsec_ce_tag_t r_tag, void *r_cb_data,
                                  size_t r_cb_data_size);
typedef int (*parsec_ce_send_active_message_fn_t)(parsec_comm_engine_t *comm_engine, parsec_ce_tag_t tag, int remote, void *addr,
                                                  size_t size);
typedef int (*parsec_ce_progress_fn_t)(parsec_comm_engine_t *comm_engine);
typedef int (*parsec_ce_enable_fn_t)(parsec_comm_engine_t *comm_engine);
typedef int (*parsec_ce_disable_fn_t)(parsec_comm_engine_t *comm_engine);
typedef int (*parsec_ce_set_ctx_fn_t)(parsec_comm_engine_t *comm_engine, intptr_t ctx);
typedef int (*parsec_ce_fini_fn_t)(parsec_comm_engine_t *comm_engine);
typedef int (*parsec_ce_pack_fn_t)(parsec_comm_engine_t *ce, void *inbuf, int incount, parsec_datatype_t type, void *outbuf,
                                   int outsize, int *positionA);
typedef int (*parsec_ce_pack_size_fn_t)(parsec_comm_engine_t *ce, int incount, parsec_datatype_t type, int *size);
typedef int (*parsec_ce_unpack_fn_t)(parsec_comm_engine_t *ce, void *inbuf, int insize, int *position, void *outbuf, int outcount,
                                     parsec_datatype_t type);
typedef int (*parsec_ce_sync_fn_t)(parsec_comm_engine_t *comm_engine);
typedef int (*parsec_ce_can_serve_fn_t)(parsec_comm_engine_t *comm_engine);
typedef int (*parsec_ce_reshape_fn_t)(parsec_comm_engine_t *ce, parsec_execution_stream_t *es, parsec_data_copy_t *dst,
                                      int64_t displ_dst, parsec_datatype_t layout_dst, uint64_t count_dst, parsec_data_copy_t *src,
                                      int64_t displ_src, parsec_datatype_t layout_src, uint64_t count_src);

struct parsec_comm_engine_capabilites_s {
    unsigned int sided : 2; /* 2: a put or a get needs the other process to look for messages. */
    unsigned int supports_noncontiguous_datatype : 1;
    unsigned int multithreaded : 1; /* Any thread may call the functions below. */
};

/* Of all functions: Thread safety: any thread.  Blocking: never, but for sync.
 * They return what the original's do where all is well: 0 of tags, packing, sync and reshape, 1 of the others.
 * Errors: negative (constants.h), with a warning that names what was wrong; a put or get beyond the registered memory ends the program.
 * Memory order: what came before a call happens before the callbacks of what it sends. */
struct parsec_comm_engine_s {
    parsec_context_t *parsec_context; /* NULL where the engine was opened without one. */
    parsec_comm_engine_capabilites_t capabilites;
    /* While it is disabled, and before it is enabled, arrivals wait. One that came with a context is enabled. */
    parsec_ce_enable_fn_t enable;
    parsec_ce_disable_fn_t disable;
    /* Takes a communicator of all processes in their order, else PARSEC_ERR_NOT_SUPPORTED. */
    parsec_ce_set_ctx_fn_t set_ctx;
    parsec_ce_fini_fn_t fini; /* As parsec_comm_engine_fini(). */
    /* Messages with the tag, of at most msg_length bytes, go to cb; those that came before wait for it. */
    parsec_ce_tag_register_fn_t tag_register;
    parsec_ce_tag_unregister_fn_t tag_unregister;
    parsec_ce_mem_register_fn_t mem_register;
    parsec_ce_mem_unregister_fn_t mem_unregister; /* The handle, or a copy of it that was sent around. */
    parsec_ce_get_mem_reg_handle_size_fn_t get_mem_handle_size;
    parsec_ce_mem_retrieve_fn_t mem_retrieve; /* In the process that registered it. */
    /* Copies from lreg to rreg (put), from rreg to lreg (get): `size` bytes of contiguous memory, or all of it where size is 0 or the
     * memory has a datatype; displacements are in bytes. l_cb is called here when the memory of lreg may be used, then or before the
     * other process calls r_tag with a copy of r_cb_data: a registered tag, or the address of a parsec_ce_am_callback_t in that
     * process; 0: nothing. */
    parsec_ce_put_fn_t put;
    parsec_ce_get_fn_t get;
    parsec_ce_progress_fn_t progress; /* Looks for messages once; how many looks found some: 0 or 1.
                                       * With a context idle workers look, too; without, callbacks run in progress() and sync() only. */
    parsec_ce_pack_fn_t pack;         /* Like MPI_Pack, MPI_Pack_size and MPI_Unpack. */
    parsec_ce_pack_size_fn_t pack_size;
    parsec_ce_unpack_fn_t unpack;
    parsec_ce_reshape_fn_t reshape; /* src's elements, at a displacement in bytes, into dst's layout. */
    /* A barrier of all processes. Blocking: the calling thread, which looks for messages meanwhile; not for callbacks. */
    parsec_ce_sync_fn_t sync;
    parsec_ce_can_serve_fn_t can_serve; /* Always 1: what cannot be sent at once is kept. */
    parsec_ce_send_active_message_fn_t send_am;
};

/* The engine of the process: after parsec_init() with several processes, or parsec_comm_engine_init(). */
PARSEC_DECLSPEC extern parsec_comm_engine_t parsec_ce;

/* Opens it; parsec_context may be NULL. Collective. NULL, with a message, where the processes cannot meet (after MPI_Init() only).
 * Thread safety: one thread at a time.  Blocking: until all processes have come. */
PARSEC_DECLSPEC parsec_comm_engine_t *parsec_comm_engine_init(parsec_context_t *parsec_context);
/* Closes what parsec_comm_engine_init() opened; the last one forgets tags and what nobody took. Collective; before MPI_Finalize(). */
PARSEC_DECLSPEC int parsec_comm_engine_fini(parsec_comm_engine_t *comm_engine);

END_C_DECLS

#endif /* PARSEC_COMM_ENGINE_H_HAS_BEEN_INCLUDED */
