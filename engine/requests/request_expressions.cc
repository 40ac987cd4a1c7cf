#include "engine/requests/request_expressions.h"

#include <algorithm>

#include "engine/base/joined.h"
#include "engine/base/limits.h"
#include "engine/expression/parse_cache.h"
#include "engine/expression/validator.h"

namespace dynarock {
namespace {

// `result`, whose error gets "Invalid <parameter>: " in front.
template <class T>
Result<T> ForParameter(std::string_view parameter, Result<T> result) {
  if (!result) return Prefixed("Invalid " + std::string(parameter) + ": ", std::move(result.error()));
  return result;
}

// Updates and projections end at "size;": TokenCursor::Open. Observed: conformance/cases/expressions/size_limits.case
ApiError TooLong(const ExpressionParameter& condition) {
  return RequestError("Invalid " + std::string(condition.name) +
                      ": Expression size has exceeded the maximum allowed size; expression size: " +
                      std::to_string(condition.text->size()));
}

Result<ParsedTree<Condition>> ParseAndCheck(std::string_view text) {
  TRY(ParsedCondition parsed, ParseCondition(text));
  TRY_VOID(CheckParsedCondition(parsed));
  ParsedTree<Condition> tree{std::move(parsed.root), {}};
  AddSlots(tree.tree, tree.slots);
  return tree;
}

Result<Bound<Condition>> ToCondition(std::string_view text, Binder& binder) {
  thread_local ParseCache<ParsedTree<Condition>> cache;
  TRY(auto parsed, cache.Get(text, ParseAndCheck));
  Bound<Condition> condition(std::move(parsed));
  TRY_VOID(BindCondition(condition, binder));
  return condition;
}

Result<std::vector<Path>> ParseAndCheckProjection(std::string_view text) {
  TRY(std::vector<Path> paths, ParseProjection(text));
  TRY_VOID(CheckParsedProjection(paths));
  return paths;
}

Result<std::vector<Path>> ToProjection(std::string_view text, Binder& binder) {
  thread_local ParseCache<std::vector<Path>> cache;
  TRY(const auto parsed, cache.Get(text, ParseAndCheckProjection));
  std::vector<Path> paths = *parsed;
  TRY_VOID(BindProjection(paths, binder));
  return paths;
}

ApiError MixedParameters(std::initializer_list<ExpressionParameter> expressions,
                         std::initializer_list<LegacyParameter> legacy) {
  std::vector<std::string_view> given, legacy_given;
  for (const ExpressionParameter& parameter : expressions) {
    if (parameter.text) given.push_back(parameter.name);
  }
  for (const LegacyParameter& parameter : legacy) {
    if (parameter.is_given) legacy_given.push_back(parameter.name);
  }
  return RequestError(
      "Can not use both expression and non-expression parameters in the same request: Non-expression "
      "parameters: {" +
      Joined(legacy_given) + "} Expression parameters: {" + Joined(given) + "}");
}

// ProjectionExpression takes no values.
Result<void> CheckValuesAreUsable(std::initializer_list<ExpressionParameter> expressions) {
  const auto takes_values = [](const ExpressionParameter& parameter) {
    return parameter.name != "ProjectionExpression";
  };
  std::vector<std::string_view> absent;
  for (const ExpressionParameter& parameter : expressions) {
    if (takes_values(parameter) && parameter.text) return {};
  }
  for (const ExpressionParameter& parameter : expressions) {
    if (takes_values(parameter)) absent.push_back(parameter.name);
  }
  return WithFacts(RequestError("ExpressionAttributeValues can only be specified when using expressions"),
                   {.detail = ErrorDetail::kUnusableValues, .fields = {absent.begin(), absent.end()}});
}

}  // namespace

Result<void> CheckExpressionParameters(const ExpressionAttributes& attributes,
                                       std::initializer_list<ExpressionParameter> expressions,
                                       std::initializer_list<LegacyParameter> legacy) {
  const auto has_text = [](const ExpressionParameter& parameter) { return parameter.text.has_value(); };
  const bool any_given = std::any_of(expressions.begin(), expressions.end(), has_text);
  const auto is_given = [](const LegacyParameter& parameter) { return parameter.is_given; };
  if (any_given && std::any_of(legacy.begin(), legacy.end(), is_given)) return MixedParameters(expressions, legacy);
  if (attributes.names && !any_given) {
    return RequestError("ExpressionAttributeNames can only be specified when using expressions");
  }
  return attributes.values ? CheckValuesAreUsable(expressions) : Result<void>();
}

// Source: captured by the authors of ExtendDB; conformance/cases/legacy/conditional_operator.case
Result<void> CheckConditionalOperator(bool is_given, std::optional<std::size_t> conditions) {
  if (!is_given) return {};
  if (!conditions) return ValidationError("ConditionalOperator cannot be used without Filter or Expected");
  if (*conditions >= 2) return {};
  return ValidationError("ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

Result<std::optional<Bound<Condition>>> CompileCondition(const ExpressionParameter& parameter, Binder& binder) {
  if (!parameter.text) return std::optional<Bound<Condition>>();
  if (parameter.text->size() > kMaxExpressionSize) return TooLong(parameter);
  TRY(Bound<Condition> condition, ForParameter(parameter.name, ToCondition(*parameter.text, binder)));
  return std::optional<Bound<Condition>>(std::move(condition));
}

Result<std::optional<std::vector<Path>>> CompileProjection(const ExpressionParameter& parameter, Binder& binder) {
  if (!parameter.text) return std::optional<std::vector<Path>>();
  TRY(std::vector<Path> paths, ForParameter(parameter.name, ToProjection(*parameter.text, binder)));
  return std::optional<std::vector<Path>>(std::move(paths));
}

Result<std::optional<Bound<Update>>> CompileUpdate(const ExpressionParameter& parameter, Binder& binder) {
  if (!parameter.text) return std::optional<Bound<Update>>();
  TRY(Bound<Update> update, ForParameter(parameter.name, CompileUpdate(*parameter.text, binder)));
  return std::optional<Bound<Update>>(std::move(update));
}

}  // namespace dynarock
