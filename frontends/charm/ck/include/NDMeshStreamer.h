// What programs with [aggregate] entry methods include; the generated headers have what they need. TRAM's own classes
// (GroupMeshStreamer and its like) are not here.
#ifndef NDMESH_STREAMER_H
#define NDMESH_STREAMER_H

#include "ckaggregate.h"

#endif  // NDMESH_STREAMER_H
