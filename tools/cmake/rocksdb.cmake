# RocksDB from its source, for a release: Debian's library contains its assertions, which take a third of the
# time that a request spends in RocksDB. The other presets link Debian's, because their tests rely on these assertions.
include_guard(GLOBAL)

# Compiles the sources of the target, which lie below `source`, in groups of 16: a quarter of the time. RocksDB's own `unity`
# target shows that they may be joined. CMake's own joined sources would name theirs by absolute paths, and a
# profile could not be found by these in another clone. The sources after the second argument are compiled by themselves.
function(join_sources target source)
  get_target_property(sources ${target} SOURCES)
  set(alone ${ARGN})
  list(TRANSFORM alone PREPEND ${source}/)
  set(group 0)
  set(count 0)
  foreach(file IN LISTS sources)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${source})
    cmake_path(IS_PREFIX source ${file} is_its_own)
    if(NOT is_its_own)
      list(APPEND alone ${file})
    endif()
    if(file IN_LIST alone)
      continue()
    endif()
    file(RELATIVE_PATH name ${source} ${file})
    math(EXPR group "${count} / 16")
    math(EXPR count "${count} + 1")
    set(group_${group} "${group_${group}}#include \"${name}\"\n")
  endforeach()
  foreach(number RANGE ${group})
    set(joined ${CMAKE_BINARY_DIR}/rocksdb/joined_${number}.cc)
    file(CONFIGURE OUTPUT ${joined} CONTENT "${group_${number}}" @ONLY)
    list(APPEND alone ${joined})
  endforeach()
  set_property(TARGET ${target} PROPERTY SOURCES ${alone})
endfunction()

# Adds the target `rocksdb`, a static library; SOURCE is RocksDB's tree, unchanged.
function(dynarock_build_rocksdb source)
  get_directory_property(our_options COMPILE_OPTIONS)
  # The path of the source is not part of the program, and ccache finds the objects from another folder.
  set_directory_properties(PROPERTIES COMPILE_OPTIONS
    "-w;-ffunction-sections;-fdata-sections;-fomit-frame-pointer;-ffile-prefix-map=${source}=rocksdb;${HARDENING_OPTIONS};${ROCKSDB_PROFILE_OPTIONS}")
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)  # what is set here goes before the defaults of its options
  set(PORTABLE ON)
  set(USE_RTTI ON CACHE INTERNAL "")  # we derive from its classes
  set(WITH_LZ4 ON)
  foreach(part WITH_TESTS WITH_ALL_TESTS WITH_TOOLS WITH_CORE_TOOLS WITH_BENCHMARK_TOOLS WITH_TRACE_TOOLS WITH_GFLAGS
               WITH_LIBURING WITH_IOSTATS_CONTEXT ROCKSDB_BUILD_SHARED FAIL_ON_WARNINGS)
    set(${part} OFF)
  endforeach()
  set(WITH_PERF_CONTEXT ON)  # engine/storage/tombstones.h counts with it; without it, deletes slow a queue down
  set(BUILD_DATE "" CACHE INTERNAL "")  # the same program from the same source
  set(CMAKE_CXX_STANDARD 17)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
  add_subdirectory(${source} ${CMAKE_BINARY_DIR}/rocksdb EXCLUDE_FROM_ALL SYSTEM)
  get_directory_property(definitions DIRECTORY ${source} COMPILE_DEFINITIONS)
  if(NPERF_CONTEXT IN_LIST definitions)
    message(FATAL_ERROR "RocksDB is configured without its counters, which engine/storage/tombstones.h needs. Set WITH_PERF_CONTEXT to ON.")
  endif()
  set_directory_properties(PROPERTIES COMPILE_OPTIONS "${our_options}")
  join_sources(rocksdb ${source} util/crc32c.cc)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
    # For the log's CRC-32C; this source asks the processor before it uses them.
    set_source_files_properties(${source}/util/crc32c.cc TARGET_DIRECTORY rocksdb PROPERTIES
      COMPILE_DEFINITIONS "HAVE_SSE42;HAVE_PCLMUL" COMPILE_OPTIONS "-msse4.2;-mpclmul")
  endif()
  # It sets these for all; ours come from compiler.cmake.
  set_property(GLOBAL PROPERTY RULE_LAUNCH_COMPILE "")
  set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "")
endfunction()
