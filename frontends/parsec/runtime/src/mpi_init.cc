// MPI_Init() and MPI_Init_thread() of programs that are linked with libparsec.
//
// Programs of the original ask for MPI_THREAD_SERIALIZED, which its one communication thread needs. Here any worker that is idle moves
// messages (components/message_layer), and the program may call MPI itself at the same time: MPI must be told so, MPI_THREAD_MULTIPLE,
// and that can be said only once. These two stand before MPI's in the search order of a program that is linked with -lparsec -lmpi;
// they go on to MPI's own through its profiling interface (MPI 3.1, section 14.2), which names every function PMPI_ as well. A tool
// that does the same and stands before us is called first and calls MPI's, not ours; then the level may be too low, and parsec_init()
// says so with several processes.
#include "parsec/datatype.h"

namespace {

int InitMultiple(int* argc, char*** argv, int* provided) {
  int level = 0;
  const int status = PMPI_Init_thread(argc, argv, MPI_THREAD_MULTIPLE, &level);
  if (provided != nullptr) *provided = level;
  return status;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int MPI_Init(int* argc, char*** argv) {
  return InitMultiple(argc, argv, nullptr);
}

__attribute__((visibility("default"))) int MPI_Init_thread(int* argc, char*** argv, int /*required*/, int* provided) {
  return InitMultiple(argc, argv, provided);
}

}  // extern "C"
