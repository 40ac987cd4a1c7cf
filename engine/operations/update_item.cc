// UpdateItem.
#include "engine/database/item_key.h"
#include "engine/operations/item_update.h"

namespace dynarock {
Result<WriteItemResponse> UpdateItem(Database& database, const UpdateItemRequest& request) {
  TRY(const CompiledUpdate compiled,
      CompileUpdate(request, {request.key, request.update_expression, request.attribute_updates}));
  TRY(const TablePtr table, database.catalog().Find(TableNameOf(request.table_name)));
  TRY(const std::string row_key, BaseRowKeyOfKey(*table, request.key.view()));
  TRY_VOID(CheckUpdate(*table, compiled));
  TRY_VOID(CheckCharge(*compiled.update));
  std::string new_item;
  const UpdateOfItem target{*table, *compiled.update, request.key.view()};
  const ItemChange change = [&](ItemView old_item) { return ApplyUpdate(target, old_item, new_item); };
  TRY(WriteOutcome outcome, Write(database, {*table, row_key, compiled.condition ? &**compiled.condition : nullptr,
                                             request.return_old_on_condition_failure, change}));
  // The whole old item is what any write can return.
  if (request.return_values == ReturnValues::kAllOld)
    return ToResponse(request, *table, target.key, std::move(outcome));
  auto attributes =
      ReturnedAttributes(request.return_values, *compiled.update, ItemView(outcome.old_item), ItemView(new_item));
  WriteItemResponse response = ToResponse(request, *table, target.key, std::move(outcome));
  response.attributes = std::move(attributes);
  return response;
}

}  // namespace dynarock
