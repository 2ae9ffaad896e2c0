// Collections: what every kind of them has.
#include "parsec/data_distribution.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "components/sync/spin_lock.h"
#include "parsec/constants.h"

namespace heddle::parsec {
namespace {

SpinLock ids_lock;
absl::flat_hash_map<parsec_dc_key_t, parsec_dc_t*>& Ids() {  // Under ids_lock.
  static auto& ids = *new absl::flat_hash_map<parsec_dc_key_t, parsec_dc_t*>;
  return ids;
}

std::int32_t NoVp(parsec_data_collection_t*, ...) { return 0; }
std::int32_t NoVpOfKey(parsec_data_collection_t*, parsec_data_key_t) { return 0; }
int NothingToRegister(parsec_data_collection_t*, struct parsec_device_module_s*) { return PARSEC_SUCCESS; }
int PrintKey(parsec_data_collection_t*, parsec_data_key_t key, char* buffer, std::uint32_t buffer_size) {
  return std::snprintf(buffer, buffer_size, "%" PRIu64, key);
}

}  // namespace
}  // namespace heddle::parsec

using heddle::parsec::Ids;
using heddle::parsec::ids_lock;

extern "C" {

void parsec_data_collection_init(parsec_data_collection_t* d, int nodes, int myrank) {
  std::memset(d, 0, sizeof *d);
  d->nodes = static_cast<std::uint32_t>(nodes);
  d->myrank = static_cast<std::uint32_t>(myrank);
  d->vpid_of = heddle::parsec::NoVp;
  d->vpid_of_key = heddle::parsec::NoVpOfKey;
  d->register_memory = heddle::parsec::NothingToRegister;
  d->unregister_memory = heddle::parsec::NothingToRegister;
  d->key_to_string = heddle::parsec::PrintKey;
  d->memory_registration_status = PARSEC_MEMORY_STATUS_UNREGISTERED;
  d->default_dtt = PARSEC_DATATYPE_NULL;
}

void parsec_data_collection_destroy(parsec_data_collection_t* d) {
  std::free(d->key_base);
  d->key_base = nullptr;
  std::free(d->key_dim);
  d->key_dim = nullptr;
  d->key = nullptr;  // The program's, a literal perhaps.
  if (d->dc_id != 0 && parsec_dc_lookup(d->dc_id) == d) parsec_dc_unregister_id(d->dc_id);
}

void parsec_data_collection_set_key(parsec_data_collection_t* d, const char* name) {
  std::free(d->key_base);
  d->key_base = name == nullptr ? nullptr : strdup(name);
}

int parsec_data_dist_init() { return PARSEC_SUCCESS; }
int parsec_data_dist_fini() { return PARSEC_SUCCESS; }

int parsec_dc_register_id(parsec_dc_t* dc, parsec_dc_key_t key) {
  const std::lock_guard<heddle::SpinLock> hold(ids_lock);
  if (!Ids().try_emplace(key, dc).second) return PARSEC_ERR_EXISTS;
  dc->dc_id = key;
  return PARSEC_SUCCESS;
}

int parsec_dc_unregister_id(parsec_dc_key_t key) {
  const std::lock_guard<heddle::SpinLock> hold(ids_lock);
  return Ids().erase(key) == 1 ? PARSEC_SUCCESS : PARSEC_ERR_NOT_FOUND;
}

parsec_dc_t* parsec_dc_lookup(parsec_dc_key_t key) {
  const std::lock_guard<heddle::SpinLock> hold(ids_lock);
  const auto found = Ids().find(key);
  return found == Ids().end() ? nullptr : found->second;
}

}  // extern "C"
