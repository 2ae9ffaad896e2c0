/* Environments: arrays of "NAME=value" that end with NULL. */
#ifndef PARSEC_ENVIRON_H
#define PARSEC_ENVIRON_H

#include "parsec/constants.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

/* Change *env, the process's own where it is environ, else one from malloc with strings from malloc (NULL: empty).
 * Errors: PARSEC_ERR_BAD_PARAM; PARSEC_ERR_EXISTS where it is set and overwrite is false; PARSEC_ERR_NOT_FOUND. Not thread safe. */
PARSEC_DECLSPEC int parsec_setenv(const char *name, const char *value, bool overwrite, char ***env);
PARSEC_DECLSPEC int parsec_unsetenv(const char *name, char ***env);
PARSEC_DECLSPEC const char *parsec_home_directory(void);
PARSEC_DECLSPEC const char *parsec_tmp_directory(void);

extern char **environ;

END_C_DECLS

#endif /* PARSEC_ENVIRON_H */
