// Memory, time, environment, hashes, lists of tasks.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "components/base/check.h"
#include "components/base/clock.h"
#include "frontends/starpu/src/handle.h"
#include "starpu_hash.h"
#include "starpu_helper.h"
#include "starpu_profiling.h"
#include "starpu_stdlib.h"

namespace {

// Set by the program before it allocates.
std::size_t alignment = sizeof(void*);
starpu_malloc_hook malloc_hook = nullptr;
starpu_free_hook free_hook = nullptr;

void SleepNs(double ns) {
  if (!(ns > 0)) return;
  const auto whole = static_cast<std::int64_t>(ns);
  timespec left{static_cast<time_t>(whole / 1'000'000'000), static_cast<long>(whole % 1'000'000'000)};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

// For a value of the environment that is not what it must be.
[[noreturn]] void Refuse(const char* name, const char* value, const char* allowed) {
  std::fprintf(stderr, "[starpu] %s=%s: must be %s\n", name, value, allowed);
  std::abort();
}

std::uint32_t AddByte(std::uint32_t crc, unsigned char byte) {
  crc ^= static_cast<std::uint32_t>(byte) << 24;
  for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80000000u) != 0 ? crc << 1 ^ 0x1EDC6F41u : crc << 1;
  return crc;
}

}  // namespace

extern "C" {

void starpu_malloc_set_align(size_t align) {
  HEDDLE_CHECK(align != 0 && (align & (align - 1)) == 0) << "alignment " << align << " is no power of two";
  if (align > alignment) alignment = align;
}

void starpu_malloc_set_hooks(starpu_malloc_hook malloc_function, starpu_free_hook free_function) {
  malloc_hook = malloc_function;
  free_hook = free_function;
}

int starpu_malloc_flags(void** A, size_t dim, int flags) {
  if (malloc_hook != nullptr) return malloc_hook(STARPU_MAIN_RAM, A, dim, flags);
  return posix_memalign(A, alignment, dim == 0 ? 1 : dim) == 0 ? 0 : -ENOMEM;
}
int starpu_malloc(void** A, size_t dim) { return starpu_malloc_flags(A, dim, STARPU_MALLOC_PINNED); }
int starpu_free_flags(void* A, size_t dim, int flags) {
  if (free_hook != nullptr) return free_hook(STARPU_MAIN_RAM, A, dim, flags);
  std::free(A);
  return 0;
}
int starpu_free_noflag(void* A, size_t dim) { return starpu_free_flags(A, dim, STARPU_MALLOC_PINNED); }
int starpu_free(void* A) { return starpu_free_flags(A, 0, STARPU_MALLOC_PINNED); }
int starpu_memory_pin(void*, size_t) { return 0; }
int starpu_memory_unpin(void*, size_t) { return 0; }

void starpu_sleep(float nb_sec) { SleepNs(static_cast<double>(nb_sec) * 1e9); }
void starpu_usleep(float nb_micro_sec) { SleepNs(static_cast<double>(nb_micro_sec) * 1e3); }

double starpu_timing_now(void) { return static_cast<double>(heddle::NowNs()) / 1e3; }
double starpu_timing_timespec_to_us(struct timespec* ts) {
  return static_cast<double>(ts->tv_sec) * 1e6 + static_cast<double>(ts->tv_nsec) / 1e3;
}
double starpu_timing_timespec_delay_us(struct timespec* start, struct timespec* end) {
  return static_cast<double>(end->tv_sec - start->tv_sec) * 1e6 + static_cast<double>(end->tv_nsec - start->tv_nsec) / 1e3;
}

char* starpu_getenv(const char* name) { return std::getenv(name); }

int starpu_get_env_number_default(const char* name, int value) {
  const char* const text = std::getenv(name);
  if (text == nullptr || *text == '\0') return value;
  char* end;
  const long number = std::strtol(text, &end, 10);
  if (*end != '\0' || number < 0 || number > 0x7fffffff) Refuse(name, text, "a number from 0 on");
  return static_cast<int>(number);
}
int starpu_get_env_number(const char* name) { return starpu_get_env_number_default(name, -1); }
float starpu_get_env_float_default(const char* name, float value) {
  const char* const text = std::getenv(name);
  if (text == nullptr || *text == '\0') return value;
  char* end;
  const float number = std::strtof(text, &end);
  if (*end != '\0') Refuse(name, text, "a number");
  return number;
}

uint32_t starpu_hash_crc32c_be_n(const void* input, size_t n, uint32_t inputcrc) {
  const auto* const bytes = static_cast<const unsigned char*>(input);
  for (size_t i = 0; i < n; ++i) inputcrc = AddByte(inputcrc, bytes[i]);
  return inputcrc;
}
uint32_t starpu_hash_crc32c_be_ptr(void* input, uint32_t inputcrc) {
  return starpu_hash_crc32c_be_n(&input, sizeof(input), inputcrc);
}
uint32_t starpu_hash_crc32c_be(uint32_t input, uint32_t inputcrc) {
  for (int shift = 24; shift >= 0; shift -= 8) inputcrc = AddByte(inputcrc, static_cast<unsigned char>(input >> shift));
  return inputcrc;
}
uint32_t starpu_hash_crc32c_string(const char* str, uint32_t inputcrc) {
  return starpu_hash_crc32c_be_n(str, std::strlen(str), inputcrc);
}

}  // extern "C"
