# target_ptg_sources(TARGET MODE file.jdf...)   compiles JDF files with parsec-ptgpp and adds what comes out to TARGET's sources; file.h
#                                               is found by its sources, and is there before they are compiled
# target_ptg_source_ex(TARGET target MODE mode SOURCE file.jdf [DESTINATION base] [DESTINATION_C file] [DESTINATION_H file]
#                      [FUNCTION_NAME name] [DEP_MANAGEMENT kind] [DEBUG] [LINE] [FORCE_PROFILE] [DYNAMIC_TERMDET]
#                      [WARNINGS name...] [IGNORE_PROPERTIES name...] [PTGPP_FLAGS option...])
#                                               the same for one file, with parsec-ptgpp's options
# Options for all files stand in the variable PARSEC_PTGPP_FLAGS, those of a file in its source property PTGPP_COMPILE_OPTIONS, those of a
# target in its property PTGPP_COMPILE_OPTIONS. A file's COMPILE_OPTIONS, COMPILE_DEFINITIONS and INCLUDE_DIRECTORIES are those of the C
# source that is made of it. A JDF file may itself be made by a rule: then it is looked for beneath the binary directory.
include_guard(DIRECTORY)

function(target_ptg_source_ex)
  cmake_parse_arguments(PARSE_ARGV 0 arg
    "DEBUG;LINE;FORCE_PROFILE;DYNAMIC_TERMDET"
    "TARGET;MODE;SOURCE;DESTINATION;DESTINATION_C;DESTINATION_H;FUNCTION_NAME;DEP_MANAGEMENT"
    "WARNINGS;IGNORE_PROPERTIES;PTGPP_FLAGS")
  foreach(needed IN ITEMS TARGET MODE SOURCE)
    if(NOT DEFINED arg_${needed})
      message(FATAL_ERROR "target_ptg_source_ex needs ${needed}")
    endif()
  endforeach()

  get_filename_component(name "${arg_SOURCE}" NAME)
  string(REGEX REPLACE "\\.jdf$" "" name "${name}")
  get_source_file_property(function_name "${arg_SOURCE}" PTGPP_FUNCTION_NAME)
  if(DEFINED arg_FUNCTION_NAME)
    set(function_name "${arg_FUNCTION_NAME}")
  elseif(NOT function_name)
    set(function_name "${name}")
  endif()
  if(DEFINED arg_DESTINATION)
    set(name "${arg_DESTINATION}")
  endif()
  set(c_file "${name}.c")
  set(h_file "${name}.h")
  if(DEFINED arg_DESTINATION_C)
    set(c_file "${arg_DESTINATION_C}")
  endif()
  if(DEFINED arg_DESTINATION_H)
    set(h_file "${arg_DESTINATION_H}")
  endif()

  set(flags ${PARSEC_PTGPP_FLAGS} ${arg_PTGPP_FLAGS})
  get_source_file_property(of_file "${arg_SOURCE}" PTGPP_COMPILE_OPTIONS)
  if(of_file)
    list(APPEND flags ${of_file})
  endif()
  foreach(option IN ITEMS DEBUG LINE FORCE_PROFILE DYNAMIC_TERMDET)
    if(arg_${option})
      string(TOLOWER "--${option}" flag)
      string(REPLACE "_" "-" flag "${flag}")
      list(APPEND flags "${flag}")
    endif()
  endforeach()
  if(DEFINED arg_DEP_MANAGEMENT)
    list(APPEND flags --dep-management "${arg_DEP_MANAGEMENT}")
  endif()
  foreach(warning IN LISTS arg_WARNINGS)
    list(APPEND flags "--W${warning}")
  endforeach()
  foreach(property IN LISTS arg_IGNORE_PROPERTIES)
    list(APPEND flags --ignore-property "${property}")
  endforeach()

  # LOCATION knows files that a rule makes.
  get_source_file_property(path "${arg_SOURCE}" LOCATION)
  add_custom_command(
    OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${h_file}" "${CMAKE_CURRENT_BINARY_DIR}/${c_file}"
    COMMAND PaRSEC::parsec-ptgpp ${flags} "$<TARGET_PROPERTY:${arg_TARGET},PTGPP_COMPILE_OPTIONS>"
            -E -i "${path}" -C "${c_file}" -H "${h_file}" -f "${function_name}"
    COMMAND_EXPAND_LISTS
    WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}"
    MAIN_DEPENDENCY "${arg_SOURCE}"
    DEPENDS PaRSEC::parsec-ptgpp
    COMMENT "Compiling ${arg_SOURCE} with parsec-ptgpp"
    VERBATIM)
  # Other sources of the target include the header.
  string(MAKE_C_IDENTIFIER "${c_file}" identifier)
  add_custom_target("ptgpp_${arg_TARGET}.${identifier}" DEPENDS "${CMAKE_CURRENT_BINARY_DIR}/${h_file}" "${CMAKE_CURRENT_BINARY_DIR}/${c_file}")
  add_dependencies(${arg_TARGET} "ptgpp_${arg_TARGET}.${identifier}")

  target_sources(${arg_TARGET} ${arg_MODE} "${CMAKE_CURRENT_BINARY_DIR}/${h_file}" "${CMAKE_CURRENT_BINARY_DIR}/${c_file}")
  set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${h_file}" "${CMAKE_CURRENT_BINARY_DIR}/${c_file}"
    TARGET_DIRECTORY ${arg_TARGET} PROPERTIES GENERATED TRUE)
  foreach(property IN ITEMS COMPILE_OPTIONS COMPILE_DEFINITIONS INCLUDE_DIRECTORIES)
    get_source_file_property(value "${arg_SOURCE}" ${property})
    if(value)
      set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${c_file}" TARGET_DIRECTORY ${arg_TARGET} PROPERTIES ${property} "${value}")
    endif()
  endforeach()
  # What the JDF file includes stands beside it.
  get_filename_component(folder "${path}" DIRECTORY)
  target_include_directories(${arg_TARGET} ${arg_MODE} "$<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}>" "$<BUILD_INTERFACE:${folder}>")
endfunction()

function(target_ptg_sources target mode)
  foreach(source IN LISTS ARGN)
    target_ptg_source_ex(TARGET ${target} MODE ${mode} SOURCE "${source}")
  endforeach()
endfunction()
