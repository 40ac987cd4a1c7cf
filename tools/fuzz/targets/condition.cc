// ConditionExpression and FilterExpression: compiled and evaluated; NOT of it gives the opposite.
#include "tools/fuzz/targets/expression_input.h"
#include "tools/fuzz/targets/target.h"

namespace dynarock::fuzz {
namespace {

std::optional<bool> ResultOf(std::string_view text) {
  const ExpressionInput input(text);
  Binder binder(input.attributes());
  const auto condition = CompileCondition(input.Parameter("ConditionExpression"), binder);
  if (!condition) return std::nullopt;
  CostOf(**condition);
  std::vector<const Path*> paths;
  CollectAttributes(**condition, paths);
  Evaluate(**condition, ItemView());
  return Evaluate(**condition, SampleItem());
}

}  // namespace
}  // namespace dynarock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock::fuzz;
  const std::string_view text = TextOf(data, size);
  const std::optional<bool> result = ResultOf(text);
  if (!result) return 0;
  // Nothing if its parentheses become redundant, or its operators too many.
  const std::optional<bool> opposite = ResultOf("NOT (" + std::string(text) + ")");
  if (opposite) Expect(*opposite != *result, "NOT (condition) is the opposite of the condition");
  return 0;
}
