#include "parsec/utils/parsec_environ.h"

#include <cstdlib>
#include <cstring>
#include <string>

namespace {

// Where the variable stands in an array, or its end.
char** Find(char** variables, const char* name) {
  const std::size_t length = std::strlen(name);
  while (*variables != nullptr && (std::strncmp(*variables, name, length) != 0 || (*variables)[length] != '=')) ++variables;
  return variables;
}

bool IsName(const char* name) { return name != nullptr && *name != '\0' && std::strchr(name, '=') == nullptr; }

}  // namespace

extern "C" {

int parsec_setenv(const char* name, const char* value, bool overwrite, char*** env) {
  if (!IsName(name) || env == nullptr) return PARSEC_ERR_BAD_PARAM;
  if (value == nullptr) value = "";
  if (env == &environ || *env == environ) {
    if (!overwrite && std::getenv(name) != nullptr) return PARSEC_ERR_EXISTS;
    return setenv(name, value, 1) == 0 ? PARSEC_SUCCESS : PARSEC_ERR_OUT_OF_RESOURCE;
  }
  char* variable = strdup((std::string(name) + "=" + value).c_str());
  if (variable == nullptr) return PARSEC_ERR_OUT_OF_RESOURCE;
  std::size_t count = 0;
  if (*env != nullptr) {
    char** at = Find(*env, name);
    if (*at != nullptr) {
      std::free(overwrite ? *at : variable);
      if (overwrite) *at = variable;
      return overwrite ? PARSEC_SUCCESS : PARSEC_ERR_EXISTS;
    }
    count = static_cast<std::size_t>(at - *env);
  }
  auto** grown = static_cast<char**>(std::realloc(*env, (count + 2) * sizeof(char*)));
  if (grown == nullptr) {
    std::free(variable);
    return PARSEC_ERR_OUT_OF_RESOURCE;
  }
  grown[count] = variable;
  grown[count + 1] = nullptr;
  *env = grown;
  return PARSEC_SUCCESS;
}

int parsec_unsetenv(const char* name, char*** env) {
  if (!IsName(name) || env == nullptr) return PARSEC_ERR_BAD_PARAM;
  if (env == &environ || *env == environ) {
    if (std::getenv(name) == nullptr) return PARSEC_ERR_NOT_FOUND;
    return unsetenv(name) == 0 ? PARSEC_SUCCESS : PARSEC_ERROR;
  }
  char** at = *env != nullptr ? Find(*env, name) : nullptr;
  if (at == nullptr || *at == nullptr) return PARSEC_ERR_NOT_FOUND;
  std::free(*at);
  do {
    at[0] = at[1];
  } while (*at++ != nullptr);
  return PARSEC_SUCCESS;
}

const char* parsec_home_directory() {
  const char* home = std::getenv("HOME");
  return home != nullptr ? home : "/";
}

const char* parsec_tmp_directory() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr ? folder : "/tmp";
}

}  // extern "C"
