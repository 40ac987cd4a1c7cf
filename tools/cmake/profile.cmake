# A release is compiled by a profile of what its code does under load: tools/profile, whose README says what that brings.
#
# DYNAROCK_PROFILE: `use` the recorded one; `record` another, or `record-ours` another of our own code, while RocksDB uses
# the recorded one (tools/profile/record does); or `none`.
set(DYNAROCK_PROFILE use CACHE STRING "Profile of the release: use, record, record-ours or none")
set(PROFILE_OPTIONS "")
set(ROCKSDB_PROFILE_OPTIONS "")

set(PROFILE ${CMAKE_SOURCE_DIR}/tools/profile/release.tar.xz)
if(NOT CMAKE_BUILD_TYPE STREQUAL Release OR NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(DYNAROCK_PROFILE none)
elseif(DYNAROCK_PROFILE STREQUAL use AND
       NOT (CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\." AND CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64 AND EXISTS ${PROFILE}))
  message(STATUS "The release's profile is for g++ 12 on x86_64: compiled without one.")
  set(DYNAROCK_PROFILE none)
endif()

# Gives the options to compile by the counts whose hash is ${hash}: what is compiled again is what has other counts.
function(options_of_counts hash options)
  string(SHA256 hash "${hash}")
  string(SUBSTRING ${hash} 0 8 hash)
  # A function that was changed or added since has no profile, which is not an error.
  set(${options} -fprofile-use -fprofile-correction -Wno-coverage-mismatch -Wno-missing-profile
                 -DDYNAROCK_PROFILE=${hash} PARENT_SCOPE)
endfunction()

if(DYNAROCK_PROFILE MATCHES "use|record-ours")
  # Beside the objects, where g++ and ccache look for it.
  file(ARCHIVE_EXTRACT INPUT ${PROFILE} DESTINATION ${CMAKE_BINARY_DIR})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROFILE})
  file(SHA256 ${PROFILE} profile_hash)
  options_of_counts(${profile_hash} PROFILE_OPTIONS)
  # RocksDB, which takes longest, is compiled again only if its own counts are others.
  file(GLOB_RECURSE rocksdb_counts ${CMAKE_BINARY_DIR}/rocksdb/*.gcda)
  list(SORT rocksdb_counts)
  set(rocksdb_hashes "")
  foreach(counts ${rocksdb_counts})
    file(SHA256 ${counts} counts_hash)
    string(APPEND rocksdb_hashes ${counts_hash})
  endforeach()
  options_of_counts("${rocksdb_hashes}" ROCKSDB_PROFILE_OPTIONS)
endif()
if(DYNAROCK_PROFILE MATCHES "record")
  set(PROFILE_OPTIONS -fprofile-generate -fprofile-update=atomic)
  add_link_options(-fprofile-generate)
endif()
if(DYNAROCK_PROFILE STREQUAL record)
  set(ROCKSDB_PROFILE_OPTIONS ${PROFILE_OPTIONS})
endif()
add_compile_options(${PROFILE_OPTIONS})

if(NOT DYNAROCK_PROFILE STREQUAL none)
  # A profile identifies functions of an unnamed namespace by the path of their file as the compiler was given it. So this
  # path must not depend on where the clone is.
  file(RELATIVE_PATH up ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR})
  string(REGEX REPLACE "/$" "" up "${up}")
  list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_SOURCE_DIR}/tools/cmake/relative_paths ${CMAKE_SOURCE_DIR} ${up})
endif()
