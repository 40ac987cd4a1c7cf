#include "engine/reads/start_key.h"

#include <limits>

#include "engine/base/errors.h"
#include "engine/database/insertion_order.h"
#include "engine/database/item_key.h"
#include "engine/expression/validator.h"

namespace dynarock {
namespace {

std::size_t CountAttributes(ItemView item) {
  std::size_t count = 0;
  std::string_view name;
  ValueView value;
  for (MapReader members(item.members()); members.Next(name, value);) ++count;
  return count;
}

// Attributes of table and index keys together.
std::size_t WantedAttributes(const ReadTarget& target) {
  std::size_t wanted = target.table->keys().size();
  if (!target.index) return wanted;
  for (const auto* part : {&target.index->keys.partition, &target.index->keys.sort}) {
    for (const KeyAttribute& attribute : *part) wanted += target.table->keys().Find(attribute.name) ? 0 : 1;
  }
  return wanted;
}

Result<void> CheckPart(const std::vector<KeyAttribute>& attributes, bool is_partition, ItemView key) {
  for (const KeyAttribute& attribute : attributes) {
    const auto value = key.Find(attribute.name);
    if (!value) return InvalidStartKey();
    if (value->type() != attribute.type) return errors::KeyNotOfSchema();
    TRY_VOID(CheckKeySize(*value, is_partition));
  }
  return {};
}

// A query that finds one item at most can't go on behind it.
// Observed: conformance/cases/query/partition_key_only.case
Result<void> CheckIsNoOnlyItem(const ReadTarget& target, ItemView start_key) {
  if (!FindsOneItem(target)) return {};
  const std::string& name = target.keys().partition[0].name;
  return ValidationError("The provided exclusive start key is invalid: ExclusiveStartKey: {" + name +
                         "=AttributeValue: " + AttributeValueText(*start_key.Find(name)) + "}");
}

}  // namespace

ApiError InvalidStartKey() {
  return ValidationError("The provided starting key is invalid");
}

ApiError InvalidStartKey(ApiError why) {
  return Prefixed("The provided starting key is invalid: ", std::move(why));
}

bool FindsOneItem(const ReadTarget& target) {
  return !target.index && target.keys().sort.empty();
}

Result<void> CheckStartPartition(const ReadTarget& target, ItemView start_key) {
  if (CountAttributes(start_key) != WantedAttributes(target)) return InvalidStartKey();
  TRY_VOID(CheckPart(target.keys().partition, true, start_key));
  return CheckIsNoOnlyItem(target, start_key);
}

Result<void> CheckStartKey(const ReadTarget& target, ItemView start_key, bool is_query) {
  if (CountAttributes(start_key) != WantedAttributes(target)) {
    return target.index || is_query ? InvalidStartKey() : InvalidStartKey(errors::KeyNotOfSchema());
  }
  if (target.index || is_query) {
    TRY_VOID(CheckPart(target.keys().partition, true, start_key));
    TRY_VOID(CheckPart(target.keys().sort, false, start_key));
  }
  return {};
}

Result<std::string> StartRowKey(const Store& store, const ReadTarget& target, ItemView start_key, bool forward) {
  const std::string base_key =
      FilterItem(start_key, [&](std::string_view name) { return target.table->keys().Find(name) != nullptr; });
  auto row_key = BaseRowKeyOfKey(*target.table, ItemView(base_key));
  if (!row_key) {
    row_key.error() = InvalidStartKey(std::move(row_key.error()));
    return row_key;
  }
  if (!target.index) return row_key;
  TRY(auto place, FindPlace(store, *target.table, *row_key));
  if (!place && target.table->definition().in_local_order) {
    // The item is gone: rows with its index keys are read again, so that none of those after it is missed.
    place = forward ? 0 : std::numeric_limits<std::uint64_t>::max();
  }
  auto index_key = IndexRowKey(*target.table, *target.index, start_key, place);
  if (!index_key) return InvalidStartKey();
  return std::move(*index_key);
}

}  // namespace dynarock
