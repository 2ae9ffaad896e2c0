/* Arithmetic on intervals of integers, by which generated code bounds the execution space of a task class without walking over
 * it. An interval holds all values that an expression can have, and perhaps more; values are those of int, so that what does not
 * fit is cut off, which parsec_ptg_bounds() takes for "unknown". */
#ifndef PARSEC_PTG_INTERVAL_H_HAS_BEEN_INCLUDED
#define PARSEC_PTG_INTERVAL_H_HAS_BEEN_INCLUDED

#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef struct parsec_ptg_interval_s {
    int64_t least, greatest; /* Empty: greatest < least. */
} parsec_ptg_interval_t;

static inline parsec_ptg_interval_t parsec_ptg_interval(int64_t least, int64_t greatest)
{
    parsec_ptg_interval_t i;
    i.least = least < INT32_MIN ? INT32_MIN : least > INT32_MAX ? INT32_MAX : least;
    i.greatest = greatest < INT32_MIN ? INT32_MIN : greatest > INT32_MAX ? INT32_MAX : greatest;
    return i;
}
static inline parsec_ptg_interval_t parsec_ptg_interval_value(int64_t value) { return parsec_ptg_interval(value, value); }
static inline parsec_ptg_interval_t parsec_ptg_interval_unknown(void) { return parsec_ptg_interval(INT32_MIN, INT32_MAX); }
static inline parsec_ptg_interval_t parsec_ptg_interval_empty(void) { return parsec_ptg_interval(0, -1); }
static inline int parsec_ptg_interval_is_empty(parsec_ptg_interval_t i) { return i.greatest < i.least; }

/* Of one or the other. */
static inline parsec_ptg_interval_t parsec_ptg_interval_either(parsec_ptg_interval_t a, parsec_ptg_interval_t b)
{
    if( parsec_ptg_interval_is_empty(a) ) return b;
    if( parsec_ptg_interval_is_empty(b) ) return a;
    return parsec_ptg_interval(a.least < b.least ? a.least : b.least, a.greatest > b.greatest ? a.greatest : b.greatest);
}

/* The smallest interval with four values: where an operation is monotone in both operands its extremes are at the corners. */
static inline parsec_ptg_interval_t parsec_ptg_interval_corners(int64_t a, int64_t b, int64_t c, int64_t d)
{
    const int64_t low1 = a < b ? a : b, low2 = c < d ? c : d, high1 = a < b ? b : a, high2 = c < d ? d : c;
    return parsec_ptg_interval(low1 < low2 ? low1 : low2, high1 < high2 ? high2 : high1);
}

