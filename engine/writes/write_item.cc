#include "engine/writes/write_item.h"

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/requests/key_rules.h"
#include "engine/writes/compiled_update.h"

namespace dynarock {
namespace {

Result<void> CheckReturnValues(ReturnValues values) {
  if (values == ReturnValues::kNone || values == ReturnValues::kAllOld) return {};
  return RequestError("ReturnValues can only be ALL_OLD or NONE");
}

}  // namespace

Result<WriteItemResponse> PutItem(const CallContext& context, const PutItemRequest& request) {
  TRY_VOID(CheckExpressionParameters(
      request.expression_attributes, {{kConditionExpression, request.condition_expression}},
      {{"Expected", request.expected.has_value()}, {"ConditionalOperator", request.conditional_operator.has_value()}}));
  TRY_VOID(CheckEncoded(request.item));
  TRY_VOID(CheckReturnValues(request.return_values));
  const ItemView item = request.item.view();
  if (item.billed_size() > kMaxItemSize) return errors::ItemTooLarge();
  TRY(const auto condition, CompileOnlyCondition(request));
  TRY(const TablePtr table, context.database.catalog().Find(TableNameOf(request.table_name)));
  if (condition) TRY_VOID(CheckConditionPaths(*table, *condition));
  TRY(const std::string row_key, BaseRowKey(*table, item));
  TRY_VOID(CheckIndexKeys(*table, item));
  const ItemChange replace = [item](ItemView) -> Result<ItemView> { return item; };
  TRY(WriteOutcome outcome, Write(context, {*table, row_key, condition ? &*condition : nullptr,
                                            request.return_old_on_condition_failure, replace}));
  return ToResponse(request, *table, item, std::move(outcome));
}

Result<WriteItemResponse> DeleteItem(const CallContext& context, const DeleteItemRequest& request) {
  TRY_VOID(CheckExpressionParameters(
      request.expression_attributes, {{kConditionExpression, request.condition_expression}},
      {{"Expected", request.expected.has_value()}, {"ConditionalOperator", request.conditional_operator.has_value()}}));
  TRY_VOID(CheckEncoded(request.key));
  TRY_VOID(CheckReturnValues(request.return_values));
  TRY(const auto condition, CompileOnlyCondition(request));
  TRY(const TablePtr table, context.database.catalog().Find(TableNameOf(request.table_name)));
  if (condition) TRY_VOID(CheckConditionPaths(*table, *condition));
  TRY(const std::string row_key, BaseRowKeyOfKey(*table, request.key.view()));
  const ItemChange remove = [](ItemView) -> Result<ItemView> { return ItemView(); };
  TRY(WriteOutcome outcome, Write(context, {*table, row_key, condition ? &*condition : nullptr,
                                            request.return_old_on_condition_failure, remove}));
  return ToResponse(request, *table, request.key.view(), std::move(outcome));
}

Result<WriteItemResponse> UpdateItem(const CallContext& context, const UpdateItemRequest& request) {
  TRY(const CompiledUpdate compiled,
      CompileUpdate(request, {request.key, request.update_expression, request.attribute_updates}));
  TRY(const TablePtr table, context.database.catalog().Find(TableNameOf(request.table_name)));
  TRY(const std::string row_key, BaseRowKeyOfKey(*table, request.key.view()));
  TRY_VOID(CheckUpdate(*table, compiled));
  TRY_VOID(CheckCharge(compiled.update));
  std::string new_item;
  const UpdateOfItem target{*table, compiled.update, request.key.view()};
  const ItemChange change = [&](ItemView old_item) { return ApplyUpdate(target, old_item, new_item); };
  TRY(WriteOutcome outcome, Write(context, {*table, row_key, compiled.condition ? &*compiled.condition : nullptr,
                                            request.return_old_on_condition_failure, change}));
  // The whole old item is what any write can return.
  if (request.return_values == ReturnValues::kAllOld)
    return ToResponse(request, *table, target.key, std::move(outcome));
  auto attributes =
      ReturnedAttributes(request.return_values, compiled.update, ItemView(outcome.old_item), ItemView(new_item));
  WriteItemResponse response = ToResponse(request, *table, target.key, std::move(outcome));
  response.attributes = std::move(attributes);
  return response;
}

}  // namespace dynarock
