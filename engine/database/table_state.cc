#include "engine/database/table_state.h"

namespace dynarock {

TableState::TableState(const std::vector<IndexId>& indexes, IndexId last_index)
    : indexes_(last_index.value + std::size_t{1}), shared_(std::make_shared<Shared>()) {
  indexes_[0] = std::make_shared<IndexState>();
  for (const IndexId index : indexes) indexes_[index.value] = std::make_shared<IndexState>();
}

TableState::TableState(const TableState& previous, const std::vector<IndexId>& indexes, IndexId last_index)
    : indexes_(last_index.value + std::size_t{1}), shared_(previous.shared_) {
  indexes_[0] = previous.indexes_[0];
  for (const IndexId index : indexes) {
    const bool is_new = index.value >= previous.indexes_.size() || !previous.indexes_[index.value];
    indexes_[index.value] = is_new ? std::make_shared<IndexState>() : previous.indexes_[index.value];
  }
}

const Counts& TableState::counts(IndexId index) const {
  static const Counts kNone;
  return index.value < indexes_.size() && indexes_[index.value] ? indexes_[index.value]->counts : kNone;
}

void TableState::Count(const std::vector<CounterDelta>& deltas) {
  for (const CounterDelta& delta : deltas) {
    if (delta.index >= indexes_.size() || !indexes_[delta.index]) continue;
    indexes_[delta.index]->counts.items += delta.items;
    indexes_[delta.index]->counts.bytes += delta.bytes;
  }
}

}  // namespace dynarock
