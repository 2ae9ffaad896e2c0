// Charm++: what a program's .decl.h files include.
#ifndef CHARMPP_H
#define CHARMPP_H

#include <cstdlib>
#include <cstring>
#include <random>  // Programs count on it.
#include <string>
#include <type_traits>
#include <vector>

#include "charm.h"

#include "envelope.h"
#include "register.h"

#include "ckmessage.h"

#include "ckentryoptions.h"

#include "ckmarshall.h"

#include "ckarrayindex.h"

#include "ckcallback.h"

#include "ckrdma.h"

#include "ckchare.h"

#include "cksection.h"

#include "ckproxy.h"

#include "ckreduction.h"

#include "ckarray.h"

#include "ckaggregate.h"

#include "ckgroupsection.h"

#include "ckmaps.h"

#include "ckfutures.h"

#include "LBManager.h"

#include "ckcheckpoint.h"

#include "sdag.h"

#include "pup_stl.h"

#include "cklists.h"

#include "ckhashtable.h"

#include "ckstream.h"

#include "readonly.h"

#endif  // CHARMPP_H
