// The PaRSEC context of the process, which PTG and DTD share, as programs do: the first starts it,
// the last ends it.
#ifndef HEDDLE_TESTS_INTEROP_PARSEC_CONTEXT_H_
#define HEDDLE_TESTS_INTEROP_PARSEC_CONTEXT_H_

#include <parsec.h>

namespace heddle::interop {

// Contexts: the main thread.
parsec_context_t* AcquireParsec(int workers);
void ReleaseParsec();

}  // namespace heddle::interop

#endif  // HEDDLE_TESTS_INTEROP_PARSEC_CONTEXT_H_
