// Hash tables: 64 parts, chosen by a key's hash, each with a lock and buckets of its own that it doubles when they hold more than two
// items on average. The lock of a key's bucket is its part's.
#include "parsec/class/parsec_hash_table.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <mutex>
#include <vector>

#include "components/base/cache_line.h"
#include "components/sync/spin_lock.h"
#include "parsec/utils/debug.h"

namespace heddle::parsec {
namespace {

constexpr int kPartBits = 6;
constexpr std::uint64_t kParts = std::uint64_t{1} << kPartBits;

struct alignas(kCacheLineBytes) Part {
  SpinLock lock;
  std::size_t items = 0;
  std::vector<parsec_hash_table_item_t*> buckets;
};

Part* PartsOf(parsec_hash_table_t* table) { return static_cast<Part*>(table->parts); }

// User-defined hashes may have few good bits: all are mixed.
std::uint64_t Mix(std::uint64_t hash) {
  hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 29;
}

// The upper bits of the mixed hash choose the part, the lower ones the bucket.
parsec_key_handle_t HandleOf(parsec_hash_table_t* table, parsec_key_t key) {
  const std::uint64_t hash = Mix(table->key_functions.key_hash(key, table->hash_data));
  return {hash, hash >> (64 - kPartBits), key};
}

std::size_t BucketOf(const Part& part, std::uint64_t hash) { return hash & (part.buckets.size() - 1); }

void Grow(Part& part) {
  std::vector<parsec_hash_table_item_t*> before(std::max<std::size_t>(part.buckets.size() * 2, 2));
  before.swap(part.buckets);
  for (parsec_hash_table_item_t* item : before) {
    while (item != nullptr) {
      parsec_hash_table_item_t* next = item->next_item;
      parsec_hash_table_item_t*& first = part.buckets[BucketOf(part, item->hash64)];
      item->next_item = first;
      first = item;
      item = next;
    }
  }
}

// The link that points to the item with the key, or to nullptr at the end of its bucket.
parsec_hash_table_item_t** Find(parsec_hash_table_t* table, Part& part, const parsec_key_handle_t& handle) {
  parsec_hash_table_item_t** at = &part.buckets[BucketOf(part, handle.hash64)];
  const parsec_key_fn_t& functions = table->key_functions;
  for (; *at != nullptr; at = &(*at)->next_item) {
    if ((*at)->hash64 != handle.hash64) continue;
    if (functions.key_equal == nullptr ? (*at)->key == handle.key
                                       : functions.key_equal((*at)->key, handle.key, table->hash_data) != 0) {
      break;
    }
  }
  return at;
}

void* ObjectOf(const parsec_hash_table_t* table, parsec_hash_table_item_t* item) {
  return item == nullptr ? nullptr : reinterpret_cast<char*>(item) - table->elt_hashitem_offset;
}

}  // namespace
}  // namespace heddle::parsec

using heddle::SpinLock;
using heddle::parsec::Find;
using heddle::parsec::HandleOf;
using heddle::parsec::kParts;
using heddle::parsec::ObjectOf;
using heddle::parsec::Part;
using heddle::parsec::PartsOf;

