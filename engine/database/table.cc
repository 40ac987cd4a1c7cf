#include "engine/database/table.h"

#include <algorithm>

namespace dynarock {
namespace {

std::vector<IndexId> IdsOf(const std::vector<IndexDefinition>& indexes) {
  std::vector<IndexId> ids;
  for (const IndexDefinition& index : indexes) ids.push_back(index.id);
  return ids;
}

}  // namespace

const KeyAttribute* KeySchema::Find(std::string_view name) const {
  for (const auto* part : {&partition, &sort}) {
    const auto found = std::find_if(part->begin(), part->end(), [&](const auto& key) { return key.name == name; });
    if (found != part->end()) return &*found;
  }
  return nullptr;
}

void SortByName(std::vector<KeyAttribute>& attributes) {
  std::sort(attributes.begin(), attributes.end(),
            [](const KeyAttribute& a, const KeyAttribute& b) { return a.name < b.name; });
}

const IndexDefinition* TableDefinition::FindIndex(std::string_view index_name) const {
  const auto found =
      std::find_if(indexes.begin(), indexes.end(), [&](const auto& index) { return index.name == index_name; });
  return found == indexes.end() ? nullptr : &*found;
}

IndexDefinition* TableDefinition::FindIndex(std::string_view index_name) {
  const auto found =
      std::find_if(indexes.begin(), indexes.end(), [&](const auto& index) { return index.name == index_name; });
  return found == indexes.end() ? nullptr : &*found;
}

std::uint8_t PartitionsOf(const TableDefinition& table) {
  if (table.billing_mode == BillingMode::kPayPerRequest) return kMostPartitions;
  const std::int64_t for_reads = (table.throughput.read_units + 2999) / 3000;
  const std::int64_t for_writes = (table.throughput.write_units + 999) / 1000;
  return static_cast<std::uint8_t>(
      std::clamp<std::int64_t>(std::max(for_reads, for_writes), 1, std::int64_t{kMostPartitions}));
}

Table::Table(TableDefinition definition, const std::vector<CounterDelta>& counters)
    : definition_(std::move(definition)),
      state_(std::make_unique<TableState>(IdsOf(definition_.indexes), definition_.last_index_id)) {
  state_->Count(counters);
}

Table::Table(TableDefinition definition, const Table& previous)
    : definition_(std::move(definition)),
      state_(std::make_unique<TableState>(previous.state(), IdsOf(definition_.indexes), definition_.last_index_id)) {}

const Table& Table::Newest() const {
  const Table* newest = this;
  while (newest->state_->successor()) newest = newest->state_->successor().get();
  return *newest;
}

bool Table::Projects(const IndexDefinition& index, std::string_view name) const {
  if (index.projection == ProjectionType::kAll || keys().Find(name) || index.keys.Find(name)) return true;
  return std::find(index.non_key_attributes.begin(), index.non_key_attributes.end(), name) !=
         index.non_key_attributes.end();
}

}  // namespace dynarock
