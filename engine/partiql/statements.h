// ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
#pragma once

#include "engine/reads/query_and_scan.h"
#include "engine/reads/transact_get_items.h"
#include "engine/requests/call_context.h"

namespace dynarock {

// A statement as all three take it.
struct StatementRequest {
  std::string_view statement;
  std::vector<EncodedValue> parameters;
  bool consistent_read = false;                  // not of a transaction
  bool return_old_on_condition_failure = false;  // ReturnValuesOnConditionCheckFailure: ALL_OLD
};

struct ExecuteStatementRequest : StatementRequest {
  std::optional<std::string> next_token;  // decoded
  std::optional<std::int64_t> limit;      // items read, before the filter
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

struct ExecuteStatementResponse {
  ItemList items;                                 // of a write: what RETURNING asks for
  std::optional<std::string> next_token;          // to be encoded
  std::optional<std::string> last_evaluated_key;  // item bytes, beside a NextToken
  std::optional<ConsumedCapacity> consumed_capacity;
};

struct BatchExecuteStatementRequest {
  std::vector<StatementRequest> statements;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

// What became of one statement of a batch.
struct BatchStatementResponse {
  std::optional<CancellationReason> error;
  std::optional<std::string> table_name;  // none if it did not get as far as its table
  std::optional<std::string> item;        // item bytes
};

struct BatchExecuteStatementResponse {
  std::vector<BatchStatementResponse> responses;
  std::optional<std::vector<ConsumedCapacity>> consumed_capacity;  // by table
};

struct ExecuteTransactionRequest {
  std::vector<StatementRequest> statements;
  std::optional<std::string_view> client_request_token;
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

// Errors: kValidation, kResourceNotFound; of a write besides kConditionalCheckFailed and kDuplicateItem.
Result<ExecuteStatementResponse> ExecuteStatement(const CallContext& context, const ExecuteStatementRequest& request);

// Each statement alone succeeds or fails. Errors: kValidation if reads and writes are mixed, or one item is named
// twice.
Result<BatchExecuteStatementResponse> BatchExecuteStatement(const CallContext& context,
                                                            const BatchExecuteStatementRequest& request);

// All statements read, or all write; either all writes are done or none. An item a statement, in their order.
// Errors: kValidation for what can be told without the items; kTransactionCanceled; kIdempotentParameterMismatch.
Result<TransactGetItemsResponse> ExecuteTransaction(const CallContext& context,
                                                    const ExecuteTransactionRequest& request);

}  // namespace dynarock
