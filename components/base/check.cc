#include "components/base/check.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace heddle::internal {

CheckFailure::CheckFailure(const char* file, int line, const char* condition) {
  stream_ << "heddle: " << file << ":" << line << ": check failed: " << condition << " ";
}

CheckFailure::~CheckFailure() {
  stream_ << "\n";
  const std::string text = stream_.str();
  // write(), not a stream: the failure may be inside of one.
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  abort();
}

}  // namespace heddle::internal
