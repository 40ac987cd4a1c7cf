#include "engine/model/model_table.h"

#include <algorithm>

#include "engine/storage/key_encoding.h"

namespace dynarock::model {
namespace {

// The encoded values of key attributes.
struct KeyBytes {
  std::vector<std::string> storage;
  std::vector<ValueView> views;

  KeyBytes(const std::vector<KeyAttribute>& attributes, const Item& item) {
    for (const KeyAttribute& attribute : attributes) storage.push_back(Encode(item.at(attribute.name)));
    for (const std::string& bytes : storage) views.push_back(ValueView::Of(bytes));
  }
};

std::vector<Value> SortValues(const std::vector<KeyAttribute>& attributes, const Item& item) {
  std::vector<Value> values;
  for (const KeyAttribute& attribute : attributes) values.push_back(item.at(attribute.name));
  return values;
}

std::strong_ordering Order(const std::vector<Value>& left, const std::vector<Value>& right) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (const auto order = Order(left[i], right[i]); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

bool HasAll(const Item& item, const std::vector<KeyAttribute>& attributes) {
  return std::all_of(attributes.begin(), attributes.end(),
                     [&](const KeyAttribute& attribute) { return item.count(attribute.name) != 0; });
}

bool IsUsable(const KeyAttribute& attribute, const Value& value) {
  return value.type == attribute.type && (value.type == Type::kNumber || !value.text.empty());
}

std::vector<KeyAttribute> All(const KeySchema& keys) {
  std::vector<KeyAttribute> all = keys.partition;
  all.insert(all.end(), keys.sort.begin(), keys.sort.end());
  return all;
}

IndexDefinition Index(std::string name, bool is_global, KeySchema keys, ProjectionType projection,
                      std::vector<std::string> attributes = {}) {
  IndexDefinition index;
  index.name = std::move(name);
  index.is_global = is_global;
  index.keys = std::move(keys);
  index.projection = projection;
  index.non_key_attributes = std::move(attributes);
  return index;
}

std::vector<KeySchemaElement> Elements(const KeySchema& keys) {
  std::vector<KeySchemaElement> elements;
  for (const KeyAttribute& attribute : keys.partition) elements.push_back({attribute.name, true});
  for (const KeyAttribute& attribute : keys.sort) elements.push_back({attribute.name, false});
  return elements;
}

IndexRequest Request(const IndexDefinition& index) {
  IndexRequest request;
  request.name = index.name;
  request.key_schema = Elements(index.keys);
  request.projection.type = index.projection;
  if (index.projection == ProjectionType::kInclude) {
    request.projection.non_key_attributes.emplace(index.non_key_attributes.begin(), index.non_key_attributes.end());
  }
  return request;
}

}  // namespace

std::uint64_t Place::Hash() const {
  return ReadBigEndian<std::uint64_t>(partition.data());
}

std::strong_ordering Order(const Place& left, const Place& right) {
  if (const auto order = left.partition <=> right.partition; order != 0) return order;
  if (const auto order = Order(left.sort, right.sort); order != 0) return order;
  return left.base <=> right.base;
}

const Item* ModelTable::Find(const Item& key) const {
  for (const Item& item : items) {
    const auto is_same = [&](const KeyAttribute& attribute) {
      return item.at(attribute.name) == key.at(attribute.name);
    };
    const std::vector<KeyAttribute> attributes = All(keys);
    if (std::all_of(attributes.begin(), attributes.end(), is_same)) return &item;
  }
  return nullptr;
}

void ModelTable::Put(const Item& item) {
  Remove(item);
  items.push_back(item);
}

void ModelTable::Remove(const Item& key) {
  if (const Item* item = Find(key)) items.erase(items.begin() + (item - items.data()));
}

std::map<std::string, Type> ModelTable::KeyTypes() const {
  std::map<std::string, Type> types;
  for (const KeyAttribute& attribute : All(keys)) types[attribute.name] = attribute.type;
  for (const IndexDefinition& index : indexes) {
    for (const KeyAttribute& attribute : All(index.keys)) types[attribute.name] = attribute.type;
  }
  return types;
}

bool ModelTable::Projects(const IndexDefinition& index, const std::string& attribute) const {
  if (index.projection == ProjectionType::kAll || keys.Find(attribute) || index.keys.Find(attribute)) return true;
  const auto& included = index.non_key_attributes;
  return std::find(included.begin(), included.end(), attribute) != included.end();
}

Item ModelTable::KeyOf(const Item& item, const IndexDefinition* index) const {
  Item key;
  for (const KeyAttribute& attribute : All(keys)) key[attribute.name] = item.at(attribute.name);
  if (!index) return key;
  for (const KeyAttribute& attribute : All(index->keys)) key[attribute.name] = item.at(attribute.name);
  return key;
}

Place ModelTable::PlaceOf(const Item& attributes, const IndexDefinition* index) const {
  // Hashes give an order that no naive model could, so here it uses the engine's own encoding.
  Place place;
  AppendPartition(place.partition, KeyBytes(KeysOf(index).partition, attributes).views);
  place.sort = SortValues(KeysOf(index).sort, attributes);
  if (index)
    AppendBaseKey(place.base, KeyBytes(keys.partition, attributes).views, KeyBytes(keys.sort, attributes).views);
  return place;
}

std::vector<Row> ModelTable::Rows(const IndexDefinition* index) const {
  std::vector<Row> rows;
  for (const Item& item : items) {
    if (!HasAll(item, All(KeysOf(index)))) continue;
    Row row{PlaceOf(item, index), {}, &item};
    for (const auto& [attribute, value] : item) {
      if (!index || Projects(*index, attribute)) row.item.emplace(attribute, value);
    }
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const Row& one, const Row& two) { return Order(one.place, two.place) < 0; });
  return rows;
}

bool ModelTable::HasValidKey(const Item& item) const {
  for (const KeyAttribute& attribute : All(keys)) {
    const auto found = item.find(attribute.name);
    if (found == item.end() || !IsUsable(attribute, found->second)) return false;
  }
  return true;
}

bool ModelTable::HasValidIndexKeys(const Item& item) const {
  for (const IndexDefinition& index : indexes) {
    for (const KeyAttribute& attribute : All(index.keys)) {
      const auto found = item.find(attribute.name);
      if (found != item.end() && !IsUsable(attribute, found->second)) return false;
    }
  }
  return true;
}

std::vector<ModelTable> MakeTables() {
  const KeyAttribute pk_s{"pk", Type::kString}, pk_n{"pk", Type::kNumber}, pk_b{"pk", Type::kBinary};
  const KeyAttribute sk_s{"sk", Type::kString}, sk_n{"sk", Type::kNumber}, sk_b{"sk", Type::kBinary};
  const KeyAttribute group{"g", Type::kString}, rank{"r", Type::kNumber}, blob{"h", Type::kBinary};
  ModelTable strings{"strings", {{pk_s}, {sk_s}}, {}, {}};
  strings.indexes = {Index("by-rank", false, {{pk_s}, {rank}}, ProjectionType::kKeysOnly),
                     Index("by-blob", false, {{pk_s}, {blob}}, ProjectionType::kInclude, {"a", "size"}),
                     Index("groups", true, {{group}, {rank}}, ProjectionType::kAll),
                     Index("ranks", true, {{rank}, {}}, ProjectionType::kInclude, {"a", "b"})};
  ModelTable numbers{"numbers", {{pk_n}, {sk_n}}, {}, {}};
  numbers.indexes = {Index("by-group", false, {{pk_n}, {group}}, ProjectionType::kAll),
                     Index("turned", true, {{sk_n}, {pk_n}}, ProjectionType::kKeysOnly)};
  ModelTable binaries{"binaries", {{pk_b}, {sk_b}}, {}, {}};
  binaries.indexes = {Index("group-blob", true, {{group}, {sk_b}}, ProjectionType::kInclude, {"c"})};
  ModelTable simple{"simple", {{pk_s}, {}}, {}, {}};
  simple.indexes = {Index("by-group", true, {{group}, {}}, ProjectionType::kKeysOnly)};
  std::vector<ModelTable> tables = {strings, numbers, binaries, simple};
  for (ModelTable& table : tables) {
    for (std::size_t i = 0; i < table.indexes.size(); ++i) {
      table.indexes[i].id.value = static_cast<std::uint16_t>(i + 1);
    }
  }
  return tables;
}

Result<TableDescription> Create(Database& database, const ModelTable& table) {
  CreateTableRequest request;
  request.table_name = table.name;
  const std::map<std::string, Type> types = table.KeyTypes();
  for (const auto& [name, type] : types) request.attribute_definitions.push_back({name, type});
  request.key_schema = Elements(table.keys);
  for (const IndexDefinition& index : table.indexes) {
    auto& indexes = index.is_global ? request.global_secondary_indexes : request.local_secondary_indexes;
    if (!indexes) indexes.emplace();
    indexes->push_back(Request(index));
  }
  request.billing_mode = BillingMode::kPayPerRequest;
  return CreateTable(database, request);
}

}  // namespace dynarock::model
