// RapidJSON's assertions in every build, ahead of its first header in every source: rapidjson.cmake includes this file.
//
// A value that is read as a type that it is not, or a place behind an array's end, throws. A request that gets so far
// past the checks is answered with an internal error; it neither reads foreign memory nor ends the process.
#pragma once

#ifdef __cplusplus
#include <stdexcept>

namespace dynarock {

// Errors: std::logic_error, always.
[[noreturn, gnu::cold, gnu::noinline]] inline void FailJsonCheck(const char* condition) {
  throw std::logic_error(condition);
}

}  // namespace dynarock

// Not in the parser's own stack, where they cost a request a twentieth and no input decides what they check.
inline constexpr bool kChecksJson = true;
namespace rapidjson::internal {
inline constexpr bool kChecksJson = false;
}

#define RAPIDJSON_ASSERT(condition) \
  (__builtin_expect(kChecksJson && !(condition), 0) ? ::dynarock::FailJsonCheck(#condition) : static_cast<void>(0))
#define RAPIDJSON_HAS_CXX11_NOEXCEPT 0  // else an assertion in some of its functions would end the process
#endif
