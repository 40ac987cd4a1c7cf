// Reads one page of rows: ranges of keys of a table or an index, one after the other, each in one pass of a cursor.
#pragma once

#include <span>

#include "engine/reads/query_and_scan.h"

namespace dynarock {

// Where a read goes: a table, or one of its indexes.
struct ReadTarget {
  TablePtr table;
  const IndexDefinition* index = nullptr;  // the table itself if null

  const KeySchema& keys() const { return index ? index->keys : table->keys(); }
  std::string RowPrefix() const { return dynarock::RowPrefix(table->id(), index ? index->id : IndexId{}); }

  // Those of the paths' attributes that the index does not project, in the order given.
  std::vector<std::string> Lacks(const std::vector<Path>& paths) const;
  // Errors: kValidation if a global index lacks one of them; a local one has them fetched from the table.
  Result<void> CheckGlobalIndexHas(const std::vector<Path>& paths) const;
};

// The rows [begin, end) of the target.
struct KeyRange {
  std::string begin;
  std::string end;
};

// What becomes of the rows.
struct PageOptions {
  bool forward = true;
  std::optional<std::int64_t> limit;
  bool consistent = false;
  std::optional<Bound<Condition>> filter;
  std::optional<std::vector<Path>> projection;
  bool count_only = false;
  bool fetch_whole_items = false;          // of a local index: read the item from the table
  bool filters_index_rows = false;         // the filter sees the index's row, also of an item that is fetched
  std::optional<std::string> start_after;  // row key of the ExclusiveStartKey
  std::optional<KeyRange> partition;       // the rows around the range; one of them ends a page that Limit has filled
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

// Each range is billed as a read of its own; one of a table that spans partitions, as one of each of them. Errors:
// kInternal. Requires: one range or more, apart from each other, in the order in which they are read.
Result<PageResponse> ReadPage(Database& database, const ReadTarget& target, std::span<const KeyRange> ranges,
                              const PageOptions& options);

}  // namespace dynarock
