#include "engine/writes/staged_writes.h"

#include <algorithm>

namespace dynarock {

std::vector<CounterDelta>& StagedWrites::CountersOf(const Table& table) {
  const auto found =
      std::find_if(counters_.begin(), counters_.end(), [&](const auto& entry) { return entry.first == &table; });
  if (found != counters_.end()) return found->second;
  return counters_.emplace_back(&table, std::vector<CounterDelta>()).second;
}

Result<void> StagedWrites::Commit(const CommitOptions& options) {
  if (batch_.empty()) return {};
  for (const auto& [table, counters] : counters_) {
    if (!counters.empty()) batch_.AddCounters(CountersKey(table->id()), counters);
  }
  return changes_.Commit(batch_, [this, &options]() -> Result<void> {
    TRY_VOID(database_.store().Commit(std::move(batch_), options));
    for (const auto& [table, counters] : counters_) table->state().Count(counters);
    return {};
  });
}

}  // namespace dynarock
