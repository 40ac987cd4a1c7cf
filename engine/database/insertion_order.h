// The places of items in tables of DynamoDB Local's order (TableDefinition::in_local_order): index rows with equal
// index keys are in the order in which their items were first put.
#pragma once

#include <atomic>
#include <optional>

#include "engine/base/clock.h"
#include "engine/database/table.h"

namespace dynarock {

// Gives ascending places, also after a restart while the clock does not go back. Thread-safe.
class InsertionPlaces {
 public:
  std::uint64_t Next(const Clock& clock);

 private:
  std::atomic<std::uint64_t> last_ = 0;
};

// The place of the item at `row_key`, or nullopt if the table is in AWS's order, or there is no item. Errors:
// kInternal.
Result<std::optional<std::uint64_t>> FindPlace(const Store& store, const Table& table, std::string_view row_key);

// The bytes that are kept for a place.
std::string PlaceBytes(std::uint64_t place);

}  // namespace dynarock
