// Numbers of other machines: components/serialization's conversion.
#include <bit>
#include <cstring>
#include <vector>

#include "components/serialization/number.h"
#include "frontends/charm/pup/src/number_formats.h"
#include "pup.h"

namespace PUP {
namespace {

constexpr machineInfo::myByte kHere = std::endian::native == std::endian::little ? 1 : 0;

machineInfo Here() {
  machineInfo m;
  const machineInfo::myByte magic[] = {0x48, 0x44, 0x4c, 0x50};
  std::memcpy(m.magic, magic, sizeof(magic));
  m.version = 1;
  const machineInfo::myByte ints[] = {sizeof(char), sizeof(short), sizeof(int), sizeof(long), 16};
  std::memcpy(m.intBytes, ints, sizeof(ints));
  m.intFormat = m.floatFormat = kHere;
  m.floatBytes = sizeof(float);
  m.doubleBytes = sizeof(double);
  m.boolBytes = sizeof(bool);
  m.pointerBytes = sizeof(void*);
  return m;
}

// How `m` writes what is `type` here.
heddle::NumberFormat TheirFormat(const machineInfo& m, dataType type, size_t item) {
  heddle::NumberFormat format = heddle::charm::FormatOf(type, item);
  const bool floating = format.kind == heddle::NumberKind::kFloating;
  format.order =
      (floating ? m.floatFormat : m.intFormat) != 0 ? std::endian::little : std::endian::big;
  switch (type) {
    case Tshort:
    case Tushort:
      format.bytes = m.intBytes[1];
      break;
    case Tint:
    case Tuint:
      format.bytes = m.intBytes[2];
      break;
    case Tlong:
    case Tulong:
      format.bytes = m.intBytes[3];
      break;
    case Tfloat:
      format.bytes = m.floatBytes;
      break;
    case Tdouble:
      format.bytes = m.doubleBytes;
      break;
    case Tbool:
      format.bytes = m.boolBytes;
      break;
    case Tpointer:
      format.bytes = m.pointerBytes;
      break;
    default:
      break;  // Of the same size everywhere.
  }
  return format;
}

}  // namespace

bool machineInfo::valid() const {
  return std::memcmp(magic, current().magic, sizeof(magic)) == 0 && version == current().version;
}
bool machineInfo::needsConversion() const {
  return std::memcmp(this, &current(), sizeof(*this)) != 0;
}
const machineInfo& machineInfo::current() {
  static const machineInfo here = Here();
  return here;
}

xlater::xlater(const machineInfo& written_by, er& from)
    : wrap_er(from), theirs_(written_by), same_(!written_by.needsConversion()) {
  if (!written_by.valid())
    CmiAbort(
        "PUP::xlater: what should describe the machine that wrote the data is no PUP::machineInfo");
}

void xlater::bytes(void* values, size_t count, size_t item, dataType type) {
  if (same_ || type == Tbyte || type == Tchar || type == Tuchar)
    return wrap_er::bytes(values, count, item, type);
  const heddle::NumberFormat theirs = TheirFormat(theirs_, type, item);
  std::vector<char> read(count * theirs.bytes);
  wrap_er::bytes(read.data(), read.size(), 1, Tbyte);
  if (!heddle::ConvertNumbers(theirs, read.data(), heddle::charm::FormatOf(type, item), values,
                              count))
    CmiAbort("PUP::xlater: of %zu numbers of %d bytes, one does not fit into %zu", count,
             int{theirs.bytes}, item);
}

// Their items may be shorter than ours.
bool xlater::impl_mayFollow(size_t count, size_t least_bytes) {
  return wrap_er::impl_mayFollow(count, least_bytes == 0 ? 0 : 1);
}

}  // namespace PUP
