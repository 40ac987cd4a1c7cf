// A write transaction whose actions are compiled: how TransactWriteItems and ExecuteTransaction do them.
#pragma once

#include "engine/writes/compiled_update.h"
#include "engine/writes/transact_write_items.h"

namespace dynarock {

// One action. Borrows the bytes of its item.
struct CompiledAction {
  TransactAction kind = TransactAction::kPut;
  TablePtr table = {};           // null only beside an error
  ItemView item = {};            // of a put, else the key
  CompiledUpdate compiled = {};  // of other actions than updates only the condition
  bool return_old_on_condition_failure = false;
  bool is_insert = false;              // what fails its condition is a DuplicateItem
  std::optional<ApiError> error = {};  // why it is not even tried: its cancellation reason

  const Bound<Condition>* condition() const { return compiled.condition ? &*compiled.condition : nullptr; }
};

// The key of the action's row. Errors: kValidation for keys, index keys and paths into them; kEmptyKey.
Result<std::string> RowKeyOf(const CompiledAction& action);

// What the action makes of an item. Borrows both; an update's item is made in `new_item`.
ItemChange ChangeOf(const CompiledAction& action, std::string& new_item);

struct TransactionOptions {
  std::optional<std::string_view> client_request_token = {};
  std::string digest = {};  // beside a token: equal for requests that ask for the same
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
  bool return_item_collection_metrics = false;
  // Of actions that can't be tried only the first is told, and no condition of the others is looked at.
  bool stops_at_first_error = false;
};

// Errors: as TransactWriteItems, those that need the rows.
Result<TransactWriteItemsResponse> RunWriteTransaction(const CallContext& context, std::vector<CompiledAction> actions,
                                                       const TransactionOptions& options);

}  // namespace dynarock
