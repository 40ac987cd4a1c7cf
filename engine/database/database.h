// Store, catalogues, locks and clock: what every operation works on.
#pragma once

#include <memory>
#include <string>

#include "engine/base/clock.h"
#include "engine/database/background.h"
#include "engine/database/catalog.h"
#include "engine/database/stream_catalog.h"
#include "engine/storage/key_locks.h"
#include "engine/storage/store.h"

namespace dynarock {

// What ARNs are made of.
struct Identity {
  std::string region = "us-east-1";
  std::string account_id = "000000000000";
};

// Where the emulator may be kinder than AWS.
struct Leniency {
  std::chrono::seconds ttl_change_interval{3600};  // between two calls of UpdateTimeToLive that change a table's TTL
};

// Thread-safe. One account's and region's tables.
class Database {
 public:
  // Errors: kInternal with one sentence for the user.
  static Result<std::unique_ptr<Database>> Open(const StoreOptions& options, Identity identity,
                                                std::shared_ptr<const Clock> clock);

  Store& store() { return *store_; }
  Catalog& catalog() { return *catalog_; }
  StreamCatalog& streams() { return *streams_; }
  const StreamCatalog& streams() const { return *streams_; }
  KeyLocks& locks() { return locks_; }
  const Clock& clock() const { return *clock_; }
  const Identity& identity() const { return identity_; }
  Background& background() { return background_; }

  // Set before the first request.
  Leniency& leniency() { return leniency_; }

 private:
  Database() = default;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<StreamCatalog> streams_;
  KeyLocks locks_;
  std::shared_ptr<const Clock> clock_;
  Identity identity_;
  Leniency leniency_;
  Background background_;  // last, so that its thread ends first
};

// "arn:aws:dynamodb:us-east-1:000000000000:table/NAME"
std::string TableArn(const Identity& identity, std::string_view table_name);

std::string StreamArn(const Identity& identity, const Stream& stream);

// The name in a table's name or ARN.
std::string_view TableNameOf(std::string_view name_or_arn);

}  // namespace dynarock
