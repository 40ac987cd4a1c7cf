#include "engine/triggers/trigger_records.h"

#include "engine/storage/key_encoding.h"

namespace dynarock {

Result<void> TriggerRecords::Put(TriggerRecord kind, std::string_view id, std::string_view record) {
  WriteBatch batch;
  batch.Put(TriggerKey(scope_, static_cast<char>(kind), id), record);
  return store_.Commit(std::move(batch));
}

Result<void> TriggerRecords::PutAll(TriggerRecord kind,
                                    const std::vector<std::pair<std::string, std::string>>& records) {
  WriteBatch batch;
  for (const auto& [id, record] : records) batch.Put(TriggerKey(scope_, static_cast<char>(kind), id), record);
  return store_.Commit(std::move(batch));
}

Result<void> TriggerRecords::Replace(TriggerRecord kind, std::string_view prefix,
                                     const std::vector<std::pair<std::string, std::string>>& records) {
  const std::string begin = TriggerKey(scope_, static_cast<char>(kind), prefix);
  WriteBatch batch;
  batch.DeleteRange(begin, PrefixEnd(begin));
  for (const auto& [id, record] : records) batch.Put(TriggerKey(scope_, static_cast<char>(kind), id), record);
  return store_.Commit(std::move(batch));
}

Result<void> TriggerRecords::RemoveAll(TriggerRecord kind, std::string_view prefix) {
  const std::string begin = TriggerKey(scope_, static_cast<char>(kind), prefix);
  WriteBatch batch;
  batch.DeleteRange(begin, PrefixEnd(begin));
  return store_.Commit(std::move(batch));
}

Result<void> TriggerRecords::Remove(TriggerRecord kind, std::string_view id) {
  WriteBatch batch;
  batch.Delete(TriggerKey(scope_, static_cast<char>(kind), id));
  return store_.Commit(std::move(batch));
}

Result<std::vector<std::pair<std::string, std::string>>> TriggerRecords::List(TriggerRecord kind,
                                                                              std::string_view prefix) const {
  const std::string begin = TriggerKey(scope_, static_cast<char>(kind), prefix);
  const std::size_t id_starts = begin.size() - prefix.size();
  std::vector<std::pair<std::string, std::string>> found;
  Cursor cursor = store_.Walk(begin, PrefixEnd(begin));
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    found.emplace_back(cursor.key().substr(id_starts), cursor.value());
  }
  TRY_VOID(cursor.status());
  return found;
}

}  // namespace dynarock
