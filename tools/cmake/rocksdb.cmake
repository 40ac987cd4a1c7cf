# RocksDB from its source, for a release: Debian's library has its assertions in, which costs a request a third of the
# time it spends in RocksDB. Not for the other presets, whose tests want these assertions.
include_guard(GLOBAL)

# Adds the target `rocksdb`, a static library; SOURCE is RocksDB's tree, unchanged.
function(dynarock_build_rocksdb source)
  get_directory_property(our_options COMPILE_OPTIONS)
  # Where the source lies is no part of the program, and ccache finds it again from another folder.
  set_directory_properties(PROPERTIES COMPILE_OPTIONS
    "-w;-ffunction-sections;-fdata-sections;-fomit-frame-pointer;-ffile-prefix-map=${source}=rocksdb")
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)  # what is set here goes before the defaults of its options
  set(PORTABLE ON)
  set(USE_RTTI ON CACHE INTERNAL "")  # we derive from its classes
  set(WITH_LZ4 ON)
  foreach(part WITH_TESTS WITH_ALL_TESTS WITH_TOOLS WITH_CORE_TOOLS WITH_BENCHMARK_TOOLS WITH_TRACE_TOOLS WITH_GFLAGS
               WITH_LIBURING WITH_PERF_CONTEXT WITH_IOSTATS_CONTEXT ROCKSDB_BUILD_SHARED FAIL_ON_WARNINGS)
    set(${part} OFF)
  endforeach()
  set(BUILD_DATE "" CACHE INTERNAL "")  # the same program from the same source
  set(CMAKE_CXX_STANDARD 17)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
  # Its 290 sources in a few: a quarter of the time. RocksDB's own `unity` target shows that they may be joined.
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)
  add_subdirectory(${source} ${CMAKE_BINARY_DIR}/rocksdb EXCLUDE_FROM_ALL SYSTEM)
  set_directory_properties(PROPERTIES COMPILE_OPTIONS "${our_options}")
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
    # For the log's CRC-32C; this source asks the processor before it uses them.
    set_source_files_properties(${source}/util/crc32c.cc TARGET_DIRECTORY rocksdb PROPERTIES
      SKIP_UNITY_BUILD_INCLUSION ON COMPILE_DEFINITIONS "HAVE_SSE42;HAVE_PCLMUL" COMPILE_OPTIONS "-msse4.2;-mpclmul")
  endif()
  # It sets these for all; ours come from compiler.cmake.
  set_property(GLOBAL PROPERTY RULE_LAUNCH_COMPILE "")
  set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "")
endfunction()
