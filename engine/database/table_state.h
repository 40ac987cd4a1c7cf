// What changes about a table while it is open: its gate, its counters, how far its indexes are filled, and which
// version of its definition follows.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/database/table_gate.h"
#include "engine/storage/key_encoding.h"
#include "engine/storage/store.h"

namespace dynarock {

class Table;

// Items and bytes of the table or of one index.
struct Counts {
  std::atomic<std::int64_t> items = 0;
  std::atomic<std::int64_t> bytes = 0;
};

// The state of one version of a table. All of it but the successor is shared with the other versions. Thread-safe where
// no gate is named.
class TableState {
 public:
  // Of a table's first version. `indexes` are those that it has, each at most `last_index`.
  TableState(const std::vector<IndexId>& indexes, IndexId last_index);
  // Of the version that follows one with the state `previous`. Requires: as above.
  TableState(const TableState& previous, const std::vector<IndexId>& indexes, IndexId last_index);

  // Writers hold it shared; a call that changes or deletes the table holds it alone.
  TableGate& gate() { return shared_->gate; }

  // Set under the gate; a writer that finds it set reports that there is no such table.
  bool deleted() const { return shared_->deleted; }
  void MarkDeleted() { shared_->deleted = true; }

  // None for an index that another version has.
  const Counts& counts(IndexId index) const;
  void Count(const std::vector<CounterDelta>& deltas);

  // How far an index is filled: the last base row that it has. Requires: an index of this version, and the gate is
  // held; to set it, alone.
  const std::string& reached(IndexId index) const { return indexes_[index.value]->reached; }
  void SetReached(IndexId index, std::string row_key) { indexes_[index.value]->reached = std::move(row_key); }

  // The version that follows, or null. Requires: the gate is held; to set it, alone.
  const std::shared_ptr<const Table>& successor() const { return successor_; }
  void SucceedBy(std::shared_ptr<const Table> successor) { successor_ = std::move(successor); }

 private:
  // Of the table, whose place is 0, or of one index.
  struct IndexState {
    Counts counts;
    std::string reached;
  };
  struct Shared {
    TableGate gate;
    std::atomic<bool> deleted = false;
  };

  std::vector<std::shared_ptr<IndexState>> indexes_;  // by id; null where an index is gone
  std::shared_ptr<Shared> shared_;
  std::shared_ptr<const Table> successor_;
};

}  // namespace dynarock
