// Reads one page of rows: a range of keys of a table or an index, in one pass of one cursor.
#pragma once

#include "engine/operations/reads.h"

namespace dynarock {

// Where a read goes: a table, or one of its indexes.
struct ReadTarget {
  TablePtr table;
  const IndexDefinition* index = nullptr;  // the table itself if null

  const KeySchema& keys() const { return index ? index->keys : table->keys(); }
  std::string RowPrefix() const { return dynarock::RowPrefix(table->id(), index ? index->id : IndexId{}); }
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
  std::optional<Condition> filter;
  std::optional<std::vector<Path>> projection;
  bool count_only = false;
  bool fetch_whole_items = false;          // of a local index: read the item from the table
  std::optional<std::string> start_after;  // row key of the ExclusiveStartKey
  ReturnConsumedCapacity return_consumed_capacity = ReturnConsumedCapacity::kNone;
};

// Errors: kInternal.
Result<PageResponse> ReadPage(Database& database, const ReadTarget& target, const KeyRange& range,
                              const PageOptions& options);

}  // namespace dynarock
