#include "server/lambda/filter_pattern.h"

#include <algorithm>
#include <array>

#include "server/lambda/case_fold.h"

namespace dynarock {
namespace {

using Kind = FilterRule::Kind;

constexpr int kDeepest = 100;  // an item of 32 levels has 64 in an event, and some around it

// Names that may not stand in the objects of "$or". Source: event-ruler, Constants, reserved field names.
constexpr auto kReserved = std::to_array<std::string_view>({"exactly",
                                                            "equals-ignore-case",
                                                            "prefix",
                                                            "suffix",
                                                            "anything-but",
                                                            "exists",
                                                            "wildcard",
                                                            "numeric",
                                                            "cidr",
                                                            "=",
                                                            "<",
                                                            "<=",
                                                            ">",
                                                            ">=",
                                                            "regex",
                                                            "not-wildcard",
                                                            "not-equals-ignore-case",
                                                            "date-after",
                                                            "date-on-or-after",
                                                            "date-before",
                                                            "date-on-or-before",
                                                            "in-date-range",
                                                            "ip-address-in-range",
                                                            "ip-address-not-in-range"});

FilterRule TextRule(Kind kind, std::string_view text, bool ignores_case = false) {
  FilterRule rule;
  rule.kind = kind;
  rule.text = ignores_case ? FoldCase(text) : std::string(text);
  rule.ignores_case = ignores_case;
  return rule;
}

// A value by itself. Requires: it is a scalar.
FilterRule ScalarRule(const Json& value) {
  if (value.IsString()) return TextRule(Kind::kText, TextOf(value));
  FilterRule rule;
  rule.kind = value.IsNumber() ? Kind::kNumber : Kind::kLiteral;
  rule.literal = value.GetType();
  if (value.IsNumber()) rule.number = value.GetDouble();
  return rule;
}

// The only member of an object, or null.
const Json::Member* OnlyMember(const Json& value) {
  return value.IsObject() && value.MemberCount() == 1 ? &*value.MemberBegin() : nullptr;
}

// The operand of prefix and suffix: a text, or {"equals-ignore-case": text}.
Result<FilterRule> AffixRule(Kind kind, const Json& operand) {
  const Json* text = &operand;
  if (const auto* member = OnlyMember(operand); member != nullptr && TextOf(member->name) == "equals-ignore-case") {
    text = &member->value;
  }
  if (!text->IsString()) return InvalidPattern("The operand of prefix and suffix is a text.");
  if (text->GetStringLength() == 0) return InvalidPattern("A prefix or suffix is not empty.");
  return TextRule(kind, TextOf(*text), text != &operand);
}

// [">", 0, "<=", 5], [">=", 1], ["=", 2]
Result<FilterRule> NumericRule(const Json& operand) {
  const auto operator_at = [&](rapidjson::SizeType i) -> std::string_view {
    return operand[i].IsString() && operand[i + 1].IsNumber() ? TextOf(operand[i]) : "";
  };
  if (!operand.IsArray() || (operand.Size() != 2 && operand.Size() != 4)) {
    return InvalidPattern("numeric has one comparison, or a lower and an upper bound.");
  }
  FilterRule rule;
  rule.kind = Kind::kNumeric;
  NumericRange& range = rule.range;
  const std::string_view first = operator_at(0);
  const double number = operand[1].IsNumber() ? operand[1].GetDouble() : 0;
  const bool is_low = first == ">" || first == ">=", is_high = first == "<" || first == "<=";
  if (!is_low && !is_high && first != "=")
    return InvalidPattern("numeric has a comparison that is unknown, or no number.");
  if (!is_high) range.low = number;
  if (!is_low) range.high = number;
  range.excludes_low = first == ">";
  range.excludes_high = first == "<";
  if (operand.Size() == 2) return rule;
  const std::string_view second = operator_at(2);
  if (!is_low || (second != "<" && second != "<="))
    return InvalidPattern("numeric has a lower bound first, then an upper.");
  range.high = operand[3].GetDouble();
  range.excludes_high = second == "<";
  if (*range.low >= *range.high) return InvalidPattern("The lower bound of numeric is below the upper.");
  return rule;
}

// The texts or numbers of anything-but, one or a list, all of one type.
Result<FilterRule> AnythingButValues(const Json& operand) {
  FilterRule rule;
  rule.kind = Kind::kAnythingBut;
  const auto add = [&](const Json& value) {
    if (!value.IsString() && !value.IsNumber()) return false;
    rule.unwanted.push_back(ScalarRule(value));
    return rule.unwanted.front().kind == rule.unwanted.back().kind;
  };
  bool is_good = operand.IsArray() ? !operand.Empty() : add(operand);
  if (operand.IsArray()) {
    for (const Json& value : operand.GetArray()) is_good = is_good && add(value);
  }
  if (!is_good) return InvalidPattern("anything-but has texts, or numbers.");
  return rule;
}

// {"prefix": text or list of texts}, suffix and equals-ignore-case likewise.
Result<FilterRule> AnythingButRule(const Json& operand) {
  if (!operand.IsObject()) return AnythingButValues(operand);
  const auto* member = OnlyMember(operand);
  const std::string_view name = member == nullptr ? "" : TextOf(member->name);
  const bool ignores_case = name == "equals-ignore-case";
  if (!ignores_case && name != "prefix" && name != "suffix")
    return InvalidPattern("anything-but has an unknown operator.");
  const Kind kind = ignores_case ? Kind::kText : name == "prefix" ? Kind::kPrefix : Kind::kSuffix;
  FilterRule rule;
  rule.kind = Kind::kAnythingBut;
  const auto add = [&](const Json& text) {
    if (!text.IsString() || (!ignores_case && text.GetStringLength() == 0)) return false;
    rule.unwanted.push_back(TextRule(kind, TextOf(text), ignores_case));
    return true;
  };
  const Json& texts = member->value;
  bool is_good = texts.IsArray() ? !texts.Empty() : add(texts);
  if (texts.IsArray()) {
    for (const Json& text : texts.GetArray()) is_good = is_good && add(text);
  }
  if (!is_good) return InvalidPattern("The operand of " + std::string(name) + " is a text or a list of texts.");
  return rule;
}

Result<FilterRule> ParseRule(const Json& json) {
  if (!json.IsObject() && !json.IsArray()) return ScalarRule(json);
  const auto* member = OnlyMember(json);
  if (member == nullptr) return InvalidPattern("A rule is a value, or an object with one operator.");
  const std::string_view name = TextOf(member->name);
  const Json& operand = member->value;
  if (name == "prefix") return AffixRule(Kind::kPrefix, operand);
  if (name == "suffix") return AffixRule(Kind::kSuffix, operand);
  if (name == "numeric") return NumericRule(operand);
  if (name == "anything-but") return AnythingButRule(operand);
  if (name == "equals-ignore-case") {
    if (!operand.IsString()) return InvalidPattern("The operand of equals-ignore-case is a text.");
    return TextRule(Kind::kText, TextOf(operand), true);
  }
  if (name != "exists") return InvalidPattern("Unrecognized match type " + std::string(name) + ".");
  if (!operand.IsBool()) return InvalidPattern("The operand of exists is true or false.");
  FilterRule rule;
  rule.kind = operand.GetBool() ? Kind::kExists : Kind::kIsAbsent;
  return rule;
}

Result<FilterPattern> ParseObject(const Json& json, int depth, bool is_in_or);

Result<std::vector<FilterPattern>> ParseAlternatives(const Json& json, int depth) {
  if (!json.IsArray() || json.Size() < 2) return InvalidPattern("$or has at least two objects.");
  std::vector<FilterPattern> choices;
  for (const Json& choice : json.GetArray()) {
    TRY(FilterPattern pattern, ParseObject(choice, depth + 1, true));
    choices.push_back(std::move(pattern));
  }
  return choices;
}

Result<std::vector<FilterRule>> ParseRules(std::string_view name, const Json& json) {
  if (!json.IsArray()) return InvalidPattern("The value of " + std::string(name) + " is not a list.");
  if (json.Empty()) return InvalidPattern("The list of " + std::string(name) + " is empty.");
  std::vector<FilterRule> rules;
  for (const Json& entry : json.GetArray()) {
    TRY(FilterRule rule, ParseRule(entry));
    rules.push_back(std::move(rule));
  }
  return rules;
}

bool HasOnlyAbsence(const FilterPattern& pattern) {
  const auto is_absence = [](const FilterPattern& part) { return part.only_absence; };
  return std::all_of(pattern.leaves.begin(), pattern.leaves.end(),
                     [](const auto& leaf) {
                       return std::all_of(leaf.second.begin(), leaf.second.end(),
                                          [](const FilterRule& rule) { return rule.kind == Kind::kIsAbsent; });
                     }) &&
         std::all_of(pattern.objects.begin(), pattern.objects.end(),
                     [&](const FilterPattern::Nested& nested) { return is_absence(nested.pattern); }) &&
         std::all_of(pattern.alternatives.begin(), pattern.alternatives.end(),
                     [&](const auto& choices) { return std::all_of(choices.begin(), choices.end(), is_absence); });
}

Result<FilterPattern> ParseObject(const Json& json, int depth, bool is_in_or) {
  if (!json.IsObject() || json.ObjectEmpty()) return InvalidPattern("A pattern is an object with members.");
  if (depth > kDeepest) return InvalidPattern("The pattern is nested too deep.");
  FilterPattern pattern;
  for (const auto& [key, value] : json.GetObject()) {
    const std::string_view name = TextOf(key);
    if (is_in_or && std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
      return InvalidPattern(std::string(name) + " is reserved within $or.");
    }
    if (name == "$or") {
      TRY(auto choices, ParseAlternatives(value, depth));
      pattern.alternatives.push_back(std::move(choices));
    } else if (value.IsObject()) {
      TRY(FilterPattern nested, ParseObject(value, depth + 1, is_in_or));
      pattern.objects.push_back({std::string(name), std::move(nested)});
    } else {
      // Of two lists of one name the last counts.
      TRY(pattern.leaves[std::string(name)], ParseRules(name, value));
    }
  }
  pattern.only_absence = HasOnlyAbsence(pattern);
  return pattern;
}

}  // namespace

bool NumericRange::Contains(double value) const {
  if (low && (excludes_low ? value <= *low : value < *low)) return false;
  return !high || (excludes_high ? value < *high : value <= *high);
}

ApiError InvalidPattern(const std::string& why) {
  ApiError error = ValidationError("Invalid filter pattern definition.");
  error.explanation = why;
  return error;
}

Result<FilterPattern> ParseFilterPattern(const Json& json) {
  return ParseObject(json, 0, false);
}

}  // namespace dynarock
