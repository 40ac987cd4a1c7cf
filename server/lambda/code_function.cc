#include "server/lambda/code_function.h"

#include <set>

#include "engine/base/log.h"
#include "server/lambda/function_process.h"

namespace dynarock {
namespace {

using ProcessPtr = std::unique_ptr<FunctionProcess>;

class CodeFunction final : public FunctionRunner {
 public:
  CodeFunction(FunctionDefinition definition, FunctionSurroundings surroundings)
      : definition_(std::move(definition)), surroundings_(std::move(surroundings)) {}

  InvocationResult Invoke(const Invocation& invocation) override {
    Result<ProcessPtr> process = Take();
    if (!process) {
      Log(LogLevel::kError, "[" + definition_.name + "] " + process.error().message);
      return FailedInvocation("Runtime.InvalidEntrypoint", process.error().message);
    }
    InvocationResult result = (*process)->Invoke(invocation);
    PutBack(std::move(*process));
    return result;
  }

  void Stop() override {
    std::vector<ProcessPtr> idle;
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (FunctionProcess* process : busy_) process->Kill();
    idle.swap(idle_);
  }

 private:
  Result<ProcessPtr> Take() {
    std::unique_lock lock(mutex_);
    if (stopped_) return InternalError("The function is stopping.");
    ProcessPtr process;
    while (!idle_.empty() && !process) {
      if (idle_.back()->alive()) process = std::move(idle_.back());
      idle_.pop_back();
    }
    if (!process) {
      lock.unlock();
      TRY(process, FunctionProcess::Start(definition_, surroundings_));
      lock.lock();
    }
    busy_.insert(process.get());
    if (stopped_) process->Kill();
    return process;
  }

  void PutBack(ProcessPtr process) {
    const std::lock_guard lock(mutex_);
    busy_.erase(process.get());
    if (process->alive() && !stopped_) idle_.push_back(std::move(process));
  }

  const FunctionDefinition definition_;
  const FunctionSurroundings surroundings_;
  std::mutex mutex_;
  std::vector<ProcessPtr> idle_;
  std::set<FunctionProcess*> busy_;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<FunctionRunner> MakeCodeFunction(FunctionDefinition definition, FunctionSurroundings surroundings) {
  return std::make_unique<CodeFunction>(std::move(definition), std::move(surroundings));
}

}  // namespace dynarock
