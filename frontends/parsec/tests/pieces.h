/* For JDF programs of several processes: `count` pieces of `words` longs. Piece k belongs to process k % the number of processes. */
#ifndef HEDDLE_FRONTENDS_PARSEC_TESTS_PIECES_H_
#define HEDDLE_FRONTENDS_PARSEC_TESTS_PIECES_H_

#include "test_support.h"

typedef struct pieces_s {
  parsec_data_collection_t super;
  int count, words;
  long *values;
  parsec_data_t **data;
} pieces_t;

static inline int pieces_index(va_list ap) { return va_arg(ap, int); }
static inline parsec_data_key_t pieces_key(parsec_data_collection_t *dc, ...) {
  va_list ap;
  va_start(ap, dc);
  int k = pieces_index(ap);
  va_end(ap);
  return (parsec_data_key_t)k;
}
static inline uint32_t pieces_owner_of_key(parsec_data_collection_t *dc, parsec_data_key_t key) { return (uint32_t)(key % dc->nodes); }
static inline uint32_t pieces_owner(parsec_data_collection_t *dc, ...) {
  va_list ap;
  va_start(ap, dc);
  int k = pieces_index(ap);
  va_end(ap);
  return pieces_owner_of_key(dc, (parsec_data_key_t)k);
}
static inline parsec_data_t *pieces_data_of_key(parsec_data_collection_t *dc, parsec_data_key_t key) {
  pieces_t *pieces = (pieces_t *)dc;
  CHECK_THAT(pieces_owner_of_key(dc, key) == dc->myrank, "data_of(%d) in process %d", (int)key, (int)dc->myrank);
  return parsec_data_create(&pieces->data[key], dc, key, pieces->values + key * (unsigned)pieces->words,
                            (unsigned)pieces->words * sizeof(long), 0);
}
static inline parsec_data_t *pieces_data_of(parsec_data_collection_t *dc, ...) {
  va_list ap;
  va_start(ap, dc);
  int k = pieces_index(ap);
  va_end(ap);
  return pieces_data_of_key(dc, (parsec_data_key_t)k);
}
static inline void pieces_init(pieces_t *pieces, int world, int rank, int count, int words, parsec_datatype_t type) {
  memset(pieces, 0, sizeof(*pieces));
  parsec_data_collection_init(&pieces->super, world, rank);
  pieces->count = count;
  pieces->words = words;
  pieces->values = (long *)calloc((size_t)count * (size_t)words, sizeof(long));
  pieces->data = (parsec_data_t **)calloc((size_t)count, sizeof(parsec_data_t *));
  pieces->super.rank_of = pieces_owner;
  pieces->super.rank_of_key = pieces_owner_of_key;
  pieces->super.vpid_of = longs_vpid;
  pieces->super.data_of = pieces_data_of;
  pieces->super.data_of_key = pieces_data_of_key;
  pieces->super.data_key = pieces_key;
  pieces->super.default_dtt = type;
}
static inline void pieces_destroy(pieces_t *pieces) {
  for (int k = 0; k < pieces->count; ++k)
    if (NULL != pieces->data[k]) parsec_data_destroy(pieces->data[k]);
  free(pieces->data);
  free(pieces->values);
  parsec_data_collection_destroy(&pieces->super);
}

#endif  // HEDDLE_FRONTENDS_PARSEC_TESTS_PIECES_H_
