// Command lines: options are looked up in an argv, and removed from it.
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "frontends/charm/converse/src/periphery.h"

namespace heddle::converse {
namespace {

std::atomic<bool> giving_usage{false};

// Options are described once: by the first PE, or before there are any.
void Describe(const char* option, const char* kind, const char* description) {
  if (description == nullptr || !giving_usage.load(std::memory_order_relaxed)) return;
  if (heddle_activity_user != nullptr && CmiMyPe() != 0) return;
  CmiPrintf("  %s%s%s\n      %s\n", option, *kind != '\0' ? " " : "", kind, description);
}

// Numbers: `parse(text, &end, &value)`.
bool ParseInteger(const char* text, char** end, CmiInt8* value) {
  errno = 0;
  *value = std::strtoll(text, end, 0);
  return errno == 0;
}
bool ParseDouble(const char* text, char** end, double* value) {
  errno = 0;
  *value = std::strtod(text, end);
  return errno == 0;
}

bool IsWhole(const char* text, const char* end) { return end != text && *end == '\0'; }

// Finds `option`, with its number in the same word or the next, and takes both. A longer word that
// only begins with the option is another option.
template <class Number>
bool Take(char** argv, const char* option, const char* kind,
          bool (*parse)(const char*, char**, Number*), Number* number) {
  const std::size_t length = std::strlen(option);
  for (char** at = argv; *at != nullptr; ++at) {
    if (std::strncmp(*at, option, length) != 0) continue;
    const bool alone = (*at)[length] == '\0';
    const char* const text = alone ? at[1] : *at + length;
    if (text == nullptr) CmiAbort("option %s needs %s, and nothing follows it", option, kind);
    char* end = nullptr;
    const bool fits = parse(text, &end, number);
    if (!IsWhole(text, end)) {
      if (!alone) continue;
      CmiAbort("option %s needs %s, not '%s'", option, kind, text);
    }
    if (!fits) CmiAbort("option %s: %s is out of range", option, text);
    CmiDeleteArgs(at, alone ? 2 : 1);
    return true;
  }
  return false;
}

}  // namespace

void InitArguments(Pe&, char** argv) {
  for (char** at = argv; *at != nullptr; ++at) {
    if (std::strcmp(*at, "-h") == 0 || std::strcmp(*at, "-?") == 0 ||
        std::strcmp(*at, "--help") == 0) {
      giving_usage.store(true, std::memory_order_relaxed);  // The program finds it, too.
    }
  }
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

int CmiArgGivingUsage() { return hc::giving_usage.load(std::memory_order_relaxed); }

void CmiArgGroup(const char* parentName, const char* groupName) {
  if (!CmiArgGivingUsage() || (heddle_activity_user != nullptr && CmiMyPe() != 0)) return;
  CmiPrintf("%s%s%s:\n", parentName != nullptr ? parentName : "", parentName != nullptr ? ", " : "",
            groupName != nullptr ? groupName : "");
}

int CmiGetArgLongDesc(char** argv, const char* arg, CmiInt8* dest, const char* desc) {
  hc::Describe(arg, "integer", desc);
  CmiInt8 value = 0;
  if (!hc::Take<CmiInt8>(argv, arg, "an integer", hc::ParseInteger, &value)) return 0;
  *dest = value;
  return 1;
}
int CmiGetArgLong(char** argv, const char* arg, CmiInt8* dest) {
  return CmiGetArgLongDesc(argv, arg, dest, nullptr);
}

int CmiGetArgIntDesc(char** argv, const char* arg, int* dest, const char* desc) {
  CmiInt8 value = 0;
  if (!CmiGetArgLongDesc(argv, arg, &value, desc)) return 0;
  if (value < INT32_MIN || value > INT32_MAX)
    CmiAbort("option %s: %lld is out of range", arg, static_cast<long long>(value));
  *dest = static_cast<int>(value);
  return 1;
}
int CmiGetArgInt(char** argv, const char* arg, int* dest) {
  return CmiGetArgIntDesc(argv, arg, dest, nullptr);
}

int CmiGetArgDoubleDesc(char** argv, const char* arg, double* dest, const char* desc) {
  hc::Describe(arg, "number", desc);
  double value = 0;
  if (!hc::Take<double>(argv, arg, "a number", hc::ParseDouble, &value)) return 0;
  *dest = value;
  return 1;
}
int CmiGetArgDouble(char** argv, const char* arg, double* dest) {
  return CmiGetArgDoubleDesc(argv, arg, dest, nullptr);
}

int CmiGetArgStringDesc(char** argv, const char* arg, char** dest, const char* desc) {
  hc::Describe(arg, "string", desc);
  for (char** at = argv; *at != nullptr; ++at) {
    if (std::strcmp(*at, arg) != 0) continue;
    if (at[1] == nullptr) CmiAbort("option %s needs a string, and nothing follows it", arg);
    *dest = at[1];
    CmiDeleteArgs(at, 2);
    return 1;
  }
  return 0;
}
int CmiGetArgString(char** argv, const char* arg, char** dest) {
  return CmiGetArgStringDesc(argv, arg, dest, nullptr);
}

int CmiGetArgFlagDesc(char** argv, const char* arg, const char* desc) {
  hc::Describe(arg, "", desc);
  for (char** at = argv; *at != nullptr; ++at) {
    if (std::strcmp(*at, arg) != 0) continue;
    CmiDeleteArgs(at, 1);
    return 1;
  }
  return 0;
}
int CmiGetArgFlag(char** argv, const char* arg) { return CmiGetArgFlagDesc(argv, arg, nullptr); }

void CmiDeprecateArgInt(char** argv, const char* arg, const char* desc, const char* warning) {
  int thrown_away = 0;
  if (CmiGetArgIntDesc(argv, arg, &thrown_away, desc)) CmiError("%s\n", warning);
}

int CmiGetArgc(char** argv) {
  int count = 0;
  while (argv[count] != nullptr) ++count;
  return count;
}

void CmiDeleteArgs(char** argv, int k) {
  const int count = CmiGetArgc(argv);
  for (int i = 0; i + k <= count; ++i) argv[i] = argv[i + k];
}

char** CmiCopyArgs(char** argv) {
  const auto bytes = (static_cast<std::size_t>(CmiGetArgc(argv)) + 1) * sizeof(char*);
  char** const copy = static_cast<char**>(std::malloc(bytes));
  _MEMCHECK(copy);
  std::memcpy(copy, argv, bytes);
  return copy;
}
void CmiFreeArgs(char** argv) { std::free(argv); }
