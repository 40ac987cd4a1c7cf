// A table: what it is, as a definition, and what changes about it, as a TableState.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/database/table_settings.h"
#include "engine/database/table_state.h"
#include "engine/storage/key_encoding.h"
#include "engine/storage/store.h"

namespace dynarock {

struct KeyAttribute {
  std::string name;
  Type type = Type::kString;  // S, N or B
};

// One partition attribute and at most one sort attribute; a GSI may have up to four of each.
struct KeySchema {
  std::vector<KeyAttribute> partition;
  std::vector<KeyAttribute> sort;

  const KeyAttribute* Find(std::string_view name) const;
  std::size_t size() const { return partition.size() + sort.size(); }
};

void SortByName(std::vector<KeyAttribute>& attributes);

enum class ProjectionType { kAll, kKeysOnly, kInclude };

// A stored index is active or being filled, or changed and deleted where that takes its time; its numbers are part of
// the format on disk. Descriptions of a change also show kCreating.
enum class IndexStatus { kActive, kBackfilling, kCreating, kUpdating, kDeleting };

// Another one than ACTIVE is stored only where changes take their time; its numbers are part of the format on disk.
enum class TableStatus { kActive, kCreating, kUpdating, kDeleting };

struct IndexDefinition {
  IndexId id;
  std::string name;
  bool is_global = true;
  KeySchema keys;
  ProjectionType projection = ProjectionType::kAll;
  std::vector<std::string> non_key_attributes;  // of kInclude
  Throughput throughput;                        // of a GSI of a provisioned table
  OnDemandThroughput on_demand;
  WarmThroughput warm;
  IndexStatus status = IndexStatus::kActive;
};

// What CreateTable and later calls told, and what the service added.
struct TableDefinition {
  TableId id;
  std::string name;
  std::string uuid;  // TableId of a description
  EpochMillis created;
  std::vector<KeyAttribute> attributes;  // AttributeDefinitions, in the order given
  KeySchema keys;
  std::vector<IndexDefinition> indexes;  // locals, then globals, each in the order given
  IndexId last_index_id;                 // ids of indexes are never used again
  BillingMode billing_mode = BillingMode::kProvisioned;
  std::optional<EpochMillis> on_demand_since;  // also once it is provisioned again
  Throughput throughput;
  OnDemandThroughput on_demand;
  WarmThroughput warm;
  bool deletion_protection = false;
  std::string table_class;  // empty if never named
  std::optional<EpochMillis> table_class_changed;
  std::optional<Encryption> encryption;
  std::vector<Tag> tags;  // by key
  TimeToLive ttl;
  PointInTimeRecovery recovery;
  std::vector<ResourcePolicy> policies;
  std::vector<ContributorInsights> insights;
  std::vector<KinesisDestination> kinesis;
  TableStatus status = TableStatus::kActive;
  EpochMillis settles = {};  // when a status that is not active is over
  // DynamoDB Local's order: AttributeDefinitions as they were given, index rows with equal index keys as their items
  // were first put, or in an index without a sort key as the table has them.
  bool in_local_order = false;

  const IndexDefinition* FindIndex(std::string_view name) const;
  IndexDefinition* FindIndex(std::string_view name);
};

// The mark of an index, or of expiry rows, that all rows of the table are filled into: behind all row keys.
inline constexpr std::string_view kAllFilled = "\xff";

// What AWS starts a table with that is billed on demand.
inline constexpr std::uint8_t kMostPartitions = 4;

// Partitions that the table's throughput asks for, at most `kMostPartitions`; they share the hash evenly. Only the
// shards of its stream and the cost of a scan show them. Source: Developer Guide, "Partitions and data distribution":
// 3000 reads or 1000 writes a second each. Observed: conformance/cases/streams/shards_of_table.case,
// conformance/cases/capacity/scan_partitions.case
std::uint8_t PartitionsOf(const TableDefinition& table);

// One version of a table: an immutable definition, and a handle of the state that changes. A change of the table makes
// a new version. Thread-safe.
class Table {
 public:
  Table(TableDefinition definition, const std::vector<CounterDelta>& counters);
  // The version that follows `previous`.
  Table(TableDefinition definition, const Table& previous);

  const TableDefinition& definition() const { return definition_; }
  TableId id() const { return definition_.id; }
  const std::string& name() const { return definition_.name; }
  const KeySchema& keys() const { return definition_.keys; }
  // Whether it can be read and written: it is neither being made nor being deleted.
  bool is_open() const {
    return definition_.status == TableStatus::kActive || definition_.status == TableStatus::kUpdating;
  }
  const std::vector<IndexDefinition>& indexes() const { return definition_.indexes; }
  const IndexDefinition* FindIndex(std::string_view name) const { return definition_.FindIndex(name); }

  // Whether an index row keeps attribute `name`. Requires: an index of this table.
  bool Projects(const IndexDefinition& index, std::string_view name) const;

  TableState& state() const { return *state_; }
  TableGate& gate() const { return state_->gate(); }
  bool deleted() const { return state_->deleted(); }
  const Counts& counts(IndexId index) const { return state_->counts(index); }

  // The newest version. It lives as long as this one, and is the newest as long as the gate is held.
  // Requires: the gate is held.
  const Table& Newest() const;

  // Whether a write of the row must keep `index` up: one that is being filled has only the rows that were reached yet.
  // Requires: the gate is held.
  bool Reaches(const IndexDefinition& index, std::string_view row_key) const {
    return index.status != IndexStatus::kBackfilling || row_key <= state_->reached(index.id);
  }

 private:
  const TableDefinition definition_;
  const std::unique_ptr<TableState> state_;
};

using TablePtr = std::shared_ptr<const Table>;

std::string EncodeTable(const TableDefinition& definition);
// Errors: kInternal for a record that is torn or of an unknown form.
Result<TableDefinition> DecodeTable(std::string_view record);

}  // namespace dynarock
