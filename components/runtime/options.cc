#include "components/runtime/options.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

namespace heddle {
namespace {

// Reads one value into its option; returns false where the text is not allowed.
struct Option {
  const char* name;
  const char* argument;
  const char* help;
  std::function<bool(const char* text, Options& options)> read;
  std::string allowed;
};

template <typename Number>
bool ReadNumber(const char* text, Number least, Number most, Number* value) {
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, *value);
  return error == std::errc() && stop == end && *value >= least && *value <= most;
}

bool ReadBool(const char* text, bool* value) {
  int number = 0;
  if (!ReadNumber(text, 0, 1, &number)) return false;
  *value = number == 1;
  return true;
}

std::vector<Option> Table(int usable_cores) {
  const std::string cores = std::to_string(usable_cores);
  return {
      {"HEDDLE_WORKERS", "N", "workers, at most the cores this process may use (default: all)",
       [usable_cores](const char* text, Options& o) {
         return ReadNumber(text, 1, usable_cores, &o.workers);
       },
       "a number from 1 to " + cores +
           ", the cores that this process may use; frontends take more logical workers than that"
           " by options of their own"},
      {"HEDDLE_BIND", "0|1", "bind workers to cores where the process may (default 1)",
       [](const char* text, Options& o) { return ReadBool(text, &o.bind); }, "0 or 1"},
      {"HEDDLE_SPIN_US", "N", "microseconds an idle worker looks for work before it sleeps (60)",
       [](const char* text, Options& o) { return ReadNumber(text, 0, 1000, &o.spin_us); },
       "a number of microseconds from 0 to 1000"},
      {"HEDDLE_TRACE", "FILE", "write a Chrome/Perfetto trace to FILE",
       [](const char* text, Options& o) {
         o.trace_file = text;
         return !o.trace_file.empty();
       },
       "the name of a file that can be written"},
      {"HEDDLE_STATS", "0|1", "print a summary when the runtime ends (default 0)",
       [](const char* text, Options& o) { return ReadBool(text, &o.stats); }, "0 or 1"},
      {"HEDDLE_WATCHDOG", "SECONDS", "print who waits when nothing progresses for so long; 0: off",
       [](const char* text, Options& o) {
         return ReadNumber(text, 0.0, 86400.0, &o.watchdog_seconds);
       },
       "a number of seconds from 0 to 86400"},
  };
}

}  // namespace

absl::StatusOr<Options> Options::FromEnvironment(const RuntimeOptions& wanted, int usable_cores) {
  Options options;
  if (wanted.workers.has_value()) {
    if (*wanted.workers < 1 || *wanted.workers > usable_cores) {
      return absl::InvalidArgumentError("workers=" + std::to_string(*wanted.workers) +
                                        ": allowed is a number from 1 to " +
                                        std::to_string(usable_cores));
    }
    options.workers = *wanted.workers;
  }
  if (wanted.bind.has_value()) options.bind = *wanted.bind;
  for (const Option& option : Table(usable_cores)) {
    const char* const text = std::getenv(option.name);
    if (text == nullptr || option.read(text, options)) continue;
    return absl::InvalidArgumentError(std::string(option.name) + "=\"" + text + "\": allowed is " +
                                      option.allowed);
  }
  return options;
}

std::string Options::Help() {
  std::string help;
  for (const Option& option : Table(1)) {
    help += std::string(option.name) + "=" + option.argument + "  " + option.help + "\n";
  }
  return help;
}

}  // namespace heddle
