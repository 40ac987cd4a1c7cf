#include "engine/writes/staged_writes.h"

#include <algorithm>

namespace dynarock {

std::vector<CounterDelta>& StagedWrites::CountersOf(const Table& table) {
  const auto found =
      std::find_if(counters_.begin(), counters_.end(), [&](const auto& entry) { return entry.first == &table; });
  if (found != counters_.end()) return found->second;
  return counters_.emplace_back(&table, std::vector<CounterDelta>()).second;
}

Result<void> StagedWrites::Commit() {
  if (batch_.empty()) return {};
  for (const auto& [table, counters] : counters_) {
    if (!counters.empty()) batch_.AddCounters(CountersKey(table->id()), counters);
  }
  TRY_VOID(changes_.AddTo(batch_));
  TRY_VOID(database_.store().Commit(std::move(batch_)));
  for (const auto& [table, counters] : counters_) table->state().Count(counters);
  return {};
}

}  // namespace dynarock
