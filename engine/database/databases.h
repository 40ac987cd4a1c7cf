// The databases of one store: one for each access key and region, or one that all callers share.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/database/database.h"

namespace dynarock {

// Whom a call's credentials name. The views hold as long as the request.
struct Caller {
  std::string_view access_key_id;
  std::string_view region;
};

// What can name a database: key ids of 1 to 128, regions of 1 to 64 letters, digits, '-' and '_'.
// Errors: kUnrecognizedClient.
Result<void> CheckCaller(const Caller& caller);

struct DatabasesOptions {
  Identity identity = {};        // of ARNs
  bool separate = false;         // one for each access key and region
  bool ddblocal_region = false;  // ARNs name the region "ddblocal", as DynamoDB Local's do
  Timing timing = {};
  Leniency leniency = {};
  std::size_t max_databases = 10'000;  // that are made; those that are stored are opened in any case
};

// Thread-safe. Separate and shared databases of a store do not see each other.
class Databases {
 public:
  // Opens the store, and those of its databases that hold something.
  // Errors: kInternal with one sentence for the user.
  static Result<std::unique_ptr<Databases>> Open(const StoreOptions& store, DatabasesOptions options,
                                                 std::shared_ptr<const Clock> clock);
  ~Databases();

  // The caller's if it is open, else null. It is not closed while anybody holds it.
  DatabasePtr Find(const Caller& caller) const {
    if (common_) return {DatabasePtr(), common_};  // counts nobody: it stays until the end
    return FindSeparate(caller);
  }

  // The caller's, made if it is not open. At `max_databases` one in which there is nothing any more makes room.
  // Errors: those of CheckCaller; kLimitExceeded at `max_databases`; kInternal.
  Result<DatabasePtr> Of(const Caller& caller);

  // Calls `use` with a database in the place of the caller's, which is not open: with an empty one that is forgotten
  // behind the call, or if the call may make a table, with one that is kept if there is something in it then.
  // Errors: those of `use`; as Of.
  enum class Purpose { kRead, kCreate };
  using Use = std::function<Result<void>(Database& database)>;
  Result<void> WithUnopened(const Caller& caller, Purpose purpose, const Use& use);

  // The one that all callers share, or null.
  Database* common() const { return common_; }
  bool separate() const { return options_.separate; }

  // All that are open, by access key and region.
  std::vector<DatabasePtr> All() const;

  // Called for each database that is open, and for each that will be: behind the call that makes it, before another
  // gets to it. Requires: one at a time, before the first call.
  using Opened = std::function<void(Database& database)>;
  void WhenOpened(Opened opened);

  // Called before a database is closed that nobody holds, and in which there is nothing: gives up what refers to it,
  // and gives whether that was possible. Must not wait for a request. Requires: as for WhenOpened.
  using Closing = std::function<bool(Database& database)>;
  void WhenClosing(Closing closing) { closing_ = std::move(closing); }

  Store& store() const { return *shared_->store; }
  const Clock& clock() const { return *clock_; }

 private:
  Databases(DatabasesOptions options, std::shared_ptr<const Clock> clock)
      : options_(std::move(options)), clock_(std::move(clock)) {}
  DatabasePtr FindSeparate(const Caller& caller) const;
  Identity IdentityOf(const std::string& scope, const Owner& owner) const;
  Result<DatabasePtr> Make(std::string scope, const Owner& owner) const;
  Result<DatabasePtr> MakeFor(const Caller& caller);
  DatabasePtr Add(DatabasePtr database);
  Result<bool> MakeRoom();
  DatabasePtr TakeOut(const Owner& owner);
  Result<bool> Close(const Owner& owner);
  std::vector<Owner> Emptied() const;
  Result<void> OpenStored();

  // Of Owner and Caller.
  struct ByKeyAndRegion {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return std::tuple<std::string_view, std::string_view>(a.access_key_id, a.region) <
             std::tuple<std::string_view, std::string_view>(b.access_key_id, b.region);
    }
  };

  const DatabasesOptions options_;
  const std::shared_ptr<const Clock> clock_;
  std::shared_ptr<SharedStore> shared_;
  Database* common_ = nullptr;
  mutable std::shared_mutex mutex_;
  std::mutex opening_;  // one is made at a time
  std::map<Owner, DatabasePtr, ByKeyAndRegion> databases_;
  std::vector<Opened> opened_;
  Closing closing_;
  Owner looked_at_;  // by MakeRoom, the last one
};

}  // namespace dynarock
