// ckout, ckerr, ckin: printing and reading as with streams.
#ifndef CKSTREAM_H
#define CKSTREAM_H

#include <cstdio>
#include <sstream>
#include <string>

#include "charm.h"

// Collects a line, and prints it in one piece at endl, so that lines of several PEs do not mix.
// Thread safety: any PE; each has a line of its own.
class CkOStream {
 public:
  explicit CkOStream(bool error) : error_(error) {}
  CkOStream(const CkOStream&) = delete;
  CkOStream& operator=(const CkOStream&) = delete;

  template <class T>
  CkOStream& operator<<(const T& value) {
    line_ << value;
    return *this;
  }
  CkOStream& operator<<(CkOStream& (*manipulator)(CkOStream&)) { return manipulator(*this); }
  CkOStream& operator<<(std::ios_base& (*manipulator)(std::ios_base&)) {
    line_ << manipulator;
    return *this;
  }
  CkOStream& endl() {
    line_ << '\n';
    return flush();
  }
  CkOStream& flush() {
    if (error_) {
      CmiError("%s", line_.str().c_str());
    } else {
      CmiPrintf("%s", line_.str().c_str());
    }
    line_.str("");
    return *this;
  }

 private:
  const bool error_;
  std::ostringstream line_;
};

inline CkOStream& endl(CkOStream& s) { return s.endl(); }
inline CkOStream& flush(CkOStream& s) { return s.flush(); }

class CkInStream {
 public:
  template <class T>
  CkInStream& operator>>(T& value) {
    char word[4096];
    if (CmiScanf("%4095s", word) == 1) std::istringstream(word) >> value;
    return *this;
  }
  CkInStream& operator>>(char* text) {
    CmiScanf("%s", text);
    return *this;
  }
};

namespace ck {
namespace impl {
// This PE's streams.
CkOStream& Out();
CkOStream& Err();
}  // namespace impl
}  // namespace ck

#define ckout (ck::impl::Out())
#define ckerr (ck::impl::Err())
static CkInStream ckin __attribute__((unused));

#endif  // CKSTREAM_H
