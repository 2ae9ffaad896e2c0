// The command line's parameters.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "frontends/parsec/runtime/src/mca.h"

namespace heddle::parsec {

absl::Status CheckParameters();  // mca_param.cc

absl::Status TakeOptions(int* argc, char*** argv, CommandLine* line) {
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
  if (absl::Status status = CheckParameters(); !status.ok()) return status;
  line->help |= IntParameter("show_help") != 0;
  line->version |= IntParameter("show_version") != 0;
  return absl::OkStatus();
}

}  // namespace heddle::parsec
