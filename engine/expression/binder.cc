#include "engine/expression/binder.h"

#include <algorithm>
#include <numeric>

#include "engine/base/ascii.h"
#include "engine/base/joined.h"
#include "engine/base/limits.h"
#include "engine/item/attribute_name.h"

namespace dynarock {
namespace {

bool IsWellFormed(std::string_view placeholder, char mark) {
  return placeholder.size() > 1 && placeholder[0] == mark &&
         std::all_of(placeholder.begin() + 1, placeholder.end(),
                     [](char c) { return IsAsciiLetterOrDigit(c) || c == '_'; });
}

std::size_t SizeOf(const NamePlaceholder& entry) {
  return entry.placeholder.size() + entry.name.size();
}

std::size_t SizeOf(const ValuePlaceholder& entry) {
  return entry.placeholder.size() + entry.bytes.size();
}

// Source: Developer Guide, "Quotas", 2 MB for all substitution variables; the words are those of DynamoDB Local. That
// names and values count apart, and a value as its encoded bytes, are guesses.
template <class Placeholders>
Result<void> CheckSize(const Placeholders& placeholders, std::string_view parameter) {
  std::size_t size = 0;
  for (const auto& entry : placeholders) size += SizeOf(entry);
  if (size <= kMaxSubstitutions) return {};
  return RequestError(std::string(parameter) + " exceeds max size");
}

template <class Placeholders>
Result<void> CheckKeys(const Placeholders& placeholders, std::string_view parameter, char mark) {
  if (placeholders.empty()) return RequestError(std::string(parameter) + " must not be empty");
  TRY_VOID(CheckSize(placeholders, parameter));
  for (const auto& entry : placeholders) {
    if (!IsWellFormed(entry.placeholder, mark)) {
      return RequestError(std::string(parameter) + " contains invalid key: Syntax error; key: \"" +
                          std::string(entry.placeholder) + "\"");
    }
  }
  return {};
}

ApiError InvalidValue(const std::string& parameter, std::string_view problem, std::string_view placeholder) {
  return ValidationError(parameter + " contains invalid value: " + std::string(problem) + " for key " +
                         std::string(placeholder));
}

Result<void> CheckName(const NamePlaceholder& entry) {
  const std::string_view problem = AttributeNameProblem(entry.name);
  if (problem.empty()) return {};
  return InvalidValue("ExpressionAttributeNames", problem, entry.placeholder);
}

template <class Placeholders>
std::string Unused(const Placeholders& placeholders, const std::vector<bool>& used) {
  std::vector<std::string_view> unused;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) unused.push_back((*placeholders)[i].placeholder);
  }
  return JoinedInMessage(unused);
}

// The place of `wanted`, or as many as there are.
template <class Placeholders>
std::size_t FindPlace(const Placeholders& placeholders, std::string_view wanted, std::vector<std::uint32_t>& sorted) {
  constexpr std::size_t kFew = 32;  // a walk of these costs less than sorting
  const std::size_t count = placeholders.size();
  if (count <= kFew) {
    std::size_t i = 0;
    while (i < count && placeholders[i].placeholder != wanted) ++i;
    return i;
  }
  if (sorted.empty()) {
    sorted.resize(count);
    std::iota(sorted.begin(), sorted.end(), 0U);
    std::stable_sort(sorted.begin(), sorted.end(), [&](std::uint32_t one, std::uint32_t two) {
      return placeholders[one].placeholder < placeholders[two].placeholder;
    });
  }
  const auto found = std::lower_bound(
      sorted.begin(), sorted.end(), wanted,
      [&](std::uint32_t place, std::string_view text) { return placeholders[place].placeholder < text; });
  return found != sorted.end() && placeholders[*found].placeholder == wanted ? *found : count;
}

}  // namespace

Binder::Binder(const ExpressionAttributes& attributes, DeepValues deep_values)
    : attributes_(attributes),
      deep_values_(deep_values),
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
    if (!entry.error || (deep_values_ == DeepValues::kAccepted && !entry.bytes.empty())) continue;
    ApiError error = *entry.error;
    if (error.facts.detail == ErrorDetail::kTooDeep) return error;  // the only one that does not name the parameter
    if (error.code != ErrorCode::kRequestValidation) {
      return InvalidValue("ExpressionAttributeValues", error.message, entry.placeholder);
    }
    error.facts.placeholder = entry.placeholder;
    return error;
  }
  return {};
}

Result<void> Binder::BindName(std::string& name) {
  if (name[0] != '#') return {};
  if (attributes_.names) {
    const std::size_t place = FindPlace(*attributes_.names, name, sorted_names_);
    if (place < attributes_.names->size()) {
      names_used_[place] = true;
      name = (*attributes_.names)[place].name;
      return {};
    }
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

Result<void> Binder::Bind(const PathOperand& path, Bindings& bindings) {
  if (path.slot == kNoSlot) return {};
  Path& bound = bindings.At(path);
  bound = path;
  return Bind(bound);
}

Result<void> Binder::Bind(const ValueOperand& operand, Bindings& bindings) {
  if (attributes_.values) {
    const std::size_t place = FindPlace(*attributes_.values, operand.name, sorted_values_);
    if (place < attributes_.values->size()) {
      values_used_[place] = true;
      bindings.At(operand) = ValueView::Of((*attributes_.values)[place].bytes);
      return {};
    }
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
