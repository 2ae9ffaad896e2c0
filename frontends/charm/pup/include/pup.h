// PUP: one function `void pup(PUP::er& p) { p | a, p | b; }` describes a type; with different
// PUP::ers it sizes, packs and unpacks an object.
//
// Thread safety: a PUP::er and the object belong to the caller.  Errors: CmiAbort naming what did
// not fit; files, checkError().
#ifndef PUP_H
#define PUP_H

// Programs count on what this header has always brought along.
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "pup_able.h"
#include "pup_er.h"
#include "pup_machine.h"
#include "pup_mem.h"
#include "pup_operators.h"
#include "pup_pointer.h"

typedef PUP::er PUPer;

namespace PUP {

// Bytes that `t` takes.
template <class T>
inline size_t size(T& t) {
  sizer p;
  p | t;
  return p.size();
}
// Errors: abort where pup() packs another number of bytes than it sized: memory beyond `length` has
// been written then.
template <class T>
inline void toMemBuf(T& t, void* to, size_t length) {
  toMem p(to);
  p | t;
  if (p.size() != length)
    CmiAbort(
        "PUP: an object sized as %zu bytes packed %zu: its pup() is not the same for every PUP::er",
        length, p.size());
}
template <class T>
inline void fromMemBuf(T& t, void* from, size_t length) {
  fromMem p(from);
  p | t;
  if (p.size() != length)
    CmiAbort(
        "PUP: of an object of %zu bytes %zu were unpacked: its pup() is not the same for every "
        "PUP::er",
        length, p.size());
}

}  // namespace PUP

#endif  // PUP_H
