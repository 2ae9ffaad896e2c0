#include "parsec/utils/zone_malloc.h"

#include <map>
#include <mutex>

#include "parsec/utils/debug.h"

struct zone_malloc_s {
  std::mutex lock;
  char* base = nullptr;
  std::size_t units = 0;
  std::size_t unit_bytes = 0;
  std::map<std::size_t, std::size_t> pieces;  // First unit and how many, of those in use.
};

extern "C" {

zone_malloc_t* zone_malloc_init(void* base_ptr, int max_segment, size_t unit_size) {
  if (base_ptr == nullptr || max_segment <= 0 || unit_size == 0) return nullptr;
  auto* zone = new zone_malloc_t;
  zone->base = static_cast<char*>(base_ptr);
  zone->units = static_cast<std::size_t>(max_segment);
  zone->unit_bytes = unit_size;
  return zone;
}

void* zone_malloc_fini(zone_malloc_t** zone) {
  void* base = (*zone)->base;
  delete *zone;
  *zone = nullptr;
  return base;
}

void* zone_malloc(zone_malloc_t* zone, size_t size) {
  const std::lock_guard<std::mutex> hold(zone->lock);
  const std::size_t wanted = size == 0 ? 1 : (size + zone->unit_bytes - 1) / zone->unit_bytes;
  std::size_t at = 0;
  for (const auto& [first, count] : zone->pieces) {
    if (first - at >= wanted) break;
    at = first + count;
  }
  if (zone->units - at < wanted) return nullptr;
  zone->pieces[at] = wanted;
  return zone->base + at * zone->unit_bytes;
}

void zone_free(zone_malloc_t* zone, void* address) {
  const std::lock_guard<std::mutex> hold(zone->lock);
  const auto offset = static_cast<std::size_t>(static_cast<char*>(address) - zone->base);
  if (offset % zone->unit_bytes != 0 || zone->pieces.erase(offset / zone->unit_bytes) != 1) {
    parsec_fatal("zone_free(%p): nothing was allocated there", address);
  }
}

size_t zone_in_use(zone_malloc_t* zone) {
  const std::lock_guard<std::mutex> hold(zone->lock);
  std::size_t units = 0;
  for (const auto& [first, count] : zone->pieces) units += count;
  return units * zone->unit_bytes;
}

size_t zone_debug(zone_malloc_t* zone, int level, int output_id, const char* prefix) {
  {
    const std::lock_guard<std::mutex> hold(zone->lock);
    for (const auto& [first, count] : zone->pieces) {
      parsec_output_verbose(level, output_id, "%s%p: %zu bytes", prefix != nullptr ? prefix : "",
                            static_cast<void*>(zone->base + first * zone->unit_bytes), count * zone->unit_bytes);
    }
  }
  return zone_in_use(zone);
}

}  // extern "C"
