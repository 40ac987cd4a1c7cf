// The threads that run the event loops of a server's workers. A loop whose thread is busy for long with one request, or
// waits in a commit, is given to a spare thread, so that the worker's other connections are served meanwhile.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server/http/http_turn.h"

namespace dynarock {

class LoopThreads {
 public:
  // At most `most_spare` threads beside one for each loop; with 0 no loop changes its thread.
  LoopThreads(HttpHandler& handler, int most_spare) : handler_(handler), most_spare_(most_spare) {}

  // Runs the loops, the first in the calling thread, until all of them have ended and no thread is busy.
  void Run(const std::vector<HttpTurn*>& turns);

  // Gives the loop of `turn` to a spare thread if its thread is busy with what `mark` says. False: that is over, or no
  // thread is free. The thread may be the caller.
  bool HandOver(HttpTurn& turn, std::uint64_t mark);

  // A thread begins to be busy. Cheap.
  void NoteActivity() {
    if (sleeps_.load()) WakeWatch();
  }

  // One of the requests that are expected to take long. Only so many run at once; the others wait.
  bool TryBeginLong();
  template <class Token>
  auto WaitToBeginLong(HttpTurn& turn, Token&& token) {
    return boost::asio::async_initiate<Token, void()>(
        [this, &turn](auto waiting) {
          QueueLong({&turn.io(), Waiting(std::move(waiting))});
        },
        token);
  }
  void EndLong();

  // While several threads wait in commits, or few are free, requests that may write wait before they are answered: each
  // would take one more thread.
  bool HoldsWrites() const { return holds_writes_.load(std::memory_order_relaxed); }
  // Completes when it may be asked again.
  template <class Token>
  auto WaitToWrite(HttpTurn& turn, Token&& token) {
    return boost::asio::async_initiate<Token, void()>(
        [this, &turn](auto waiting) {
          QueueWrite({&turn.io(), Waiting(std::move(waiting))});
        },
        token);
  }

 private:
  using Clock = LoopRun::Clock;
  using Waiting = boost::asio::any_completion_handler<void()>;
  struct Session {
    boost::asio::io_context* io;
    Waiting waiting;
  };
  struct Job {
    HttpTurn* turn;
    std::unique_ptr<LoopRun> run;
  };

  // "PutItem", or "GET /path" of what the handler has no name for.
  std::string NameOf(const RequestHead* request) const;
  bool HandOverLocked(HttpTurn& turn, std::uint64_t mark);
  bool AddSpareLocked();
  void Serve(Job job);
  void FinishLost(HttpTurn& turn, LoopRun& run);
  void ServeAsSpare();
  void Watch();
  bool LookAtRuns();
  void TellOfBusyRuns();
  void WakeWatch();
  void HoldOrReleaseWrites();
  void QueueWrite(Session session);
  void QueueLong(Session session);
  void Resume(Session session);

  HttpHandler& handler_;
  const int most_spare_;
  std::vector<HttpTurn*> turns_;
  std::vector<std::uint64_t> seen_;  // the mark of each loop's run at the last look

  std::mutex mutex_;
  std::condition_variable changed_;   // for spare threads and for Run
  std::condition_variable wake_;      // for the watch
  std::vector<std::thread> threads_;  // also the first ones of all loops but one
  std::vector<Job> jobs_;             // that no thread has begun
  std::vector<LoopRun*> lost_;        // whose thread is busy still
  std::vector<std::unique_ptr<LoopRun>> ended_;
  int spare_ = 0;          // threads made for jobs
  int idle_ = 0;           // of them
  std::size_t loops_ = 0;  // that have not ended
  bool stopping_ = false;
  bool told_of_limit_ = false;
  std::atomic<bool> sleeps_ = false;  // the watch, until there is something to look at
  int long_ = 0;                      // requests that run
  std::deque<Session> long_waiting_;
  std::atomic<bool> holds_writes_ = false;
  std::deque<Session> held_;
};

}  // namespace dynarock
