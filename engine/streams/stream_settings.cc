#include "engine/streams/stream_settings.h"

namespace dynarock {

Result<void> CheckNewTableStream(const std::optional<StreamSpecification>& specification) {
  if (!specification) return {};
  if (specification->enabled && !specification->view) {
    return InvalidParameter("Table is being created with a stream enabled, UpdateViewType is required");
  }
  if (!specification->enabled && specification->view) {
    return InvalidParameter("Table is being created with a stream disabled, UpdateViewType should not be specified");
  }
  return {};
}

Result<void> CheckStreamChange(const StreamSpecification& specification) {
  if (specification.enabled && !specification.view) {
    return InvalidParameter("If stream is being enabled then UpdateViewType is required");
  }
  if (!specification.enabled && specification.view) {
    return InvalidParameter("If stream is being disabled, then UpdateViewType must not be specified");
  }
  return {};
}

Result<TablePtr> UpdateWithStream(Database& database, const TablePtr& table, const StreamSpecification& specification,
                                  const TableChange& change) {
  StreamPtr stream;
  const auto change_both = [&](const Table& newest, TableDefinition& definition, WriteBatch& batch) -> Result<void> {
    const bool enabled = database.streams().EnabledOf(newest.id()) != nullptr;
    if (specification.enabled && enabled) {
      return ValidationError("Table already has an enabled stream: TableName: " + newest.name());
    }
    if (!specification.enabled && !enabled) {
      return ValidationError("Table has no stream to disable: TableName: " + newest.name());
    }
    if (change) TRY_VOID(change(newest, definition, batch));
    const EpochMillis now = database.clock().Now();
    if (!specification.enabled) {
      database.streams().Disable(newest.id(), now, batch);
      return {};
    }
    TRY(stream, database.streams().Enable(definition, *specification.view, now, batch));
    return {};
  };
  Result<TablePtr> next = database.catalog().Update(table, change_both);
  if (!next && stream) database.streams().Discard(stream);
  return next;
}

Result<TablePtr> CreateWithStream(Database& database, TableDefinition definition,
                                  const std::optional<StreamSpecification>& specification) {
  if (!specification || !specification->enabled) return database.catalog().Create(std::move(definition));
  StreamPtr stream;
  const auto enable = [&](const TableDefinition& table, WriteBatch& batch) -> Result<void> {
    TRY(stream, database.streams().Enable(table, *specification->view, table.created, batch));  // at the same time
    return {};
  };
  Result<TablePtr> table = database.catalog().Create(std::move(definition), enable);
  if (!table && stream) database.streams().Discard(stream);
  return table;
}

Result<void> RemoveWithStream(Database& database, const TablePtr& table) {
  return database.catalog().Remove(table, [&](const TableDefinition& definition, WriteBatch& batch) -> Result<void> {
    database.streams().Disable(definition.id, database.clock().Now(), batch);
    return {};
  });
}

}  // namespace dynarock
