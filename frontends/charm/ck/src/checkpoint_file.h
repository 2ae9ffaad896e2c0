// The files of a checkpoint: containers (components/serialization/container.h), in which a stamp is
// first, and then come records, each a length and as many bytes. A file is complete or not there,
// and one that is truncated, damaged, or of another program, checkpoint or PE is known as such
// before any record is read.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_FILE_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "components/serialization/container.h"
#include "pup.h"

namespace heddle::charm {

// What a file is: `checkpoint` is another number for each, 0 asks for any; `program` tells programs
// apart.
struct CheckpointStamp {
  enum Kind : std::int32_t { kMeta, kPe, kNode };
  std::uint64_t checkpoint;
  std::uint64_t program;
  Kind kind;
  std::int32_t number;  // Of the PE or process.
};

// Blocking: for the disk.  Thread safety: none.
class CheckpointWriter {
 public:
  // Until Close() succeeds, PATH stays as it was.
  CheckpointWriter(const std::string& path, const CheckpointStamp& stamp);

  // What pup(PUP::er&) packs.  Errors: kept for Close().
  template <class Pup>
  void Record(Pup pup) {
    PUP::sizer size(PUP::er::IS_CHECKPOINT);
    pup(size);
    data_.resize(size.size());
    PUP::toMem to(data_.data(), PUP::er::IS_CHECKPOINT);
    pup(to);
    PutRecord();
  }
  // The file is on the disk: "". Otherwise which file could not be written, and why.
  std::string Close();

 private:
  void PutRecord();

  absl::Status not_made_;  // Why there is no file_.
  std::unique_ptr<ContainerWriter> file_;
  std::vector<char> data_;
};

// Every error aborts the program with "Charm++: cannot restart: ", the file, and what is wrong with
// it.  Thread safety: none.  Cost: the file is read once more, as a whole, when it is opened.
class CheckpointReader {
 public:
  CheckpointReader(const std::string& path, const CheckpointStamp& wanted);

  // The next record, which pup(PUP::er&) unpacks.
  template <class Pup>
  void Record(Pup pup) {
    GetRecord();
    PUP::fromMem from(data_.data(), PUP::er::IS_CHECKPOINT);
    pup(from);
    CheckTaken(from.size());
  }
  void Skip();
  // Where the file ends.
  void End();
  std::uint64_t checkpoint() const { return checkpoint_; }

 private:
  [[noreturn]] void Bad(const std::string& what) const;
  void Check() const;
  std::uint64_t GetLength();
  void GetRecord();
  void CheckTaken(std::size_t bytes) const;

  const std::string path_;
  std::uint64_t checkpoint_ = 0;
  std::unique_ptr<ContainerReader> file_;
  std::uint64_t records_ = 0;
  std::vector<char> data_;
};

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_FILE_H_
