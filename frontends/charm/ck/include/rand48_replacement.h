// Programs include it for srand48() and drand48(), which this platform has.
#ifndef RAND48_REPLACEMENT_H
#define RAND48_REPLACEMENT_H

#include <stdlib.h>

#endif  // RAND48_REPLACEMENT_H
