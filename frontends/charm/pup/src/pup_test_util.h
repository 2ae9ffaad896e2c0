// Sends a value through each PUPer and back.
#ifndef HEDDLE_FRONTENDS_CHARM_PUP_SRC_PUP_TEST_UTIL_H_
#define HEDDLE_FRONTENDS_CHARM_PUP_SRC_PUP_TEST_UTIL_H_

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "pup.h"
#include "pup_stl.h"

namespace heddle::charm {

struct Closer {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

template <class T>
std::vector<char> Packed(T& value) {
  std::vector<char> bytes(PUP::size(value));
  PUP::toMemBuf(value, bytes.data(), bytes.size());
  return bytes;
}

template <class T>
void ThroughMemory(T& from, T* to) {
  std::vector<char> bytes = Packed(from);
  PUP::fromMemBuf(*to, bytes.data(), bytes.size());
}

template <class T>
std::string ThroughDisk(T& from, T* to) {
  const File file(std::tmpfile());
  {
    PUP::toDisk p(file.get());
    p | from;
    if (p.checkError()) return p.errorText();
    if (p.size() != PUP::size(from)) return "another size than in memory";
  }
  std::rewind(file.get());
  PUP::fromDisk p(file.get());
  p | *to;
  if (p.checkError()) return p.errorText();
  return std::fgetc(file.get()) == EOF ? "" : "bytes are left";
}

template <class T>
void ThroughText(T& from, T* to) {
  const File file(std::tmpfile());
  {
    PUP::toTextFile p(file.get());
    p | from;
  }
  std::rewind(file.get());
  PUP::fromTextFile p(file.get());
  p | *to;
}

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_PUP_SRC_PUP_TEST_UTIL_H_
