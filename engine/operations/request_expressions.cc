#include "engine/operations/request_expressions.h"

#include <algorithm>

#include "engine/expression/validator.h"

namespace dynarock {
namespace {

// `result`, whose error gets "Invalid <parameter>: " in front.
template <class T>
Result<T> ForParameter(std::string_view parameter, Result<T> result) {
  if (!result) result.error().message = "Invalid " + std::string(parameter) + ": " + result.error().message;
  return result;
}

Result<Condition> ParseAndValidate(std::string_view text, Binder& binder) {
  TRY(ParsedCondition parsed, ParseCondition(text));
  TRY_VOID(ValidateCondition(parsed, binder));
  return std::move(parsed.root);
}

Result<std::vector<Path>> ParseAndValidateProjection(std::string_view text, Binder& binder) {
  TRY(std::vector<Path> paths, ParseProjection(text));
  TRY_VOID(ValidateProjection(paths, binder));
  return paths;
}

}  // namespace

Result<void> CheckExpressionParameters(const ExpressionAttributes& attributes,
                                       const std::vector<ExpressionParameter>& expressions) {
  const auto given = [](const ExpressionParameter& parameter) { return parameter.text.has_value(); };
  if (attributes.names && std::none_of(expressions.begin(), expressions.end(), given)) {
    return RequestError("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (!attributes.values) return {};
  std::string absent;
  std::size_t count = 0;
  for (const ExpressionParameter& parameter : expressions) {
    if (parameter.name == "ProjectionExpression") continue;  // takes no values
    if (parameter.text) return {};
    absent += (count++ == 0 ? "" : " and ") + std::string(parameter.name);
  }
  return RequestError("ExpressionAttributeValues can only be specified when using expressions: " + absent +
                      (count > 1 ? " are null" : " is null"));
}

Result<std::optional<Condition>> CompileCondition(const ExpressionParameter& parameter, Binder& binder) {
  if (!parameter.text) return std::optional<Condition>();
  TRY(Condition condition, ForParameter(parameter.name, ParseAndValidate(*parameter.text, binder)));
  return std::optional<Condition>(std::move(condition));
}

Result<std::optional<std::vector<Path>>> CompileProjection(const ExpressionParameter& parameter, Binder& binder) {
  if (!parameter.text) return std::optional<std::vector<Path>>();
  TRY(std::vector<Path> paths, ForParameter(parameter.name, ParseAndValidateProjection(*parameter.text, binder)));
  return std::optional<std::vector<Path>>(std::move(paths));
}

Result<std::optional<KeyCondition>> CompileKeyCondition(const ExpressionParameter& parameter, Binder& binder) {
  if (!parameter.text) return std::optional<KeyCondition>();
  TRY(const Condition condition, ForParameter(parameter.name, ParseAndValidate(*parameter.text, binder)));
  TRY(KeyCondition key_condition, ToKeyCondition(condition));
  return std::optional<KeyCondition>(std::move(key_condition));
}

}  // namespace dynarock
