// Packing into and out of memory whose size is known: count the bytes, write them, read them back.
//
// Nothing is written or read beyond the end: what does not fit fails as a whole, and so does
// everything after it, so that a caller may do all its steps and look once. A reader trusts no
// length that it has read: ReadCount() compares it with what is left before anyone allocates for
// it. Thread safety: one thread at a time; several readers may read the same bytes.  Blocking:
// never.
#ifndef HEDDLE_COMPONENTS_SERIALIZATION_MEMORY_H_
#define HEDDLE_COMPONENTS_SERIALIZATION_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace heddle {

// Counts what a MemoryWriter would be given: the first of two passes over an object.
class ByteCounter {
 public:
  bool Write(const void*, std::size_t bytes) {
    size_ += bytes;
    return true;
  }
  template <class T>
  bool WriteValue(const T&) {
    return Write(nullptr, sizeof(T));
  }
  bool Align(std::size_t alignment) {
    size_ += (alignment - size_ % alignment) % alignment;
    return true;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

// Writes into memory of the caller's, which outlives it.
// Cost: a comparison and a copy for each call.
class MemoryWriter {
 public:
  MemoryWriter(void* to, std::size_t size) : to_(static_cast<char*>(to)), size_(size) {}

  // Copies `bytes`. Returns false, and writes nothing, where they do not fit or an earlier call
  // failed.
  bool Write(const void* from, std::size_t bytes) {
    void* const to = Reserve(bytes);
    if (to == nullptr) return false;
    if (bytes != 0) std::memcpy(to, from, bytes);
    return true;
  }
  template <class T>
  bool WriteValue(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return Write(&value, sizeof(T));
  }
  // The next `bytes` for the caller to fill, or nullptr as Write() returns false.
  void* Reserve(std::size_t bytes) {
    if (bytes > remaining() || failed_) {
      failed_ = true;
      return nullptr;
    }
    void* const at = to_ + used_;
    used_ += bytes;
    return at;
  }
  // Zeros up to a position that is a multiple of `alignment`, counted from the beginning.
  bool Align(std::size_t alignment) {
    const std::size_t bytes = (alignment - used_ % alignment) % alignment;
    void* const to = Reserve(bytes);
    if (to != nullptr) std::memset(to, 0, bytes);
    return to != nullptr;
  }

  [[nodiscard]] bool ok() const { return !failed_; }
  [[nodiscard]] std::size_t position() const { return used_; }
  [[nodiscard]] std::size_t remaining() const { return size_ - used_; }

 private:
  char* const to_;
  const std::size_t size_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

// Reads memory of the caller's, which outlives it. The bytes may come from anybody.
// Cost: a comparison and a copy for each call.
class MemoryReader {
 public:
  MemoryReader(const void* from, std::size_t size)
      : from_(static_cast<const char*>(from)), size_(size) {}

  // Copies the next `bytes`. Returns false, and leaves `to` as it was, where there are not as many
  // or an earlier call failed.
  bool Read(void* to, std::size_t bytes) {
    const void* const from = Take(bytes);
    if (from == nullptr) return false;
    if (bytes != 0) std::memcpy(to, from, bytes);
    return true;
  }
  template <class T>
  bool ReadValue(T* value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return Read(value, sizeof(T));
  }
  // The next `bytes` where they are, of any alignment, or nullptr as Read() returns false.
  const void* Take(std::size_t bytes) {
    if (bytes > remaining() || failed_) {
      failed_ = true;
      return nullptr;
    }
    const void* const at = from_ + used_;
    used_ += bytes;
    return at;
  }
  // A number of items (a std::uint64_t) that take `least_bytes` or more each. Returns false where
  // so many cannot follow. Precondition: least_bytes is not zero.
  bool ReadCount(std::size_t least_bytes, std::size_t* count) {
    std::uint64_t number = 0;
    if (!ReadValue(&number)) return false;
    if (number > remaining() / least_bytes) {
      failed_ = true;
      return false;
    }
    *count = static_cast<std::size_t>(number);
    return true;
  }
  bool Align(std::size_t alignment) {
    return Take((alignment - used_ % alignment) % alignment) != nullptr;
  }

  [[nodiscard]] bool ok() const { return !failed_; }
  [[nodiscard]] std::size_t position() const { return used_; }
  [[nodiscard]] std::size_t remaining() const { return size_ - used_; }

 private:
  const char* const from_;
  const std::size_t size_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SERIALIZATION_MEMORY_H_
