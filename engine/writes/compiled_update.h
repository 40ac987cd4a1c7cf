// An update of one item, as UpdateItem and transactions make it: compiled, checked against its table, applied.
#pragma once

#include "engine/writes/write_request.h"

namespace dynarock {

// What a request for an update has besides what all writes have.
struct UpdateParameters {
  const EncodedItem& key;
  std::optional<std::string_view> update_expression = std::nullopt;
  const std::optional<std::vector<AttributeUpdate>>& attribute_updates;  // legacy
  DeepValues deep_values = DeepValues::kRefused;
};

struct CompiledUpdate {
  Bound<Update> update;
  bool is_given = false;  // an expression or AttributeUpdates
  std::optional<Bound<Condition>> condition;
};

// All that needs no table. Errors: kRequestValidation, kValidation in AWS's order.
Result<CompiledUpdate> CompileUpdate(const WriteItemRequest& request, const UpdateParameters& parameters);

// Errors: kValidation if the update changes the table's key, gives an index key another type, or looks into a key.
Result<void> CheckUpdate(const Table& table, const CompiledUpdate& compiled);

// UpdateItem does not take an expression that is charged for more than an item may have, whatever comes of it.
// AttributeUpdates, transactions and PartiQL have no such rule.
// Observed: conformance/cases/updates/charge.case, conformance/cases/transactions/write_item_size.case
Result<void> CheckCharge(const Bound<Update>& update);

struct UpdateOfItem {
  const Table& table;
  const Bound<Update>& update;
  ItemView key;
};

// The item after the update, whose bytes go to `new_item`; empty if there was none and nothing makes one.
// Errors: kValidation; kEmptyKey for an index key.
Result<ItemView> ApplyUpdate(const UpdateOfItem& target, ItemView old_item, std::string& new_item);

// What ReturnValues asks for; none if there is nothing of it.
std::optional<std::string> ReturnedAttributes(ReturnValues wanted, const Bound<Update>& update, ItemView old_item,
                                              ItemView new_item);

// The places an update changes.
std::vector<Path> PathsOf(const Bound<Update>& update);

}  // namespace dynarock
