// Finds what `#name` and `:value` stand for in a request, and knows which of them were used.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/expression/bound.h"

namespace dynarock {

struct NamePlaceholder {
  std::string_view placeholder;  // as given, e.g. "#year"
  std::string_view name;
};

struct ValuePlaceholder {
  std::string_view placeholder;  // as given, e.g. ":year"
  std::string bytes;             // the encoded value; there beside an error if the value is only too deep for an item
  OptionalError error;           // why the value given is none
};

// Whether values may be deeper than those of an item.
enum class DeepValues { kRefused, kAccepted };

// ExpressionAttributeNames and ExpressionAttributeValues of a request.
struct ExpressionAttributes {
  std::optional<std::vector<NamePlaceholder>> names;
  std::optional<std::vector<ValuePlaceholder>> values;
};

// Borrows the attributes, which must outlive it and the bindings it makes.
class Binder {
 public:
  explicit Binder(const ExpressionAttributes& attributes, DeepValues deep_values = DeepValues::kRefused);

  // Errors: kRequestValidation for an empty or too large map or a malformed key, then those of the values, in AWS's
  // order.
  Result<void> CheckPlaceholders() const;

  // Errors: kRequestValidation for a name or value that is not defined.
  Result<void> Bind(const PathOperand& path, Bindings& bindings);
  Result<void> Bind(const ValueOperand& operand, Bindings& bindings);
  // The same in place.
  Result<void> Bind(Path& path);

  // Errors: kRequestValidation naming the names, then the values that no expression used, up to a few thousand.
  Result<void> CheckAllUsed() const;

 private:
  // Places of many placeholders in the order of their texts; none are sorted before the first is looked for.
  using SortedPlaces = std::vector<std::uint32_t>;

  Result<void> BindName(std::string& name);

  const ExpressionAttributes& attributes_;
  const DeepValues deep_values_;
  SortedPlaces sorted_names_;
  SortedPlaces sorted_values_;
  std::vector<bool> names_used_;
  std::vector<bool> values_used_;
};

}  // namespace dynarock
