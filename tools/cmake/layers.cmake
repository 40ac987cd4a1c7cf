# One static library a folder, one test program a folder.
#
# dynarock_library(name SOURCES a.cc b.cc DEPENDS other)  makes library `name`. SMALL: in a release for size, not for
#   speed; for commands that no request waits for.
# dynarock_test(name SOURCES a_test.cc DEPENDS name)      makes program `name` and a ctest of the same name.

function(dynarock_library name)
  cmake_parse_arguments(ARG "SMALL" "" "SOURCES;DEPENDS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_DEPENDS})
    if(ARG_SMALL)
      target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-Os>)
    endif()
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_DEPENDS})
  endif()
endfunction()

function(dynarock_test name)
  if(NOT DYNAROCK_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} gtest::main)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
