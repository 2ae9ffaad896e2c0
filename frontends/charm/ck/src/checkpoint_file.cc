#include "frontends/charm/ck/src/checkpoint_file.h"

#include <utility>

#include "absl/status/statusor.h"
#include "charm.h"

namespace heddle::charm {
namespace {

ContainerFormat Format() { return {"charm.checkpoint", 1}; }

// Written as it is in memory.
static_assert(sizeof(CheckpointStamp) == 24, "no padding");

[[noreturn]] void CannotRestart(const std::string& why) {
  CkAbort("Charm++: cannot restart: %s", why.c_str());
}

}  // namespace

// ---- Writing

CheckpointWriter::CheckpointWriter(const std::string& path, const CheckpointStamp& stamp) {
  auto file = ContainerWriter::Create(path, Format());
  if (!file.ok()) {
    not_made_ = file.status();
    return;
  }
  file_ = *std::move(file);
  file_->contents().Write(&stamp, sizeof(stamp));
}

void CheckpointWriter::PutRecord() {
  if (file_ == nullptr) return;
  const std::uint64_t bytes = data_.size();
  file_->contents().Write(&bytes, sizeof(bytes));
  file_->contents().Write(data_.data(), data_.size());
}

std::string CheckpointWriter::Close() {
  // On the disk before the checkpoint counts as made.
  return std::string((file_ == nullptr ? not_made_ : file_->CommitToDisk()).message());
}

// ---- Reading

CheckpointReader::CheckpointReader(const std::string& path, const CheckpointStamp& wanted)
    : path_(path) {
  auto file = ContainerReader::Open(path, Format());
  if (!file.ok()) CannotRestart(std::string(file.status().message()));
  file_ = *std::move(file);
  CheckpointStamp stamp;
  file_->contents().Read(&stamp, sizeof(stamp));
  Check();
  if (stamp.kind != wanted.kind || stamp.number != wanted.number)
    Bad(" is another file of a checkpoint, under a wrong name");
  if (stamp.program != wanted.program)
    Bad(" is another program's, or another version's: its chares and entry methods are not this "
        "program's");
  if (wanted.checkpoint != 0 && stamp.checkpoint != wanted.checkpoint)
    Bad(" is of another checkpoint than the directory's meta");
  checkpoint_ = stamp.checkpoint;
}

void CheckpointReader::Bad(const std::string& what) const { CannotRestart(path_ + what); }

void CheckpointReader::Check() const {
  const absl::Status& status = file_->contents().status();
  if (!status.ok()) CannotRestart(std::string(status.message()));
}

std::uint64_t CheckpointReader::GetLength() {
  std::uint64_t bytes = 0;
  file_->contents().Read(&bytes, sizeof(bytes));
  file_->contents().CheckCount(bytes, 1);
  Check();
  ++records_;
  return bytes;
}

void CheckpointReader::GetRecord() {
  data_.resize(GetLength());
  file_->contents().Read(data_.data(), data_.size());
  Check();
}

void CheckpointReader::Skip() {
  const std::uint64_t bytes = GetLength();
  file_->contents().Seek(file_->contents().Position() + bytes);
  Check();
}

void CheckpointReader::CheckTaken(std::size_t bytes) const {
  if (bytes == data_.size()) return;
  Bad(": record " + std::to_string(records_ - 1) + " has " + std::to_string(data_.size()) +
      " bytes, of which a pup() took " + std::to_string(bytes) +
      "; is it another version of the program?");
}

void CheckpointReader::End() {
  if (file_->contents().Remaining() != 0) Bad(" has more records than were saved");
}

}  // namespace heddle::charm
