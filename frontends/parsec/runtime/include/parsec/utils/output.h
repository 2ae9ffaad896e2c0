/* Output streams: id 0 is standard error with a prefix of host and process; others are opened and have a level of their own. */
#ifndef PARSEC_OUTPUT_H_
#define PARSEC_OUTPUT_H_

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "parsec/class/parsec_object.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef struct parsec_output_stream_t {
    parsec_object_t super;
    int lds_verbose_level;
    int lds_syslog_priority; /* Nothing goes to the system's log here. */
    char *lds_syslog_ident;
    char *lds_prefix; /* Before each line; NULL: none. */
    char *lds_suffix;
    bool lds_is_debugging;
    bool lds_want_syslog;
    bool lds_want_stdout;
    bool lds_want_stderr;
    bool lds_want_file;
    bool lds_want_file_append;
    char *lds_file_suffix; /* The file is NAME OF THE PREFIX "parsec-<pid>-" SUFFIX in $TMPDIR. */
} parsec_output_stream_t;
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_output_stream_t);

PARSEC_DECLSPEC bool parsec_output_init(void);
PARSEC_DECLSPEC void parsec_output_finalize(void);
/* NULL: as stream 0. Returns the id, or -1 where there are too many. */
PARSEC_DECLSPEC int parsec_output_open(parsec_output_stream_t *lds);
PARSEC_DECLSPEC int parsec_output_reopen(int output_id, parsec_output_stream_t *lds);
/* Returns whether it was on. */
PARSEC_DECLSPEC bool parsec_output_switch(int output_id, bool enable);
PARSEC_DECLSPEC void parsec_output_close(int output_id);
/* Contexts: any thread; a call's text is written in one piece, with a newline where it has none. */
PARSEC_DECLSPEC void parsec_output(int output_id, const char *format, ...) PARSEC_ATTRIBUTE_FORMAT_PRINTF(2, 3);
/* Only where the stream's level is at least verbose_level. */
PARSEC_DECLSPEC void parsec_output_verbose(int verbose_level, int output_id, const char *format, ...)
    PARSEC_ATTRIBUTE_FORMAT_PRINTF(3, 4);
PARSEC_DECLSPEC void parsec_output_vverbose(int verbose_level, int output_id, const char *format, va_list ap);
PARSEC_DECLSPEC void parsec_output_set_verbosity(int output_id, int level);
PARSEC_DECLSPEC int parsec_output_get_verbosity(int output_id);

#define PARSEC_OUTPUT(a)
#define PARSEC_OUTPUT_VERBOSE(a)

END_C_DECLS

#endif /* PARSEC_OUTPUT_H_ */
