#include "server/lambda/function_registry.h"

#include "engine/base/guarded.h"
#include "engine/base/log.h"
#include "engine/base/uuid.h"
#include "server/lambda/code_function.h"
#include "server/lambda/function_record.h"
#include "server/lambda/http_function.h"
#include "server/lambda/runtime_api.h"

namespace dynarock {
namespace {

constexpr std::string_view kBuiltin = "builtin:";

// The store names the folder from here on, or no longer.
void KeepCode(const FunctionDefinition& definition) {
  if (definition.code_folder) definition.code_folder->Keep();
}
void ReleaseCode(const FunctionDefinition& definition) {
  if (definition.code_folder) definition.code_folder->Release();
}

// Source: public code and issues that quote Lambda's answers.
InvocationResult WithinLimit(InvocationResult result) {
  if (result.payload.size() <= kLongestResponse) return result;
  InvocationResult refused = FailedInvocation(
      "Function.ResponseSizeTooLarge",
      "Response payload size exceeded maximum allowed payload size (" + std::to_string(kLongestResponse) + " bytes).");
  refused.log_tail = std::move(result.log_tail);
  return refused;
}

ApiError IsConfigured(const std::string& name) {
  return ValidationError("The function " + name + " stands in the server's file of triggers: change it there.");
}

}  // namespace

ApiError FunctionRegistry::NotFound(const std::string& name) const {
  return FunctionNotFound(FunctionArn(surroundings_, name));
}

// Finds the code of a stored function, also if the data directory has moved.
void FunctionRegistry::UseStoredCode(FunctionDefinition& definition) const {
  if (!surroundings_.code_folders) return;
  definition.code_folder = surroundings_.code_folders->Find(definition.code_directory);
  if (!definition.code_folder) return;
  definition.code_directory = definition.code_folder->path();
}

Result<void> FunctionRegistry::Load() {
  TRY(const auto records, records_.List(TriggerRecord::kFunction));
  const std::lock_guard lock(mutex_);
  for (const auto& [name, record] : records) {
    Result<FunctionDefinition> definition = DecodeFunction(record);
    if (!definition) {
      Log(LogLevel::kError, "a function is passed over",
          {{"function", name}, {"error", std::string_view(definition.error().message)}});
      all_read_ = false;
      continue;
    }
    if (definition->owns_code) UseStoredCode(*definition);
    functions_[name] = {std::move(*definition), nullptr};
  }
  return {};
}

void FunctionRegistry::RemoveStaleCode() const {
  const std::lock_guard lock(mutex_);
  // A record that can't be read may name any of them.
  if (!all_read_ || !surroundings_.code_folders) return;
  std::vector<std::shared_ptr<CodeFolder>> folders;
  for (const auto& [name, entry] : functions_) {
    if (entry.definition.code_folder) folders.push_back(entry.definition.code_folder);
  }
  surroundings_.code_folders->RemoveAllBut(folders);
}

void FunctionRegistry::SetEndpoint(std::string endpoint) {
  const std::lock_guard lock(mutex_);
  surroundings_.endpoint = std::move(endpoint);
}

// The runner gets no new calls; those under way hold it. Requires: the lock.
void FunctionRegistry::Replace(std::shared_ptr<FunctionRunner> runner) {
  std::erase_if(replaced_, [](const auto& replaced) { return replaced.expired(); });
  if (runner) replaced_.push_back(runner);
}

Result<FunctionDefinition> FunctionRegistry::Create(FunctionDefinition definition) {
  definition.modified = clock_->Now();
  definition.revision_id = NewUuid();
  const std::lock_guard lock(mutex_);
  if (functions_.contains(definition.name)) {
    return ApiError{ErrorCode::kResourceInUse, "Function already exist: " + definition.name, {}};
  }
  TRY_VOID(records_.Put(TriggerRecord::kFunction, definition.name, EncodeFunction(definition)));
  KeepCode(definition);
  functions_[definition.name] = {definition, nullptr};
  return definition;
}

Result<FunctionDefinition> FunctionRegistry::Update(const std::string& name,
                                                    const std::function<Result<void>(FunctionDefinition&)>& change) {
  const std::lock_guard lock(mutex_);
  const auto found = functions_.find(name);
  if (found == functions_.end()) return NotFound(name);
  if (found->second.definition.is_configured) return IsConfigured(name);
  FunctionDefinition changed = found->second.definition;
  TRY_VOID(change(changed));
  changed.modified = clock_->Now();
  changed.revision_id = NewUuid();
  TRY_VOID(records_.Put(TriggerRecord::kFunction, name, EncodeFunction(changed)));
  KeepCode(changed);
  // Old code stays until the last process that may read it has gone.
  if (found->second.definition.code_folder != changed.code_folder) ReleaseCode(found->second.definition);
  Replace(std::move(found->second.runner));
  found->second = {changed, nullptr};
  return changed;
}

Result<void> FunctionRegistry::Remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = functions_.find(name);
  if (found == functions_.end()) return NotFound(name);
  if (found->second.definition.is_configured) return IsConfigured(name);
  TRY_VOID(records_.Remove(TriggerRecord::kFunction, name));
  if (found->second.runner) found->second.runner->Stop();
  ReleaseCode(found->second.definition);
  functions_.erase(found);
  return {};
}

