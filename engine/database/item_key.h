// From attributes to row keys, and the rules that key attributes must keep.
#pragma once

#include "engine/database/table.h"
#include "engine/item/item.h"

namespace dynarock {

// The key of the base row of `item` in `table`.
// Errors: kValidation with AWS's words for a key attribute that is missing, of another type or too long; kEmptyKey.
Result<std::string> BaseRowKey(const Table& table, ItemView item);

// The same for the Key parameter of a request, which must hold the key attributes and nothing else.
Result<std::string> BaseRowKeyOfKey(const Table& table, ItemView key);

// The key of the row of `item` in `index`, or nullopt if the item lacks an index key attribute, or, older than the
// index, has one of another type, empty or too long. `place` orders rows of equal index keys, see insertion_order.h;
// without one they are in AWS's order.
std::optional<std::string> IndexRowKey(const Table& table, const IndexDefinition& index, ItemView item,
                                       std::optional<std::uint64_t> place);

// Errors: kValidation for an index key attribute of another type or too long, kEmptyKey; of several indexes for the
// first by name. Observed: conformance/cases/keys/index_keys.case
Result<void> CheckIndexKeys(const Table& table, ItemView item);

// Calls `check` on each index of the table. Of several errors AWS reports the one of the alphabetically first index.
// Observed: conformance/cases/keys/index_keys.case
template <class Check>
Result<void> CheckIndexes(const Table& table, Check check) {
  const IndexDefinition* broken = nullptr;
  Result<void> result;
  for (const IndexDefinition& index : table.indexes()) {
    if (broken && broken->name < index.name) continue;
    Result<void> checked = check(index);
    if (checked) continue;
    broken = &index;
    result = std::move(checked);
  }
  return result;
}

// The values of `attributes` in `item`, or nullopt if one is missing or of another type.
std::optional<std::vector<ValueView>> KeyValues(const std::vector<KeyAttribute>& attributes, ItemView item);

// Errors: kValidation, "Size of hashkey ..." or "Aggregated size of all range keys ...".
Result<void> CheckKeySize(ValueView value, bool is_partition);
// Of a key of several attributes: all of them together, numbers not counted.
Result<void> CheckKeySize(std::size_t size, bool is_partition);

// Item bytes with only the key attributes of the table and, if given, of the index: a LastEvaluatedKey.
std::string KeyOfItem(const Table& table, const IndexDefinition* index, ItemView item);

}  // namespace dynarock
