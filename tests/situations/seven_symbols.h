// The seven OpenMP symbols that Debian's libopenblas0-openmp imports, on the worker pool; and what
// its test asks it.
#ifndef HEDDLE_TESTS_SITUATIONS_SEVEN_SYMBOLS_H_
#define HEDDLE_TESTS_SITUATIONS_SEVEN_SYMBOLS_H_

#include <cstdint>

extern "C" {

// As libgomp's, with its symbol versions. num_threads 0: as many as omp_get_max_threads() says.
void GOMP_parallel(void (*function)(void* data), void* data, unsigned num_threads, unsigned flags);
int omp_get_max_threads();
int omp_get_num_places();
int omp_get_num_threads();
int omp_get_thread_num();
int omp_in_parallel();
void omp_set_num_threads(int threads);

// Not OpenMP's: how many regions with this number of members were opened, and how many members they
// had that ran.
enum { SEVEN_MOST_MEMBERS = 64 };
std::uint64_t seven_regions(int members);
std::uint64_t seven_members(int members);

}  // extern "C"

#endif  // HEDDLE_TESTS_SITUATIONS_SEVEN_SYMBOLS_H_
