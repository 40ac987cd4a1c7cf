// The one way by which an item changes: lock, read, check, compute, write, unlock.
#pragma once

#include <functional>
#include <shared_mutex>

#include "engine/expression/condition.h"
#include "engine/requests/call_context.h"
#include "engine/requests/capacity.h"
#include "engine/writes/staged_writes.h"

namespace dynarock {

// Computes the new item from the old one; both may be empty, which is no item. What it gives must live until the write
// is done. Errors: kValidation, which ends the write.
using ItemChange = std::function<Result<ItemView>(ItemView old_item)>;

struct ItemWrite {
  const Table& table;
  std::string_view row_key;
  const Bound<Condition>* condition = nullptr;  // none if null
  bool return_old_on_failure = false;           // ReturnValuesOnConditionCheckFailure: ALL_OLD
  const ItemChange& change;
  WriteOrigin origin = WriteOrigin::kClient;
};

struct WriteOutcome {
  std::string old_item;  // bytes; empty if there was none
  UnitsByIndex units;
  std::size_t new_size = 0;  // bytes that are billed of an item that is written; 0 if nothing changed
};

// Runs one write and commits it, or adds it to the call's turn.
// Errors: kConditionalCheckFailed; kResourceNotFound if the table is being deleted; those of the change; kInternal.
Result<WriteOutcome> Write(const CallContext& context, const ItemWrite& write);

// Adds what the write changes to `staged`, without locking and committing.
// Requires: the lock of the row's key and the table's gate are held.
Result<WriteOutcome> Stage(Database& database, const ItemWrite& write, StagedWrites& staged);

// Holds off the deletion of several tables. Entered in the order of their ids, so two writers cannot wait for each
// other by way of two deletions. Errors: kResourceNotFound if one is being deleted.
using TableGates = std::vector<std::shared_lock<TableGate>>;
Result<TableGates> EnterTables(std::vector<const Table*> tables);

}  // namespace dynarock
