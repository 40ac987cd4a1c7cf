// A filter pattern as a tree, checked.
// Source: github aws/event-ruler, README and JsonRuleCompiler's tests; the operators are those of the Lambda Developer
// Guide, "Filter rule syntax", so neither wildcard nor cidr.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "protocol/json.h"

namespace dynarock {

// kValidation with all that Lambda says of a wrong pattern, and `why` as its explanation.
ApiError InvalidPattern(const std::string& why);

struct NumericRange {
  std::optional<double> low, high;
  bool excludes_low = false, excludes_high = false;

  bool Contains(double number) const;
};

// What one value has to be.
struct FilterRule {
  enum class Kind { kText, kNumber, kLiteral, kPrefix, kSuffix, kNumeric, kExists, kIsAbsent, kAnythingBut };

  Kind kind = Kind::kText;
  std::string text;           // of kText, kPrefix and kSuffix; folded if `ignores_case`
  bool ignores_case = false;  // of these
  double number = 0;
  rapidjson::Type literal = rapidjson::kNullType;
  NumericRange range;
  std::vector<FilterRule> unwanted;  // kAnythingBut: the value fits none of them
};

// What the members of an object have to be.
struct FilterPattern {
  struct Nested;

  std::map<std::string, std::vector<FilterRule>> leaves;  // one of the rules has to hold
  std::vector<Nested> objects;                            // all of them
  std::vector<std::vector<FilterPattern>> alternatives;   // of each "$or" one
  bool only_absence = false;                              // all rules in it are kIsAbsent
};

struct FilterPattern::Nested {
  std::string name;
  FilterPattern pattern;
};

// Errors: InvalidPattern.
Result<FilterPattern> ParseFilterPattern(const Json& json);

}  // namespace dynarock
