#include "engine/database/table.h"

#include <algorithm>

namespace dynarock {

const KeyAttribute* KeySchema::Find(std::string_view name) const {
  for (const auto* part : {&partition, &sort}) {
    const auto found = std::find_if(part->begin(), part->end(), [&](const auto& key) { return key.name == name; });
    if (found != part->end()) return &*found;
  }
  return nullptr;
}

Table::Table(TableDefinition definition, const std::vector<CounterDelta>& counters)
    : definition_(std::move(definition)) {
  std::size_t ids = 1;
  for (const IndexDefinition& index : definition_.indexes) ids = std::max<std::size_t>(ids, index.id.value + 1u);
  for (std::size_t i = 0; i < ids; ++i) counts_.push_back(std::make_unique<Counts>());
  Count(counters);
}

const IndexDefinition* Table::FindIndex(std::string_view name) const {
  const auto found =
      std::find_if(indexes().begin(), indexes().end(), [&](const auto& index) { return index.name == name; });
  return found == indexes().end() ? nullptr : &*found;
}

bool Table::Projects(const IndexDefinition& index, std::string_view name) const {
  if (index.projection == ProjectionType::kAll || keys().Find(name) || index.keys.Find(name)) return true;
  return std::find(index.non_key_attributes.begin(), index.non_key_attributes.end(), name) !=
         index.non_key_attributes.end();
}

void Table::Count(const std::vector<CounterDelta>& deltas) const {
  for (const CounterDelta& delta : deltas) {
    if (delta.index >= counts_.size()) continue;
    counts_[delta.index]->items += delta.items;
    counts_[delta.index]->bytes += delta.bytes;
  }
}

}  // namespace dynarock
