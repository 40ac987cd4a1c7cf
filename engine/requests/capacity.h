// Consumed capacity: how much a call is billed, and in what form it is told.
// Source: Developer Guide, "DynamoDB read and write operations"; observed: conformance/cases/capacity.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/database/table.h"

namespace dynarock {

enum class ReturnConsumedCapacity { kNone, kTotal, kIndexes };

// What a transaction is told besides: its units once more, as reads or as writes.
enum class CapacityKind { kPlain, kRead, kWrite };

struct ConsumedCapacity {
  std::string table_name;
  double total = 0;
  CapacityKind kind = CapacityKind::kPlain;
  bool by_index = false;  // INDEXES: the members below are told
  double table = 0;
  std::vector<std::pair<std::string, double>> local_indexes;   // only those that were touched
  std::vector<std::pair<std::string, double>> global_indexes;  // only those that were touched
};

// Read units for `bytes` in one item or one page: by 4 KB, at least one; half if eventually consistent.
double ReadUnits(std::size_t bytes, bool consistent);

// Write units for an item of `bytes`: by 1 KB, at least one.
double WriteUnits(std::size_t bytes);

// Units by table and index.
struct UnitsByIndex {
  double table = 0;
  std::vector<std::pair<const IndexDefinition*, double>> indexes;
};

// Adds `more` to `sum`, index by index.
void AddUnits(UnitsByIndex& sum, const UnitsByIndex& more);

// nullopt for kNone.
std::optional<ConsumedCapacity> ToConsumedCapacity(ReturnConsumedCapacity wanted, const Table& table,
                                                   const UnitsByIndex& units);

}  // namespace dynarock
