#include "server/lambda/event_filter.h"

#include <array>

namespace dynarock {
namespace {

constexpr std::array<std::string_view, 7> kOperators = {
    "prefix", "suffix", "anything-but", "numeric", "exists", "equals-ignore-case", "cidr"};

ApiError Invalid(const std::string& why) {
  return ValidationError(std::string(kInvalidPattern) + " " + why);
}

bool IsComparison(const Json& value) {
  if (!value.IsString()) return false;
  const std::string_view text = TextOf(value);
  return text == "<" || text == "<=" || text == "=" || text == ">" || text == ">=";
}

// [">", 0, "<=", 5]
bool IsNumericRange(const Json& value) {
  if (!value.IsArray() || (value.Size() != 2 && value.Size() != 4)) return false;
  for (rapidjson::SizeType i = 0; i < value.Size(); i += 2) {
    if (!IsComparison(value[i]) || !value[i + 1].IsNumber()) return false;
  }
  return true;
}

bool IsScalar(const Json& value) {
  return value.IsString() || value.IsNumber() || value.IsBool() || value.IsNull();
}

bool IsAnythingBut(const Json& value) {
  if (value.IsArray()) {
    for (const Json& entry : value.GetArray()) {
      if (!IsScalar(entry)) return false;
    }
    return !value.Empty();
  }
  if (value.IsObject()) {
    if (value.MemberCount() != 1 || !value.MemberBegin()->value.IsString()) return false;
    const std::string_view name = TextOf(value.MemberBegin()->name);
    return name == "prefix" || name == "suffix" || name == "equals-ignore-case";
  }
  return IsScalar(value);
}

Result<void> CheckRule(const Json& rule) {
  if (IsScalar(rule)) return {};
  if (!rule.IsObject() || rule.MemberCount() != 1) return Invalid("A rule is a value or an object of one operator.");
  const auto& [name, value] = *rule.MemberBegin();
  const std::string_view op = TextOf(name);
  bool good = false;
  if (op == "prefix" || op == "suffix" || op == "equals-ignore-case") good = value.IsString();
  if (op == "exists") good = value.IsBool();
  if (op == "numeric") good = IsNumericRange(value);
  if (op == "anything-but") good = IsAnythingBut(value);
  if (good) return {};
  for (const std::string_view known : kOperators) {
    if (op == known) return Invalid("The operator " + std::string(op) + " has an operand that does not fit.");
  }
  return Invalid("Unrecognized match type " + std::string(op) + ".");
}

Result<void> CheckPattern(const Json& pattern, int depth) {
  constexpr int kDeepest = 32;
  if (!pattern.IsObject() || depth > kDeepest) return Invalid("A pattern is an object of objects and lists.");
  for (const auto& [name, value] : pattern.GetObject()) {
    if (value.IsObject()) {
      TRY_VOID(CheckPattern(value, depth + 1));
      continue;
    }
    if (!value.IsArray()) return Invalid("The value of " + std::string(TextOf(name)) + " is no list.");
    for (const Json& rule : value.GetArray()) {
      // "$or" holds whole patterns.
      if (TextOf(name) == "$or") {
        TRY_VOID(CheckPattern(rule, depth + 1));
      } else {
        TRY_VOID(CheckRule(rule));
      }
    }
  }
  return {};
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char letter) { return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool InRange(double number, const Json& range) {
  for (rapidjson::SizeType i = 0; i < range.Size(); i += 2) {
    const std::string_view op = TextOf(range[i]);
    const double limit = range[i + 1].GetDouble();
    const bool holds = op == "<"    ? number < limit
                       : op == "<=" ? number <= limit
                       : op == "="  ? number == limit
                       : op == ">"  ? number > limit
                                    : number >= limit;
    if (!holds) return false;
  }
  return true;
}

bool EqualsScalar(const Json& value, const Json& wanted) {
  if (wanted.IsNumber() && value.IsNumber()) return value.GetDouble() == wanted.GetDouble();
  return value == wanted;
}

bool MatchesText(const Json& value, std::string_view op, std::string_view text) {
  if (!value.IsString()) return false;
  if (op == "prefix") return TextOf(value).starts_with(text);
  if (op == "suffix") return TextOf(value).ends_with(text);
  return EqualsIgnoringCase(TextOf(value), text);
}

bool IsAnythingBut(const Json& value, const Json& unwanted) {
  if (unwanted.IsObject()) {
    const auto& [name, text] = *unwanted.MemberBegin();
    return !MatchesText(value, TextOf(name), TextOf(text));
  }
  if (!unwanted.IsArray()) return !EqualsScalar(value, unwanted);
  for (const Json& entry : unwanted.GetArray()) {
    if (EqualsScalar(value, entry)) return false;
  }
  return true;
}

// Null: the event has no such member.
bool MatchesRule(const Json* value, const Json& rule) {
  if (!rule.IsObject()) return value != nullptr && EqualsScalar(*value, rule);
  const auto& [name, operand] = *rule.MemberBegin();
  const std::string_view op = TextOf(name);
  if (op == "exists") return (value != nullptr && !value->IsObject()) == operand.GetBool();
  if (value == nullptr) return false;
  if (op == "anything-but") return IsAnythingBut(*value, operand);
  // The string of DynamoDB's {"N": "5"} is no number to Lambda.
  if (op == "numeric") return value->IsNumber() && InRange(value->GetDouble(), operand);
  return MatchesText(*value, op, TextOf(operand));
}

bool MatchesRules(const Json* value, const Json& rules) {
  for (const Json& rule : rules.GetArray()) {
    if (value != nullptr && value->IsArray()) {
      for (const Json& element : value->GetArray()) {
        if (MatchesRule(&element, rule)) return true;
      }
    } else if (MatchesRule(value, rule)) {
      return true;
    }
  }
  return false;
}

bool MatchesPattern(const Json* event, const Json& pattern) {
  for (const auto& [name, value] : pattern.GetObject()) {
    if (TextOf(name) == "$or" && value.IsArray()) {
      bool any = false;
      for (const Json& choice : value.GetArray()) any = any || MatchesPattern(event, choice);
      if (!any) return false;
      continue;
    }
    const Json* member = nullptr;
    if (event != nullptr && event->IsObject()) {
      const auto found = event->FindMember(name);
      if (found != event->MemberEnd()) member = &found->value;
    }
    if (value.IsObject() ? !MatchesPattern(member, value) : !MatchesRules(member, value)) return false;
  }
  return true;
}

}  // namespace

Result<EventFilter> EventFilter::Compile(const std::string& text) {
  auto parsed = std::make_shared<const JsonText>(text);
  if (parsed->json() == nullptr) return Invalid("The pattern is no JSON.");
  TRY_VOID(CheckPattern(*parsed->json(), 0));
  EventFilter filter;
  filter.pattern_ = std::move(parsed);
  return filter;
}

bool EventFilter::Matches(const Json& event) const {
  return MatchesPattern(&event, *pattern_->json());
}

}  // namespace dynarock
