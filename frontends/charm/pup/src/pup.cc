// PUP: what is not inline.
#include <cinttypes>
#include <cstdint>
#include <map>
#include <string>

#include "pup.h"
#include "pup_stl.h"

namespace PUP {

er::~er() = default;
void er::bytes(void*, size_t, size_t, dataType) { CmiAbort("PUP: this packer defines no bytes()"); }
void er::impl_startSeek(seekBlock&) {}
size_t er::impl_tell(seekBlock&) { return 0; }
void er::impl_seek(seekBlock&, size_t) {}
void er::impl_endSeek(seekBlock&) {}

// ---- Objects by their type's name: a flag, the name's hash, the object.
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
  sizer count;
  self->pup(count);
  std::string buffer(count.size(), '\0');
  toMem to(&buffer[0]);
  self->pup(to);
  able* const copy = get_constructor(get_PUP_ID())();
  fromMem from(buffer.data());
  copy->pup(from);
  return copy;
}

able::PUP_ID able::register_constructor(const char* name, constructor_function function) {
  const PUP_ID id(name);
  const auto [at, added] = Constructors().try_emplace(Key(id), Constructor{name, function});
  if (!added && at->second.name != name)
    CmiAbort("PUP: the classes %s and %s have the same number; rename one of them", at->second.name.c_str(), name);
  return id;
}

able::constructor_function able::get_constructor(const PUP_ID& id) {
  const auto found = Constructors().find(Key(id));
  if (found == Constructors().end()) {
    CmiAbort("PUP: an object's class (number %016" PRIx64 ") is not registered in this process: name it in a `PUPable` line of a .ci file that is used here",
             Key(id));
  }
  return found->second.function;
}

// ---- Seeking
seekBlock::seekBlock(er& p, int sections) : sections_(sections), table_(-1), p_(p), ended_(false) {
  if (sections < 0 || sections > kMostSections) CmiAbort("PUP: %d sections; a seekBlock has 0 to %d", sections, int{kMostSections});
  p_.impl_startSeek(*this);
  for (int& start : starts_) start = -1;
  if (p_.isUnpacking()) {
    p_(starts_, static_cast<size_t>(sections_ + 1));
  } else {
    starts_[sections_] = -1;
    table_ = static_cast<int>(p_.impl_tell(*this));
    p_(starts_, static_cast<size_t>(sections_ + 1));
  }
}
seekBlock::~seekBlock() {
  if (!ended_) endBlock();
}
void seekBlock::seek(int section) {
  if (section < 0 || section >= sections_) CmiAbort("PUP: section %d of %d", section, sections_);
  if (p_.isUnpacking()) {
    p_.impl_seek(*this, static_cast<size_t>(starts_[section]));
  } else {
    starts_[section] = static_cast<int>(p_.impl_tell(*this));
  }
}
void seekBlock::endBlock() {
  if (p_.isPacking()) {
    const size_t end = p_.impl_tell(*this);
    starts_[sections_] = static_cast<int>(end);
    p_.impl_seek(*this, static_cast<size_t>(table_));
    p_(starts_, static_cast<size_t>(sections_ + 1));
    p_.impl_seek(*this, end);
  } else if (p_.isUnpacking()) {
    p_.impl_seek(*this, static_cast<size_t>(starts_[sections_]));
  }
  p_.impl_endSeek(*this);
  ended_ = true;
}
void mem::impl_startSeek(seekBlock& s) { s.data.off = used_; }
size_t mem::impl_tell(seekBlock& s) { return used_ - s.data.off; }
void mem::impl_seek(seekBlock& s, size_t offset) { used_ = s.data.off + offset; }
void disk::impl_startSeek(seekBlock& s) { s.data.loff = std::ftell(F); }
size_t disk::impl_tell(seekBlock& s) { return static_cast<size_t>(std::ftell(F) - s.data.loff); }
void disk::impl_seek(seekBlock& s, size_t offset) {
  if (std::fseek(F, s.data.loff + static_cast<long>(offset), SEEK_SET) != 0) failed_ = true;
}

// ---- Files
void toDisk::bytes(void* values, size_t count, size_t item, dataType) {
  used_ += count * item;
  if (count != 0 && std::fwrite(values, item, count, F) != count) failed_ = true;
}
void fromDisk::bytes(void* values, size_t count, size_t item, dataType) {
  used_ += count * item;
  if (count == 0 || std::fread(values, item, count, F) == count) return;
  failed_ = true;
  std::memset(values, 0, count * item);
}

