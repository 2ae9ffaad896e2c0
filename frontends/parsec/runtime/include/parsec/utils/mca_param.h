/* Parameters: named values that users set with PARSEC_MCA_<name> in the environment, with `name = value` lines in
 * $HOME/.parsec/mca-params.conf and in the files that PARSEC_MCA_mca_param_files lists (separated by ':'), or with --mca name value.
 * The command line goes before the environment, that before files, and those before defaults.
 *
 * A parameter's name is "type_name", or "name" where type is NULL. Indices are those of registration, from 0.
 * Contexts of all: any thread.  Errors: PARSEC_ERR_NOT_FOUND for an unknown parameter, PARSEC_ERR_BAD_PARAM for a value of the wrong
 * kind, which is reported with the parameter's name and leaves the default. */
#ifndef PARSEC_MCA_PARAM_H
#define PARSEC_MCA_PARAM_H

#include "parsec/class/list.h"
#include "parsec/constants.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef enum {
    PARSEC_MCA_PARAM_ERROR = -1,
    PARSEC_MCA_PARAM_TYPE_INT,
    PARSEC_MCA_PARAM_TYPE_SIZET,
    PARSEC_MCA_PARAM_TYPE_STRING,
    PARSEC_MCA_PARAM_TYPE_MAX
} parsec_mca_param_type_t;

typedef enum {
    MCA_PARAM_SOURCE_DEFAULT,
    MCA_PARAM_SOURCE_ENV, /* The command line, too. */
    MCA_PARAM_SOURCE_FILE,
    MCA_PARAM_SOURCE_OVERRIDE, /* parsec_mca_param_set_*() */
    MCA_PARAM_SOURCE_MAX
} parsec_mca_param_source_t;

PARSEC_DECLSPEC int parsec_mca_param_init(void);
PARSEC_DECLSPEC int parsec_mca_param_finalize(void);
/* Reads the files again. */
PARSEC_DECLSPEC int parsec_mca_param_recache_files(void);

/* Make a parameter known, return its index, and store its value where current_value is not NULL; strings are the caller's to free.
 * `read_only`: only the default counts. `internal`: left out of lists. Again with the same name: the default and help are replaced. */
PARSEC_DECLSPEC int parsec_mca_param_reg_int_name(const char *type, const char *param_name, const char *help_msg, bool internal,
                                                  bool read_only, int default_value, int *current_value);
PARSEC_DECLSPEC int parsec_mca_param_reg_sizet_name(const char *type, const char *param_name, const char *help_msg, bool internal,
                                                    bool read_only, size_t default_value, size_t *current_value);
PARSEC_DECLSPEC int parsec_mca_param_reg_string_name(const char *type, const char *param_name, const char *help_msg, bool internal,
                                                     bool read_only, const char *default_value, char **current_value);
/* Another name for a parameter. */
PARSEC_DECLSPEC int parsec_mca_param_reg_syn_name(int original_index, const char *syn_type, const char *syn_param_name, bool deprecated);
PARSEC_DECLSPEC int parsec_mca_param_deregister(int index);

/* The index of "type_component_param", without those that are NULL. */
PARSEC_DECLSPEC int parsec_mca_param_find(const char *type, const char *component, const char *param);
PARSEC_DECLSPEC int parsec_mca_param_find_int_name(const char *type, const char *param_name, char **env, int *current_value);
PARSEC_DECLSPEC int parsec_mca_param_find_sizet_name(const char *type, const char *param_name, char **env, size_t *current_value);
PARSEC_DECLSPEC int parsec_mca_param_find_string_name(const char *type, const char *param_name, char **env, char **current_value);
PARSEC_DECLSPEC int parsec_mca_param_lookup_int(int index, int *value);
PARSEC_DECLSPEC int parsec_mca_param_lookup_sizet(int index, size_t *value);
PARSEC_DECLSPEC int parsec_mca_param_lookup_string(int index, char **value);
PARSEC_DECLSPEC int parsec_mca_param_lookup_source(int index, parsec_mca_param_source_t *source, char **source_file);
/* Go before all sources. */
PARSEC_DECLSPEC int parsec_mca_param_set_int(int index, int value);
PARSEC_DECLSPEC int parsec_mca_param_set_sizet(int index, size_t value);
PARSEC_DECLSPEC int parsec_mca_param_set_string(int index, char *value);
PARSEC_DECLSPEC int parsec_mca_param_unset(int index);

/* "PARSEC_MCA_<name>", the caller's to free. */
PARSEC_DECLSPEC char *parsec_mca_param_env_var(const char *param_name);
PARSEC_DECLSPEC int parsec_mca_var_env_name(const char *param_name, char **env_name);
/* Sets a parameter in an environment, &environ for the process's own. */
PARSEC_DECLSPEC void parsec_setenv_mca_param(char *param, char *value, char ***env);

END_C_DECLS

#endif /* PARSEC_MCA_PARAM_H */
