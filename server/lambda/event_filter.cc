#include "server/lambda/event_filter.h"

#include <algorithm>

#include "server/lambda/case_fold.h"

namespace dynarock {
namespace {

using Kind = FilterRule::Kind;

constexpr int kDeepestLists = 200;  // lists in lists; an item has 32 levels

// Calls `visit` with each value in `value` that `wanted` takes: itself, or what a list and the lists in it have. Stops
// and returns true if `visit` does.
template <class Wanted, class Visit>
bool AnyOf(const Json& value, const Wanted& wanted, const Visit& visit, int depth = 0) {
  if (!value.IsArray()) return wanted(value) && visit(value);
  if (depth == kDeepestLists) return false;
  for (const Json& element : value.GetArray()) {
    if (AnyOf(element, wanted, visit, depth + 1)) return true;
  }
  return false;
}

bool IsScalar(const Json& value) {
  return !value.IsObject();
}

bool IsObject(const Json& value) {
  return value.IsObject();
}

bool FitsText(const FilterRule& rule, std::string_view text) {
  if (rule.kind == Kind::kPrefix) return text.starts_with(rule.text);
  if (rule.kind == Kind::kSuffix) return text.ends_with(rule.text);
  return text == rule.text;
}

// Requires: `value` is a scalar.
bool Fits(const FilterRule& rule, const Json& value) {
  switch (rule.kind) {
    case Kind::kText:
    case Kind::kPrefix:
    case Kind::kSuffix:
      if (!value.IsString()) return false;
      return rule.ignores_case ? FitsText(rule, FoldCase(TextOf(value))) : FitsText(rule, TextOf(value));
    // The string of DynamoDB's {"N": "5"} is not a number to Lambda.
    case Kind::kNumber:
      return value.IsNumber() && value.GetDouble() == rule.number;
    case Kind::kNumeric:
      return value.IsNumber() && rule.range.Contains(value.GetDouble());
    case Kind::kLiteral:
      return value.GetType() == rule.literal;
    case Kind::kExists:
      return true;
    case Kind::kIsAbsent:
      return false;
    case Kind::kAnythingBut:
      return std::none_of(rule.unwanted.begin(), rule.unwanted.end(),
                          [&](const FilterRule& unwanted) { return Fits(unwanted, value); });
  }
  return false;
}

// Null: the event has no such member. An object and an empty list have no value: they are absent.
bool MatchesRules(const Json* value, const std::vector<FilterRule>& rules) {
  bool is_present = false;
  const auto fits = [&](const Json& scalar) {
    is_present = true;
    return std::any_of(rules.begin(), rules.end(), [&](const FilterRule& rule) { return Fits(rule, scalar); });
  };
  if (value != nullptr && AnyOf(*value, IsScalar, fits)) return true;
  return !is_present &&
         std::any_of(rules.begin(), rules.end(), [](const FilterRule& rule) { return rule.kind == Kind::kIsAbsent; });
}

bool MatchesPattern(const Json* value, const FilterPattern& pattern);

// Null: there is no object.
bool MatchesMembers(const Json* object, const FilterPattern& pattern) {
  const auto member = [object](const std::string& name) -> const Json* {
    if (object == nullptr) return nullptr;
    const auto found = object->FindMember(name);
    return found == object->MemberEnd() ? nullptr : &found->value;
  };
  for (const auto& [name, rules] : pattern.leaves) {
    if (!MatchesRules(member(name), rules)) return false;
  }
  for (const FilterPattern::Nested& nested : pattern.objects) {
    if (!MatchesPattern(member(nested.name), nested.pattern)) return false;
  }
  return std::all_of(pattern.alternatives.begin(), pattern.alternatives.end(), [&](const auto& choices) {
    return std::any_of(choices.begin(), choices.end(),
                       [&](const FilterPattern& choice) { return MatchesMembers(object, choice); });
  });
}

bool MatchesPattern(const Json* value, const FilterPattern& pattern) {
  if (value == nullptr || (!value->IsArray() && !value->IsObject())) return MatchesMembers(nullptr, pattern);
  bool has_objects = false;
  // What must be absent alone must be absent in all objects of a list.
  const bool negated = pattern.only_absence;
  const bool found = AnyOf(*value, IsObject, [&](const Json& object) {
    has_objects = true;
    return MatchesMembers(&object, pattern) != negated;
  });
  return has_objects ? found != negated : MatchesMembers(nullptr, pattern);
}

}  // namespace

Result<EventFilter> EventFilter::Compile(const std::string& text) {
  const JsonText parsed(text);
  if (parsed.json() == nullptr) return InvalidPattern("The pattern is not JSON.");
  TRY(FilterPattern pattern, ParseFilterPattern(*parsed.json()));
  EventFilter filter;
  filter.pattern_ = std::make_shared<const FilterPattern>(std::move(pattern));
  return filter;
}

bool EventFilter::Matches(const Json& event) const {
  return MatchesPattern(&event, *pattern_);
}

}  // namespace dynarock
