// What all fuzz targets share. Each source beside this one is a target: libFuzzer calls its LLVMFuzzerTestOneInput with
// inputs of its own, tools/fuzz/replay.cc with the seeds and changes of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace dynarock::fuzz {

inline std::string_view TextOf(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The first line of an input, and what follows it.
inline std::pair<std::string_view, std::string_view> FirstLine(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {text, ""};
  return {text.substr(0, end), text.substr(end + 1)};
}

// Ends the process if a rule does not hold, so that the fuzzer keeps the input.
inline void Expect(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

}  // namespace dynarock::fuzz
