/* The clock that programs measure with. */
#ifndef _os_spec_timing_h
#define _os_spec_timing_h

#include <time.h>

#include "parsec/parsec_config.h"

typedef struct timespec parsec_time_t;
#define TIMER_UNIT "nanosecond"
#define ZERO_TIME {0, 0}

static inline parsec_time_t take_time(void)
{
    parsec_time_t now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now;
}
static inline uint64_t diff_time(parsec_time_t start, parsec_time_t end)
{
    return (uint64_t)((int64_t)(end.tv_sec - start.tv_sec) * 1000000000 + (end.tv_nsec - start.tv_nsec));
}
static inline int time_less(parsec_time_t start, parsec_time_t end)
{
    return start.tv_sec != end.tv_sec ? start.tv_sec < end.tv_sec : start.tv_nsec < end.tv_nsec;
}

#endif /* _os_spec_timing_h */
