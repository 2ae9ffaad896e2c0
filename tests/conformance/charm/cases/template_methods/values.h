#ifndef VALUES_H
#define VALUES_H
#include "pup.h"
struct Whole {
  int v;
};
PUPbytes(Whole)
struct Part {
  double v;
};
PUPbytes(Part)
#endif
