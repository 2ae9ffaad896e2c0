#!/usr/bin/env bash
# Promised: a CMake project that is written for an installed PaRSEC 4.1 is configured, built and run with our installation: the package is
# found by prefix, its variables, targets and module are there, JDF files may be made by rules, and have options and definitions of their own.
set -euo pipefail
command -v cmake >/dev/null || { echo "parsec_cmake_test: no cmake here; nothing is tested"; exit 0; }
runfiles=$TEST_SRCDIR/$TEST_WORKSPACE
prefix=$TEST_TMPDIR/prefix project=$TEST_TMPDIR/project
export HOME=$TEST_TMPDIR
"$runfiles/tools/install" --only parsec --built "$runfiles" "$prefix"
mkdir -p "$project/parts"

cat >"$project/CMakeLists.txt" <<'STOP'
cmake_minimum_required(VERSION 3.18)
project(steps C)
find_package(PaRSEC 4.1 REQUIRED HINTS "${PaRSEC_ROOT}")
include(ParsecCompilePTG)
foreach(name IN ITEMS DIR INCLUDE_DIRS LIBRARY_DIRS BINARY_DIRS CMAKE_DIRS PTGPP_EXECUTABLE)
  if(NOT EXISTS "${PARSEC_${name}}")
    message(FATAL_ERROR "PARSEC_${name} is \"${PARSEC_${name}}\", which is not there")
  endif()
endforeach()
add_subdirectory(parts)
STOP

# One file stands there, the other comes from a rule. Both headers are included by a source that comes first.
cat >"$project/parts/CMakeLists.txt" <<'STOP'
add_custom_command(OUTPUT made.jdf COMMAND ${CMAKE_COMMAND} -DFROM=${CMAKE_CURRENT_SOURCE_DIR}/steps.v2.jdf -DTO=made.jdf
  -P ${CMAKE_CURRENT_SOURCE_DIR}/rename.cmake MAIN_DEPENDENCY steps.v2.jdf DEPENDS rename.cmake)
set_source_files_properties(steps.v2.jdf PROPERTIES PTGPP_COMPILE_OPTIONS "--Wremoteref;--noline" COMPILE_DEFINITIONS "STEP=10" COMPILE_OPTIONS "-DMORE=1")
set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/made.jdf PROPERTIES COMPILE_DEFINITIONS "STEP=100" COMPILE_OPTIONS "-DMORE=2")
add_executable(program main.c matrix.c recursive.c utils.c)
target_compile_options(program PRIVATE -Werror=implicit-function-declaration)
target_ptg_source_ex(TARGET program MODE PRIVATE SOURCE steps.v2.jdf DESTINATION steps FUNCTION_NAME steps LINE
  DEP_MANAGEMENT dynamic-hash-table WARNINGS masked mutexin IGNORE_PROPERTIES profile PTGPP_FLAGS --debug)
target_ptg_sources(program PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/made.jdf)
target_link_libraries(program PRIVATE ${PARSEC_LIBRARIES})
STOP
cat >"$project/parts/rename.cmake" <<'STOP'
file(READ "${FROM}" text)
string(REPLACE "STEPS" "MADE" text "${text}")
file(WRITE "${TO}" "${text}")
STOP

cat >"$project/parts/steps.v2.jdf" <<'STOP'
extern "C" %{
#include "parts.h"
int STEPS_sum;
%}
place [type = "parsec_data_collection_t*"]
NT
Step(k)
  k = 0 .. NT-1
  : place(k)
  CTL X <- (k > 0) ? X Step(k-1)
        -> (k < NT-1) ? X Step(k+1)
BODY
{
  STEPS_sum += STEP + MORE;
}
END
STOP
echo 'extern int STEPS_sum, MADE_sum;' >"$project/parts/parts.h"

cat >"$project/parts/main.c" <<'STOP'
#include <parsec.h>

#include <stdio.h>

#include "made.h"
#include "parts.h"
#include "steps.h"

static uint32_t rank_of(parsec_data_collection_t* dc, ...) { return 0; }

int main(int argc, char** argv) {
  parsec_context_t* context = parsec_init(2, &argc, &argv);
  parsec_data_collection_t place;
  parsec_data_collection_init(&place, 1, 0);
  place.rank_of = rank_of;
  parsec_taskpool_t* steps = (parsec_taskpool_t*)parsec_steps_new(&place, 3);
  parsec_taskpool_t* made = (parsec_taskpool_t*)parsec_made_new(&place, 2);
  parsec_context_add_taskpool(context, steps);
  parsec_context_add_taskpool(context, made);
  parsec_context_start(context);
  parsec_context_wait(context);
  parsec_taskpool_free(steps);
  parsec_taskpool_free(made);
  parsec_fini(&context);
  printf("%d %d\n", STEPS_sum, MADE_sum);
  return 0;
}
STOP

# Headers bring what PaRSEC's bring: programs include one of them and use the names of others.
cat >"$project/parts/matrix.c" <<'STOP'
#include "parsec/data_dist/matrix/matrix.h"
int key_of(parsec_data_t* data);
int key_of(parsec_data_t* data) {
  parsec_data_copy_t* copy = data->device_copies[0];
  parsec_datacopy_future_t* future = NULL;
  PARSEC_DEBUG_VERBOSE(20, parsec_debug_output, "%p", (void*)copy->dtt);
  parsec_output(0, "%p %d", (void*)future, parsec_profiling_init(0));
  return (int)data->key;
}
STOP
cat >"$project/parts/recursive.c" <<'STOP'
#include "parsec/recursive.h"
size_t bytes_of(void);
size_t bytes_of(void) { return sizeof(parsec_tiled_matrix_t) + sizeof(parsec_barrier_t) + sizeof(parsec_data_copy_t); }
STOP
cat >"$project/parts/utils.c" <<'STOP'
#include "parsec/utils/mca_param.h"
#include "parsec/utils/zone_malloc.h"
size_t bytes_of_lists(void);
size_t bytes_of_lists(void) { return sizeof(parsec_list_t) + sizeof(parsec_lifo_t); }
STOP

cmake -S "$project" -B "$project/build" -DPaRSEC_ROOT="$prefix"
cmake --build "$project/build" -j 2
printed=$("$project/build/parts/program")
[[ $printed == "33 204" ]] || { echo "parsec_cmake_test: the program printed \"$printed\"" >&2; exit 1; }
