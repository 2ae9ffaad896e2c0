// Collections whose pieces are told one by one.
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "frontends/parsec/runtime/src/matrix.h"
#include "parsec/data_dist/hash_datadist.h"

namespace heddle::parsec {
namespace {

constexpr uint32_t kBuckets = 1 << 16;

using Collection = parsec_hash_datadist_t;
using Entry = parsec_hash_datadist_entry_t;

Entry* Find(const Collection& c, uint32_t key) {
  Entry* entry = c.hash[key % c.hash_size];
  while (entry != nullptr && entry->key != key) entry = entry->next;
  return entry;
}

#define KEY_ARGUMENT(last)                            \
  ({                                                  \
    va_list arguments_;                               \
    va_start(arguments_, last);                       \
    const uint32_t k_ = va_arg(arguments_, unsigned); \
    va_end(arguments_);                               \
    k_;                                               \
  })

parsec_data_key_t DataKey(parsec_data_collection_t* dc, ...) { return KEY_ARGUMENT(dc); }

uint32_t RankOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  const Entry* entry = Find(*reinterpret_cast<Collection*>(dc), static_cast<uint32_t>(key));
  return entry == nullptr ? dc->nodes : static_cast<uint32_t>(entry->rank);
}
uint32_t RankOf(parsec_data_collection_t* dc, ...) { return RankOfKey(dc, KEY_ARGUMENT(dc)); }

int32_t KeyVpid(parsec_data_collection_t* dc, parsec_data_key_t key) {
  const Entry* entry = Find(*reinterpret_cast<Collection*>(dc), static_cast<uint32_t>(key));
  return entry == nullptr ? 0 : entry->vpid;
}
int32_t TileVpid(parsec_data_collection_t* dc, ...) { return KeyVpid(dc, KEY_ARGUMENT(dc)); }

parsec_data_t* DataOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  Entry* entry = Find(*reinterpret_cast<Collection*>(dc), static_cast<uint32_t>(key));
  if (entry == nullptr || static_cast<uint32_t>(entry->rank) != dc->myrank) return nullptr;
  parsec_data_t* data = __atomic_load_n(&entry->data, __ATOMIC_ACQUIRE);
  if (data != nullptr) return data;
  return parsec_data_create(&entry->data, dc, key, entry->actual_data, entry->size, PARSEC_DATA_FLAG_PARSEC_MANAGED);
}
parsec_data_t* DataOf(parsec_data_collection_t* dc, ...) { return DataOfKey(dc, KEY_ARGUMENT(dc)); }

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

parsec_hash_datadist_t* parsec_hash_datadist_create(int np, int myrank) {
  auto* c = static_cast<Collection*>(calloc(1, sizeof(Collection)));
  auto** buckets = static_cast<Entry**>(calloc(kBuckets, sizeof(Entry*)));
  if (c == nullptr || buckets == nullptr) {
    free(c);
    free(buckets);
    return nullptr;
  }
  parsec_data_collection_init(&c->super, np, myrank);
  c->super.data_key = DataKey;
  c->super.rank_of = RankOf;
  c->super.rank_of_key = RankOfKey;
  c->super.data_of = DataOf;
  c->super.data_of_key = DataOfKey;
  c->super.vpid_of = TileVpid;
  c->super.vpid_of_key = KeyVpid;
  c->hash_size = kBuckets;
  c->hash = buckets;
  return c;
}

void parsec_hash_datadist_destroy(parsec_hash_datadist_t* d) {
  for (uint32_t bucket = 0; bucket < d->hash_size; ++bucket) {
    for (Entry* entry = d->hash[bucket]; entry != nullptr;) {
      Entry* next = entry->next;
      if (entry->data != nullptr) parsec_data_destroy(entry->data);
      free(entry);
      entry = next;
    }
  }
  free(d->hash);
  parsec_data_collection_destroy(&d->super);
  free(d);
}

void parsec_hash_datadist_set_data(parsec_hash_datadist_t* d, void* actual_data, uint32_t key, int vpid, int rank,
                                   uint32_t size) {
  Entry* entry = Find(*d, key);
  if (entry == nullptr) {
    entry = static_cast<Entry*>(calloc(1, sizeof(Entry)));
    if (entry == nullptr) MatrixFail("no memory for piece %u of a collection", key);
    entry->key = key;
    entry->next = d->hash[key % d->hash_size];
    d->hash[key % d->hash_size] = entry;
  }
  entry->actual_data = actual_data;
  entry->vpid = vpid;
  entry->rank = rank;
  entry->size = size;
}

void parsec_hash_datadist_dump(parsec_hash_datadist_t* d) {
  for (uint32_t bucket = 0; bucket < d->hash_size; ++bucket) {
    for (const Entry* entry = d->hash[bucket]; entry != nullptr; entry = entry->next)
      fprintf(stderr, "parsec: key %u rank %d vpid %d size %u\n", entry->key, entry->rank, entry->vpid, entry->size);
  }
}

}  // extern "C"
