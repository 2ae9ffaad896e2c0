/* An allocator over memory that the program gives it, in units. */
#ifndef _ZONE_MALLOC_H_
#define _ZONE_MALLOC_H_

#include "parsec/class/lifo.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef struct zone_malloc_s zone_malloc_t;

/* Contexts of all: any thread.  Cost: O(pieces) to allocate. */
PARSEC_DECLSPEC zone_malloc_t *zone_malloc_init(void *base_ptr, int max_segment, size_t unit_size);
/* Returns the memory, and sets *zone to NULL. */
PARSEC_DECLSPEC void *zone_malloc_fini(zone_malloc_t **zone);
/* The first gap that is large enough; NULL: there is none. */
PARSEC_DECLSPEC void *zone_malloc(zone_malloc_t *zone, size_t size);
/* An address that is not a piece's start is an error that ends the program. */
PARSEC_DECLSPEC void zone_free(zone_malloc_t *zone, void *address);
/* Bytes in use, rounded up to units. */
PARSEC_DECLSPEC size_t zone_in_use(zone_malloc_t *zone);
/* Prints the pieces to a stream; returns the bytes in use. */
PARSEC_DECLSPEC size_t zone_debug(zone_malloc_t *zone, int level, int output_id, const char *prefix);

END_C_DECLS

#endif /* _ZONE_MALLOC_H_ */
