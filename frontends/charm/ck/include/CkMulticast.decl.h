// What `extern module CkMulticast;` includes.
#ifndef _DECL_CkMulticast_H_
#define _DECL_CkMulticast_H_
#include "charm++.h"
#include "ckmulticast.h"
void _registerCkMulticast();
#endif
