// A file of packed objects that says what it is and is complete, or not there: for checkpoints and
// caches.
//
// A header of 48 bytes, then the contents. In the order of the machine that wrote it:
//   0 magic (8)  8 kind (16)  24 version (4)  28 order (4)  32 bytes of contents (8)  40 CRC-32C of
//   contents (4)  44 of the header before (4)
// It is written under another name and gets its own when it is complete: a program that dies in
// between leaves the file of before. So does a machine that dies, where CommitToDisk() is called;
// else nothing waits for the disk.
// Thread safety: one thread at a time.  Blocking: as the file system does.
#ifndef HEDDLE_COMPONENTS_SERIALIZATION_CONTAINER_H_
#define HEDDLE_COMPONENTS_SERIALIZATION_CONTAINER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "components/serialization/file.h"

namespace heddle {

// What a container holds, as its user calls it: up to 16 characters, and a number that changes with
// the contents' form.
struct ContainerFormat {
  std::string kind;
  std::uint32_t version = 0;
};

class ContainerWriter {
 public:
  // Makes PATH.new.
  // Errors: as fopen(); InvalidArgument for a kind that is too long.
  static absl::StatusOr<std::unique_ptr<ContainerWriter>> Create(const std::string& path,
                                                                 const ContainerFormat& format);
  // Not committed: PATH.new goes away, PATH stays as it was.
  ~ContainerWriter();
  ContainerWriter(const ContainerWriter&) = delete;
  ContainerWriter& operator=(const ContainerWriter&) = delete;

  // For the contents; positions count from the beginning of the file.
  FileWriter& contents() { return contents_; }
  // Everything stands in PATH, or the error that kept it from there is returned, PATH then being as
  // it was. Called once, as the last. Cost: the contents are read once again, for the checksum,
  // mostly from the page cache.
  absl::Status Commit() { return Commit(false); }
  // Instead of Commit(): the bytes are on the disk before PATH is replaced.
  absl::Status CommitToDisk() { return Commit(true); }

 private:
  ContainerWriter(std::FILE* file, const std::string& path, const ContainerFormat& format);
  absl::Status Commit(bool to_disk);
  absl::Status Complete();

  const std::string path_;
  const std::string kind_;
  const std::uint32_t version_;
  std::FILE* file_;
  FileWriter contents_;
};

class ContainerReader {
 public:
  // Opens a container after a look at all of it.
  // Errors: as fopen(); InvalidArgument where it is none, or of another kind, version or order of
  // bytes; DataLoss where it is cut off or its bytes have changed. Each names the file and what it
  // should have been. Cost: reads all of it once.
  static absl::StatusOr<std::unique_ptr<ContainerReader>> Open(const std::string& path,
                                                               const ContainerFormat& format);
  ~ContainerReader();
  ContainerReader(const ContainerReader&) = delete;
  ContainerReader& operator=(const ContainerReader&) = delete;

  // At the beginning of the contents.
  FileReader& contents() { return contents_; }

 private:
  ContainerReader(std::FILE* file, const std::string& path) : file_(file), contents_(file, path) {}
  absl::Status Check(const std::string& path, const ContainerFormat& format);

  std::FILE* const file_;
  FileReader contents_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SERIALIZATION_CONTAINER_H_
