// How the machine that wrote a file lays out its numbers, and reading what another machine has written.
#ifndef PUP_MACHINE_H
#define PUP_MACHINE_H

#include <cstdint>
#include <cstring>

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
  bool valid() const { return std::memcmp(magic, current().magic, sizeof(magic)) == 0 && version == current().version; }
  bool needsConversion() const { return std::memcmp(this, &current(), sizeof(*this)) != 0; }
  static const machineInfo& current() {
    static const machineInfo here = Here();
    return here;
  }
  void pup(er& p) { p(reinterpret_cast<char*>(this), sizeof(*this)); }

 private:
  static machineInfo Here() {
    machineInfo m;
    const myByte magic[] = {0x48, 0x44, 0x4c, 0x50};
    std::memcpy(m.magic, magic, sizeof(magic));
    m.version = 1;
    const myByte ints[] = {sizeof(char), sizeof(short), sizeof(int), sizeof(long), 16};
    std::memcpy(m.intBytes, ints, sizeof(ints));
    const std::uint16_t one = 1;
    m.intFormat = m.floatFormat = *reinterpret_cast<const myByte*>(&one);
    m.floatBytes = sizeof(float), m.doubleBytes = sizeof(double);
    m.boolBytes = sizeof(bool), m.pointerBytes = sizeof(void*);
    return m;
  }
};

// Reads with `from` what a machine like `written_by` wrote. Machines with numbers of the same sizes can be read, in either order
// of bytes; from others the program ends with a message.
// Thread safety: as `from`.
class xlater : public wrap_er {
 public:
  xlater(const machineInfo& written_by, er& from) : wrap_er(from), swap_(written_by.intFormat != machineInfo::current().intFormat) {
    machineInfo same = written_by;
    same.intFormat = machineInfo::current().intFormat;
    same.floatFormat = machineInfo::current().floatFormat;
    if (same.needsConversion()) CmiAbort("PUP::xlater: the data come from a machine whose numbers have other sizes");
  }

 protected:
  void bytes(void* values, size_t count, size_t item, dataType type) override {
    wrap_er::bytes(values, count, item, type);
    if (!swap_ || item < 2 || type == Tbyte) return;
    for (size_t i = 0; i < count; ++i) {
      char* const value = static_cast<char*>(values) + i * item;
      for (size_t a = 0, b = item - 1; a < b; ++a, --b) {
        const char c = value[a];
        value[a] = value[b];
        value[b] = c;
      }
    }
  }

 private:
  const bool swap_;
};

}  // namespace PUP

#endif  // PUP_MACHINE_H
