/* Messages from files: parsec_show_help(file, topic, ...) prints the lines that follow `[topic]` in the file, which is looked for in
 * the folders that were added, formatted with the arguments. */
#ifndef PARSEC_SHOW_HELP_H
#define PARSEC_SHOW_HELP_H

#include <stdarg.h>

#include "parsec/constants.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

PARSEC_DECLSPEC int parsec_show_help_add_dir(const char *directory);
/* Where there is no such file or topic both are named, and PARSEC_ERR_NOT_FOUND returned. want_error_header: between two lines of
 * dashes. */
PARSEC_DECLSPEC int parsec_show_help(const char *filename, const char *topic, int want_error_header, ...);
PARSEC_DECLSPEC int parsec_show_vhelp(const char *filename, const char *topic, int want_error_header, va_list ap);

END_C_DECLS

#endif /* PARSEC_SHOW_HELP_H */
