// Charm++ inside of a program that has its own main().
//
// The calling thread is PE 0: it makes arrays and sends like a main chare, and runs entry methods while it is in
// StartCharmScheduler(), until one of them, on PE 0, calls CsdExitScheduler(). CkExit() ends the process here, too.
#ifndef MPI_INTEROPERATE_H
#define MPI_INTEROPERATE_H

#include "charm++.h"

// Starts the PEs, with argv's options (+p N ...), and registers the modules. Once in a process.
// Context: the main thread.  Errors: CmiAbort naming the option.
extern "C" void CharmStart(int argc, char** argv, void (*register_modules)());
// The same, for a program with a mainmodule; its main chares' constructors have run when it returns.
inline void CharmInit(int argc, char** argv) { CharmStart(argc, argv, CkRegisterMainModule); }
inline void StartCharmScheduler() { CsdScheduler(-1); }

#endif  // MPI_INTEROPERATE_H
