#include "engine/database/databases.h"

#include <algorithm>
#include <set>

namespace dynarock {
namespace {

constexpr char kSlash = '/';  // no access key has one

std::string ScopeOf(const Owner& owner) {
  return owner.access_key_id + kSlash + owner.region;
}

Owner OwnerOf(std::string_view scope) {
  const std::size_t slash = std::min(scope.find(kSlash), scope.size());
  return {std::string(scope.substr(0, slash)), std::string(scope.substr(std::min(slash + 1, scope.size())))};
}

// The scopes that have keys in the store, but for the shared one.
Result<std::set<std::string>> StoredScopes(const Store& store) {
  std::set<std::string> scopes;
  for (const std::string& prefix : ScopedPrefixes()) {
    Cursor cursor = store.Walk(prefix, PrefixEnd(prefix));
    for (cursor.SeekToFirst(); cursor.Valid();) {
      if (!ScopeOfKey(cursor.key()).empty()) scopes.emplace(ScopeOfKey(cursor.key()));
      cursor.Seek(PrefixEnd(ScopePrefix(cursor.key())));
    }
    TRY_VOID(cursor.status());
  }
  return scopes;
}

}  // namespace

Result<std::unique_ptr<Databases>> Databases::Open(const StoreOptions& store, DatabasesOptions options,
                                                   std::shared_ptr<const Clock> clock) {
  TRY(auto opened, Store::Open(store));
  std::unique_ptr<Databases> databases(new Databases(std::move(options), std::move(clock)));
  databases->shared_ = std::make_shared<SharedStore>(std::move(opened));
  TRY_VOID(databases->OpenStored());
  return databases;
}

Databases::~Databases() {
  if (shared_) shared_->background.Stop();
}

Result<void> Databases::OpenStored() {
  if (!options_.separate) {
    TRY(common_, Add("", {Owner().access_key_id, options_.identity.region}));
    return {};
  }
  TRY(const std::set<std::string> scopes, StoredScopes(*shared_->store));
  for (const std::string& scope : scopes) TRY_VOID(Add(scope, OwnerOf(scope)));
  return {};
}

Result<Database*> Databases::Separate(const Caller& caller) {
  const auto find = [&]() -> Database* {
    const std::shared_lock lock(mutex_);
    const auto found = databases_.find(caller);
    return found == databases_.end() ? nullptr : found->second.get();
  };
  if (Database* database = find()) return database;
  const std::lock_guard opening(opening_);
  if (Database* database = find()) return database;
  Owner owner{std::string(caller.access_key_id), std::string(caller.region)};
  std::string scope = ScopeOf(owner);
  return Add(std::move(scope), std::move(owner));
}

Result<Database*> Databases::Add(std::string scope, Owner owner) {
  Identity identity = options_.identity;
  if (!scope.empty()) identity.region = owner.region;
  if (options_.ddblocal_region) identity.region = "ddblocal";
  TRY(auto database, Database::Open(shared_, std::move(scope), std::move(identity), clock_));
  database->leniency() = options_.leniency;
  database->owner() = owner;
  for (const Opened& opened : opened_) opened(*database);
  Database* const added = database.get();
  const std::unique_lock lock(mutex_);
  databases_.emplace(std::move(owner), std::move(database));
  return added;
}

std::vector<Database*> Databases::All() const {
  const std::shared_lock lock(mutex_);
  std::vector<Database*> all;
  for (const auto& [owner, database] : databases_) all.push_back(database.get());
  return all;
}

void Databases::WhenOpened(Opened opened) {
  for (Database* database : All()) opened(*database);
  opened_.push_back(std::move(opened));
}

}  // namespace dynarock
