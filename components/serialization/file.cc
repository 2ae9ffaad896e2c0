#include "components/serialization/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace heddle {

std::string FileStream::Name() const {
  if (!name_.empty()) return name_;
  const int descriptor = fileno(file_);
  char path[PATH_MAX];
  const ssize_t length =
      descriptor < 0
          ? -1
          : readlink(absl::StrCat("/proc/self/fd/", descriptor).c_str(), path, sizeof(path));
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "a file";
}

std::uint64_t FileStream::Position() const {
  const off_t at = ftello(file_);
  return at < 0 ? 0 : static_cast<std::uint64_t>(at);
}

bool FileStream::Seek(std::uint64_t position) {
  if (!ok()) return false;
  if (position > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()) ||
      fseeko(file_, static_cast<off_t>(position), SEEK_SET) != 0) {
    Fail(absl::OutOfRangeError(absl::StrCat(Name(), ": cannot go to byte ", position)));
  }
  return ok();
}

void FileStream::Fail(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
}

absl::Status FileStream::SystemError(const char* doing, int error) const {
  const std::string text = absl::StrCat(Name(), ": ", doing, " at byte ", Position(), ": ",
                                        error == 0 ? "unknown error" : std::strerror(error));
  if (error == ENOSPC || error == EDQUOT || error == EFBIG)
    return absl::ResourceExhaustedError(text);
  return absl::UnknownError(text);
}

bool FileWriter::Write(const void* from, std::size_t bytes) {
  if (!ok()) return false;
  errno = 0;
  if (bytes != 0 && std::fwrite(from, 1, bytes, file_) != bytes)
    Fail(SystemError("cannot write", errno));
  return ok();
}

const absl::Status& FileWriter::Flush() {
  errno = 0;
  if (ok() && (std::fflush(file_) != 0 || std::ferror(file_) != 0))
    Fail(SystemError("cannot write", errno));
  return status_;
}

bool FileReader::Read(void* to, std::size_t bytes) {
  if (bytes == 0) return ok();
  if (ok()) {
    errno = 0;
    const std::size_t read = std::fread(to, 1, bytes, file_);
    if (read == bytes) return true;
    if (std::ferror(file_) != 0) {
      Fail(SystemError("cannot read", errno));
    } else {
      Fail(absl::DataLossError(absl::StrCat(Name(), " ends at byte ", Position(), ", where ",
                                            bytes - read, " more should follow")));
    }
  }
  std::memset(to, 0, bytes);
  return false;
}

std::uint64_t FileReader::Remaining() const {
  struct stat file;
  const int descriptor = fileno(file_);
  if (descriptor < 0 || fstat(descriptor, &file) != 0 || !S_ISREG(file.st_mode))
    return std::numeric_limits<std::uint64_t>::max();
  const auto size = static_cast<std::uint64_t>(file.st_size);
  const std::uint64_t at = Position();
  return at < size ? size - at : 0;
}

bool FileReader::CheckCount(std::uint64_t count, std::size_t least_bytes) {
  if (!ok()) return false;
  if (least_bytes != 0 && count > Remaining() / least_bytes) {
    Fail(
        absl::DataLossError(absl::StrCat(Name(), ": before byte ", Position(), " stands that ",
                                         count, " items follow, for which the file is too short")));
  }
  return ok();
}

}  // namespace heddle
