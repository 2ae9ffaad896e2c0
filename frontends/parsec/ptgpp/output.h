// Files that are there whole or not at all.
#ifndef HEDDLE_FRONTENDS_PARSEC_PTGPP_OUTPUT_H_
#define HEDDLE_FRONTENDS_PARSEC_PTGPP_OUTPUT_H_

#include <string>
#include <vector>

namespace heddle::ptgpp {

struct OutputFile {
  std::string path;
  const std::string* text;
};

// Writes the files, each under a name of its own beside its place, and puts them there when all are
// written; a symbolic link is followed, and what is no regular file (/dev/null) is written into.
// Errors: false, with why; nothing is left behind then, and files that were there stay as they
// were.
bool Replace(const std::vector<OutputFile>& files, std::string* error);

}  // namespace heddle::ptgpp

#endif  // HEDDLE_FRONTENDS_PARSEC_PTGPP_OUTPUT_H_
