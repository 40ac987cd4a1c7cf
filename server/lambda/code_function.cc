#include "server/lambda/code_function.h"

#include "engine/base/log.h"

namespace dynarock {
namespace {

class CodeFunction final : public FunctionRunner {
 public:
  CodeFunction(FunctionDefinition definition, FunctionSurroundings surroundings, ProcessPool& pool)
      : definition_(std::move(definition)), surroundings_(std::move(surroundings)), pool_(pool) {}
  ~CodeFunction() override { pool_.Forget(this); }

  InvocationResult Invoke(const Invocation& invocation) override {
    std::optional<InvocationResult> result = Try(invocation, InitTime::kOwn);
    // As Lambda does: code that did not load in the time for that is loaded again, in the function's time.
    if (!result) result = Try(invocation, InitTime::kOfInvocation);
    return *result;
  }

  void Stop() override { pool_.Close(this); }

 private:
  // Nothing if the code did not load in time.
  std::optional<InvocationResult> Try(const Invocation& invocation, InitTime init) {
    Result<ProcessPtr> process =
        pool_.Take(this, [this] { return FunctionProcess::Start(definition_, surroundings_); });
    if (!process) {
      Log(LogLevel::kError, "[" + definition_.name + "] " + process.error().message);
      return FailedInvocation("Runtime.InvalidEntrypoint", process.error().message);
    }
    std::optional<InvocationResult> result = (*process)->Invoke(invocation, init);
    pool_.PutBack(this, std::move(*process));
    return result;
  }

  const FunctionDefinition definition_;  // holds the folder of the code
  const FunctionSurroundings surroundings_;
  ProcessPool& pool_;
};

}  // namespace

std::unique_ptr<FunctionRunner> MakeCodeFunction(FunctionDefinition definition, FunctionSurroundings surroundings,
                                                 ProcessPool& pool) {
  return std::make_unique<CodeFunction>(std::move(definition), std::move(surroundings), pool);
}

}  // namespace dynarock
