# find_package(PaRSEC): the targets PaRSEC::parsec and PaRSEC::parsec-ptgpp, PARSEC_PTGPP_EXECUTABLE, and the functions of
# ParsecCompilePTG.cmake, which include(ParsecCompilePTG) also finds from here on.
get_filename_component(PARSEC_ROOT "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(PaRSEC_ROOT "${PARSEC_ROOT}")
set(PARSEC_VERSION "@VERSION@")
set(PARSEC_HAVE_MPI ON)
set(PARSEC_DIST_WITH_MPI ON)
set(PARSEC_DIR "${PARSEC_ROOT}")
set(PARSEC_BINDIR "${PARSEC_ROOT}/bin")
set(PARSEC_BINARY_DIRS "${PARSEC_ROOT}/bin")
set(PARSEC_LIBDIR "${PARSEC_ROOT}/lib")
set(PARSEC_LIBRARY_DIRS "${PARSEC_ROOT}/lib")
set(PARSEC_INCLUDEDIR "${PARSEC_ROOT}/include")
set(PARSEC_INCLUDE_DIRS "${PARSEC_ROOT}/include")
set(PARSEC_CMAKE_DIRS "${CMAKE_CURRENT_LIST_DIR}")
set(PARSEC_LIBRARIES PaRSEC::parsec CACHE STRING "What links libparsec")
set(PARSEC_PTGPP_EXECUTABLE "${PARSEC_ROOT}/bin/parsec-ptgpp" CACHE STRING "The program parsec-ptgpp")
set(PARSEC_PTGPP_FLAGS "$ENV{PTGPPFLAGS}" CACHE STRING "Options of parsec-ptgpp for all files")

include(CMakeFindDependencyMacro)
find_dependency(MPI COMPONENTS C)
find_dependency(Threads)

if(NOT TARGET PaRSEC::parsec)
  add_library(PaRSEC::parsec SHARED IMPORTED)
  # MPI comes behind: libparsec's MPI_Init() must be found before MPI's.
  set_target_properties(PaRSEC::parsec PROPERTIES
    IMPORTED_LOCATION "${PARSEC_ROOT}/lib/libparsec.so.4"
    IMPORTED_SONAME "libparsec.so.4"
    INTERFACE_INCLUDE_DIRECTORIES "${PARSEC_ROOT}/include"
    INTERFACE_LINK_LIBRARIES "MPI::MPI_C;Threads::Threads")
endif()
if(NOT TARGET PaRSEC::parsec-ptgpp)
  add_executable(PaRSEC::parsec-ptgpp IMPORTED)
  set_target_properties(PaRSEC::parsec-ptgpp PROPERTIES IMPORTED_LOCATION "${PARSEC_ROOT}/bin/parsec-ptgpp")
endif()

list(APPEND CMAKE_MODULE_PATH "${PARSEC_CMAKE_DIRS}")
include("${PARSEC_CMAKE_DIRS}/ParsecCompilePTG.cmake")
