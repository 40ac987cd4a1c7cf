#include "engine/operations/items.h"

#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/operations/item_write.h"
#include "engine/operations/key_rules.h"

namespace dynarock {
namespace {

Result<void> CheckReturnValues(ReturnValues values) {
  if (values == ReturnValues::kNone || values == ReturnValues::kAllOld) return {};
  return RequestError("ReturnValues can only be ALL_OLD or NONE");
}

}  // namespace

Result<WriteItemResponse> PutItem(Database& database, const PutItemRequest& request) {
  TRY_VOID(CheckExpressionParameters(
      request.expression_attributes, {{kConditionExpression, request.condition_expression}},
      {{"Expected", request.expected.has_value()}, {"ConditionalOperator", request.conditional_operator.has_value()}}));
  TRY_VOID(CheckEncoded(request.item));
  TRY_VOID(CheckReturnValues(request.return_values));
  const ItemView item = request.item.view();
  if (item.billed_size() > kMaxItemSize) return ValidationError("Item size has exceeded the maximum allowed size");
  TRY(const auto condition, CompileOnlyCondition(request));
  TRY(const TablePtr table, database.catalog().Find(TableNameOf(request.table_name)));
  if (condition) TRY_VOID(CheckConditionPaths(*table, **condition));
  TRY(const std::string row_key, BaseRowKey(*table, item));
  TRY_VOID(CheckIndexKeys(*table, item));
  const ItemChange replace = [item](ItemView) -> Result<ItemView> { return item; };
  TRY(WriteOutcome outcome, Write(database, {*table, row_key, condition ? &**condition : nullptr,
                                             request.return_old_on_condition_failure, replace}));
  return ToResponse(request, *table, item, std::move(outcome));
}

Result<WriteItemResponse> DeleteItem(Database& database, const DeleteItemRequest& request) {
  TRY_VOID(CheckExpressionParameters(
      request.expression_attributes, {{kConditionExpression, request.condition_expression}},
      {{"Expected", request.expected.has_value()}, {"ConditionalOperator", request.conditional_operator.has_value()}}));
  TRY_VOID(CheckEncoded(request.key));
  TRY_VOID(CheckReturnValues(request.return_values));
  TRY(const auto condition, CompileOnlyCondition(request));
  TRY(const TablePtr table, database.catalog().Find(TableNameOf(request.table_name)));
  if (condition) TRY_VOID(CheckConditionPaths(*table, **condition));
  TRY(const std::string row_key, BaseRowKeyOfKey(*table, request.key.view()));
  const ItemChange remove = [](ItemView) -> Result<ItemView> { return ItemView(); };
  TRY(WriteOutcome outcome, Write(database, {*table, row_key, condition ? &**condition : nullptr,
                                             request.return_old_on_condition_failure, remove}));
  return ToResponse(request, *table, request.key.view(), std::move(outcome));
}

Result<GetItemResponse> GetItem(Database& database, const GetItemRequest& request) {
  const ExpressionParameter parameter{"ProjectionExpression", request.projection_expression};
  TRY_VOID(CheckExpressionParameters(request.expression_attributes, {parameter},
                                     {{"AttributesToGet", request.attributes_to_get.has_value()}}));
  TRY_VOID(CheckEncoded(request.key));
  Binder binder(request.expression_attributes);
  TRY_VOID(binder.CheckPlaceholders());
  TRY(auto projected, CompileProjection(parameter, binder));
  if (request.attributes_to_get) {
    TRY(projected, CompileAttributesToGet(*request.attributes_to_get));
  }
  TRY_VOID(binder.CheckAllUsed());
  TRY(const TablePtr table, database.catalog().Find(TableNameOf(request.table_name)));
  if (projected) TRY_VOID(CheckKeyPaths(*table, *projected));
  TRY(const std::string row_key, BaseRowKeyOfKey(*table, request.key.view()));
  GetItemResponse response;
  std::string item;
  TRY(const bool found, database.store().Get(row_key, item));
  const std::size_t size = found ? ItemView(item).billed_size() : 0;
  response.consumed_capacity =
      ToConsumedCapacity(request.return_consumed_capacity, *table, {ReadUnits(size, request.consistent_read), {}});
  if (found) response.item = projected ? Projection(*projected).Apply(ItemView(item)) : std::move(item);
  return response;
}

}  // namespace dynarock
