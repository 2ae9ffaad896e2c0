/* Converse: messages to processing elements (PEs), their scheduler, threads, and what is built of them.
 *
 * Source-compatible with the converse.h of Charm++ 8 and with reconverse's. README.md lists what is covered, and how it differs.
 * Unless a declaration says otherwise a function is called by a PE: in a handler, a thread, or the start function. */
#ifndef CONVERSE_H
#define CONVERSE_H

#include "conv-header.h"

#include "pup_c.h"

#include "conv-storage.h"

#include "conv-machine.h"

#include "queueing.h"

#include "conv-scheduler.h"

#include "conv-send.h"

#include "conv-threads.h"

#include "conv-conds.h"

#include "conv-util.h"

#include "conv-random.h"

#include "conv-trace.h"

#include "conv-qd.h"

#include "cldb.h"

#include "cmirdmautils.h"

#include "persistent.h"

#include "taskqueue.h"

#endif /* CONVERSE_H */
