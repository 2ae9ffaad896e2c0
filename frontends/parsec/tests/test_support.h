/* For self-checking JDF programs: a collection of longs, and every test with 1, 2 and 4 workers. */
#ifndef HEDDLE_FRONTENDS_PARSEC_TESTS_TEST_SUPPORT_H_
#define HEDDLE_FRONTENDS_PARSEC_TESTS_TEST_SUPPORT_H_

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsec.h"
#include "parsec/arena.h"
#include "parsec/data_internal.h"
#include "parsec/execution_stream.h"

static atomic_int failures __attribute__((unused));

#define CHECK_THAT(condition, ...)                                             \
  do {                                                                         \
    if (!(condition) && atomic_fetch_add(&failures, 1) < 20) {                 \
      fprintf(stderr, "%s:%d: not so: %s: ", __FILE__, __LINE__, #condition);  \
      fprintf(stderr, __VA_ARGS__);                                            \
      fprintf(stderr, "\n");                                                   \
    }                                                                          \
  } while (0)

/* `count` pieces of `words` longs. Key k is piece k % count, which belongs to process k % count % the number of processes. */
typedef struct longs_s {
  parsec_data_collection_t super;
  int count, words;
  long *values;
  parsec_data_t **pieces;
} longs_t;

static inline int longs_index(parsec_data_collection_t *dc, va_list ap) {
  int i = va_arg(ap, int) % ((longs_t *)dc)->count;
  return i < 0 ? i + ((longs_t *)dc)->count : i;
}
static inline parsec_data_key_t longs_key(parsec_data_collection_t *dc, ...) {
  va_list ap;
  va_start(ap, dc);
  int i = longs_index(dc, ap);
  va_end(ap);
  return (parsec_data_key_t)i;
}
static inline uint32_t longs_rank_of_key(parsec_data_collection_t *dc, parsec_data_key_t key) { return (uint32_t)(key % dc->nodes); }
static inline uint32_t longs_rank(parsec_data_collection_t *dc, ...) {
  va_list ap;
  va_start(ap, dc);
  int i = longs_index(dc, ap);
  va_end(ap);
  return longs_rank_of_key(dc, (parsec_data_key_t)i);
}
static inline int32_t longs_vpid(parsec_data_collection_t *dc, ...) {
  (void)dc;
  return 0;
}
static inline parsec_data_t *longs_data_of_key(parsec_data_collection_t *dc, parsec_data_key_t key) {
  longs_t *longs = (longs_t *)dc;
  CHECK_THAT(longs_rank_of_key(dc, key) == dc->myrank, "data_of(%d) in process %d", (int)key, (int)dc->myrank);
  return parsec_data_create(&longs->pieces[key], dc, key, longs->values + key * (unsigned)longs->words,
                            (unsigned)longs->words * sizeof(long), 0);
}
static inline parsec_data_t *longs_data(parsec_data_collection_t *dc, ...) {
  va_list ap;
  va_start(ap, dc);
  int i = longs_index(dc, ap);
  va_end(ap);
  return longs_data_of_key(dc, (parsec_data_key_t)i);
}
/* Over `world` processes, of which this is `rank`; `type` is that of a piece. */
static inline void longs_init_over(longs_t *longs, int world, int rank, int count, int words, parsec_datatype_t type) {
  memset(longs, 0, sizeof(*longs));
  parsec_data_collection_init(&longs->super, world, rank);
  longs->count = count;
  longs->words = words;
  longs->values = (long *)calloc((size_t)count * (size_t)words, sizeof(long));
  longs->pieces = (parsec_data_t **)calloc((size_t)count, sizeof(parsec_data_t *));
  longs->super.rank_of = longs_rank;
  longs->super.rank_of_key = longs_rank_of_key;
  longs->super.vpid_of = longs_vpid;
  longs->super.data_of = longs_data;
  longs->super.data_of_key = longs_data_of_key;
  longs->super.data_key = longs_key;
  longs->super.default_dtt = type;
}
/* Single longs, all in this process. */
static inline void longs_init(longs_t *longs, int count) { longs_init_over(longs, 1, 0, count, 1, parsec_datatype_int64_t); }
static inline void longs_destroy(longs_t *longs) {
  for (int i = 0; i < longs->count; ++i)
    if (longs->pieces[i] != NULL) parsec_data_destroy(longs->pieces[i]);
  free(longs->pieces);
  free(longs->values);
  parsec_data_collection_destroy(&longs->super);
}

static inline void arena_of_longs(parsec_arena_datatype_t *adt) {
  parsec_arena_datatype_set_type(adt, sizeof(long), PARSEC_ARENA_ALIGNMENT_SSE, parsec_datatype_int64_t);
}

/* Runs a taskpool to its end; the caller frees it. */
static inline void run_taskpool(parsec_context_t *context, parsec_taskpool_t *tp) {
  CHECK_THAT(parsec_context_add_taskpool(context, tp) == PARSEC_SUCCESS, "add");
  CHECK_THAT(parsec_context_start(context) == PARSEC_SUCCESS, "start");
  CHECK_THAT(parsec_context_wait(context) == PARSEC_SUCCESS, "wait");
}

/* test(context) with 1, 2 and 4 workers; what main() returns. Without MPI, whose own leaks LeakSanitizer would tell of. */
static inline int with_workers(int argc, char **argv, void (*test)(parsec_context_t *context)) {
  static const int workers[] = {1, 2, 4};
  for (int i = 0; i < 3; ++i) {
    parsec_context_t *context = parsec_init(workers[i], &argc, &argv);
    CHECK_THAT(context != NULL, "parsec_init(%d)", workers[i]);
    if (context == NULL) return 1;
    test(context);
    CHECK_THAT(parsec_fini(&context) == PARSEC_SUCCESS, "fini");
    if (failures != 0) {
      fprintf(stderr, "with %d workers: %d failures\n", workers[i], (int)failures);
      return 1;
    }
  }
  return 0;
}

#endif  // HEDDLE_FRONTENDS_PARSEC_TESTS_TEST_SUPPORT_H_
