// Shapes of requests, as AWS's service model gives them: types, required members and constraints.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "protocol/json.h"

namespace dynarock {

enum class ShapeKind {
  kBoolean,
  kString,
  kInteger,
  kLong,
  kDouble,
  kBlob,
  kList,
  kMap,
  kStructure,
  kAttributeValue,
  kUnserved,  // a member of AWS's model that is refused by its name, whatever its value
};

struct Field;

// A value allowed for a string, and what a message calls all of them.
struct Pattern {
  std::string_view text;
  bool (*matches)(std::string_view);
};

struct Shape {
  using Value = void;  // what a value of the shape is read into, where ShapeOf says it

  static constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::min();

  ShapeKind kind = ShapeKind::kString;
  std::int64_t min = kNoLimit;  // of a number, else of a length
  std::int64_t max = kNoLimit;
  std::span<const std::string_view> allowed = {};  // an enum, in the order of AWS's messages
  const Pattern* pattern = nullptr;
  const Shape* element = nullptr;         // of a list, of a map's values
  const Shape* key = nullptr;             // of a map's keys, if they have constraints
  std::int64_t max_in_values = kNoLimit;  // of a map: the most that each of its lists may hold, at least one
  std::span<const Field> fields = {};     // of a structure
  std::string_view java_name = {};        // of a structure and of a map's values, as AWS's messages show it
  std::string_view newer_enum = {};       // what the newer layer of checks calls `allowed`, without the value
  bool is_table_name = false;             // may be an ARN
  bool terse = false;                     // messages leave the value out and keep the field's capital letter
};

enum class Presence {
  kOptional,
  kRequired,       // "Value null at 'x' failed to satisfy constraint: Member must not be null"
  kRequiredFirst,  // "The parameter 'X' is required but was not present in the request", before everything else
};

// Reads a value that is not null into `object`. False if the value is not what the shape allows.
using FieldReader = bool (*)(const Json& value, const Shape& shape, void* object);

struct Field {
  std::string_view name;
  const Shape* shape;
  Presence presence = Presence::kOptional;
  FieldReader read = nullptr;  // null: the value is only checked
};

}  // namespace dynarock
