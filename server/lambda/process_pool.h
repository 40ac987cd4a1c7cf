// The processes of all functions: kept warm for the next call, bounded in number.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "server/lambda/disposal.h"
#include "server/lambda/function_process.h"

namespace dynarock {

using ProcessPtr = std::unique_ptr<FunctionProcess>;

struct PoolLimits {
  int processes = 8;                    // of all functions
  std::chrono::seconds warm_time{300};  // for which an idle one is kept

  // One function leaves room for others.
  int for_one() const { return std::max(1, processes / 2); }
};

// Thread-safe. No process is ended on a caller's thread.
class ProcessPool {
 public:
  using Starter = std::function<Result<ProcessPtr>()>;
  using Owner = const void*;  // a version of a function

  // Requires: `disposal` outlives it.
  ProcessPool(PoolLimits limits, Disposal& disposal) : limits_(limits), disposal_(disposal) {}
  ~ProcessPool();

  // An idle process of the owner, else a new one; for that the call waits while there are as many as there may be.
  // Idle processes of other owners make room. Errors: those of `start`; kInternal once the owner was closed.
  Result<ProcessPtr> Take(Owner owner, const Starter& start);
  // Gives back what Take gave.
  void PutBack(Owner owner, ProcessPtr process);

  // Kills the owner's processes; calls under way end soon, and later ones fail. Does not block.
  void Close(Owner owner);
  // Forgets the owner and ends its idle processes. Requires: it has no calls under way.
  void Forget(Owner owner);

 private:
  using Clock = std::chrono::steady_clock;
  struct Idle {
    ProcessPtr process;
    Clock::time_point since;
  };
  struct Held {
    std::vector<Idle> idle;  // the longest first
    std::set<FunctionProcess*> busy;
    int starting = 0;
    bool closed = false;
  };

  ProcessPtr TakeIdle(Held& held);
  bool HasRoom(const Held& held);
  void EndOldestIdle();
  void EndIdle(Held& held);
  void End(ProcessPtr process);
  void KeepWarm();
  void EndCooled(const std::stop_token& stop);

  const PoolLimits limits_;
  Disposal& disposal_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<Owner, Held> owners_;
  int count_ = 0;         // processes that are there, are being started, or are being ended
  int ending_ = 0;        // of these, those that the disposal has
  std::jthread cooling_;  // ends those that were idle for long
};

}  // namespace dynarock
