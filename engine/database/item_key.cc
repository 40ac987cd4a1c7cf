#include "engine/database/item_key.h"

#include <array>
#include <span>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/database/key_errors.h"

namespace dynarock {
namespace {

// Binary or string that holds nothing; numbers never do.
bool IsEmpty(ValueView value) {
  return value.payload().empty();
}

std::string AssembleBaseKey(const Table& table, std::span<const ValueView> partition, std::span<const ValueView> sort) {
  constexpr std::size_t kUsualSize = 160;  // bytes, so that most keys are one allocation
  std::string key;
  key.reserve(kUsualSize);
  key += RowPrefix(table.id(), IndexId{});
  AppendPartition(key, partition);
  for (const ValueView value : sort) AppendSortValue(key, value);
  return key;
}

using CheckAttribute = Result<ValueView> (*)(const KeyAttribute&, ItemView);

Result<ValueView> ItemKeyValue(const KeyAttribute& attribute, ItemView item) {
  const auto value = item.Find(attribute.name);
  if (!value) {
    return WithFacts(InvalidParameter("Missing the key " + attribute.name + " in the item"),
                     {.detail = ErrorDetail::kItemWithoutKey});
  }
  if (value->type() != attribute.type) {
    return InvalidParameter("Type mismatch for key " + attribute.name + " expected: " +
                            std::string(TypeName(attribute.type)) + " actual: " + std::string(TypeName(value->type())));
  }
  return *value;
}

Result<ValueView> KeyParameterValue(const KeyAttribute& attribute, ItemView key) {
  const auto value = key.Find(attribute.name);
  if (!value) return errors::KeyAttributeMissing();
  if (value->type() != attribute.type) return errors::KeyNotOfSchema();
  return *value;
}

Result<std::string> CheckedBaseKey(const Table& table, ItemView item, CheckAttribute check) {
  std::array<ValueView, 2> values;  // of the partition key, of the sort key
  for (const bool is_partition : {true, false}) {
    for (const KeyAttribute& attribute : is_partition ? table.keys().partition : table.keys().sort) {
      TRY(const ValueView value, check(attribute, item));
      if (IsEmpty(value)) return errors::EmptyKeyValue(attribute, value);
      TRY_VOID(CheckKeySize(value, is_partition));
      values[is_partition ? 0 : 1] = value;
    }
  }
  return AssembleBaseKey(table, {&values[0], 1}, {&values[1], table.keys().sort.size()});
}

Result<void> CheckIndexKey(const IndexDefinition& index, const KeyAttribute& attribute, ValueView value) {
  if (value.type() != attribute.type) {
    return errors::IndexKeyTypeMismatch(attribute.name, TypeName(attribute.type), TypeName(value.type()), index.name);
  }
  if (!IsEmpty(value)) return {};
  return errors::EmptyIndexKeyValue(index, attribute, value);
}

// Numbers are short; the limits are those of strings and binaries.
std::size_t LimitedSize(ValueView value) {
  return value.type() == Type::kNumber ? 0 : value.payload().size();
}

Result<void> CheckKeysOf(const IndexDefinition& index, ItemView item) {
  for (const bool is_partition : {true, false}) {
    std::size_t size = 0;  // a key of several attributes is measured as one
    for (const KeyAttribute& attribute : is_partition ? index.keys.partition : index.keys.sort) {
      const auto value = item.Find(attribute.name);
      if (!value) continue;
      TRY_VOID(CheckIndexKey(index, attribute, *value));
      size += LimitedSize(*value);
      TRY_VOID(CheckKeySize(size, is_partition));
    }
  }
  return {};
}

// The values of one part of an index key, or nullopt if they make no key.
std::optional<std::vector<ValueView>> IndexKeyValues(const std::vector<KeyAttribute>& attributes, bool is_partition,
                                                     ItemView item) {
  auto values = KeyValues(attributes, item);
  if (!values) return std::nullopt;
  std::size_t size = 0;
  for (const ValueView value : *values) {
    if (IsEmpty(value)) return std::nullopt;
    size += LimitedSize(value);
  }
  if (!CheckKeySize(size, is_partition)) return std::nullopt;
  return values;
}

}  // namespace

Result<void> CheckKeySize(std::size_t size, bool is_partition) {
  if (is_partition && size > kMaxPartitionKeySize) {
    return InvalidParameter("Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (!is_partition && size > kMaxSortKeySize) {
    return InvalidParameter("Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
  return {};
}

Result<void> CheckKeySize(ValueView value, bool is_partition) {
  return CheckKeySize(LimitedSize(value), is_partition);
}

Result<std::string> BaseRowKey(const Table& table, ItemView item) {
  return CheckedBaseKey(table, item, ItemKeyValue);
}

Result<std::string> BaseRowKeyOfKey(const Table& table, ItemView key) {
  std::size_t attributes = 0;
  std::string_view name;
  ValueView value;
  for (MapReader members(key.members()); members.Next(name, value);) ++attributes;
  if (attributes != table.keys().size()) {
    return WithFacts(errors::KeyNotOfSchema(), {.detail = ErrorDetail::kKeyAttributeCount});
  }
  return CheckedBaseKey(table, key, KeyParameterValue);
}

std::optional<std::vector<ValueView>> KeyValues(const std::vector<KeyAttribute>& attributes, ItemView item) {
  std::vector<ValueView> values;
  for (const KeyAttribute& attribute : attributes) {
    const auto value = item.Find(attribute.name);
    if (!value || value->type() != attribute.type) return std::nullopt;
    if (values.empty()) values.reserve(attributes.size());
    values.push_back(*value);
  }
  return values;
}

std::optional<std::string> IndexRowKey(const Table& table, const IndexDefinition& index, ItemView item,
                                       std::optional<std::uint64_t> place) {
  const auto partition = IndexKeyValues(index.keys.partition, true, item);
  if (!partition) return std::nullopt;
  const auto sort = IndexKeyValues(index.keys.sort, false, item);
  if (!sort) return std::nullopt;
  std::string key = RowPrefix(table.id(), index.id);
  AppendPartition(key, *partition);
  for (const ValueView value : *sort) AppendSortValue(key, value);
  const auto base_partition = KeyValues(table.keys().partition, item);
  const auto base_sort = KeyValues(table.keys().sort, item);
  if (place) {
    // Without a sort key of its own an index has DynamoDB Local's order of the table.
    // Observed: conformance/cases/local/index_order.case
    if (index.keys.sort.empty()) place = ReadBigEndian<std::uint64_t>(PartitionHash(*base_partition).data());
    AppendPlacedBaseKey(key, *place, *base_partition, *base_sort);
  } else {
    AppendBaseKey(key, *base_partition, *base_sort);
  }
  return key;
}

Result<void> CheckIndexKeys(const Table& table, ItemView item) {
  return CheckIndexes(table, [&](const IndexDefinition& index) { return CheckKeysOf(index, item); });
}

std::string KeyOfItem(const Table& table, const IndexDefinition* index, ItemView item) {
  return FilterItem(
      item, [&](std::string_view name) { return table.keys().Find(name) || (index && index->keys.Find(name)); });
}

}  // namespace dynarock
