// libFuzzer: readers take any bytes without a fault, and allocate no more than there are; text and
// conversions come back the same.
#include <unistd.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "components/serialization/container.h"
#include "components/serialization/crc32c.h"
#include "components/serialization/memory.h"
#include "components/serialization/number.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// Nested lists of numbers, as a program would unpack them.
void ReadLists(const std::uint8_t* data, std::size_t size) {
  heddle::MemoryReader reader(data, size);
  std::size_t lists = 0;
  if (!reader.ReadCount(sizeof(std::uint64_t), &lists)) return;
  std::vector<std::vector<std::uint32_t>> values;
  for (std::size_t i = 0; i < lists; ++i) {
    std::size_t count = 0;
    if (!reader.ReadCount(sizeof(std::uint32_t), &count)) return;
    values.emplace_back(count);
    Require(reader.Read(values.back().data(), count * sizeof(std::uint32_t)));
    if (!reader.Align(8)) return;
  }
  Require(reader.position() <= size);
}

constexpr heddle::NumberKind kKinds[] = {heddle::NumberKind::kSigned, heddle::NumberKind::kUnsigned,
                                         heddle::NumberKind::kFloating, heddle::NumberKind::kBool};

void ReadNumbers(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return;
  const heddle::NumberFormat format{kKinds[data[0] % 4], static_cast<std::uint8_t>(data[1] % 17)};
  char value[16] = {}, again[16] = {}, text[heddle::kLongestNumber];
  const std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (heddle::ParseNumber(format, input, value)) {
    const std::size_t length = heddle::FormatNumber(format, value, text);
    Require(length > 0 && length <= sizeof(text));
    Require(heddle::ParseNumber(format, {text, length}, again));
    // NaNs lose their payload.
    if (format.kind != heddle::NumberKind::kFloating)
      Require(std::memcmp(value, again, format.bytes) == 0);
  }
  // To a wider type and back.
  if (size < 2 + format.bytes || format.kind == heddle::NumberKind::kFloating) return;
  const heddle::NumberFormat wide{
      format.kind, static_cast<std::uint8_t>(format.kind == heddle::NumberKind::kBool ? 4 : 16),
      std::endian::big};
  char widened[16];
  if (heddle::ConvertNumbers(format, data + 2, wide, widened, 1)) {
    Require(heddle::ConvertNumbers(wide, widened, format, again, 1));
    if (format.kind != heddle::NumberKind::kBool)
      Require(std::memcmp(data + 2, again, format.bytes) == 0);
  }
}

// As it is, and with a right magic number and checksum of the header, which a fuzzer would hardly
// find.
void ReadContainer(const std::uint8_t* data, std::size_t size) {
  static const std::string path = "/tmp/serialization_fuzz." + std::to_string(getpid());
  std::vector<char> bytes(data, data + size);
  for (int round = 0; round < 2; ++round) {
    if (round == 1) {
      std::memcpy(bytes.data(), "HEDDLEC\n", 8);
      const std::uint32_t crc = heddle::Crc32c(0, bytes.data(), 44);
      std::memcpy(bytes.data() + 44, &crc, sizeof(crc));
    }
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    Require(file != nullptr && std::fwrite(bytes.data(), 1, size, file) == size &&
            std::fclose(file) == 0);
    auto reader = heddle::ContainerReader::Open(path, {"fuzz", 1});
    (void)std::remove(path.c_str());
    if (reader.ok()) Require((*reader)->contents().Remaining() == size - 48);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ReadLists(data, size);
  ReadNumbers(data, size);
  // Files are slow: only of what begins like one.
  if (size >= 48 && data[0] == 'H') ReadContainer(data, size);
  return 0;
}
