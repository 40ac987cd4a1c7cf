#include "engine/requests/capacity.h"

#include <algorithm>

#include "engine/base/limits.h"

namespace dynarock {
namespace {

std::size_t UnitsOf(std::size_t bytes, std::size_t unit) {
  return std::max<std::size_t>(1, (bytes + unit - 1) / unit);
}

}  // namespace

double ReadUnits(std::size_t bytes, bool consistent) {
  return static_cast<double>(UnitsOf(bytes, kReadUnit)) / (consistent ? 1 : 2);
}

double WriteUnits(std::size_t bytes) {
  return static_cast<double>(UnitsOf(bytes, kWriteUnit));
}

void AddUnits(UnitsByIndex& sum, const UnitsByIndex& more) {
  sum.table += more.table;
  for (const auto& [index, units] : more.indexes) {
    const auto same = [index = index](const auto& entry) { return entry.first == index; };
    const auto found = std::find_if(sum.indexes.begin(), sum.indexes.end(), same);
    if (found == sum.indexes.end()) {
      sum.indexes.emplace_back(index, units);
    } else {
      found->second += units;
    }
  }
}

std::optional<ConsumedCapacity> ToConsumedCapacity(ReturnConsumedCapacity wanted, const Table& table,
                                                   const UnitsByIndex& units) {
  if (wanted == ReturnConsumedCapacity::kNone) return std::nullopt;
  ConsumedCapacity consumed;
  consumed.table_name = table.name();
  consumed.by_index = wanted == ReturnConsumedCapacity::kIndexes;
  consumed.table = units.table;
  consumed.total = units.table;
  for (const auto& [index, index_units] : units.indexes) {
    consumed.total += index_units;
    (index->is_global ? consumed.global_indexes : consumed.local_indexes).emplace_back(index->name, index_units);
  }
  return consumed;
}

}  // namespace dynarock
