#include "engine/expression/binder.h"

#include <algorithm>

#include "engine/item/attribute_name.h"

namespace dynarock {
namespace {

bool IsWellFormed(std::string_view placeholder, char mark) {
  return placeholder.size() > 1 && placeholder[0] == mark &&
         std::all_of(placeholder.begin() + 1, placeholder.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
         });
}

template <class Placeholders>
Result<void> CheckKeys(const Placeholders& placeholders, std::string_view parameter, char mark) {
  if (placeholders.empty()) return RequestError(std::string(parameter) + " must not be empty");
  for (const auto& entry : placeholders) {
    if (!IsWellFormed(entry.placeholder, mark)) {
      return RequestError(std::string(parameter) + " contains invalid key: Syntax error; key: \"" +
                          std::string(entry.placeholder) + "\"");
    }
  }
  return {};
}

Result<void> CheckName(const NamePlaceholder& entry) {
  const std::string_view problem = AttributeNameProblem(entry.name);
  if (problem.empty()) return {};
  return ValidationError("ExpressionAttributeNames contains invalid value: " + std::string(problem) + " for key " +
                         std::string(entry.placeholder));
}

template <class Placeholders>
std::string Unused(const Placeholders& placeholders, const std::vector<bool>& used) {
  std::string keys;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    if (!keys.empty()) keys += ", ";
    keys += (*placeholders)[i].placeholder;
  }
  return keys;
}

}  // namespace

Binder::Binder(const ExpressionAttributes& attributes)
    : attributes_(attributes),
      names_used_(attributes.names ? attributes.names->size() : 0),
      values_used_(attributes.values ? attributes.values->size() : 0) {}

Result<void> Binder::CheckPlaceholders() const {
  if (attributes_.names) {
    TRY_VOID(CheckKeys(*attributes_.names, "ExpressionAttributeNames", '#'));
    for (const NamePlaceholder& entry : *attributes_.names) TRY_VOID(CheckName(entry));
  }
  if (!attributes_.values) return {};
  TRY_VOID(CheckKeys(*attributes_.values, "ExpressionAttributeValues", ':'));
  for (const ValuePlaceholder& entry : *attributes_.values) {
    if (!entry.error) continue;
    ApiError error = *entry.error;
    if (error.message.rfind("Nesting Levels", 0) == 0) return error;  // the one that is told without the parameter
    std::string wrapped = "ExpressionAttributeValues contains invalid value: " + ClassicText(error) + " for key " +
                          std::string(entry.placeholder);
    if (error.code != ErrorCode::kRequestValidation) return ValidationError(std::move(wrapped));
    error.classic_message = std::move(wrapped);
    return error;
  }
  return {};
}

Result<void> Binder::BindName(std::string& name) {
  if (name[0] != '#') return {};
  for (std::size_t i = 0; i < names_used_.size(); ++i) {
    const NamePlaceholder& entry = (*attributes_.names)[i];
    if (entry.placeholder != name) continue;
    names_used_[i] = true;
    name = entry.name;
    return {};
  }
  return RequestError("An expression attribute name used in the document path is not defined; attribute name: " + name);
}

Result<void> Binder::Bind(Path& path) {
  TRY_VOID(BindName(path.attribute));
  for (PathStep& step : path.steps) {
    if (auto* name = std::get_if<std::string>(&step)) TRY_VOID(BindName(*name));
  }
  return {};
}

Result<void> Binder::Bind(ValueOperand& operand) {
  for (std::size_t i = 0; i < values_used_.size(); ++i) {
    const ValuePlaceholder& entry = (*attributes_.values)[i];
    if (entry.placeholder != operand.name) continue;
    values_used_[i] = true;
    operand.value = ValueView::Of(entry.bytes);
    return {};
  }
  return RequestError("An expression attribute value used in expression is not defined; attribute value: " +
                      operand.name);
}

Result<void> Binder::CheckAllUsed() const {
  if (const std::string keys = Unused(attributes_.names, names_used_); !keys.empty()) {
    return RequestError("Value provided in ExpressionAttributeNames unused in expressions: keys: {" + keys + "}");
  }
  if (const std::string keys = Unused(attributes_.values, values_used_); !keys.empty()) {
    return RequestError("Value provided in ExpressionAttributeValues unused in expressions: keys: {" + keys + "}");
  }
  return {};
}

}  // namespace dynarock
