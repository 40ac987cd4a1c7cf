#include "engine/operations/items.h"

#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/operations/key_rules.h"
#include "engine/operations/write_path.h"

namespace dynarock {
namespace {

constexpr std::string_view kConditionExpression = "ConditionExpression";

Result<std::optional<Condition>> CompileOnlyCondition(std::optional<std::string_view> text,
                                                      const ExpressionAttributes& attributes) {
  Binder binder(attributes);
  TRY_VOID(binder.CheckPlaceholders());
  TRY(std::optional<Condition> condition, CompileCondition({kConditionExpression, text}, binder));
  TRY_VOID(binder.CheckAllUsed());
  return condition;
}

Result<void> CheckReturnValues(ReturnValues values) {
  if (values == ReturnValues::kNone || values == ReturnValues::kAllOld) return {};
  return RequestError("ReturnValues can only be ALL_OLD or NONE");
}

// Only tables with local secondary indexes have item collections to measure.
std::optional<ItemCollectionMetrics> MeasureCollection(const Table& table, ItemView item) {
  bool has_local = false;
  for (const IndexDefinition& index : table.indexes()) has_local |= !index.is_global;
  if (!has_local) return std::nullopt;
  ItemCollectionMetrics metrics;
  metrics.key = FilterItem(item, [&](std::string_view name) { return name == table.keys().partition[0].name; });
  return metrics;
}

template <class Request>
WriteItemResponse ToResponse(const Request& request, const Table& table, ItemView key, WriteOutcome outcome) {
  WriteItemResponse response;
  if (request.return_values == ReturnValues::kAllOld && !outcome.old_item.empty()) {
    response.attributes = std::move(outcome.old_item);
  }
  response.consumed_capacity = ToConsumedCapacity(request.return_consumed_capacity, table, outcome.units);
  if (request.return_item_collection_metrics) response.item_collection_metrics = MeasureCollection(table, key);
  return response;
}

}  // namespace

Result<WriteItemResponse> PutItem(Database& database, const PutItemRequest& request) {
  TRY_VOID(CheckExpressionParameters(request.expression_attributes,
                                     {{kConditionExpression, request.condition_expression}}));
  TRY_VOID(CheckEncoded(request.item));
  TRY_VOID(CheckReturnValues(request.return_values));
  const ItemView item = request.item.view();
  if (item.billed_size() > kMaxItemSize) return ValidationError("Item size has exceeded the maximum allowed size");
  TRY(const auto condition, CompileOnlyCondition(request.condition_expression, request.expression_attributes));
  TRY(const TablePtr table, database.catalog().Find(TableNameOf(request.table_name)));
  TRY_VOID(CheckConditionPaths(*table, condition));
  TRY(const std::string row_key, BaseRowKey(*table, item));
  TRY_VOID(CheckIndexKeys(*table, item));
  const ItemChange replace = [item](ItemView) -> Result<ItemView> { return item; };
  TRY(WriteOutcome outcome, Write(database, {*table, row_key, condition ? &*condition : nullptr,
                                             request.return_old_on_condition_failure, replace}));
  return ToResponse(request, *table, item, std::move(outcome));
}

Result<WriteItemResponse> DeleteItem(Database& database, const DeleteItemRequest& request) {
  TRY_VOID(CheckExpressionParameters(request.expression_attributes,
                                     {{kConditionExpression, request.condition_expression}}));
  TRY_VOID(CheckEncoded(request.key));
  TRY_VOID(CheckReturnValues(request.return_values));
  TRY(const auto condition, CompileOnlyCondition(request.condition_expression, request.expression_attributes));
  TRY(const TablePtr table, database.catalog().Find(TableNameOf(request.table_name)));
  TRY_VOID(CheckConditionPaths(*table, condition));
  TRY(const std::string row_key, BaseRowKeyOfKey(*table, request.key.view()));
  const ItemChange remove = [](ItemView) -> Result<ItemView> { return ItemView(); };
  TRY(WriteOutcome outcome, Write(database, {*table, row_key, condition ? &*condition : nullptr,
                                             request.return_old_on_condition_failure, remove}));
  return ToResponse(request, *table, request.key.view(), std::move(outcome));
}

Result<GetItemResponse> GetItem(Database& database, const GetItemRequest& request) {
  const ExpressionParameter parameter{"ProjectionExpression", request.projection_expression};
  TRY_VOID(CheckExpressionParameters(request.expression_attributes, {parameter}));
  TRY_VOID(CheckEncoded(request.key));
  Binder binder(request.expression_attributes);
  TRY_VOID(binder.CheckPlaceholders());
  TRY(const auto projected, CompileProjection(parameter, binder));
  TRY_VOID(binder.CheckAllUsed());
  TRY(const TablePtr table, database.catalog().Find(TableNameOf(request.table_name)));
  if (projected) TRY_VOID(CheckKeyPaths(*table, *projected));
  TRY(const std::string row_key, BaseRowKeyOfKey(*table, request.key.view()));
  GetItemResponse response;
  std::string item;
  TRY(const bool found, database.store().Get(row_key, item));
  const std::size_t size = found ? ItemView(item).billed_size() : 0;
  response.consumed_capacity = ToConsumedCapacity(request.return_consumed_capacity, *table,
                                                  {ReadUnits(size, request.consistent_read), {}});
  if (found) response.item = projected ? Projection(*projected).Apply(ItemView(item)) : std::move(item);
  return response;
}

}  // namespace dynarock