// ---- Text
namespace {

template <class T>
T At(const void* values, size_t i) {
  T value;
  std::memcpy(&value, static_cast<const char*>(values) + i * sizeof(T), sizeof(T));
  return value;
}

// The i-th of the values as text.  Returns its length.
int Format(char* to, size_t length, const void* values, size_t i, size_t item, dataType type) {
  switch (type) {
    case Tfloat: return std::snprintf(to, length, "%.9g", static_cast<double>(At<float>(values, i)));
    case Tdouble: return std::snprintf(to, length, "%.17g", At<double>(values, i));
    case Tlongdouble: return std::snprintf(to, length, "%.21Lg", At<long double>(values, i));
    case Tbool: return std::snprintf(to, length, "%s", At<bool>(values, i) ? "true" : "false");
    case Tuchar: return std::snprintf(to, length, "%u", unsigned{At<unsigned char>(values, i)});
    case Tushort: return std::snprintf(to, length, "%u", unsigned{At<unsigned short>(values, i)});
    case Tuint: return std::snprintf(to, length, "%u", At<unsigned>(values, i));
    case Tulong: return std::snprintf(to, length, "%lu", At<unsigned long>(values, i));
    case Tulonglong: return std::snprintf(to, length, "%llu", At<unsigned long long>(values, i));
    case Tchar: return std::snprintf(to, length, "%d", int{At<signed char>(values, i)});
    case Tshort: return std::snprintf(to, length, "%d", int{At<short>(values, i)});
    case Tint: return std::snprintf(to, length, "%d", At<int>(values, i));
    case Tlong: return std::snprintf(to, length, "%ld", At<long>(values, i));
    case Tlonglong: return std::snprintf(to, length, "%lld", At<long long>(values, i));
    default: CmiAbort("PUP: values of %zu bytes have no text form", item);
  }
}

constexpr size_t kLine = 64;

}  // namespace

void toTextFile::bytes(void* values, size_t count, size_t item, dataType type) {
  char line[kLine];
  for (size_t i = 0; i < count; ++i) {
    (void)Format(line, kLine, values, i, item, type);
    std::fprintf(f, "%s\n", line);
  }
}
void toTextFile::comment(const char* text) { std::fprintf(f, "! %s\n", text); }
void sizerText::bytes(void* values, size_t count, size_t item, dataType type) {
  char line[kLine];
  for (size_t i = 0; i < count; ++i) used_ += static_cast<size_t>(Format(line, kLine, values, i, item, type)) + 1;
}
void toText::bytes(void* values, size_t count, size_t item, dataType type) {
  char line[kLine];
  for (size_t i = 0; i < count; ++i) {
    const auto n = static_cast<size_t>(Format(line, kLine, values, i, item, type));
    if (used_ + n + 2 > length_) CmiAbort("PUP: a text of more than %zu bytes", length_);
    std::memcpy(at_ + used_, line, n);
    at_[used_ + n] = '\n';
    used_ += n + 1;
    at_[used_] = 0;
  }
}

void fromTextFile::comment(const char*) {}
void fromTextFile::parseError(const char* what) { CmiAbort("PUP: a text file should go on with %s", what); }
void fromTextFile::bytes(void* values, size_t count, size_t item, dataType type) {
  for (size_t i = 0; i < count; ++i) {
    char line[256];
    do {
      if (std::fgets(line, sizeof(line), f) == nullptr) return parseError("a value; it has ended");
    } while (line[0] == '!' || line[0] == '\n');
    void* const to = static_cast<char*>(values) + i * item;
    char* end = line;
    const auto store = [&](auto value) { std::memcpy(to, &value, sizeof(value)); };
    switch (type) {
      case Tfloat: store(std::strtof(line, &end)); break;
      case Tdouble: store(std::strtod(line, &end)); break;
      case Tlongdouble: store(std::strtold(line, &end)); break;
      case Tbool: store(std::strncmp(line, "true", 4) == 0); end = line + 1; break;
      case Tchar: store(static_cast<signed char>(std::strtol(line, &end, 10))); break;
      case Tuchar: store(static_cast<unsigned char>(std::strtoul(line, &end, 10))); break;
      case Tshort: store(static_cast<short>(std::strtol(line, &end, 10))); break;
      case Tushort: store(static_cast<unsigned short>(std::strtoul(line, &end, 10))); break;
      case Tint: store(static_cast<int>(std::strtol(line, &end, 10))); break;
      case Tuint: store(static_cast<unsigned>(std::strtoul(line, &end, 10))); break;
      case Tlong: store(std::strtol(line, &end, 10)); break;
      case Tulong: store(std::strtoul(line, &end, 10)); break;
      case Tlonglong: store(std::strtoll(line, &end, 10)); break;
      case Tulonglong: store(std::strtoull(line, &end, 10)); break;
      default: return parseError("a number");
    }
    if (end == line) return parseError("a number");
  }
}

}  // namespace PUP
