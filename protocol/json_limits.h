// What a JSON text may hold, whoever sent it: so that no text makes a tree that is many times its size.
#pragma once

#include <cstddef>

namespace dynarock {

struct JsonLimits {
  // Levels of arrays and objects; where AWS's limit lies is not known. What reads a tree by recursion needs less than a
  // kilobyte of the stack per level.
  static constexpr std::size_t kDepth = 4096;

  // Values and names of a text, at 16 bytes each: 48 MiB. docs/maintain/protocol.md has
  // what AWS would take beyond it.
  static constexpr std::size_t kValues = 3 * 1024 * 1024;

  // Values and names of the arrays and objects that are not at their end yet, so also of one array. An item of 400 KB
  // has fewer than 409,600 elements: an empty text in a list has one byte. A member is a name and a value.
  static constexpr std::size_t kOpenValues = 416 * 1024;
};

// Why a text is refused.
enum class JsonProblem {
  kNone,
  kNoJson,   // or no UTF-8
  kTooDeep,  // beyond JsonLimits::kDepth
  kTooManyValues,
  kRepeatedName,  // an object has two members of one name
};

// Whether an object may have two members of one name. It is refused in all that we decode: AWS's answer is not known,
// and a check of one of them says nothing of the other.
enum class RepeatedNames { kRefused, kAllowed };

}  // namespace dynarock
