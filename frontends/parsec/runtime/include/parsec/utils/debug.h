/* Messages of programs and of the runtime. */
#ifndef DEBUG_H_HAS_BEEN_INCLUDED
#define DEBUG_H_HAS_BEEN_INCLUDED

#include <stdlib.h>
#include <unistd.h>

#include "parsec/constants.h"
#include "parsec/parsec_config.h"
#include "parsec/utils/output.h"

BEGIN_C_DECLS

PARSEC_DECLSPEC extern int parsec_debug_output;  /* The stream of debugging messages. */
PARSEC_DECLSPEC extern int parsec_debug_verbose; /* Its level: parameter debug_verbose. */
PARSEC_DECLSPEC extern int parsec_debug_rank;    /* This process. */

/* Prints a message with its place and ends the job, with core where the parameter debug_coredump_on_fatal says so. */
PARSEC_DECLSPEC void parsec_fatal_(const char *function, int line, const char *format, ...) __attribute__((noreturn))
PARSEC_ATTRIBUTE_FORMAT_PRINTF(3, 4);
PARSEC_DECLSPEC void parsec_message_(char kind, const char *format, ...) PARSEC_ATTRIBUTE_FORMAT_PRINTF(2, 3);
PARSEC_DECLSPEC void parsec_debug_message_(int level, int output_id, const char *function, int line, const char *format, ...)
    PARSEC_ATTRIBUTE_FORMAT_PRINTF(5, 6);
#define parsec_fatal(...) parsec_fatal_(__func__, __LINE__, __VA_ARGS__)
#define parsec_warning(...) parsec_message_('W', __VA_ARGS__)
#define parsec_inform(...) parsec_message_('i', __VA_ARGS__)
#define parsec_debug_verbose(level, output, ...) parsec_debug_message_((level), (output), __func__, __LINE__, __VA_ARGS__)
#define PARSEC_DEBUG_VERBOSE(...) do {} while( 0 )

PARSEC_DECLSPEC void parsec_debug_init(void);
PARSEC_DECLSPEC void parsec_debug_fini(void);

#define PARSEC_CHECK_ERROR(rc, MSG)                                          \
    if( (rc) < PARSEC_SUCCESS ) {                                            \
        parsec_fatal("%s (error %d)", MSG, (rc));                            \
    }

#define parsec_debug_history_add(...)
#define parsec_debug_history_dump()
#define parsec_debug_history_purge()
#define parsec_debug_history_init()
#define parsec_debug_history_fini()

END_C_DECLS

#endif /* DEBUG_H_HAS_BEEN_INCLUDED */
