#include "engine/requests/key_rules.h"

namespace dynarock {
namespace {

ApiError NotScalar(const std::string& name, const IndexDefinition* index) {
  const std::string rule =
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";
  return ValidationError(rule + (index ? "IndexKey: " : "Key: ") + name);
}

Result<void> CheckPath(const Table& table, const Path& path) {
  if (path.steps.empty()) return {};
  if (table.keys().Find(path.attribute)) return NotScalar(path.attribute, nullptr);
  for (const IndexDefinition& index : table.indexes()) {
    if (index.keys.Find(path.attribute)) return NotScalar(path.attribute, &index);
  }
  return {};
}

}  // namespace

Result<void> CheckKeyPaths(const Table& table, const std::vector<Path>& paths) {
  for (const Path& path : paths) TRY_VOID(CheckPath(table, path));
  return {};
}

Result<void> CheckKeyPaths(const Table& table, const std::vector<const Path*>& paths) {
  for (const Path* path : paths) TRY_VOID(CheckPath(table, *path));
  return {};
}

Result<void> CheckConditionPaths(const Table& table, const Bound<Condition>& condition) {
  std::vector<const Path*> paths;
  CollectAttributes(condition, paths);
  return CheckKeyPaths(table, paths);
}

}  // namespace dynarock
