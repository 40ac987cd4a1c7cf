#include "engine/expression/expression_errors.h"

namespace dynarock::errors {

ApiError UnknownFunction(const FunctionCall& call) {
  return RequestError("Invalid function name; function: " + call.name);
}

ApiError OperandCount(std::string_view function, std::size_t count) {
  return RequestError("Incorrect number of operands for operator or function; operator or function: " +
                      std::string(function) + ", number of operands: " + std::to_string(count));
}

ApiError OperandType(std::string_view function, std::string_view type) {
  return RequestError("Incorrect operand type for operator or function; operator or function: " +
                      std::string(function) + ", operand type: " + std::string(type));
}

ApiError PathRequired(const FunctionCall& call) {
  return RequestError("Operator or function requires a document path; operator or function: " + call.name);
}

ApiError RedundantParentheses() {
  return RequestError("The expression has redundant parentheses;");
}

}  // namespace dynarock::errors
