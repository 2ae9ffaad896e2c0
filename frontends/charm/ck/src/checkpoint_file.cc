#include "frontends/charm/ck/src/checkpoint_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "charm.h"

namespace heddle::charm {
namespace {

constexpr char kMagic[8] = {'H', 'e', 'd', 'd', 'l', 'e', 'C', 'k'};
constexpr std::uint64_t kFormat = 2;
constexpr std::uint64_t kEnd = ~std::uint64_t{0};

struct Header {
  char magic[8];
  std::uint64_t format;
  CheckpointStamp stamp;
  std::uint64_t checksum;  // Of all before it.
};
struct RecordHead {
  std::uint64_t bytes;  // kEnd: there is no other record.
  std::uint64_t checksum;
};

// FNV-1a, of 64 bits.
std::uint64_t Checksum(std::uint64_t seed, const void* data, std::size_t bytes) {
  std::uint64_t sum = 0xcbf29ce484222325u ^ seed;
  const auto* const at = static_cast<const unsigned char*>(data);
  for (std::size_t i = 0; i < bytes; ++i) sum = (sum ^ at[i]) * 0x100000001b3u;
  return sum;
}
// A record that stands in the wrong place, or in another checkpoint's file, has a wrong one, and so
// has a wrong length.
std::uint64_t RecordChecksum(std::uint64_t checkpoint, std::uint64_t number, std::uint64_t bytes,
                             const void* data, std::size_t size) {
  const std::uint64_t place[] = {checkpoint, number, bytes};
  return Checksum(Checksum(0, place, sizeof(place)), data, size);
}

}  // namespace

// ---- Writing

CheckpointWriter::CheckpointWriter(const std::string& path, const CheckpointStamp& stamp)
    : path_(path), checkpoint_(stamp.checkpoint), file_(std::fopen(path.c_str(), "wb")) {
  if (file_ == nullptr) {
    Fail();
    return;
  }
  Header header;
  std::memset(static_cast<void*>(&header), 0, sizeof(header));
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  header.format = kFormat;
  header.stamp = stamp;
  header.checksum = Checksum(0, &header, offsetof(Header, checksum));
  Put(&header, sizeof(header));
}

CheckpointWriter::~CheckpointWriter() {
  if (file_ != nullptr) (void)std::fclose(file_);
}

void CheckpointWriter::Fail() {
  if (error_.empty()) error_ = path_ + ": " + std::strerror(errno);
}

void CheckpointWriter::Put(const void* data, std::size_t bytes) {
  if (error_.empty() && std::fwrite(data, 1, bytes, file_) != bytes) Fail();
}

void CheckpointWriter::PutRecord() {
  const RecordHead head{data_.size(), RecordChecksum(checkpoint_, records_, data_.size(),
                                                     data_.data(), data_.size())};
  ++records_;
  Put(&head, sizeof(head));
  Put(data_.data(), data_.size());
}

std::string CheckpointWriter::Close() {
  const RecordHead end{kEnd, RecordChecksum(checkpoint_, records_, kEnd, nullptr, 0)};
  Put(&end, sizeof(end));
  if (file_ == nullptr) return error_;
  // On the disk before the checkpoint counts as made.
  if (error_.empty() && (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0)) Fail();
  if (std::fclose(file_) != 0) Fail();
  file_ = nullptr;
  return error_;
}

// ---- Reading

CheckpointReader::CheckpointReader(const std::string& path, const CheckpointStamp& wanted)
    : path_(path), file_(std::fopen(path.c_str(), "rb")) {
  struct stat status;
  if (file_ == nullptr || fstat(fileno(file_), &status) != 0)
    Bad(std::string(": ") + std::strerror(errno));
  if (!S_ISREG(status.st_mode)) Bad(" is not a file");
  left_ = static_cast<std::uint64_t>(status.st_size);
  Header header;
  Get(&header, sizeof(header));
  if (std::memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) Bad(" is no checkpoint's file");
  if (header.format != kFormat)
    Bad(" has format " + std::to_string(header.format) +
        ", of another version of the runtime; this one reads format " + std::to_string(kFormat));
  if (header.checksum != Checksum(0, &header, offsetof(Header, checksum)))
    Bad(" is damaged: its header has a wrong checksum");
  if (header.stamp.kind != wanted.kind || header.stamp.number != wanted.number)
    Bad(" is another file of a checkpoint, under a wrong name");
  if (header.stamp.program != wanted.program)
    Bad(" is another program's, or another version's: its chares and entry methods are not this "
        "program's");
  if (wanted.checkpoint != 0 && header.stamp.checkpoint != wanted.checkpoint)
    Bad(" is of another checkpoint than the directory's meta");
  checkpoint_ = header.stamp.checkpoint;
}

CheckpointReader::~CheckpointReader() { (void)std::fclose(file_); }

void CheckpointReader::Bad(const std::string& what) const {
  CkAbort("Charm++: cannot restart: %s%s", path_.c_str(), what.c_str());
}

void CheckpointReader::Get(void* data, std::size_t bytes) {
  if (bytes > left_) Bad(" is truncated");
  left_ -= bytes;
  if (std::fread(data, 1, bytes, file_) != bytes) Bad(std::string(": ") + std::strerror(errno));
}

void CheckpointReader::GetRecord() {
  RecordHead head;
  Get(&head, sizeof(head));
  const std::string name = " is damaged: record " + std::to_string(records_);
  // The length is believed as far as the file goes.
  if (head.bytes != kEnd && head.bytes > left_)
    Bad(name + " is longer than the file; it is truncated, or its length is wrong");
  const std::size_t bytes = head.bytes == kEnd ? 0 : head.bytes;
  data_.resize(bytes);
  Get(data_.data(), bytes);
  if (head.checksum != RecordChecksum(checkpoint_, records_, head.bytes, data_.data(), bytes))
    Bad(name + " has a wrong checksum");
  if (head.bytes == kEnd) Bad(name + " is missing");
  ++records_;
}

void CheckpointReader::CheckTaken(std::size_t bytes) const {
  if (bytes == data_.size()) return;
  Bad(": record " + std::to_string(records_ - 1) + " has " + std::to_string(data_.size()) +
      " bytes, of which a pup() took " + std::to_string(bytes) +
      "; is it another version of the program?");
}

void CheckpointReader::End() {
  RecordHead head;
  Get(&head, sizeof(head));
  if (head.bytes != kEnd ||
      head.checksum != RecordChecksum(checkpoint_, records_, kEnd, nullptr, 0))
    Bad(" is damaged at its end");
  if (left_ != 0) Bad(" is longer than it should be");
}

}  // namespace heddle::charm
