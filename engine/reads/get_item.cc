#include "engine/reads/get_item.h"

#include "engine/database/item_key.h"
#include "engine/requests/key_rules.h"

namespace dynarock {

Result<GetItemResponse> GetItem(const CallContext& context, const GetItemRequest& request) {
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
  TRY(const TablePtr table, context.database.catalog().Find(TableNameOf(request.table_name)));
  if (projected) TRY_VOID(CheckKeyPaths(*table, *projected));
  TRY(const std::string row_key, BaseRowKeyOfKey(*table, request.key.view()));
  GetItemResponse response;
  std::string item;
  TRY(const bool found, context.database.store().Get(row_key, item));
  const std::size_t size = found ? ItemView(item).billed_size() : 0;
  response.consumed_capacity =
      ToConsumedCapacity(request.return_consumed_capacity, *table, {ReadUnits(size, request.consistent_read), {}});
  if (found) response.item = projected ? Projection(*projected).Apply(ItemView(item)) : std::move(item);
  return response;
}

}  // namespace dynarock
