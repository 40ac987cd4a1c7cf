#include "engine/writes/write_request.h"

namespace dynarock {
std::optional<ItemCollectionMetrics> MeasureCollection(const Table& table, ItemView item) {
  bool has_local = false;
  for (const IndexDefinition& index : table.indexes()) has_local |= !index.is_global;
  if (!has_local) return std::nullopt;
  ItemCollectionMetrics metrics;
  metrics.key = FilterItem(item, [&](std::string_view name) { return name == table.keys().partition[0].name; });
  return metrics;
}

Result<std::optional<Condition>> CompileExpectedOf(const WriteItemRequest& request) {
  TRY_VOID(CheckConditionalOperator(request.conditional_operator.has_value(),
                                    request.expected ? std::optional(request.expected->size()) : std::nullopt));
  if (!request.expected || request.expected->empty()) return std::optional<Condition>();
  TRY(Condition condition,
      CompileExpected(*request.expected, request.conditional_operator.value_or(ConditionalOperator::kAnd)));
  return std::optional<Condition>(std::move(condition));
}

Result<std::optional<Bound<Condition>>> CompileOnlyCondition(const WriteItemRequest& request, DeepValues deep_values) {
  TRY(std::optional<Condition> expected, CompileExpectedOf(request));
  Binder binder(request.expression_attributes, deep_values);
  TRY_VOID(binder.CheckPlaceholders());
  TRY(std::optional<Bound<Condition>> condition,
      CompileCondition({kConditionExpression, request.condition_expression}, binder));
  TRY_VOID(binder.CheckAllUsed());
  if (expected) return std::optional<Bound<Condition>>(std::move(*expected));
  return condition;
}

WriteItemResponse ToResponse(const WriteItemRequest& request, const Table& table, ItemView key, WriteOutcome outcome) {
  WriteItemResponse response;
  if (request.return_values == ReturnValues::kAllOld && !outcome.old_item.empty()) {
    response.attributes = std::move(outcome.old_item);
  }
  response.consumed_capacity = ToConsumedCapacity(request.return_consumed_capacity, table, outcome.units);
  if (request.return_item_collection_metrics) response.item_collection_metrics = MeasureCollection(table, key);
  return response;
}

}  // namespace dynarock
