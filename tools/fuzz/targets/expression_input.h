// An expression with all that it needs to be compiled and evaluated, however random it is.
#pragma once

#include "engine/requests/request_expressions.h"

namespace dynarock::fuzz {

// Every `#name` and `:value` of the text stands for something: for the same thing wherever it appears, so that inputs
// can be repeated. Borrows the text.
class ExpressionInput {
 public:
  explicit ExpressionInput(std::string_view text);

  ExpressionParameter Parameter(std::string_view name) const { return {name, text_}; }
  const ExpressionAttributes& attributes() const { return attributes_; }

 private:
  void AddPlaceholder(std::string_view placeholder);

  std::string_view text_;
  ExpressionAttributes attributes_;
};

// An item with attributes of all types, under the names that the seeds use most.
ItemView SampleItem();

}  // namespace dynarock::fuzz
