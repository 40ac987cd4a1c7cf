// Store, catalogues, locks and clock: what every operation works on.
#pragma once

#include <memory>
#include <string>

#include "engine/base/clock.h"
#include "engine/database/catalog.h"
#include "engine/database/first_use.h"
#include "engine/database/local_habits.h"
#include "engine/database/shared_store.h"
#include "engine/database/stream_catalog.h"

namespace dynarock {

// What ARNs are made of.
struct Identity {
  std::string region = "us-east-1";
  std::string account_id = "000000000000";
};

// How long things take.
struct Timing {
  std::chrono::seconds ttl_change_interval{3600};   // between two calls of UpdateTimeToLive that change a table's TTL
  std::chrono::milliseconds transient_statuses{0};  // how long tables are seen being made, changed and deleted
};

// What is accepted that AWS's regions with the current wording refuse, and what DynamoDB Local does in its own way.
struct Leniency {
  // Whether TransactWriteItems leaves values in expressions that are too deep for an item to its conditions and to the
  // item, as regions with the classic wording do. Observed: conformance/cases/transactions/deep_values.case
  bool deep_transaction_values = false;
  LocalHabits local = {};
};

// The caller that a database belongs to, or that stands for all callers of a shared one.
struct Owner {
  std::string access_key_id = "dynarock";
  std::string region = "us-east-1";
};

// Thread-safe. The tables of one access key and region, or those that all callers share.
class Database : public std::enable_shared_from_this<Database> {
 public:
  // The shared database of a store of its own. Errors: kInternal with one sentence for the user.
  static Result<std::unique_ptr<Database>> Open(const StoreOptions& options, Identity identity,
                                                std::shared_ptr<const Clock> clock);

  // The database `scope` of a store; "" is the shared one. Errors: kInternal.
  // Requires: the background thread of the store ends before databases that tasks work on.
  static Result<std::unique_ptr<Database>> Open(std::shared_ptr<SharedStore> shared, std::string scope,
                                                Identity identity, std::shared_ptr<const Clock> clock);
  // One that has nothing in it, whatever is stored: reads nothing, and is for calls that write nothing.
  static std::unique_ptr<Database> Empty(std::shared_ptr<SharedStore> shared, std::string scope, Identity identity,
                                         std::shared_ptr<const Clock> clock);
  ~Database();

  Store& store() { return *shared_->store; }
  Catalog& catalog() { return *catalog_; }
  StreamCatalog& streams() { return *streams_; }
  const StreamCatalog& streams() const { return *streams_; }
  KeyLocks& locks() { return shared_->locks; }
  const Clock& clock() const { return *clock_; }
  std::uint64_t NextPlace() { return shared_->places.Next(*clock_); }
  const Identity& identity() const { return identity_; }
  // Runs the task in the background for as long as there is the database. What the task refers to of it stays while a
  // piece of the task runs. Requires: a database that no shared pointer holds outlives the background.
  void RunInBackground(Background::Task task);
  const std::string& scope() const { return scope_; }
  // Comes with the first ClientRequestToken.
  FirstUse& first_token() { return first_token_; }
  bool is_empty() const { return catalog_->is_empty() && streams_->is_empty(); }
  // Whether the store has anything of it, also functions, triggers and tokens. Errors: kInternal.
  Result<bool> HasStored() const;

  // All set before the first request.
  Timing& timing() { return timing_; }
  const Timing& timing() const { return timing_; }
  Leniency& leniency() { return leniency_; }
  const Leniency& leniency() const { return leniency_; }
  Owner& owner() { return owner_; }

 private:
  Database() = default;
  std::shared_ptr<SharedStore> shared_;
  bool owns_store_ = false;
  std::string scope_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<StreamCatalog> streams_;
  std::shared_ptr<const Clock> clock_;
  Identity identity_;
  Timing timing_;
  Leniency leniency_;
  Owner owner_;
  FirstUse first_token_;
};

using DatabasePtr = std::shared_ptr<Database>;

// "arn:aws:dynamodb:us-east-1:000000000000:table/NAME"
std::string TableArn(const Identity& identity, std::string_view table_name);

std::string StreamArn(const Identity& identity, const Stream& stream);

// The name in a table's name or ARN.
std::string_view TableNameOf(std::string_view name_or_arn);

}  // namespace dynarock
