# A release is hard to take over by a fault that we do not know of: tools/packaging/hardening_test.py reads it in the program.
#
# Its place in memory is random (a static PIE), its tables of addresses are read-only once it runs, no memory is both writable
# and executable; stacks have canaries and no jumps over their guard page; calls of the C library know their buffers' sizes;
# indirect jumps land on marked places only (CET, where the processor and the kernel do it). Of the RocksDB that we build the
# same. What Debian has compiled comes as it is.
set(HARDENING_OPTIONS "")
if(NOT CMAKE_BUILD_TYPE STREQUAL Release OR NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  return()
endif()

set(HARDENING_OPTIONS -fPIE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE)
if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
  list(APPEND HARDENING_OPTIONS -D_FORTIFY_SOURCE=3)
else()
  list(APPEND HARDENING_OPTIONS -D_FORTIFY_SOURCE=2)
endif()
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  list(APPEND HARDENING_OPTIONS -fcf-protection=full)
endif()
add_compile_options(${HARDENING_OPTIONS})
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)  # tools/dynarock/CMakeLists.txt: -static-pie
