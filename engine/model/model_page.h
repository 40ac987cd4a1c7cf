// Query and Scan in the naive model: all rows, filtered and cut.
#pragma once

#include "engine/model/model_table.h"
#include "engine/reads/query_and_scan.h"

namespace dynarock::model {

struct RandomKeyCondition {
  std::string text;
  std::function<bool(const Item&)> holds;
  bool is_invalid = false;     // breaks a rule that needs no table
  bool is_unsuitable = false;  // breaks a rule of the keys
};

// A KeyConditionExpression for rows of `keys`, likely one that `row` meets.
RandomKeyCondition MakeKeyCondition(Random& random, Placeholders& placeholders, const KeySchema& keys, const Item& row);

// One request for a page, in the model's terms.
struct PageCall {
  const ModelTable* table = nullptr;
  const IndexDefinition* index = nullptr;
  std::optional<RandomKeyCondition> key_condition;  // of a Query
  std::optional<RandomCondition> filter;
  std::optional<RandomProjection> projection;
  std::optional<Select> select;
  std::optional<std::int64_t> limit;
  std::optional<Item> start;  // ExclusiveStartKey
  bool forward = true;
  bool consistent = false;
  std::optional<std::int64_t> segment, total_segments;
  bool is_unknown_table = false;
};

struct Page {
  std::optional<ErrorCode> error;
  std::vector<Item> items;
  std::int64_t count = 0;
  std::int64_t scanned_count = 0;
  std::optional<Item> last_key;
};

Page ExpectPage(const PageCall& call);

// Whether a path steps below a key attribute of the table or of one of its indexes.
bool AnyBelowKey(const ModelTable& table, const std::vector<Path>& paths);

}  // namespace dynarock::model
