// The tables of one account and region, in memory and in the store.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "engine/database/first_use.h"
#include "engine/database/shared_store.h"
#include "engine/database/table.h"

namespace dynarock {

// Edits a copy of the newest definition, and may add to the batch that stores it. Errors end the change.
using TableChange = std::function<Result<void>(const Table& newest, TableDefinition& definition, WriteBatch& batch)>;

// kResourceInUse: "Attempt to change a resource which is still in use: Table is being created: NAME".
// Requires: the table is not active.
ApiError TableInUse(const TableDefinition& table);

// Thread-safe.
class Catalog {
 public:
  // Adds what is to be there with a table, or gone with it. Nobody else works on the table meanwhile.
  using Companion = std::function<Result<void>(const TableDefinition& table, WriteBatch& batch)>;

  // Of `scope`, with no table yet.
  Catalog(SharedStore& shared, std::string scope)
      : store_(*shared.store), background_(shared.background), ids_(shared.table_ids), scope_(std::move(scope)) {}

  // Reads all tables of the scope from the store, but for those whose records are damaged: the log names them.
  // Errors: kInternal. Requires: nobody else knows the catalog yet.
  Result<void> Load();

  // Comes with the first table that has a time to live.
  FirstUse& first_expiry() { return first_expiry_; }

  // A table that can be read and written. Errors: kResourceNotFound, "Requested resource not found".
  Result<TablePtr> Find(std::string_view name) const;
  // Also one that is being made or deleted. Errors: as those of Find.
  Result<TablePtr> FindAny(std::string_view name) const;

  // Gives the definition its TableId and stores it, and what `companion` adds.
  // Errors: kResourceInUse if there is a table of that name; kLimitExceeded at 2,500 tables.
  Result<TablePtr> Create(TableDefinition definition, const Companion& companion = {});

  // Makes a new version of the table; nobody writes to it meanwhile. The rows of indexes that are gone from the
  // definition go with them, and those of a TTL that was switched off.
  // Errors: kResourceNotFound if the table was deleted; TableInUse if it is being made or deleted, unless
  // `accepts` is kAny; those of the change; kInternal.
  enum class Accepts { kOpen, kAny };
  Result<TablePtr> Update(const TablePtr& table, const TableChange& change, Accepts accepts = Accepts::kOpen,
                          const CommitOptions& commit = {.longest_wait = CommitOptions::kCallWait});

  // All tables, by name.
  std::vector<TablePtr> All() const;
  bool is_empty() const;

  // Removes the table with all its rows; waits for writes that are on their way.
  // Errors: kResourceNotFound if somebody else was faster.
  Result<void> Remove(const TablePtr& table, const Companion& companion = {});

  // Up to `limit` names behind `after`, ascending; `more` tells whether there are more.
  std::vector<std::string> List(std::string_view after, std::size_t limit, bool& more) const;

 private:
  Result<void> LoadTable(std::string_view key, std::string_view record);

  Store& store_;
  Background& background_;
  IdSequence& ids_;
  const std::string scope_;
  mutable std::shared_mutex mutex_;
  std::mutex changing_;  // one Create, Update or Remove at a time
  std::map<std::string, TablePtr, std::less<>> tables_;
  FirstUse first_expiry_;
};

}  // namespace dynarock
