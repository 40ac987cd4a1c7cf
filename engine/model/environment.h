// What a run of the walks can be told.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace dynarock::model {

inline std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::stoull(text) : otherwise;
}

// DYNAROCK_SEED, or one for this run.
inline std::uint64_t Seed() {
  static const std::uint64_t seed = FromEnvironment("DYNAROCK_SEED", std::random_device()());
  return seed;
}

}  // namespace dynarock::model
