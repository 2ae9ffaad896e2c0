// PUP::er, what `void pup(PUP::er& p)` is given, and PUP::seekBlock.
//
// The packers of memory (pup_mem.h) keep their cursor in PUP::er itself, so that a `p | x` of a
// builtin type is a test and a copy, inlined, though p's type is not known; others (files, users'
// own) go through virtual functions.
#ifndef PUP_ER_H
#define PUP_ER_H

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <type_traits>

#include "conv-header.h"
#include "conv-util.h"

namespace PUP {

class er;
class able;
class seekBlock;

typedef unsigned char myByte;

enum dataType {
  Tchar = 0,
  Tshort,
  Tint,
  Tlong,
  Tlonglong,
  Tuchar,
  Tushort,
  Tuint,
  Tulong,
  Tulonglong,
  Tint128,
  Tuint128,
  Tfloat,
  Tdouble,
  Tlongdouble,
  Tbool,
  Tbyte,
  Tsync,
  Tpointer,
  dataType_last
};
inline dataType getXlateDataType(const signed char*) { return Tchar; }
inline dataType getXlateDataType(const char*) { return Tchar; }
inline dataType getXlateDataType(const short*) { return Tshort; }
inline dataType getXlateDataType(const int*) { return Tint; }
inline dataType getXlateDataType(const long*) { return Tlong; }
inline dataType getXlateDataType(const long long*) { return Tlonglong; }
inline dataType getXlateDataType(const unsigned char*) { return Tuchar; }
inline dataType getXlateDataType(const unsigned short*) { return Tushort; }
inline dataType getXlateDataType(const unsigned int*) { return Tuint; }
inline dataType getXlateDataType(const unsigned long*) { return Tulong; }
inline dataType getXlateDataType(const unsigned long long*) { return Tulonglong; }
inline dataType getXlateDataType(const CmiInt16*) { return Tint128; }
inline dataType getXlateDataType(const CmiUInt16*) { return Tuint128; }
inline dataType getXlateDataType(const float*) { return Tfloat; }
inline dataType getXlateDataType(const double*) { return Tdouble; }
inline dataType getXlateDataType(const long double*) { return Tlongdouble; }
inline dataType getXlateDataType(const bool*) { return Tbool; }

// Marks in streams that want comments.
enum {
  sync_builtin = 0x70000000,
  sync_begin = sync_builtin + 0x01000000,
  sync_end = sync_builtin + 0x02000000,
  sync_last_system = sync_builtin + 0x09000000,
  sync_array_m = 0x00100000,
  sync_list_m = 0x00200000,
  sync_object_m = 0x00300000,
  sync_begin_array = sync_begin + sync_array_m,
  sync_begin_list = sync_begin + sync_list_m,
  sync_begin_object = sync_begin + sync_object_m,
  sync_end_array = sync_end + sync_array_m,
  sync_end_list = sync_end + sync_list_m,
  sync_end_object = sync_end + sync_object_m,
  sync_item = sync_builtin + 0x00110000,
  sync_index = sync_builtin + 0x00120000
};

class er {
 public:
  enum {
    IS_USERLEVEL = 0x0004,
    IS_DELETING = 0x0008,
    IS_COMMENTS = 0x0010,
    IS_CHECKPOINT = 0x0020,
    IS_MIGRATION = 0x0040
  };
  er(const er&) = delete;
  er& operator=(const er&) = delete;
  virtual ~er();

  bool isSizing() const { return (PUP_er_state & IS_SIZING) != 0; }
  bool isPacking() const { return (PUP_er_state & IS_PACKING) != 0; }
  bool isUnpacking() const { return (PUP_er_state & IS_UNPACKING) != 0; }
  const char* typeString() const {
    return isSizing() ? "sizing" : isPacking() ? "packing" : "unpacking";
  }
  unsigned int getStateFlags() const { return PUP_er_state; }
  // The object goes after it has been packed: pup() may free what it holds.
  void becomeDeleting() { PUP_er_state |= IS_DELETING; }
  bool isDeleting() const { return (PUP_er_state & IS_DELETING) != 0; }
  void becomeUserlevel() { PUP_er_state |= IS_USERLEVEL; }
  bool isUserlevel() const { return (PUP_er_state & IS_USERLEVEL) != 0; }
  bool isCheckpoint() const { return (PUP_er_state & IS_CHECKPOINT) != 0; }
  bool isMigration() const { return (PUP_er_state & IS_MIGRATION) != 0; }
  bool isRestarting() const { return isCheckpoint() && isUnpacking(); }
  bool hasComments() const { return (PUP_er_state & IS_COMMENTS) != 0; }

  template <class T>
  void operator()(T& value) {
    (*this)(&value, 1);
  }
  template <class T>
  void operator()(T* values, size_t count) {
    Bytes(const_cast<void*>(static_cast<const void*>(values)), count, sizeof(T),
          getXlateDataType(values));
  }
  void operator()(void*& value, void* signature) { (*this)(&value, 1, signature); }
  void operator()(void** values, size_t count, void*) {
    Bytes(values, count, sizeof(void*), Tpointer);
  }
  void operator()(able** object_pointer) { object(object_pointer); }
  void operator()(able& object);

