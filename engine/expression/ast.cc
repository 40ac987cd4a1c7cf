#include "engine/expression/ast.h"

#include <array>

namespace dynarock {
namespace {

constexpr std::array<std::string_view, 8> kFunctionNames = {
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
    "if_not_exists",    "list_append"};

}  // namespace

std::string_view ComparatorText(Comparator comparator) {
  constexpr std::array<std::string_view, 6> kTexts = {"=", "<>", "<", "<=", ">", ">="};
  return kTexts[static_cast<std::size_t>(comparator)];
}

std::string_view FunctionText(Function function) {
  return function == Function::kUnknown ? "" : kFunctionNames[static_cast<std::size_t>(function)];
}

Function FunctionNamed(std::string_view name) {
  for (std::size_t i = 0; i < kFunctionNames.size(); ++i) {
    if (kFunctionNames[i] == name) return static_cast<Function>(i);
  }
  return Function::kUnknown;
}

}  // namespace dynarock
