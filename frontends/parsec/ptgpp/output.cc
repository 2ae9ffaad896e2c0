#include "frontends/parsec/ptgpp/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace heddle::ptgpp {
namespace {

struct Pending {
  std::string path, temporary;  // No temporary: it was written in place.
};

bool WriteAll(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = write(file, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

// The permissions that open() would give a new file.
mode_t NewFileMode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

bool WriteOne(const OutputFile& file, Pending* pending) {
  pending->path = file.path;
  char resolved[PATH_MAX];
  if (realpath(file.path.c_str(), resolved) != nullptr) pending->path = resolved;
  struct stat status;
  const bool exists = stat(pending->path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return false;
  }
  int descriptor = -1;
  if (exists && !S_ISREG(status.st_mode)) {
    descriptor = open(pending->path.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    if (exists && access(pending->path.c_str(), W_OK) != 0) return false;
    std::string name = pending->path + ".XXXXXX";
    descriptor = mkostemp(name.data(), O_CLOEXEC);
    if (descriptor >= 0) {
      pending->temporary = name;
      (void)fchmod(descriptor, exists ? status.st_mode & 07777 : NewFileMode());
    }
  }
  if (descriptor < 0) return false;
  const bool written = WriteAll(descriptor, *file.text);
  const int why = errno;
  const bool closed = close(descriptor) == 0;
  if (!written) errno = why;
  return written && closed;
}

}  // namespace

bool Replace(const std::vector<OutputFile>& files, std::string* error) {
  std::vector<Pending> pending;
  const auto fail = [&](const std::string& path) {
    *error = "cannot write " + path + ": " + std::strerror(errno);
    for (const Pending& p : pending)
      if (!p.temporary.empty()) unlink(p.temporary.c_str());
    return false;
  };
  for (const OutputFile& file : files) {
    pending.emplace_back();
    if (!WriteOne(file, &pending.back())) return fail(file.path);
  }
  for (Pending& p : pending) {
    if (p.temporary.empty()) continue;
    if (rename(p.temporary.c_str(), p.path.c_str()) != 0) return fail(p.path);
    p.temporary.clear();
  }
  return true;
}

}  // namespace heddle::ptgpp