static inline parsec_ptg_interval_t parsec_ptg_interval_plus(parsec_ptg_interval_t a, parsec_ptg_interval_t b)
{
    if( parsec_ptg_interval_is_empty(a) || parsec_ptg_interval_is_empty(b) ) return parsec_ptg_interval_empty();
    return parsec_ptg_interval(a.least + b.least, a.greatest + b.greatest);
}
static inline parsec_ptg_interval_t parsec_ptg_interval_minus(parsec_ptg_interval_t a, parsec_ptg_interval_t b)
{
    if( parsec_ptg_interval_is_empty(a) || parsec_ptg_interval_is_empty(b) ) return parsec_ptg_interval_empty();
    return parsec_ptg_interval(a.least - b.greatest, a.greatest - b.least);
}
static inline parsec_ptg_interval_t parsec_ptg_interval_times(parsec_ptg_interval_t a, parsec_ptg_interval_t b)
{
    if( parsec_ptg_interval_is_empty(a) || parsec_ptg_interval_is_empty(b) ) return parsec_ptg_interval_empty();
    return parsec_ptg_interval_corners(a.least * b.least, a.least * b.greatest, a.greatest * b.least, a.greatest * b.greatest);
}
/* As C divides. A divisor of either sign, or that may be 0, leaves the result unknown. */
static inline parsec_ptg_interval_t parsec_ptg_interval_divide(parsec_ptg_interval_t a, parsec_ptg_interval_t b)
{
    if( parsec_ptg_interval_is_empty(a) || parsec_ptg_interval_is_empty(b) ) return parsec_ptg_interval_empty();
    if( b.least <= 0 && b.greatest >= 0 ) return parsec_ptg_interval_unknown();
    return parsec_ptg_interval_corners(a.least / b.least, a.least / b.greatest, a.greatest / b.least, a.greatest / b.greatest);
}
static inline parsec_ptg_interval_t parsec_ptg_interval_modulo(parsec_ptg_interval_t a, parsec_ptg_interval_t b)
{
    if( parsec_ptg_interval_is_empty(a) || parsec_ptg_interval_is_empty(b) ) return parsec_ptg_interval_empty();
    if( b.least <= 0 ) return parsec_ptg_interval_unknown();
    if( a.least >= 0 && a.greatest < b.least ) return a;
    return parsec_ptg_interval(a.least >= 0 ? 0 : 1 - b.greatest,
                               a.greatest <= 0 ? 0 : a.greatest < b.greatest - 1 ? a.greatest : b.greatest - 1);
}
static inline parsec_ptg_interval_t parsec_ptg_interval_shift_left(parsec_ptg_interval_t a, parsec_ptg_interval_t b)
{
    if( parsec_ptg_interval_is_empty(a) || parsec_ptg_interval_is_empty(b) ) return parsec_ptg_interval_empty();
    if( b.least < 0 || b.greatest > 31 ) return parsec_ptg_interval_unknown();
    return parsec_ptg_interval_times(a, parsec_ptg_interval((int64_t)1 << b.least, (int64_t)1 << b.greatest));
}
static inline parsec_ptg_interval_t parsec_ptg_interval_shift_right(parsec_ptg_interval_t a, parsec_ptg_interval_t b)
{
    if( parsec_ptg_interval_is_empty(a) || parsec_ptg_interval_is_empty(b) ) return parsec_ptg_interval_empty();
    if( b.least < 0 || b.greatest > 31 ) return parsec_ptg_interval_unknown();
    return parsec_ptg_interval_corners(a.least >> b.least, a.least >> b.greatest, a.greatest >> b.least, a.greatest >> b.greatest);
}
/* The values of from .. to .. step. */
static inline parsec_ptg_interval_t parsec_ptg_interval_range(parsec_ptg_interval_t from, parsec_ptg_interval_t to,
                                                              parsec_ptg_interval_t step)
{
    if( parsec_ptg_interval_is_empty(from) || parsec_ptg_interval_is_empty(to) ) return parsec_ptg_interval_empty();
    if( step.least > 0 ) return parsec_ptg_interval(from.least, to.greatest);
    if( step.greatest < 0 ) return parsec_ptg_interval(to.least, from.greatest);
    return parsec_ptg_interval_either(parsec_ptg_interval(from.least, to.greatest), parsec_ptg_interval(to.least, from.greatest));
}

/* What parsec_ptg_class_s::bounds returns for these locals, of which parameters[] names the parameters. */
static inline int parsec_ptg_bounds(const parsec_ptg_interval_t *locals, int nb_locals, const uint8_t *parameters,
                                    int nb_parameters, int64_t *least, int64_t *greatest)
{
    int i, empty = 0, unknown = 0;
    for( i = 0; i < nb_locals; ++i ) empty |= parsec_ptg_interval_is_empty(locals[i]);
    for( i = 0; i < nb_parameters; ++i ) {
        const parsec_ptg_interval_t values = locals[parameters[i]];
        unknown |= values.least == INT32_MIN || values.greatest == INT32_MAX;
        least[i] = empty ? 0 : values.least;
        greatest[i] = empty ? -1 : values.greatest;
    }
    return empty || !unknown;
}

END_C_DECLS

#endif /* PARSEC_PTG_INTERVAL_H_HAS_BEEN_INCLUDED */
