#include "engine/reads/batch_get_item.h"

#include <algorithm>
#include <span>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/requests/key_rules.h"

namespace dynarock {
namespace {

constexpr std::string_view kProjectionExpression = "ProjectionExpression";

// What is read of one table, checked.
struct TableRead {
  const TableKeys& request;
  std::optional<std::vector<Path>> projection;
  TablePtr table;
  std::vector<std::string> row_keys;
};

Result<std::optional<std::vector<Path>>> CompileTableProjection(const TableKeys& keys) {
  const ExpressionParameter parameter{kProjectionExpression, keys.projection_expression};
  TRY_VOID(CheckExpressionParameters(keys.expression_attributes, {parameter},
                                     {{"AttributesToGet", keys.attributes_to_get.has_value()}}));
  Binder binder(keys.expression_attributes);
  TRY_VOID(binder.CheckPlaceholders());
  TRY(auto projection, CompileProjection(parameter, binder));
  TRY_VOID(binder.CheckAllUsed());
  if (keys.attributes_to_get) {
    TRY(projection, CompileAttributesToGet(*keys.attributes_to_get));
  }
  return projection;
}

// Equal keys have equal bytes, also before their table is known.
Result<void> CheckKeys(const TableKeys& keys) {
  std::vector<std::string_view> seen;
  seen.reserve(keys.keys.size());
  Result<void> encoded;
  for (const EncodedItem& key : keys.keys) {
    encoded = CheckEncoded(key);
    if (!encoded) break;  // repeated keys ahead of this one are reported first
    seen.push_back(key.bytes);
  }
  std::sort(seen.begin(), seen.end());
  if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) {
    return errors::DuplicateKeys();
  }
  return encoded;
}

// Expressions in one table's part and legacy parameters in another's don't go together either.
Result<void> CheckNotMixed(const BatchGetItemRequest& request) {
  bool expression = false, legacy = false;
  for (const TableKeys& keys : request.tables) {
    expression |= keys.projection_expression.has_value();
    legacy |= keys.attributes_to_get.has_value();
  }
  return CheckExpressionParameters(
      {}, {{kProjectionExpression, expression ? std::optional<std::string_view>("") : std::nullopt}},
      {{"AttributesToGet", legacy}});
}

Result<std::vector<TableRead>> CheckRequest(const BatchGetItemRequest& request) {
  TRY_VOID(CheckNotMixed(request));
  std::vector<TableRead> reads;
  std::size_t count = 0;
  for (const TableKeys& keys : request.tables) {
    TableRead read{keys, {}, {}, {}};
    TRY(read.projection, CompileTableProjection(keys));
    TRY_VOID(CheckKeys(keys));
    count += keys.keys.size();
    reads.push_back(std::move(read));
  }
  if (count > kMaxBatchReads) return errors::TooManyRequestItems("BatchGetItem");
  return reads;
}

Result<void> FindRows(Database& database, TableRead& read) {
  TRY(read.table, database.catalog().Find(TableNameOf(read.request.table_name)));
  if (read.projection) TRY_VOID(CheckKeyPaths(*read.table, *read.projection));
  read.row_keys.reserve(read.request.keys.size());
  for (const EncodedItem& key : read.request.keys) {
    TRY(std::string row_key, BaseRowKeyOfKey(*read.table, key.view()));
    read.row_keys.push_back(std::move(row_key));
  }
  return {};
}

// The part of the request that asks for these keys again.
TableKeys WithKeys(const TableKeys& request, std::vector<EncodedItem> keys) {
  return {request.table_name,        std::move(keys),
          request.consistent_read,   request.projection_expression,
          request.attributes_to_get, request.expression_attributes};
}

// How many items are read at once, after items of at most `largest` bytes: of those that the response has no room for
// only a few are in memory.
std::size_t ReadAtOnce(std::size_t largest) {
  return std::clamp<std::size_t>(kMaxBatchReadSize / 4 / largest, 1, kMaxBatchReads);
}

// Adds one table's items to the response, as far as they fit; `size` is what the response holds so far.
Result<void> ReadTable(Database& database, const TableRead& read, ReturnConsumedCapacity wanted, std::size_t& size,
                       BatchGetItemResponse& response) {
  std::optional<Projection> projection;
  if (read.projection) projection.emplace(*read.projection);
  ItemList& items = response.responses.emplace_back(read.request.table_name, ItemList()).second;
  std::vector<EncodedItem> rest;
  UnitsByIndex units;
  std::size_t largest = kMaxItemSize;
  const std::span<const std::string> keys = read.row_keys;
  std::vector<std::optional<std::string>> values;
  for (std::size_t begin = 0; begin < keys.size(); begin += values.size()) {
    TRY(values, database.store().MultiGet(keys.subspan(begin, std::min(ReadAtOnce(largest), keys.size() - begin))));
    if (begin == 0) largest = 1;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const ItemView item = values[i] ? ItemView(*values[i]) : ItemView();
      const std::size_t item_size = item.empty() ? 0 : item.billed_size();
      largest = std::max(largest, item_size);
      if (size + item_size > kMaxBatchReadSize) {
        rest.push_back(read.request.keys[begin + i]);
        continue;
      }
      size += item_size;
      units.table += ReadUnits(item_size, read.request.consistent_read);
      if (!item.empty()) projection ? items.Add(ItemView(projection->Apply(item))) : items.Add(item);
    }
  }
  if (!rest.empty()) response.unprocessed.push_back(WithKeys(read.request, std::move(rest)));
  if (response.consumed_capacity)
    response.consumed_capacity->push_back(*ToConsumedCapacity(wanted, *read.table, units));
  return {};
}

}  // namespace

Result<BatchGetItemResponse> BatchGetItem(const CallContext& context, const BatchGetItemRequest& request) {
  if (request.tables.empty()) return errors::NoRequestItems("BatchGetItem");
  TRY(std::vector<TableRead> reads, CheckRequest(request));
  for (TableRead& read : reads) TRY_VOID(FindRows(context.database, read));
  BatchGetItemResponse response;
  if (request.return_consumed_capacity != ReturnConsumedCapacity::kNone) response.consumed_capacity.emplace();
  std::size_t size = 0;
  for (const TableRead& read : reads) {
    TRY_VOID(ReadTable(context.database, read, request.return_consumed_capacity, size, response));
  }
  return response;
}

}  // namespace dynarock