  // A buffer that is allocated when unpacking, and freed after packing for good: by malloc() and
  // free(), or as told.
  template <class T>
  void pup_buffer(T*& values, size_t count) {
    void* buffer = const_cast<void*>(static_cast<const void*>(values));
    pup_buffer(buffer, count, sizeof(T), getXlateDataType(values));
    values = static_cast<T*>(buffer);
  }
  template <class T>
  void pup_buffer(T*& values, size_t count, std::function<void*(size_t)> allocate,
                  std::function<void(void*)> deallocate) {
    void* buffer = const_cast<void*>(static_cast<const void*>(values));
    pup_buffer(buffer, count, sizeof(T), getXlateDataType(values), allocate, deallocate);
    values = static_cast<T*>(buffer);
  }
  template <class T>
  void pup_buffer_async(T*& values, size_t count) {
    pup_buffer(values, count);
  }

  // Bytes so far.
  virtual size_t size() const { return used_; }
  virtual void comment(const char*) {}
  virtual void synchronize(unsigned int) {}
  void syncComment(unsigned int mark, const char* text = nullptr) {
    if (!hasComments()) return;
    synchronize(mark);
    if (text != nullptr) comment(text);
  }
  virtual void impl_startSeek(seekBlock& s);
  virtual size_t impl_tell(seekBlock& s);
  virtual void impl_seek(seekBlock& s, size_t offset);
  virtual void impl_endSeek(seekBlock& s);

  // The number of items that follow, of `least_bytes` or more each, as it is or as it was packed,
  // for containers to allocate for. Memory is always believed: it has no end that is known. A file
  // that is too short for so many has failed, and there are none.
  size_t pupCount(size_t count, size_t least_bytes) {
    return InMemory(&count, sizeof(count)) ? count : DoubtfulCount(count, least_bytes);
  }
  // Whether so many items may follow. mayFollow(0, 0): whether nothing has failed.
  bool mayFollow(size_t count, size_t least_bytes) {
    return cursor_ != kNone || impl_mayFollow(count, least_bytes);
  }
  // Whether how much follows is not known, and reading may fail.
  bool isDoubtful() const { return cursor_ == kNone; }

 protected:
  enum { IS_SIZING = 0x0100, IS_PACKING = 0x0200, IS_UNPACKING = 0x0400, TYPE_MASK = 0xFF00 };
  enum Cursor : unsigned char { kNone, kCounts, kWrites, kReads };

  explicit er(unsigned int type) : PUP_er_state(type), cursor_(kNone), at_(nullptr), used_(0) {}
  er(unsigned int type, Cursor cursor, void* at)
      : PUP_er_state(type), cursor_(cursor), at_(static_cast<char*>(at)), used_(0) {}

  // `count` items of `item` bytes, for packers without a cursor.
  virtual void bytes(void* values, size_t count, size_t item, dataType type);
  virtual void object(able** object_pointer);
  virtual void pup_buffer(void*& values, size_t count, size_t item, dataType type);
  virtual void pup_buffer(void*& values, size_t count, size_t item, dataType type,
                          std::function<void*(size_t)> allocate,
                          std::function<void(void*)> deallocate);
  virtual bool impl_mayFollow(size_t count, size_t least_bytes);

  unsigned int PUP_er_state;

 private:
  friend class wrap_er;
  // Packs into memory, or out of it. Returns false where this is no packer of memory.
  bool InMemory(void* values, size_t n) {
    if (cursor_ == kWrites) {
      if (n != 0) std::memcpy(at_ + used_, values, n);
    } else if (cursor_ == kReads) {
      if (n != 0) std::memcpy(values, at_ + used_, n);
    } else if (cursor_ != kCounts) {
      return false;
    }
    used_ += n;
    return true;
  }
  void Bytes(void* values, size_t count, size_t item, dataType type) {
    if (!InMemory(values, count * item)) bytes(values, count, item, type);
  }
  size_t DoubtfulCount(size_t count, size_t least_bytes);

  Cursor cursor_;

 protected:
  char* at_;
  size_t used_;
};

// Passes everything on to another one.
class wrap_er : public er {
 public:
  explicit wrap_er(er& wrapped, unsigned int flags = 0)
      : er(wrapped.getStateFlags() | flags), p(wrapped) {}
  size_t size() const override { return p.size(); }
  void impl_startSeek(seekBlock& s) override { p.impl_startSeek(s); }
  size_t impl_tell(seekBlock& s) override { return p.impl_tell(s); }
  void impl_seek(seekBlock& s, size_t offset) override { p.impl_seek(s, offset); }
  void impl_endSeek(seekBlock& s) override { p.impl_endSeek(s); }

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override {
    p.Bytes(values, count, item, type);
  }
  bool impl_mayFollow(size_t count, size_t least_bytes) override {
    return p.mayFollow(count, least_bytes);
  }
  er& p;
};

// Sections that may be unpacked in another order than they were packed: seek(i) before each,
// endBlock() at last.
class seekBlock {
 public:
  seekBlock(er& p, int sections);
  ~seekBlock();
  void seek(int section);
  void endBlock();
  union {
    size_t off;
    long loff;
    const myByte* cptr;
    myByte* ptr;
    void* vptr;
  } data;

 private:
  enum { kMostSections = 3 };
  size_t starts_[kMostSections + 1];
  int sections_;
  size_t table_;
  er& p_;
  bool ended_;
};

}  // namespace PUP

#endif  // PUP_ER_H
