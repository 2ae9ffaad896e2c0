// Packing into and out of files: the first error stays, with the file's name and the place, and
// ends all that follows. Thread safety: one thread at a time.  Blocking: as the file system does.
#ifndef HEDDLE_COMPONENTS_SERIALIZATION_FILE_H_
#define HEDDLE_COMPONENTS_SERIALIZATION_FILE_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace heddle {

// A std::FILE that the caller opened, and closes after this object has gone. The caller may use it
// in between, too.
class FileStream {
 public:
  // Without a name, errors ask the system for it.
  explicit FileStream(std::FILE* file, std::string name = "")
      : file_(file), name_(std::move(name)) {}
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;

  [[nodiscard]] bool ok() const { return status_.ok(); }
  [[nodiscard]] const absl::Status& status() const { return status_; }
  [[nodiscard]] std::FILE* file() const { return file_; }
  [[nodiscard]] std::string Name() const;
  // From the beginning of the file; 0 where it has no position, as a pipe.
  [[nodiscard]] std::uint64_t Position() const;
  // Errors: OutOfRange where the file cannot go there.
  bool Seek(std::uint64_t position);
  // Whoever reads what was packed may find a fault that the file does not know of: keeps `status`
  // as the first error.
  void Fail(absl::Status status);

 protected:
  absl::Status SystemError(const char* doing, int error) const;

  std::FILE* const file_;
  const std::string name_;
  absl::Status status_;
};

class FileWriter : public FileStream {
 public:
  using FileStream::FileStream;

  // Returns false where the bytes could not be written, now or before.
  // Errors: ResourceExhausted for a full disk or quota, else Unknown, with errno's text.
  bool Write(const void* from, std::size_t bytes);
  // Hands over what is buffered. Only now is it known whether all was written.
  const absl::Status& Flush();
};

class FileReader : public FileStream {
 public:
  using FileStream::FileStream;

  // Returns false where there are not as many bytes, now or before; all of `to` is zero then.
  // Errors: DataLoss where the file ends; Unknown with errno's text.
  bool Read(void* to, std::size_t bytes);
  // Bytes up to the end; the largest number where the file has no end, as a pipe.
  [[nodiscard]] std::uint64_t Remaining() const;
  // Whether `count` items of `least_bytes` or more can follow: call it before you allocate for a
  // count that was read. Errors: DataLoss.  Cost: two system calls.
  bool CheckCount(std::uint64_t count, std::size_t least_bytes);
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SERIALIZATION_FILE_H_
