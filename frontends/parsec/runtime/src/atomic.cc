// The fence of sys/atomic.h, which is components/base's so that ThreadSanitizer understands it in programs, too.
#include "parsec/sys/atomic.h"

#include "components/base/fence.h"

extern "C" void parsec_mfence() { heddle::FullFence(); }
