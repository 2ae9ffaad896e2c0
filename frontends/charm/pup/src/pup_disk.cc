// PUPers of files: components/serialization's writer and reader of the user's FILE.
#include <string>

#include "components/serialization/file.h"
#include "pup.h"

namespace PUP {
namespace detail {

struct DiskStream {
  virtual ~DiskStream() = default;
  virtual heddle::FileStream& file() = 0;
  // What there is to know of errors is known afterwards.
  virtual void Settle() {}
  std::string error;
};

}  // namespace detail

namespace {

struct Writer : detail::DiskStream {
  explicit Writer(FILE* f) : writer(f) {}
  heddle::FileStream& file() override { return writer; }
  void Settle() override { writer.Flush(); }
  heddle::FileWriter writer;
};
struct Reader : detail::DiskStream {
  explicit Reader(FILE* f) : reader(f) {}
  heddle::FileStream& file() override { return reader; }
  heddle::FileReader reader;
};

}  // namespace

disk::~disk() { delete stream_; }
bool disk::checkError() const {
  stream_->Settle();
  return !stream_->file().ok();
}
const char* disk::errorText() const {
  stream_->Settle();
  const auto message = stream_->file().status().message();
  stream_->error.assign(message.data(), message.size());
  return stream_->error.c_str();
}

void disk::impl_startSeek(seekBlock& s) { s.data.off = stream_->file().Position(); }
size_t disk::impl_tell(seekBlock& s) { return stream_->file().Position() - s.data.off; }
void disk::impl_seek(seekBlock& s, size_t offset) { stream_->file().Seek(s.data.off + offset); }

toDisk::toDisk(FILE* file, unsigned int flags) : disk(IS_PACKING | flags, file, new Writer(file)) {}
void toDisk::bytes(void* values, size_t count, size_t item, dataType) {
  used_ += count * item;
  static_cast<Writer*>(stream_)->writer.Write(values, count * item);
}

fromDisk::fromDisk(FILE* file, unsigned int flags)
    : disk(IS_UNPACKING | flags, file, new Reader(file)) {}
void fromDisk::bytes(void* values, size_t count, size_t item, dataType) {
  used_ += count * item;
  static_cast<Reader*>(stream_)->reader.Read(values, count * item);
}
bool fromDisk::impl_mayFollow(size_t count, size_t least_bytes) {
  return static_cast<Reader*>(stream_)->reader.CheckCount(count, least_bytes);
}

}  // namespace PUP
