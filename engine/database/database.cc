#include "engine/database/database.h"

namespace dynarock {

Result<std::unique_ptr<Database>> Database::Open(const StoreOptions& options, Identity identity,
                                                 std::shared_ptr<const Clock> clock) {
  TRY(auto store, Store::Open(options));
  TRY(auto database, Open(std::make_shared<SharedStore>(std::move(store)), "", std::move(identity), std::move(clock)));
  database->owns_store_ = true;
  return database;
}

Result<std::unique_ptr<Database>> Database::Open(std::shared_ptr<SharedStore> shared, std::string scope,
                                                 Identity identity, std::shared_ptr<const Clock> clock) {
  auto database = Empty(std::move(shared), std::move(scope), std::move(identity), std::move(clock));
  TRY_VOID(database->catalog_->Load());
  TRY_VOID(database->streams_->Load());
  return database;
}

std::unique_ptr<Database> Database::Empty(std::shared_ptr<SharedStore> shared, std::string scope, Identity identity,
                                          std::shared_ptr<const Clock> clock) {
  std::unique_ptr<Database> database(new Database());
  database->shared_ = std::move(shared);
  database->scope_ = std::move(scope);
  database->catalog_ = std::make_unique<Catalog>(*database->shared_, database->scope_);
  database->streams_ = std::make_unique<StreamCatalog>(*database->shared_, database->scope_);
  database->owner_.region = identity.region;
  database->identity_ = std::move(identity);
  database->clock_ = std::move(clock);
  return database;
}

Database::~Database() {
  // Tasks work on the database that is about to end.
  if (owns_store_) shared_->background.Stop();
}

void Database::RunInBackground(Background::Task task) {
  if (weak_from_this().expired()) return shared_->background.Add(std::move(task));
  shared_->background.Add(
      [held = weak_from_this(), task = std::move(task)]() -> std::optional<std::chrono::milliseconds> {
        const DatabasePtr database = held.lock();
        return database ? task() : std::nullopt;
      });
}

Result<bool> Database::HasStored() const {
  std::vector<std::string> prefixes = PrefixesOfScope(scope_);
  prefixes.push_back(TokenExpiryPrefix(scope_));
  for (const std::string& prefix : prefixes) {
    Cursor cursor = shared_->store->Walk(prefix, PrefixEnd(prefix));
    cursor.SeekToFirst();
    if (cursor.Valid()) return true;
    TRY_VOID(cursor.status());
  }
  return false;
}

std::string TableArn(const Identity& identity, std::string_view table_name) {
  return "arn:aws:dynamodb:" + identity.region + ":" + identity.account_id + ":table/" + std::string(table_name);
}

std::string StreamArn(const Identity& identity, const Stream& stream) {
  return TableArn(identity, stream.definition().table_name) + "/stream/" + stream.Label();
}

std::string_view TableNameOf(std::string_view name_or_arn) {
  constexpr std::string_view kTable = ":table/";
  if (name_or_arn.substr(0, 4) != "arn:") return name_or_arn;
  const std::size_t place = name_or_arn.find(kTable);
  return place == std::string_view::npos ? name_or_arn : name_or_arn.substr(place + kTable.size());
}

}  // namespace dynarock
