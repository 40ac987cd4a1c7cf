#include "engine/tables/throughput_rules.h"

#include <algorithm>
#include <ctime>

#include "engine/base/errors.h"
#include "engine/tables/index_rules.h"

namespace dynarock {
namespace {

constexpr std::int64_t kOnDemandWarmReads = 12000;   // a second
constexpr std::int64_t kOnDemandWarmWrites = 4000;   // a second
constexpr std::int64_t kFreeDecreases = 4;           // on a UTC day
constexpr std::int64_t kDecreaseInterval = 3600000;  // milliseconds between those that follow
constexpr std::int64_t kDay = 86400000;              // milliseconds

constexpr const char* kMaxRead = "MaxReadRequestUnits";
constexpr const char* kMaxWrite = "MaxWriteRequestUnits";

// "table" or "index : NAME"
std::string OnDemandOwner(const ThroughputOwner& owner) {
  return owner.index.empty() ? "table" : "index : " + owner.index;
}

// "table" or "index NAME"
std::string WarmOwner(const ThroughputOwner& owner) {
  return owner.index.empty() ? "table" : "index " + owner.index;
}

Result<void> CheckRange(const OnDemandThroughput& on_demand, const ThroughputOwner& owner, bool may_clear) {
  const auto check = [&](std::optional<std::int64_t> units, const std::string& name) -> Result<void> {
    if (!units || *units >= 1 || (may_clear && *units == -1)) return {};
    return InvalidParameter("Requested " + name + " for OnDemandThroughput for " + OnDemandOwner(owner) +
                            " is outside of valid range");
  };
  TRY_VOID(check(on_demand.max_read_units, kMaxRead));
  return check(on_demand.max_write_units, kMaxWrite);
}

ApiError BelowWarm(const char* member, const ThroughputOwner& owner, const std::string& what) {
  return InvalidParameter("Requested " + std::string(member) + " for WarmThroughput for " + WarmOwner(owner) +
                          " is lower than " + what);
}

// "Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time"
std::string LongDate(EpochMillis time) {
  const std::time_t seconds = time.value / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char day_name[32], month[32], clock[32];
  std::strftime(day_name, sizeof day_name, "%A, %B", &utc);
  std::strftime(month, sizeof month, "%Y", &utc);
  std::strftime(clock, sizeof clock, "%M:%S %p", &utc);
  const int hour = utc.tm_hour % 12 == 0 ? 12 : utc.tm_hour % 12;
  return std::string(day_name) + " " + std::to_string(utc.tm_mday) + ", " + month + " at " + std::to_string(hour) +
         ":" + clock + " Coordinated Universal Time";
}

Result<void> CheckDecreases(const Throughput& throughput, EpochMillis now) {
  const std::int64_t today = DecreasesToday(throughput, now);
  if (today < kFreeDecreases) return {};
  const EpochMillis next{throughput.last_decrease->value + kDecreaseInterval};
  if (now >= next) return {};
  return errors::SubscriberLimitExceeded(
      "Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each "
      "subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases "
      "today: " +
      std::to_string(today) + ". Last decrease at " + LongDate(*throughput.last_decrease) +
      ". Next decrease can be made at " + LongDate(next));
}

ApiError Unchanged(const Throughput& throughput, const std::string& index) {
  const std::string owner = index.empty() ? "table" : "index";
  const std::string reads = std::to_string(throughput.read_units), writes = std::to_string(throughput.write_units);
  return ValidationError("The provisioned throughput for the " + (index.empty() ? owner : owner + " " + index) +
                         " will not change. The requested value equals the current value. Current ReadCapacityUnits "
                         "provisioned for the " +
                         owner + ": " + reads + ". Requested ReadCapacityUnits: " + reads +
                         ". Current WriteCapacityUnits provisioned for the " + owner + ": " + writes +
                         ". Requested WriteCapacityUnits: " + writes +
                         ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher "
                         "limits.");
}

}  // namespace

Result<void> CheckNewOnDemand(const OnDemandThroughput& on_demand, const ThroughputOwner& owner) {
  if (on_demand.empty()) return {};
  if (owner.billing_mode == BillingMode::kPayPerRequest) return CheckRange(on_demand, owner, false);
  const std::string member = on_demand.max_read_units ? kMaxRead : kMaxWrite;
  return InvalidParameter(member + " for OnDemandThroughput " +
                          (owner.index.empty() ? "" : "for index: " + owner.index + " ") +
                          "cannot be specified when table BillingMode is PROVISIONED.");
}

Result<void> CheckOnDemandUpdate(const OnDemandThroughput& on_demand, const ThroughputOwner& owner) {
  if (on_demand.empty()) return {};
  if (owner.billing_mode == BillingMode::kPayPerRequest) return CheckRange(on_demand, owner, true);
  const std::string member = on_demand.max_read_units ? kMaxRead : kMaxWrite;
  return InvalidParameter(member + " for OnDemandThroughput " +
                          (owner.index.empty() ? "" : "for index : " + owner.index + " ") +
                          "cannot be specified when the table BillingMode is PROVISIONED");
}

Result<void> CheckNewWarm(const WarmThroughput& warm, const Throughput& provisioned, const ThroughputOwner& owner) {
  const bool is_on_demand = owner.billing_mode == BillingMode::kPayPerRequest;
  const WarmThroughput least = EffectiveWarm(owner.billing_mode, provisioned, {});
  const auto check = [&](std::optional<std::int64_t> wanted, std::int64_t limit, const char* member,
                         const std::string& provisioned_member) -> Result<void> {
    if (!wanted || *wanted >= limit) return {};
    return BelowWarm(member, owner,
                     is_on_demand ? "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/"
                                    "latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
                                  : provisioned_member + " of ProvisionedThroughput");
  };
  TRY_VOID(check(warm.read_units, *least.read_units, "ReadUnitsPerSecond", "ReadCapacityUnits"));
  return check(warm.write_units, *least.write_units, "WriteUnitsPerSecond", "WriteCapacityUnits");
}

WarmThroughput EffectiveWarm(BillingMode billing_mode, const Throughput& throughput, const WarmThroughput& warm) {
  const bool is_on_demand = billing_mode == BillingMode::kPayPerRequest;
  return {std::max(warm.read_units.value_or(0), is_on_demand ? kOnDemandWarmReads : throughput.read_units),
          std::max(warm.write_units.value_or(0), is_on_demand ? kOnDemandWarmWrites : throughput.write_units)};
}

Result<void> RaiseWarm(const WarmThroughput& wanted, const WarmThroughput& effective, const ThroughputOwner& owner,
                       WarmThroughput& warm) {
  const std::string lower = "current WarmThroughput, decreasing WarmThroughput is not supported";
  if (wanted.read_units && *wanted.read_units < *effective.read_units) {
    return BelowWarm("ReadUnitsPerSecond", owner, lower);
  }
  if (wanted.write_units && *wanted.write_units < *effective.write_units) {
    return BelowWarm("WriteUnitsPerSecond", owner, lower);
  }
  warm = {wanted.read_units ? wanted.read_units : effective.read_units,
          wanted.write_units ? wanted.write_units : effective.write_units};
  return {};
}

Result<void> ChangeThroughput(const Throughput& wanted, EpochMillis now, const std::string& index,
                              Throughput& throughput) {
  const bool rises = wanted.read_units > throughput.read_units || wanted.write_units > throughput.write_units;
  const bool falls = wanted.read_units < throughput.read_units || wanted.write_units < throughput.write_units;
  if (!rises && !falls) return Unchanged(throughput, index);
  if (falls) TRY_VOID(CheckDecreases(throughput, now));
  if (rises) throughput.last_increase = now;
  if (falls) {
    throughput.decreases = DecreasesToday(throughput, now) + 1;
    throughput.last_decrease = now;
  }
  throughput.read_units = wanted.read_units;
  throughput.write_units = wanted.write_units;
  return {};
}

std::int64_t DecreasesToday(const Throughput& throughput, EpochMillis now) {
  const bool was_today = throughput.last_decrease && throughput.last_decrease->value / kDay == now.value / kDay;
  return was_today ? throughput.decreases : 0;
}

void CountDecreasesOfToday(TableDefinition& definition, EpochMillis now) {
  definition.throughput.decreases = DecreasesToday(definition.throughput, now);
  for (IndexDefinition& index : definition.indexes) index.throughput.decreases = DecreasesToday(index.throughput, now);
}

}  // namespace dynarock
