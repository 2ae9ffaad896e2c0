#include "ckstream.h"
#include "frontends/charm/ck/src/pe.h"

namespace ck::impl {
namespace {

// This PE's, made when it is first asked for.
CkOStream& Stream(std::unique_ptr<CkOStream>* stream, bool error) {
  if (*stream == nullptr) stream->reset(new CkOStream(error));
  return **stream;
}

}  // namespace

CkOStream& Out() { return Stream(&heddle::charm::MyPe().out, false); }
CkOStream& Err() { return Stream(&heddle::charm::MyPe().err, true); }

}  // namespace ck::impl
