// What the tests of DTD share: a context, and a collection of numbers.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_DTD_TEST_SUPPORT_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_DTD_TEST_SUPPORT_H_

#include <parsec.h>
#include <parsec/data_internal.h>
#include <parsec/interfaces/dtd/insert_function.h>
#include <parsec/mca/device/device.h>
#include <parsec/parsec_internal.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace heddle::parsec {

inline long FromEnvironment(const char* name, long otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::atol(text) : otherwise;
}

// A number below `below` that is none of the `count` drawn ones.
template <class Random>
int DrawOther(Random& random, std::uint32_t below, const int* drawn, int count) {
  for (;;) {
    const int number = static_cast<int>(random.Below(below));
    if (std::find(drawn, drawn + count, number) == drawn + count) return number;
  }
}

// A context of so many workers, started, for the life of this object.
struct Session {
  explicit Session(int workers) : context(parsec_init(workers, nullptr, nullptr)) { parsec_context_start(context); }
  ~Session() {
    parsec_context_wait(context);
    parsec_fini(&context);
  }
  // A new taskpool in the context.
  parsec_taskpool_t* Taskpool() const {
    parsec_taskpool_t* const taskpool = parsec_dtd_taskpool_new();
    parsec_context_add_taskpool(context, taskpool);
    return taskpool;
  }
  parsec_context_t* context;
};

// Numbers, each a tile; all of this process.
struct Numbers {
  explicit Numbers(int count) : values(static_cast<std::size_t>(count)), data(static_cast<std::size_t>(count)) {
    parsec_data_collection_init(&collection, 1, 0);
    collection.rank_of_key = [](parsec_data_collection_t*, parsec_data_key_t) -> std::uint32_t { return 0; };
    collection.data_of_key = [](parsec_data_collection_t* dc, parsec_data_key_t key) {
      return reinterpret_cast<Numbers*>(dc)->data[key];
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
      parsec_data_create(&data[i], &collection, i, &values[i], sizeof(values[i]), PARSEC_DATA_FLAG_PARSEC_MANAGED);
    }
    parsec_dtd_data_collection_init(&collection);
  }
  ~Numbers() {
    parsec_dtd_data_collection_fini(&collection);
    for (parsec_data_t* piece : data) parsec_data_destroy(piece);
    parsec_data_collection_destroy(&collection);
  }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;
  parsec_dtd_tile_t* Tile(int i) { return parsec_dtd_tile_of(&collection, static_cast<parsec_data_key_t>(i)); }

  parsec_data_collection_t collection;  // First.
  std::vector<std::uint64_t> values;
  std::vector<parsec_data_t*> data;
};

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_DTD_TEST_SUPPORT_H_
