// Random values from small pools, so that they meet often.
#pragma once

#include <random>
#include <vector>

#include "engine/model/model_value.h"

namespace dynarock::model {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // 0 to count - 1. Requires: count > 0.
  std::size_t Below(std::size_t count) { return engine_() % count; }
  bool Chance(unsigned percent) { return Below(100) < percent; }
  template <class T>
  const T& Pick(const std::vector<T>& pool) {
    return pool[Below(pool.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// Requires: S, N or B. Never empty, so fit for keys.
Value RandomKeyValue(Random& random, Type type);
// One of three values.
Value FewKeyValue(Random& random, Type type);
// Of any type; lists and maps at most `depth` deep.
Value RandomValue(Random& random, int depth = 2);
Value RandomOfType(Random& random, Type type, int depth = 2);
Type RandomType(Random& random);

// Names of map members; some are reserved words or need a placeholder.
const std::vector<std::string>& MemberNames();
// Names of attributes that are no key of any table.
const std::vector<std::string>& PlainNames();

}  // namespace dynarock::model
