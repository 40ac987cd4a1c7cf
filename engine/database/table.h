// A table: its definition, and the counters and the gate that its operations share.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/base/clock.h"
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

enum class ProjectionType { kAll, kKeysOnly, kInclude };
enum class BillingMode { kProvisioned, kPayPerRequest };

struct Throughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
};

struct IndexDefinition {
  IndexId id;
  std::string name;
  bool is_global = true;
  KeySchema keys;
  ProjectionType projection = ProjectionType::kAll;
  std::vector<std::string> non_key_attributes;  // of kInclude
  Throughput throughput;                        // of a GSI of a provisioned table
};

// What CreateTable was told, and what the service added.
struct TableDefinition {
  TableId id;
  std::string name;
  std::string uuid;  // TableId of a description
  EpochMillis created;
  std::vector<KeyAttribute> attributes;  // AttributeDefinitions, in the order given
  KeySchema keys;
  std::vector<IndexDefinition> indexes;  // locals, then globals, each in the order given
  BillingMode billing_mode = BillingMode::kProvisioned;
  Throughput throughput;
  bool deletion_protection = false;
  std::string table_class;  // empty if never named
};

// Items and bytes of the table or of one index.
struct Counts {
  std::atomic<std::int64_t> items = 0;
  std::atomic<std::int64_t> bytes = 0;
};

class Table {
 public:
  Table(TableDefinition definition, const std::vector<CounterDelta>& counters);

  const TableDefinition& definition() const { return definition_; }
  TableId id() const { return definition_.id; }
  const std::string& name() const { return definition_.name; }
  const KeySchema& keys() const { return definition_.keys; }
  const std::vector<IndexDefinition>& indexes() const { return definition_.indexes; }
  const IndexDefinition* FindIndex(std::string_view name) const;

  // Whether an index row keeps attribute `name`. Requires: an index of this table.
  bool Projects(const IndexDefinition& index, std::string_view name) const;

  const Counts& counts(IndexId index) const { return *counts_[index.value]; }
  void Count(const std::vector<CounterDelta>& deltas) const;

  // Writers hold it shared; who deletes the table holds it alone.
  std::shared_mutex& gate() const { return gate_; }
  // Set under the gate; a writer that finds it set answers that there is no such table.
  bool deleted() const { return deleted_; }
  void MarkDeleted() const { deleted_ = true; }

 private:
  TableDefinition definition_;
  std::vector<std::unique_ptr<Counts>> counts_;  // by index id
  mutable std::shared_mutex gate_;
  mutable std::atomic<bool> deleted_ = false;
};

using TablePtr = std::shared_ptr<const Table>;

std::string EncodeTable(const TableDefinition& definition);
// Errors: kInternal for a record that is torn or of an unknown form.
Result<TableDefinition> DecodeTable(std::string_view record);

}  // namespace dynarock