Result<void> FunctionRegistry::ReplaceConfigured(std::vector<FunctionDefinition> definitions) {
  const std::lock_guard lock(mutex_);
  for (const FunctionDefinition& definition : definitions) {
    const auto found = functions_.find(definition.name);
    if (found != functions_.end() && !found->second.definition.is_configured) {
      return ValidationError("The function " + definition.name +
                             " was made by CreateFunction: delete it, or give the one in the file another name.");
    }
  }
  std::erase_if(functions_, [this](auto& entry) {
    const bool goes = entry.second.definition.is_configured;
    if (goes) Replace(std::move(entry.second.runner));
    return goes;
  });
  for (FunctionDefinition& definition : definitions) {
    definition.modified = clock_->Now();
    definition.revision_id = NewUuid();
    definition.is_configured = true;
    const std::string name = definition.name;
    functions_[name] = {std::move(definition), nullptr};
  }
  return {};
}

Result<FunctionDefinition> FunctionRegistry::Find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = functions_.find(name);
  if (found == functions_.end()) return NotFound(name);
  return found->second.definition;
}

std::vector<FunctionDefinition> FunctionRegistry::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<FunctionDefinition> list;
  for (const auto& [name, entry] : functions_) list.push_back(entry.definition);
  return list;
}

std::shared_ptr<FunctionRunner> FunctionRegistry::MakeRunner(const FunctionDefinition& definition) const {
  if (definition.target.starts_with(kBuiltin)) return builtins_(definition.target.substr(kBuiltin.size()));
  if (!definition.target.empty()) return MakeHttpFunction(definition, surroundings_.allowed_hosts);
  return MakeCodeFunction(definition, surroundings_, pool_);
}

Result<std::shared_ptr<FunctionRunner>> FunctionRegistry::RunnerOf(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = functions_.find(name);
  if (found == functions_.end() || stopped_) return NotFound(name);
  std::shared_ptr<FunctionRunner>& runner = found->second.runner;
  if (!runner) runner = MakeRunner(found->second.definition);
  if (!runner) return ValidationError("There is no built-in function " + found->second.definition.target + ".");
  return runner;
}

InvocationResult FunctionRegistry::Invoke(const std::string& name, const std::string& payload,
                                          const std::string& client_context) {
  const Result<std::shared_ptr<FunctionRunner>> runner = RunnerOf(name);
  if (!runner) return FailedInvocation("ResourceNotFoundException", runner.error().message);
  InvocationResult result = FailedInvocation("Runtime.Unknown", "The call could not be made.");
  Guarded("call of a function", [&] {
    result = (*runner)->Invoke({.request_id = NewUuid(), .payload = payload, .client_context = client_context});
  });
  return WithinLimit(std::move(result));
}

void FunctionRegistry::Stop() {
  std::vector<std::shared_ptr<FunctionRunner>> runners;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (auto& [name, entry] : functions_) {
      if (entry.runner) runners.push_back(entry.runner);
    }
    for (const auto& replaced : replaced_) {
      if (auto runner = replaced.lock()) runners.push_back(std::move(runner));
    }
  }
  for (const auto& runner : runners) runner->Stop();
}

}  // namespace dynarock
