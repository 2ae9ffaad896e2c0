// PUPers of memory, inlined; of files in this machine's format; and of text.
#ifndef PUP_MEM_H
#define PUP_MEM_H

#include <cstdio>

#include "pup_er.h"

namespace PUP {

// Counts the bytes that packing will take.
class sizer : public er {
 public:
  sizer() : er(IS_SIZING, kCounts, nullptr) {}
  explicit sizer(unsigned int flags) : er(IS_SIZING | flags, kCounts, nullptr) {}
};

class mem : public er {
 public:
  char* get_current_pointer() const { return at_ + used_; }
  char* get_orig_pointer() const { return at_; }
  // Leaves out so many bytes.
  void advance(size_t bytes) { used_ += bytes; }
  void reset() { used_ = 0; }
  void impl_startSeek(seekBlock& s) override;
  size_t impl_tell(seekBlock& s) override;
  void impl_seek(seekBlock& s, size_t offset) override;

 protected:
  using er::er;
};

// Into memory, of which there are as many bytes as the sizer counted.
class toMem : public mem {
 public:
  explicit toMem(void* to, unsigned int flags = 0) : mem(IS_PACKING | flags, kWrites, to) {}
};

// Out of memory.
class fromMem : public mem {
 public:
  explicit fromMem(const void* from, unsigned int flags = 0)
      : mem(IS_UNPACKING | flags, kReads, const_cast<void*>(from)) {}
};

namespace detail {
struct DiskStream;
}  // namespace detail

// Files in this machine's format, which the caller opened and closes.
class disk : public er {
 public:
  ~disk() override;
  // True where a read or write has failed; what was read since is zero, and containers are empty or
  // end where the file does. What was written is in the system's hands when this returns, not on
  // the disk.
  bool checkError() const;
  // What was wrong, with the file's name and the byte; empty where nothing was. Valid while this
  // object is. Ours; the original has no such function.
  const char* errorText() const;
  void impl_startSeek(seekBlock& s) override;
  size_t impl_tell(seekBlock& s) override;
  void impl_seek(seekBlock& s, size_t offset) override;

 protected:
  disk(unsigned int type, FILE* file, detail::DiskStream* stream)
      : er(type), F(file), stream_(stream) {}
  FILE* F;
  detail::DiskStream* const stream_;
};
class toDisk : public disk {
 public:
  explicit toDisk(FILE* file, unsigned int flags = 0);

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
};
class fromDisk : public disk {
 public:
  explicit fromDisk(FILE* file, unsigned int flags = 0);

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
  bool impl_mayFollow(size_t count, size_t least_bytes) override;
};

// Text that people can read: what one call packs is a line, its values with blanks between them,
// characters as 'c'; from a ! in front of a value the rest of the line is a comment. Numbers come
// back to the last bit. Errors: writing, ferror() of the file; reading, parseError(), which aborts
// and names the file and what should have followed.
class toTextFile : public er {
 public:
  explicit toTextFile(FILE* file) : er(IS_PACKING), f(file) {}
  void comment(const char* text) override;

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
  FILE* f;
};
class fromTextFile : public er {
 public:
  explicit fromTextFile(FILE* file) : er(IS_UNPACKING), f(file) {}
  void comment(const char* text) override;

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
  bool impl_mayFollow(size_t count, size_t least_bytes) override;
  virtual void parseError(const char* what);
  FILE* f;
};
class sizerText : public er {
 public:
  sizerText() : er(static_cast<unsigned>(IS_SIZING) | IS_COMMENTS) {}
  size_t size() const override { return used_ + 1; }

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
};
// Into a string of `length` bytes, its end included.
class toText : public er {
 public:
  toText(char* to, size_t length)
      : er(static_cast<unsigned>(IS_PACKING) | IS_COMMENTS), length_(length) {
    at_ = to;
  }
  size_t size() const override { return used_ + 1; }

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;

 private:
  size_t length_;
};

}  // namespace PUP

#endif  // PUP_MEM_H
