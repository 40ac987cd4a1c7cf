#include "engine/database/databases.h"

#include <algorithm>
#include <set>

#include "engine/base/ascii.h"

namespace dynarock {
namespace {

constexpr char kSlash = '/';  // no access key has one

constexpr std::size_t kMostLooks = 1000;  // at databases that might make room for another one

constexpr std::size_t kLongestKeyId = 128, kLongestRegion = 64;  // characters

bool IsName(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsAsciiLetterOrDigit(c) || c == '-' || c == '_'; });
}

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

Result<void> CheckCaller(const Caller& caller) {
  const auto refuse = [](std::string why) { return ApiError{ErrorCode::kUnrecognizedClient, std::move(why), {}}; };
  if (!IsName(caller.access_key_id, kLongestKeyId)) {
    return refuse("The Access Key ID or security token is invalid.");
  }
  if (IsName(caller.region, kLongestRegion)) return {};
  return refuse("The region that the credential names must be of 1 to 64 letters, digits, '-' and '_'.");
}

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
    TRY(auto database, Make("", {Owner().access_key_id, options_.identity.region}));
    common_ = Add(std::move(database)).get();
    return {};
  }
  TRY(const std::set<std::string> scopes, StoredScopes(*shared_->store));
  for (const std::string& scope : scopes) {
    TRY(auto database, Make(scope, OwnerOf(scope)));
    Add(std::move(database));
  }
  return {};
}

DatabasePtr Databases::FindSeparate(const Caller& caller) const {
  const std::shared_lock lock(mutex_);
  const auto found = databases_.find(caller);
  return found == databases_.end() ? nullptr : found->second;
}

Result<DatabasePtr> Databases::Of(const Caller& caller) {
  if (DatabasePtr database = Find(caller)) return database;
  const std::lock_guard opening(opening_);
  if (DatabasePtr database = Find(caller)) return database;
  TRY(auto database, MakeFor(caller));
  return Add(std::move(database));
}

Result<void> Databases::WithUnopened(const Caller& caller, Purpose purpose, const Use& use) {
  TRY_VOID(CheckCaller(caller));
  if (purpose == Purpose::kRead) {
    const Owner owner{std::string(caller.access_key_id), std::string(caller.region)};
    const std::string scope = ScopeOf(owner);
    const DatabasePtr empty = Database::Empty(shared_, scope, IdentityOf(scope, owner), clock_);
    empty->owner() = owner;
    return use(*empty);
  }
  const std::lock_guard opening(opening_);
  if (const DatabasePtr database = Find(caller)) return use(*database);
  TRY(auto database, MakeFor(caller));
  Result<void> used = use(*database);
  if (!database->is_empty()) Add(std::move(database));
  return used;
}

Identity Databases::IdentityOf(const std::string& scope, const Owner& owner) const {
  Identity identity = options_.identity;
  if (!scope.empty()) identity.region = owner.region;
  if (options_.ddblocal_region) identity.region = "ddblocal";
  return identity;
}

Result<DatabasePtr> Databases::Make(std::string scope, const Owner& owner) const {
  Identity identity = IdentityOf(scope, owner);
  TRY(auto opened, Database::Open(shared_, std::move(scope), std::move(identity), clock_));
  DatabasePtr database = std::move(opened);
  database->timing() = options_.timing;
  database->leniency() = options_.leniency;
  database->owner() = owner;
  return database;
}

// A new one. Requires: `opening_` is held.
Result<DatabasePtr> Databases::MakeFor(const Caller& caller) {
  TRY_VOID(CheckCaller(caller));
  if (databases_.size() >= options_.max_databases) {
    TRY(const bool has_room, MakeRoom());
    if (!has_room) {
      return ApiError{
          ErrorCode::kLimitExceeded,
          "This server holds " + std::to_string(databases_.size()) +
              " databases, one for each access key and region, and makes no more: use a key and region that have one, "
              "delete the tables and functions of one, or start it with a greater --max-databases.",
          {}};
    }
  }
  const Owner owner{std::string(caller.access_key_id), std::string(caller.region)};
  return Make(ScopeOf(owner), owner);
}

// Those without tables and streams, the ones first that come after the last one that was looked at.
std::vector<Owner> Databases::Emptied() const {
  const std::shared_lock lock(mutex_);
  std::vector<Owner> emptied;
  std::size_t before = 0;
  for (const auto& [owner, database] : databases_) {
    if (!database->is_empty()) continue;
    emptied.push_back(owner);
    if (!ByKeyAndRegion()(looked_at_, owner)) ++before;
  }
  std::rotate(emptied.begin(), emptied.begin() + static_cast<std::ptrdiff_t>(before), emptied.end());
  return emptied;
}

// Closes a database in which there is nothing any more; false if there is none. Requires: `opening_` is held.
Result<bool> Databases::MakeRoom() {
  std::vector<Owner> emptied = Emptied();
  emptied.resize(std::min(emptied.size(), kMostLooks));
  for (const Owner& owner : emptied) {
    looked_at_ = owner;
    TRY(const bool closed, Close(owner));
    if (closed) return true;
  }
  return false;
}

// Takes the database out of the map; null if a request or a task holds it, or if it has tables or streams.
DatabasePtr Databases::TakeOut(const Owner& owner) {
  const std::unique_lock lock(mutex_);
  const auto found = databases_.find(owner);
  // Whoever gets hold of it does so with the lock, or is a background task, which keeps it alive for itself.
  if (found->second.use_count() > 1 || !found->second->is_empty()) return DatabasePtr();
  DatabasePtr taken = std::move(found->second);
  databases_.erase(found);
  return taken;
}

// False if something needs the database. Meanwhile its caller finds none, which is as empty. Requires: `opening_` is
// held, so that its caller makes no other one.
Result<bool> Databases::Close(const Owner& owner) {
  DatabasePtr taken = TakeOut(owner);
  if (!taken) return false;
  // What is closing may remove records that say nothing without the rest.
  Result<bool> is_kept = true;
  if (!closing_ || closing_(*taken)) is_kept = taken->HasStored();
  if (is_kept && !*is_kept) return true;
  const std::unique_lock lock(mutex_);
  databases_.emplace(owner, std::move(taken));
  if (!is_kept) return is_kept;
  return false;
}

DatabasePtr Databases::Add(DatabasePtr database) {
  for (const Opened& opened : opened_) opened(*database);
  const std::unique_lock lock(mutex_);
  databases_.emplace(database->owner(), database);
  return database;
}

std::vector<DatabasePtr> Databases::All() const {
  const std::shared_lock lock(mutex_);
  std::vector<DatabasePtr> all;
  for (const auto& [owner, database] : databases_) all.push_back(database);
  return all;
}

void Databases::WhenOpened(Opened opened) {
  for (const DatabasePtr& database : All()) opened(*database);
  opened_.push_back(std::move(opened));
}

}  // namespace dynarock
