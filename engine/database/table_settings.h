// What a table was told besides its keys and indexes. Most settings are only kept and described.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/clock.h"

namespace dynarock {

enum class BillingMode { kProvisioned, kPayPerRequest };

struct Throughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
  std::optional<EpochMillis> last_increase = {};
  std::optional<EpochMillis> last_decrease = {};
  std::int64_t decreases = 0;  // on the UTC day of the last decrease
};

// OnDemandThroughput: the most that a table or index on demand may be billed.
struct OnDemandThroughput {
  std::optional<std::int64_t> max_read_units;
  std::optional<std::int64_t> max_write_units;

  bool empty() const { return !max_read_units && !max_write_units; }
};

// WarmThroughput, as far as it was raised above what a table has anyway.
struct WarmThroughput {
  std::optional<std::int64_t> read_units;
  std::optional<std::int64_t> write_units;
};

struct Tag {
  std::string key;
  std::string value;
};

// Encryption with a KMS key; a table without one is encrypted by the service's own.
struct Encryption {
  std::string key_arn;
};

struct TimeToLive {
  bool enabled = false;
  std::string attribute;
  EpochMillis changed;
  bool is_filling = false;  // items from before it was enabled get their expiry rows
};

struct PointInTimeRecovery {
  bool enabled = false;
  std::int64_t days = 35;
  EpochMillis since;
};

// Of the table, or of one of its streams.
struct ResourcePolicy {
  std::string resource_arn;
  std::string document;  // JSON
  std::string revision_id;
};

// CloudWatch Contributor Insights of the table, or of one of its global indexes.
struct ContributorInsights {
  std::string index_name;  // empty: the table
  bool enabled = false;
  bool throttled_keys_only = false;
  EpochMillis changed;
};

struct KinesisDestination {
  std::string stream_arn;
  bool active = false;
  std::string precision;  // MILLISECOND, MICROSECOND or empty if never named
};

}  // namespace dynarock
