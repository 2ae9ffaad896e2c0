# find_package(PaRSEC): the targets PaRSEC::parsec and PaRSEC::parsec-ptgpp, PARSEC_PTGPP_EXECUTABLE, and
#   target_ptg_sources(TARGET MODE file.jdf...)   compiles JDF files with parsec-ptgpp and adds what comes out to TARGET's sources;
#                                                 file.h is found by its sources.
# A JDF file's options: the source property PTGPP_COMPILE_OPTIONS, or PTGPP_COMPILE_OPTIONS of the target.
get_filename_component(PARSEC_ROOT "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(PaRSEC_ROOT "${PARSEC_ROOT}")
set(PARSEC_VERSION "@VERSION@")
set(PARSEC_HAVE_MPI ON)
set(PARSEC_DIST_WITH_MPI ON)
set(PARSEC_PTGPP_EXECUTABLE "${PARSEC_ROOT}/bin/parsec-ptgpp")
set(PARSEC_BINDIR "${PARSEC_ROOT}/bin")
set(PARSEC_LIBDIR "${PARSEC_ROOT}/lib")
set(PARSEC_INCLUDEDIR "${PARSEC_ROOT}/include")

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
  set_target_properties(PaRSEC::parsec-ptgpp PROPERTIES IMPORTED_LOCATION "${PARSEC_PTGPP_EXECUTABLE}")
endif()

function(target_ptg_source TARGET MODE SOURCE)
  get_filename_component(name "${SOURCE}" NAME_WE)
  get_filename_component(path "${SOURCE}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  get_source_file_property(function_name "${SOURCE}" PTGPP_FUNCTION_NAME)
  if(NOT function_name)
    set(function_name "${name}")
  endif()
  get_source_file_property(options "${SOURCE}" PTGPP_COMPILE_OPTIONS)
  if(NOT options)
    set(options "")
  endif()
  set(target_options "$<TARGET_PROPERTY:${TARGET},PTGPP_COMPILE_OPTIONS>")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  add_custom_command(
    OUTPUT "${out}.h" "${out}.c"
    COMMAND ${PARSEC_PTGPP_EXECUTABLE} -E -i "${path}" -C "${name}.c" -H "${name}.h" -f "${function_name}"
            ${options} "${target_options}"
    COMMAND_EXPAND_LISTS
    WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}"
    MAIN_DEPENDENCY "${path}"
    DEPENDS "${PARSEC_PTGPP_EXECUTABLE}"
    COMMENT "Compiling ${SOURCE} with parsec-ptgpp"
    VERBATIM)
  target_sources(${TARGET} ${MODE} "${out}.c" "${out}.h")
  target_include_directories(${TARGET} ${MODE} "$<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}>" "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}>")
endfunction()

function(target_ptg_sources TARGET MODE)
  foreach(source IN LISTS ARGN)
    target_ptg_source(${TARGET} ${MODE} "${source}")
  endforeach()
endfunction()
