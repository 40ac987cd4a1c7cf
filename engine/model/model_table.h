// Tables of the naive model: a list of items; indexes are computed by filtering and sorting all of them.
#pragma once

#include "engine/database/table.h"
#include "engine/model/model_expression.h"
#include "engine/tables/tables.h"

namespace dynarock::model {

// Where a row stands among the rows of its table or index.
struct Place {
  std::string partition;  // hash and partition key, in the order of a Scan
  std::vector<Value> sort;
  std::string base;  // of an index row: orders rows of equal index keys

  std::uint64_t Hash() const;
};

std::strong_ordering Order(const Place& left, const Place& right);

struct Row {
  Place place;
  Item item;                    // as the index projects it
  const Item* whole = nullptr;  // as the table has it
};

struct ModelTable {
  std::string name;
  KeySchema keys;
  std::vector<IndexDefinition> indexes;
  std::vector<Item> items;

  // The item with the key attributes of `key`, or null.
  const Item* Find(const Item& key) const;
  void Put(const Item& item);
  void Remove(const Item& key);

  const KeySchema& KeysOf(const IndexDefinition* index) const { return index ? index->keys : keys; }
  // Types of the key attributes of the table and of all indexes.
  std::map<std::string, Type> KeyTypes() const;
  bool Projects(const IndexDefinition& index, const std::string& attribute) const;
  // The attributes that name a row: those of the table's key and of the index's.
  Item KeyOf(const Item& item, const IndexDefinition* index) const;

  // Requires: `attributes` holds all attributes of KeyOf.
  Place PlaceOf(const Item& attributes, const IndexDefinition* index) const;
  // In the order of a Scan.
  std::vector<Row> Rows(const IndexDefinition* index) const;

  // Whether the item's key is one of this table.
  bool HasValidKey(const Item& item) const;
  // Whether those index key attributes that the item has are usable.
  bool HasValidIndexKeys(const Item& item) const;
};

// All tables of the walk, without items.
std::vector<ModelTable> MakeTables();

Result<TableDescription> Create(Database& database, const ModelTable& table);

}  // namespace dynarock::model
