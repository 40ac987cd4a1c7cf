// Query and Scan: pages of a table or an index.
#pragma once

#include "engine/reads/item_list.h"
#include "engine/requests/call_context.h"
#include "engine/requests/capacity.h"
#include "engine/requests/request_expressions.h"

namespace dynarock {

// In the order of the enum in AWS's messages.
enum class Select { kSpecificAttributes, kCount, kAllAttributes, kAllProjectedAttributes };

// What Query and Scan have in common.
struct PageRequest {
  std::string_view table_name;
  std::optional<std::string_view> index_name;
  std::optional<Select> select;
  std::optional<std::int64_t> limit;  // items read, before the filter
  bool consistent_read = false;
  std::optional<std::string_view> filter_expression;
  std::optional<std::string_view> projection_expression;
  ExpressionAttributes expression_attributes;
  std::optional<std::vector<std::string_view>> attributes_to_get;  // legacy
  std::optional<std::vector<LegacyCondition>> filter;              // legacy: QueryFilter or ScanFilter
  std::optional<ConditionalOperator> conditional_operator;         // legacy
  std::optional<EncodedItem> exclusive_start_key;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

struct QueryRequest : PageRequest {
  std::optional<std::string_view> key_condition_expression;
  std::optional<std::vector<LegacyCondition>> key_conditions;  // legacy
  bool scan_index_forward = true;
};

struct ScanRequest : PageRequest {
  std::optional<std::int64_t> segment;
  std::optional<std::int64_t> total_segments;
};

struct PageResponse {
  std::optional<ItemList> items;  // none for Select COUNT
  std::int64_t count = 0;
  std::int64_t scanned_count = 0;
  std::optional<std::string> last_evaluated_key;  // item bytes
  std::optional<ConsumedCapacity> consumed_capacity;
};

// Errors: as API_Query and API_Scan; kRequestValidation, kResourceNotFound, kValidation.
Result<PageResponse> Query(const CallContext& context, const QueryRequest& request);
Result<PageResponse> Scan(const CallContext& context, const ScanRequest& request);

}  // namespace dynarock
