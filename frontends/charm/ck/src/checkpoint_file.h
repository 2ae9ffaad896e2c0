// The files of a checkpoint: a header, records, an end, each with a checksum, so that a file that
// is truncated, damaged, or of another program, checkpoint or PE is known as such before anything
// in it is believed.
//
//   magic, format | checkpoint, program, kind, number, checksum | { bytes, checksum, data } ... |
//   end
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_FILE_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_FILE_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

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
  // Makes the file, or replaces it.
  CheckpointWriter(const std::string& path, const CheckpointStamp& stamp);
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

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
  // Everything is on the disk: "". Otherwise which file could not be written, and why.
  std::string Close();

 private:
  void Put(const void* data, std::size_t bytes);
  void PutRecord();
  void Fail();

  const std::string path_;
  const std::uint64_t checkpoint_;
  std::FILE* file_;
  std::uint64_t records_ = 0;
  std::vector<char> data_;
  std::string error_;
};

// Every error aborts the program with "Charm++: cannot restart: ", the file, and what is wrong with
// it.
class CheckpointReader {
 public:
  CheckpointReader(const std::string& path, const CheckpointStamp& wanted);
  ~CheckpointReader();
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;

  // The next record, which pup(PUP::er&) unpacks.
  template <class Pup>
  void Record(Pup pup) {
    GetRecord();
    PUP::fromMem from(data_.data(), PUP::er::IS_CHECKPOINT);
    pup(from);
    CheckTaken(from.size());
  }
  void Skip() { GetRecord(); }
  // Where the file ends.
  void End();
  std::uint64_t checkpoint() const { return checkpoint_; }

 private:
  [[noreturn]] void Bad(const std::string& what) const;
  void Get(void* data, std::size_t bytes);
  void GetRecord();
  void CheckTaken(std::size_t bytes) const;

  const std::string path_;
  std::uint64_t checkpoint_ = 0;
  std::FILE* file_;
  std::uint64_t left_ = 0;  // Bytes that the file still has.
  std::uint64_t records_ = 0;
  std::vector<char> data_;
};

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_FILE_H_
