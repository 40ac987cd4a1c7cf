// The functions that this server knows, and their runners.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/triggers/trigger_records.h"
#include "server/lambda/function.h"
#include "server/lambda/process_pool.h"

namespace dynarock {

// Makes the runner of a function with the target "builtin:NAME"; null if there is none of that name.
using BuiltinMaker = std::function<std::unique_ptr<FunctionRunner>(const std::string& name)>;

// Thread-safe.
class FunctionRegistry {
 public:
  // Requires: `pool` outlives it.
  FunctionRegistry(TriggerRecords& records, FunctionSurroundings surroundings, BuiltinMaker builtins,
                   std::shared_ptr<const Clock> clock, ProcessPool& pool)
      : records_(records),
        surroundings_(std::move(surroundings)),
        builtins_(std::move(builtins)),
        clock_(std::move(clock)),
        pool_(pool) {}

  // Reads the stored functions. A record that can't be read is logged and passed over. Errors: kInternal.
  Result<void> Load();
  // Removes unpacked code that an earlier server left behind. Requires: Load, and no Create or Update since.
  void RemoveStaleCode() const;

  // The server's address is known only once it listens. Call it before the first Invoke.
  void SetEndpoint(std::string endpoint);
  const FunctionSurroundings& surroundings() const { return surroundings_; }

  // Gives the definition its time and revision id and stores it.
  // Errors: kResourceInUse if there is one of that name; kValidation in Lambda's words.
  Result<FunctionDefinition> Create(FunctionDefinition definition);

  // Applies `change` to the function and stores it; processes of the old form finish what they are at.
  // Errors: kResourceNotFound; those of `change`; kValidation for a function that stands in the file of triggers.
  Result<FunctionDefinition> Update(const std::string& name,
                                    const std::function<Result<void>(FunctionDefinition&)>& change);
  // Errors: as those of Update.
  Result<void> Remove(const std::string& name);

  // Replaces all functions of the file of triggers.
  // Errors: kValidation if a stored function has the name of one of them.
  Result<void> ReplaceConfigured(std::vector<FunctionDefinition> definitions);

  // Errors: kResourceNotFound.
  Result<FunctionDefinition> Find(const std::string& name) const;
  std::vector<FunctionDefinition> List() const;  // by name

  // Blocks. A function that is not there gives a failure too.
  InvocationResult Invoke(const std::string& name, const std::string& payload, const std::string& client_context = "");

  // Calls under way end soon, later ones fail.
  void Stop();
  // Becomes true with Stop.
  const std::atomic<bool>& stopped() const { return stopped_; }

 private:
  struct Entry {
    FunctionDefinition definition;
    std::shared_ptr<FunctionRunner> runner;  // made at the first call
  };

  void UseStoredCode(FunctionDefinition& definition) const;
  void Replace(std::shared_ptr<FunctionRunner> runner);
  Result<std::shared_ptr<FunctionRunner>> RunnerOf(const std::string& name);
  std::shared_ptr<FunctionRunner> MakeRunner(const FunctionDefinition& definition) const;
  ApiError NotFound(const std::string& name) const;

  TriggerRecords& records_;
  FunctionSurroundings surroundings_;
  const BuiltinMaker builtins_;
  const std::shared_ptr<const Clock> clock_;
  ProcessPool& pool_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> functions_;
  bool all_read_ = true;                                 // by Load
  std::vector<std::weak_ptr<FunctionRunner>> replaced_;  // may have calls under way
  std::atomic<bool> stopped_ = false;
};

}  // namespace dynarock
