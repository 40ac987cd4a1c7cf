#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "conformance/target.h"
#include "engine/database/databases.h"
#include "engine/writes/expiry_sweeper.h"
#include "protocol/dispatcher.h"

namespace dynarock::conformance {
namespace {

class InProcessTarget final : public Target {
 public:
  InProcessTarget(std::unique_ptr<Databases> databases, std::shared_ptr<ShiftedClock> clock, Wording wording)
      : databases_(std::move(databases)), clock_(std::move(clock)), dispatcher_(*databases_, {.wording = wording}) {}

  Answer Call(std::string_view operation, const std::string& body) override {
    const std::string target = TargetHeader(operation);
    std::string parsed_in_place = body;
    constexpr std::size_t kBlock = 16;  // RapidJSON's SSE2 scans read whole blocks
    parsed_in_place.reserve(body.size() + kBlock);
    const Reply reply = dispatcher_.Dispatch({target, parsed_in_place, Result<void>()}, scratch_);
    return {reply.status, std::string(reply.body)};
  }

  bool AdvanceClock(std::chrono::milliseconds by) override {
    clock_->Advance(by);
    // What the service does within seconds is done when the case goes on.
    if (const auto swept = SweepExpired(*databases_->common()); !swept) throw std::runtime_error(swept.error().message);
    return true;
  }

 private:
  std::unique_ptr<Databases> databases_;
  std::shared_ptr<ShiftedClock> clock_;
  Dispatcher dispatcher_;
  DispatchScratch scratch_;
};

}  // namespace

std::string TargetHeader(std::string_view operation) {
  constexpr std::array<std::string_view, 4> kOfStreams = {"ListStreams", "DescribeStream", "GetShardIterator",
                                                          "GetRecords"};
  const bool is_of_streams = std::find(kOfStreams.begin(), kOfStreams.end(), operation) != kOfStreams.end();
  return (is_of_streams ? "DynamoDBStreams_20120810." : "DynamoDB_20120810.") + std::string(operation);
}

std::unique_ptr<Target> OpenInProcess(Wording wording, const std::string& directory) {
  const StoreOptions store{.directory = directory, .in_memory = directory.empty()};
  auto clock = std::make_shared<ShiftedClock>(std::make_shared<SystemClock>());
  auto databases = Databases::Open(
      store, {.leniency = {.deep_transaction_values = TakesDeepTransactionValues(wording), .local = HabitsOf(wording)}},
      clock);
  if (!databases) throw std::runtime_error(databases.error().message);
  return std::make_unique<InProcessTarget>(std::move(*databases), std::move(clock), wording);
}

}  // namespace dynarock::conformance
