// Bounds of numbers on the command line, said for people.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <string>

namespace dynarock {

// Accepts whole numbers from `least` on. CLI11's PositiveNumber prints its upper bound, which has 309 digits.
inline CLI::Validator AtLeast(std::int64_t least) {
  const auto check = [least](const std::string& text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && stop == end && number >= least) return std::string();
    return "`" + text + "` is not a whole number of at least " + std::to_string(least);
  };
  return {check, least > 0 ? "POSITIVE" : "NONNEGATIVE"};
}

}  // namespace dynarock
