// The command line's parameters.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "components/trace/trace.h"
#include "frontends/parsec/runtime/src/datatype.h"
#include "frontends/parsec/runtime/src/grapher.h"
#include "frontends/parsec/runtime/src/mca.h"
#include "parsec/arena.h"
#include "parsec/runtime.h"
#include "parsec/utils/debug.h"

namespace heddle::parsec::mca {

namespace {

struct Asked {
  bool help = false;
  bool version = false;
};

absl::Status TakeOptions(int* argc, char*** argv, Asked* line) {
  std::map<std::string, std::string> given;
  if (argc != nullptr && argv != nullptr && *argv != nullptr) {
    char** const arguments = *argv;
    std::vector<char*> left;
    std::vector<char*> taken;
    bool before_options = false;  // The last of `left` is a "--".
    for (int i = 0; i < *argc; ++i) {
      char* const argument = arguments[i];
      const absl::string_view text = argument;
      int words = 0;
      if (text == "--mca" || text == "-mca" || text == "--gmca" || text == "-gmca") {
        if (i + 2 >= *argc) return absl::InvalidArgumentError(absl::StrCat(text, " needs a parameter's name and a value"));
        words = 3;
        std::string& value = given[arguments[i + 1]];
        absl::StrAppend(&value, value.empty() ? "" : ",", arguments[i + 2]);
      } else if (text == "--parsec-help") {
        words = 1;
        line->help = true;
      } else if (text == "--parsec-version") {
        words = 1;
        line->version = true;
      }
      if (words == 0) {
        left.push_back(argument);
        before_options = text == "--";
        continue;
      }
      if (before_options) {
        taken.push_back(left.back());
        left.pop_back();
        before_options = false;
      }
      taken.insert(taken.end(), arguments + i, arguments + i + words);
      i += words - 1;
    }
    std::copy(taken.begin(), taken.end(), std::copy(left.begin(), left.end(), arguments));
    *argc = static_cast<int>(left.size());
  }
  for (const auto& [name, value] : given) setenv(absl::StrCat("PARSEC_MCA_", name).c_str(), value.c_str(), 1);
  return absl::OkStatus();
}

// What parsec_fini() ends after everything else, for it calls the last registered function first.
absl::Status StartRecordings() {
  if (const std::string prefix = StringParameter("profile_dot"); !prefix.empty()) {
    if (absl::Status status = DotStart(prefix, parsec_debug_rank); !status.ok()) return status;
    parsec_context_at_fini([](void*) { DotStop(); }, nullptr);
  }
  if (const std::string prefix = StringParameter("profile_filename"); !prefix.empty() && !trace::Enabled()) {
    if (absl::Status status = trace::Start(absl::StrCat(prefix, "-", parsec_debug_rank, ".json")); !status.ok()) return status;
    parsec_context_at_fini([](void*) { (void)trace::Stop(); }, nullptr);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadParameters(int* argc, char*** argv) {
  Asked asked;
  if (absl::Status status = TakeOptions(argc, argv, &asked); !status.ok()) return status;
  if (absl::Status status = CheckParameters(); !status.ok()) return status;
  if (MpiIsUp()) MPI_Comm_rank(MPI_COMM_WORLD, &parsec_debug_rank);
  parsec_debug_init();
  parsec_arena_max_allocated_memory = static_cast<std::size_t>(IntParameter("arena_max_used"));
  parsec_arena_max_cached_memory = static_cast<std::size_t>(IntParameter("arena_max_cached"));
  if ((asked.version || IntParameter("show_version") != 0) && parsec_debug_rank == 0) {
    std::printf("PaRSEC %d.%d.%d API on Heddle\n", PARSEC_VERSION_MAJOR, PARSEC_VERSION_MINOR, PARSEC_VERSION_RELEASE);
  }
  if (asked.help || IntParameter("show_help") != 0) {
    if (parsec_debug_rank == 0) parsec_usage();
    return absl::CancelledError("help was asked for: there is no context");
  }
  return StartRecordings();
}

}  // namespace heddle::parsec::mca

extern "C" void parsec_usage() {
  std::printf(
      "options of PaRSEC programs:\n"
      "  --mca NAME VALUE   sets a parameter; PARSEC_MCA_NAME=VALUE in the environment does the same, and so do lines\n"
      "                     `NAME = VALUE` in $HOME/.parsec/mca-params.conf\n"
      "  --parsec-help      prints this and makes no context\n"
      "  --parsec-version   prints the version\n"
      "parameters:\n%s",
      heddle::parsec::mca::DescribeParameters().c_str());
}
