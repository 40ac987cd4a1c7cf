# A release is compiled by a profile of what its code does under load: tools/profile, whose README says what that brings.
#
# DYNAROCK_PROFILE: `use` the recorded one, `record` another (tools/profile/record does), or `none`.
set(DYNAROCK_PROFILE use CACHE STRING "Profile of the release: use, record or none")
set(PROFILE_OPTIONS "")

set(PROFILE ${CMAKE_SOURCE_DIR}/tools/profile/release.tar.xz)
if(NOT CMAKE_BUILD_TYPE STREQUAL Release OR NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(DYNAROCK_PROFILE none)
elseif(DYNAROCK_PROFILE STREQUAL use AND
       NOT (CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\." AND CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64 AND EXISTS ${PROFILE}))
  message(STATUS "The release's profile is for g++ 12 on x86_64: compiled without one.")
  set(DYNAROCK_PROFILE none)
endif()

if(DYNAROCK_PROFILE STREQUAL record)
  set(PROFILE_OPTIONS -fprofile-generate -fprofile-update=atomic)
  add_link_options(-fprofile-generate)
elseif(DYNAROCK_PROFILE STREQUAL use)
  # Beside the objects, where g++ and ccache look for it. What is compiled again is what has another profile.
  file(ARCHIVE_EXTRACT INPUT ${PROFILE} DESTINATION ${CMAKE_BINARY_DIR})
  file(SHA256 ${PROFILE} profile_hash)
  string(SUBSTRING ${profile_hash} 0 8 profile_hash)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROFILE})
  # A function that was changed or added since has no profile, which is not an error.
  set(PROFILE_OPTIONS -fprofile-use -fprofile-correction -Wno-coverage-mismatch -Wno-missing-profile
                      -DDYNAROCK_PROFILE=${profile_hash})
endif()
add_compile_options(${PROFILE_OPTIONS})

if(NOT DYNAROCK_PROFILE STREQUAL none)
  # A profile identifies functions of an unnamed namespace by the path of their file as the compiler was given it. So this
  # path must not depend on where the clone is.
  file(RELATIVE_PATH up ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR})
  string(REGEX REPLACE "/$" "" up "${up}")
  list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_SOURCE_DIR}/tools/cmake/relative_paths ${CMAKE_SOURCE_DIR} ${up})
endif()
