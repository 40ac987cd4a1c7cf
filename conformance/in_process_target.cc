#include <filesystem>
#include <stdexcept>

#include "conformance/target.h"
#include "engine/database/database.h"
#include "protocol/dispatcher.h"

namespace dynarock::conformance {
namespace {

class InProcessTarget final : public Target {
 public:
  InProcessTarget(std::unique_ptr<Database> database, Wording wording)
      : database_(std::move(database)), dispatcher_(*database_, {.wording = wording}) {}

  Answer Call(std::string_view operation, const std::string& body) override {
    const std::string target = "DynamoDB_20120810." + std::string(operation);
    std::string parsed_in_place = body;
    constexpr std::size_t kBlock = 16;  // RapidJSON's SSE2 scans read whole blocks
    parsed_in_place.reserve(body.size() + kBlock);
    const Reply reply = dispatcher_.Dispatch({target, parsed_in_place, Result<void>()}, scratch_);
    return {reply.status, std::string(reply.body)};
  }

 private:
  std::unique_ptr<Database> database_;
  Dispatcher dispatcher_;
  DispatchScratch scratch_;
};

}  // namespace

std::unique_ptr<Target> OpenInProcess(Wording wording, const std::string& directory) {
  const StoreOptions store{.directory = directory, .in_memory = directory.empty()};
  auto database = Database::Open(store, Identity{}, std::make_shared<SystemClock>());
  if (!database) throw std::runtime_error(database.error().message);
  return std::make_unique<InProcessTarget>(std::move(*database), wording);
}

}  // namespace dynarock::conformance
