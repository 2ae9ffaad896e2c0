// What `-module NDMeshStreamer` and `extern module NDMeshStreamer;` name.
#ifndef _DECL_NDMeshStreamer_H_
#define _DECL_NDMeshStreamer_H_
#include "NDMeshStreamer.h"
#include "charm++.h"
void _registerNDMeshStreamer();
#endif