extern "C" {

static void ConstructHashTable(parsec_hash_table_t* table) { table->parts = nullptr; }
PARSEC_OBJ_CLASS_INSTANCE(parsec_hash_table_t, parsec_object_t, ConstructHashTable, NULL);

parsec_key_fn_t parsec_hash_table_generic_key_fn = {parsec_hash_table_generic_64bits_key_equal,
                                                    parsec_hash_table_generic_64bits_key_print,
                                                    parsec_hash_table_generic_64bits_key_hash};

int parsec_hash_tables_init() { return 0; }

void parsec_hash_table_init(parsec_hash_table_t* ht, int64_t offset, int nb_bits, parsec_key_fn_t key_functions, void* data) {
  ht->elt_hashitem_offset = offset;
  ht->key_functions = key_functions;
  ht->hash_data = data;
  auto* parts = new Part[kParts];
  const std::size_t buckets = std::size_t{1} << std::clamp(nb_bits - heddle::parsec::kPartBits, 1, 24);
  for (Part* part = parts; part != parts + kParts; ++part) part->buckets.resize(buckets);
  ht->parts = parts;
}

void parsec_hash_table_fini(parsec_hash_table_t* ht) {
  if (ht->parts == nullptr) return;
  std::size_t items = 0;
  for (std::uint64_t i = 0; i < kParts; ++i) items += PartsOf(ht)[i].items;
  if (items != 0) parsec_debug_verbose(4, parsec_debug_output, "a hash table ends with %zu items in it", items);
  delete[] PartsOf(ht);
  ht->parts = nullptr;
}

void parsec_hash_table_lock_bucket_handle(parsec_hash_table_t* ht, parsec_key_t key, parsec_key_handle_t* handle) {
  *handle = HandleOf(ht, key);
  PartsOf(ht)[handle->hash].lock.lock();
}

void parsec_hash_table_unlock_bucket_handle(parsec_hash_table_t* ht, const parsec_key_handle_t* handle) {
  PartsOf(ht)[handle->hash].lock.unlock();
}

void parsec_hash_table_lock_bucket(parsec_hash_table_t* ht, parsec_key_t key) { PartsOf(ht)[HandleOf(ht, key).hash].lock.lock(); }

void parsec_hash_table_unlock_bucket(parsec_hash_table_t* ht, parsec_key_t key) { PartsOf(ht)[HandleOf(ht, key).hash].lock.unlock(); }

void parsec_hash_table_nolock_insert_handle(parsec_hash_table_t* ht, const parsec_key_handle_t* handle, parsec_hash_table_item_t* item) {
  Part& part = PartsOf(ht)[handle->hash];
  if (++part.items > part.buckets.size() * 2) heddle::parsec::Grow(part);
  item->hash64 = handle->hash64;
  parsec_hash_table_item_t*& first = part.buckets[heddle::parsec::BucketOf(part, item->hash64)];
  item->next_item = first;
  first = item;
}

void parsec_hash_table_nolock_insert(parsec_hash_table_t* ht, parsec_hash_table_item_t* item) {
  const parsec_key_handle_t handle = HandleOf(ht, item->key);
  parsec_hash_table_nolock_insert_handle(ht, &handle, item);
}

void* parsec_hash_table_nolock_find_handle(parsec_hash_table_t* ht, const parsec_key_handle_t* handle) {
  return ObjectOf(ht, *Find(ht, PartsOf(ht)[handle->hash], *handle));
}

void* parsec_hash_table_nolock_find(parsec_hash_table_t* ht, parsec_key_t key) {
  const parsec_key_handle_t handle = HandleOf(ht, key);
  return parsec_hash_table_nolock_find_handle(ht, &handle);
}

void* parsec_hash_table_nolock_remove_handle(parsec_hash_table_t* ht, const parsec_key_handle_t* handle) {
  Part& part = PartsOf(ht)[handle->hash];
  parsec_hash_table_item_t** link = Find(ht, part, *handle);
  parsec_hash_table_item_t* item = *link;
  if (item == nullptr) return nullptr;
  *link = item->next_item;
  item->next_item = nullptr;
  --part.items;
  return ObjectOf(ht, item);
}

void* parsec_hash_table_nolock_remove(parsec_hash_table_t* ht, parsec_key_t key) {
  const parsec_key_handle_t handle = HandleOf(ht, key);
  return parsec_hash_table_nolock_remove_handle(ht, &handle);
}

void parsec_hash_table_insert(parsec_hash_table_t* ht, parsec_hash_table_item_t* item) {
  const parsec_key_handle_t handle = HandleOf(ht, item->key);
  const std::lock_guard<SpinLock> hold(PartsOf(ht)[handle.hash].lock);
  parsec_hash_table_nolock_insert_handle(ht, &handle, item);
}

void* parsec_hash_table_find(parsec_hash_table_t* ht, parsec_key_t key) {
  const parsec_key_handle_t handle = HandleOf(ht, key);
  const std::lock_guard<SpinLock> hold(PartsOf(ht)[handle.hash].lock);
  return parsec_hash_table_nolock_find_handle(ht, &handle);
}

void* parsec_hash_table_remove(parsec_hash_table_t* ht, parsec_key_t key) {
  const parsec_key_handle_t handle = HandleOf(ht, key);
  const std::lock_guard<SpinLock> hold(PartsOf(ht)[handle.hash].lock);
  return parsec_hash_table_nolock_remove_handle(ht, &handle);
}

void* parsec_hash_table_item_lookup(parsec_hash_table_t* ht, parsec_hash_table_item_t* item) { return ObjectOf(ht, item); }

void parsec_hash_table_for_all(parsec_hash_table_t* ht, parsec_hash_elem_fct_t fct, void* cb_data) {
  for (std::uint64_t i = 0; i < kParts; ++i) {
    Part& part = PartsOf(ht)[i];
    for (std::size_t bucket = 0; bucket < part.buckets.size(); ++bucket) {
      parsec_hash_table_item_t* next = nullptr;
      for (parsec_hash_table_item_t* item = part.buckets[bucket]; item != nullptr; item = next) {
        next = item->next_item;  // fct may remove the item and free its object.
        fct(ObjectOf(ht, item), cb_data);
      }
    }
  }
}

void parsec_hash_table_stat(parsec_hash_table_t* ht) {
  std::size_t items = 0;
  std::size_t buckets = 0;
  std::size_t longest = 0;
  for (std::uint64_t i = 0; i < kParts; ++i) {
    const Part& part = PartsOf(ht)[i];
    items += part.items;
    buckets += part.buckets.size();
    for (const parsec_hash_table_item_t* item : part.buckets) {
      std::size_t length = 0;
      for (; item != nullptr; item = item->next_item) ++length;
      longest = std::max(longest, length);
    }
  }
  std::printf("hash table: %zu items in %zu buckets, at most %zu in one\n", items, buckets, longest);
}

char* parsec_hash_table_generic_64bits_key_print(char* buffer, size_t buffer_size, parsec_key_t k, void*) {
  std::snprintf(buffer, buffer_size, "%016" PRIx64, static_cast<std::uint64_t>(k));
  return buffer;
}

uint64_t parsec_hash_table_generic_64bits_key_hash(parsec_key_t k, void*) { return k; }

}  // extern "C"
