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

struct DatabasesOptions {
  Identity identity = {};        // of ARNs
  bool separate = false;         // one for each access key and region
  bool ddblocal_region = false;  // ARNs name the region "ddblocal", as DynamoDB Local's do
  Leniency leniency = {};
};

// Thread-safe. Separate and shared databases of a store do not see each other.
class Databases {
 public:
  // Opens the store, and those of its databases that hold something.
  // Errors: kInternal with one sentence for the user.
  static Result<std::unique_ptr<Databases>> Open(const StoreOptions& store, DatabasesOptions options,
                                                 std::shared_ptr<const Clock> clock);
  ~Databases();

  // The caller's; made when it is first asked for, and never closed before the end. Errors: kInternal.
  Result<Database*> Of(const Caller& caller) {
    if (common_) return common_;
    return Separate(caller);
  }

  // The one that all callers share, or null.
  Database* common() const { return common_; }
  bool separate() const { return options_.separate; }

  // All that are open, by access key and region.
  std::vector<Database*> All() const;

  // Called for each database that is open, and for each that will be, before a call gets to it.
  // Requires: one at a time, before the first call.
  using Opened = std::function<void(Database& database)>;
  void WhenOpened(Opened opened);

  Store& store() const { return *shared_->store; }
  const Clock& clock() const { return *clock_; }

 private:
  Databases(DatabasesOptions options, std::shared_ptr<const Clock> clock)
      : options_(std::move(options)), clock_(std::move(clock)) {}
  Result<Database*> Separate(const Caller& caller);
  Result<Database*> Add(std::string scope, Owner owner);
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
  std::mutex opening_;  // one Add at a time
  std::map<Owner, std::unique_ptr<Database>, ByKeyAndRegion> databases_;
  std::vector<Opened> opened_;
};

}  // namespace dynarock
