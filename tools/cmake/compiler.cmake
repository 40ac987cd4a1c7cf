# Language level, warnings, sanitizers, ccache and linker for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Werror
  -ffunction-sections -fdata-sections)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 warns of "text" + std::string at -O2: gcc bug 105651.
  add_compile_options(-Wno-restrict)
endif()
add_compile_options($<$<CONFIG:Debug>:-O0> $<$<CONFIG:Debug>:-g1>)
include_directories(${CMAKE_SOURCE_DIR})

if(DYNAROCK_SANITIZE)
  add_compile_options(-fsanitize=${DYNAROCK_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DYNAROCK_SANITIZE})
  if(DYNAROCK_SANITIZE MATCHES undefined)
    # vptr needs RTTI of Debian's RocksDB, which is built without it.
    add_compile_options(-fno-sanitize=vptr -fno-sanitize-recover=undefined)
  endif()
  if(DYNAROCK_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan)
  endif()
endif()

if(DYNAROCK_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
if(DYNAROCK_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link)  # tools/fuzz links the fuzzer itself
endif()

find_program(MOLD mold)
if(MOLD AND NOT DYNAROCK_STATIC)
  add_link_options(-fuse-ld=mold)
endif()
# A release is optimized as a whole at linking (CMakePresets.json): our own code takes half the room (before
# there was a profile 15.6 MB instead of 18.4) and is not slower; the linking takes a minute.
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # Seen whole, the standard library's own code is warned of. Two types of one name are an error: either's code may be
  # used for both.
  add_link_options(-Wno-stringop-overread -Werror=odr)
endif()
if(DYNAROCK_STATIC)
  # OpenSSL refers to functions that need glibc's shared libraries when they are called; we call none of them but
  # getaddrinfo, which server/http_client explains.
  add_link_options(-Wl,--no-warnings)
endif()
add_link_options(-Wl,--gc-sections)
