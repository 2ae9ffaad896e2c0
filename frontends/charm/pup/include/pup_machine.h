// How the machine that wrote a file lays out its numbers, and reading what another machine has
// written.
#ifndef PUP_MACHINE_H
#define PUP_MACHINE_H

#include "pup_er.h"

namespace PUP {

// A value to write at the beginning of a file. Sixteen plain bytes.
// Thread safety: a value.
class machineInfo {
 public:
  typedef unsigned char myByte;
  myByte magic[4];
  myByte version;
  myByte intBytes[5];  // Of char, short, int, long, 128 bits.
  myByte intFormat;    // 0: the highest byte first; 1: the lowest
  myByte floatBytes, doubleBytes, floatFormat;
  myByte boolBytes, pointerBytes;

  // Whether these are the bytes of one.
  bool valid() const;
  // Whether its numbers differ from this machine's.
  bool needsConversion() const;
  static const machineInfo& current();
  void pup(er& p) { p(reinterpret_cast<char*>(this), sizeof(*this)); }
};

// Reads with `from` what a machine like `written_by` wrote: in either order of bytes, with integers
// and bools of its sizes. A long double is read only where it is as long as ours. Errors: abort
// where `written_by` is none, or a number does not fit here.  Thread safety: as `from`.
class xlater : public wrap_er {
 public:
  xlater(const machineInfo& written_by, er& from);

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override;
  bool impl_mayFollow(size_t count, size_t least_bytes) override;

 private:
  const machineInfo theirs_;
  const bool same_;
};

}  // namespace PUP

#endif  // PUP_MACHINE_H
