// StreamSpecification: a table's stream is switched on and off.
#pragma once

#include "engine/database/database.h"

namespace dynarock {

struct StreamSpecification {
  bool enabled = false;
  std::optional<StreamViewType> view;
};

// The rules of CreateTable that need no table. Errors: kValidation.
Result<void> CheckNewTableStream(const std::optional<StreamSpecification>& specification);

// The same of UpdateTable.
Result<void> CheckStreamChange(const StreamSpecification& specification);

// Catalog::Create, Update and Remove, with what becomes of the table's stream in the same commit.
Result<TablePtr> CreateWithStream(Database& database, TableDefinition definition,
                                  const std::optional<StreamSpecification>& specification);
// `change` may be empty. Requires: CheckStreamChange.
// Errors: kValidation if the stream is on, or off, already; those of Catalog::Update.
Result<TablePtr> UpdateWithStream(Database& database, const TablePtr& table, const StreamSpecification& specification,
                                  const TableChange& change);
Result<void> RemoveWithStream(Database& database, const TablePtr& table);

}  // namespace dynarock
