#include "components/serialization/container.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "components/serialization/crc32c.h"

namespace heddle {
namespace {

struct Header {
  char magic[8];
  char kind[16];
  std::uint32_t version;
  std::uint32_t order;
  std::uint64_t bytes;
  std::uint32_t contents_crc;
  std::uint32_t header_crc;

  [[nodiscard]] std::uint32_t Crc() const { return Crc32c(0, this, offsetof(Header, header_crc)); }
  [[nodiscard]] std::string Kind() const {
    return {kind, static_cast<std::size_t>(std::find(kind, kind + sizeof(kind), '\0') - kind)};
  }
};
static_assert(sizeof(Header) == 48);

constexpr char kMagic[9] = "HEDDLEC\n";
constexpr std::uint32_t kOrder = 0x01020304;

std::string Temporary(const std::string& path) { return path + ".new"; }

absl::Status FromErrno(const std::string& path, int error) {
  return absl::ErrnoToStatus(error, path);
}

// The checksum and the length of all that follows in the file.
absl::Status Sum(FileReader& file, std::uint32_t* crc, std::uint64_t* bytes) {
  std::vector<char> buffer(1 << 16);
  *crc = 0;
  *bytes = 0;
  while (true) {
    const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), file.file());
    *crc = Crc32c(*crc, buffer.data(), read);
    *bytes += read;
    if (read == buffer.size()) continue;
    if (std::ferror(file.file()) != 0) return FromErrno(file.Name(), errno);
    return absl::OkStatus();
  }
}

}  // namespace

// ---- Writing

absl::StatusOr<std::unique_ptr<ContainerWriter>> ContainerWriter::Create(
    const std::string& path, const ContainerFormat& format) {
  if (format.kind.size() > sizeof(Header::kind))
    return absl::InvalidArgumentError(
        absl::StrCat("the kind '", format.kind, "' of ", path, " has more than 16 characters"));
  std::FILE* const file = std::fopen(Temporary(path).c_str(), "w+b");
  if (file == nullptr) return FromErrno(Temporary(path), errno);
  std::unique_ptr<ContainerWriter> writer(new ContainerWriter(file, path, format));
  // Its place; a file that is not complete has no magic.
  const Header header{};
  writer->contents_.Write(&header, sizeof(header));
  return writer;
}

ContainerWriter::ContainerWriter(std::FILE* file, const std::string& path,
                                 const ContainerFormat& format)
    : path_(path),
      kind_(format.kind),
      version_(format.version),
      file_(file),
      contents_(file, Temporary(path)) {}

ContainerWriter::~ContainerWriter() {
  if (file_ == nullptr) return;
  (void)std::fclose(file_);
  (void)std::remove(Temporary(path_).c_str());
}

absl::Status ContainerWriter::Commit(bool to_disk) {
  if (file_ == nullptr)
    return absl::FailedPreconditionError(absl::StrCat(path_, " has been committed before"));
  absl::Status status = Complete();
  if (status.ok() && to_disk && fsync(fileno(file_)) != 0)
    status = FromErrno(Temporary(path_), errno);
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && status.ok())
    status = FromErrno(Temporary(path_), errno);
  if (status.ok() && std::rename(Temporary(path_).c_str(), path_.c_str()) != 0)
    status = FromErrno(path_, errno);
  if (!status.ok()) (void)std::remove(Temporary(path_).c_str());
  return status;
}

absl::Status ContainerWriter::Complete() {
  if (!contents_.Flush().ok() || !contents_.Seek(sizeof(Header))) return contents_.status();
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof(header.magic));
  std::memcpy(header.kind, kind_.data(), kind_.size());
  header.version = version_;
  header.order = kOrder;
  FileReader again(file_, Temporary(path_));
  if (absl::Status status = Sum(again, &header.contents_crc, &header.bytes); !status.ok())
    return status;
  header.header_crc = header.Crc();
  contents_.Seek(0);
  contents_.Write(&header, sizeof(header));
  return contents_.Flush();
}

// ---- Reading

absl::StatusOr<std::unique_ptr<ContainerReader>> ContainerReader::Open(
    const std::string& path, const ContainerFormat& format) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return FromErrno(path, errno);
  std::unique_ptr<ContainerReader> reader(new ContainerReader(file, path));
  if (absl::Status status = reader->Check(path, format); !status.ok()) return status;
  return reader;
}

ContainerReader::~ContainerReader() { (void)std::fclose(file_); }

absl::Status ContainerReader::Check(const std::string& path, const ContainerFormat& format) {
  Header header;
  if (!contents_.Read(&header, sizeof(header))) return contents_.status();
  if (std::memcmp(header.magic, kMagic, sizeof(header.magic)) != 0)
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is no ", format.kind, ", or was not completed"));
  if (header.order != kOrder)
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is from a machine with another order of bytes"));
  if (header.header_crc != header.Crc())
    return absl::DataLossError(absl::StrCat(path, ": its header has changed since it was written"));
  if (header.Kind() != format.kind)
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is a ", header.Kind(), " and no ", format.kind));
  if (header.version != format.version) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is a ", format.kind, " of version ",
                                                   header.version, "; this program reads version ",
                                                   format.version));
  }
  std::uint32_t crc = 0;
  std::uint64_t bytes = 0;
  if (absl::Status status = Sum(contents_, &crc, &bytes); !status.ok()) return status;
  if (bytes != header.bytes) {
    return absl::DataLossError(absl::StrCat(path, " should have ", header.bytes,
                                            " bytes after its header, and has ", bytes));
  }
  if (crc != header.contents_crc)
    return absl::DataLossError(
        absl::StrCat(path, ": its contents have changed since they were written"));
  contents_.Seek(sizeof(header));
  return contents_.status();
}

}  // namespace heddle
