// PUP::er's hooks, PUP::able, and seekBlock.
#include "pup.h"

#include <cinttypes>
#include <cstdint>
#include <map>
#include <string>

namespace PUP {

er::~er() = default;
void er::bytes(void*, size_t, size_t, dataType) { CmiAbort("PUP: this packer defines no bytes()"); }
void er::impl_startSeek(seekBlock&) {}
size_t er::impl_tell(seekBlock&) { return 0; }
void er::impl_seek(seekBlock&, size_t) {}
void er::impl_endSeek(seekBlock&) {}
size_t er::DoubtfulCount(size_t count, size_t least_bytes) {
  bytes(&count, 1, sizeof(count), getXlateDataType(&count));
  return isUnpacking() && !impl_mayFollow(count, least_bytes) ? 0 : count;
}
bool er::impl_mayFollow(size_t, size_t) { return true; }

void er::pup_buffer(void*& values, size_t count, size_t item, dataType type) {
  pup_buffer(
      values, count, item, type, [](size_t bytes) { return std::malloc(bytes); },
      [](void* p) { std::free(p); });
}
void er::pup_buffer(void*& values, size_t count, size_t item, dataType type,
                    std::function<void*(size_t)> allocate, std::function<void(void*)> deallocate) {
  if (isUnpacking()) {
    values = mayFollow(count, item) ? allocate(count * item) : nullptr;
    if (values == nullptr) return;  // A file that is too short, or nothing to read.
  }
  Bytes(values, count, item, type);
  if (isPacking() && isDeleting()) {
    deallocate(values);
    values = nullptr;
  }
}

// ---- Objects by their type's name: the name's hash, the object.
namespace {

std::uint64_t Key(const able::PUP_ID& id) {
  std::uint64_t key;
  std::memcpy(&key, id.hash, sizeof(key));
  return key;
}

struct Constructor {
  std::string name;
  able::constructor_function function;
};
// Filled before the program's PEs begin.
std::map<std::uint64_t, Constructor>& Constructors() {
  static std::map<std::uint64_t, Constructor> constructors;
  return constructors;
}

}  // namespace

void er::object(able** a) {
  able::PUP_ID id(0);
  const able::PUP_ID null(0);
  if (!isUnpacking() && *a != nullptr) id = (*a)->get_PUP_ID();
  id.pup(*this);
  if (id == null) {
    if (isUnpacking()) *a = nullptr;
    return;
  }
  if (isUnpacking()) *a = able::get_constructor(id)();
  (*a)->pup(*this);
}

// FNV-1a, 64 bits.
void able::PUP_ID::setName(const char* name) {
  std::uint64_t key = 0xcbf29ce484222325u;
  for (; *name != 0; ++name) key = (key ^ static_cast<unsigned char>(*name)) * 0x100000001b3u;
  if (key == 0) key = 1;
  std::memcpy(hash, &key, sizeof(key));
}

able::~able() = default;
void able::pup(er&) {}

able* able::clone() const {
  able* const self = const_cast<able*>(this);
  std::string buffer(PUP::size(*self), '\0');
  toMemBuf(*self, &buffer[0], buffer.size());
  able* const copy = get_constructor(get_PUP_ID())();
  fromMemBuf(*copy, &buffer[0], buffer.size());
  return copy;
}

able::PUP_ID able::register_constructor(const char* name, constructor_function function) {
  const PUP_ID id(name);
  const auto [at, added] = Constructors().try_emplace(Key(id), Constructor{name, function});
  if (!added && at->second.name != name)
    CmiAbort("PUP: the classes %s and %s have the same number; rename one of them",
             at->second.name.c_str(), name);
  return id;
}

able::constructor_function able::get_constructor(const PUP_ID& id) {
  const auto found = Constructors().find(Key(id));
  if (found == Constructors().end()) {
    CmiAbort("PUP: an object's class (number %016" PRIx64
             ") is not registered in this process: name it in a `PUPable` line of a .ci file that "
             "is used here",
             Key(id));
  }
  return found->second.function;
}

// ---- Seeking
seekBlock::seekBlock(er& p, int sections)
    : starts_{}, sections_(sections), table_(0), p_(p), ended_(false) {
  if (sections < 0 || sections > kMostSections)
    CmiAbort("PUP: %d sections; a seekBlock has 0 to %d", sections, int{kMostSections});
  p_.impl_startSeek(*this);
  if (!p_.isUnpacking()) table_ = p_.impl_tell(*this);
  p_(starts_, static_cast<size_t>(sections_ + 1));
}
seekBlock::~seekBlock() {
  if (!ended_) endBlock();
}
void seekBlock::seek(int section) {
  if (section < 0 || section >= sections_) CmiAbort("PUP: section %d of %d", section, sections_);
  if (p_.isUnpacking()) {
    p_.impl_seek(*this, starts_[section]);
  } else {
    starts_[section] = p_.impl_tell(*this);
  }
}
void seekBlock::endBlock() {
  if (p_.isPacking()) {
    const size_t end = p_.impl_tell(*this);
    starts_[sections_] = end;
    p_.impl_seek(*this, table_);
    p_(starts_, static_cast<size_t>(sections_ + 1));
    p_.impl_seek(*this, end);
  } else if (p_.isUnpacking()) {
    p_.impl_seek(*this, starts_[sections_]);
  }
  p_.impl_endSeek(*this);
  ended_ = true;
}
void mem::impl_startSeek(seekBlock& s) { s.data.off = used_; }
size_t mem::impl_tell(seekBlock& s) { return used_ - s.data.off; }
void mem::impl_seek(seekBlock& s, size_t offset) { used_ = s.data.off + offset; }

}  // namespace PUP
