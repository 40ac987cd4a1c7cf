// The tables of one account and region, in memory and in the store.
#pragma once

#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "engine/database/table.h"
#include "engine/storage/store.h"

namespace dynarock {

// Thread-safe.
class Catalog {
 public:
  // Reads all tables of `scope` from the store. Errors: kInternal.
  static Result<std::unique_ptr<Catalog>> Load(Store& store, std::string scope);

  // Errors: kResourceNotFound, "Requested resource not found".
  Result<TablePtr> Find(std::string_view name) const;

  // Gives the definition its TableId and stores it.
  // Errors: kResourceInUse if there is a table of that name; kLimitExceeded at 2,500 tables.
  Result<TablePtr> Create(TableDefinition definition);

  // Removes the table with all its rows; waits for writes that are on their way.
  // Errors: kResourceNotFound if somebody else was faster.
  Result<void> Remove(const TablePtr& table);

  // Up to `limit` names behind `after`, ascending; `more` tells whether there are more.
  std::vector<std::string> List(std::string_view after, std::size_t limit, bool& more) const;

 private:
  Catalog(Store& store, std::string scope) : store_(store), scope_(std::move(scope)) {}
  Result<TableId> NextId(WriteBatch& batch) const;

  Store& store_;
  const std::string scope_;
  mutable std::shared_mutex mutex_;
  std::mutex changing_;  // one Create or Remove at a time
  std::map<std::string, TablePtr, std::less<>> tables_;
};

}  // namespace dynarock
