#include "server/http/loop_threads.h"

#include <algorithm>

#include "engine/base/guarded.h"
#include "engine/base/log.h"

namespace dynarock {
namespace {

constexpr std::chrono::milliseconds kTick(4);  // a run that is busy with the same thing at two ticks loses its loop
constexpr int kIdleTicks = 50;                 // without activity, before the watch sleeps
constexpr int kMostLong = 8;
constexpr int kMostInCommits = 4;  // threads, before other writes wait

}  // namespace

void LoopThreads::Run(const std::vector<HttpTurn*>& turns) {
  turns_ = turns;
  seen_.resize(turns.size());
  loops_ = turns.size();
  std::vector<Job> jobs;
  for (HttpTurn* turn : turns_) {
    jobs.push_back({turn, std::make_unique<LoopRun>(handler_.BeginTurn())});
    turn->Give(*jobs.back().run);
  }
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 1; i < jobs.size(); ++i) {
      threads_.emplace_back([this, turn = jobs[i].turn, run = jobs[i].run.release()] {
        Serve({turn, std::unique_ptr<LoopRun>(run)});
        ServeAsSpare();
      });
    }
  }
  std::thread watch;
  // Without it loops keep their threads.
  if (most_spare_ > 0) Guarded("start of a thread", [&] { watch = std::thread([this] { Watch(); }); });
  Serve(std::move(jobs[0]));
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return loops_ == 0 && lost_.empty(); });
  stopping_ = true;
  changed_.notify_all();
  wake_.notify_all();
  long_waiting_.clear();
  held_.clear();
  lock.unlock();
  if (watch.joinable()) watch.join();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool LoopThreads::HandOver(HttpTurn& turn, std::uint64_t mark) {
  const std::lock_guard lock(mutex_);
  return HandOverLocked(turn, mark);
}

std::string LoopThreads::NameOf(const RequestHead* request) const {
  constexpr std::size_t kLongest = 100;
  if (request == nullptr) return "a commit";
  if (const std::string_view name = handler_.NameOf(*request); !name.empty())
    return std::string(name.substr(0, kLongest));
  return std::string(request->method().substr(0, kLongest)) + " " + std::string(request->target().substr(0, kLongest));
}

bool LoopThreads::HandOverLocked(HttpTurn& turn, std::uint64_t mark) {
  if (jobs_.size() >= static_cast<std::size_t>(idle_) && spare_ >= most_spare_) {
    if (!std::exchange(told_of_limit_, true)) {
      Log(LogLevel::kWarn, "all threads busy with long requests; other requests wait", {{"threads", spare_}});
    }
    return false;
  }
  if (jobs_.size() >= static_cast<std::size_t>(idle_) && !AddSpareLocked()) return false;
  Job job{&turn, std::make_unique<LoopRun>(handler_.BeginTurn())};
  LoopRun& lost = turn.run();
  if (!lost.mark_.compare_exchange_strong(mark, LoopRun::kLost)) return false;
  // Its thread can't go on before the lock is released.
  lost.lost_at = Clock::now();
  lost.lost_in = NameOf(lost.request());
  lost_.push_back(&lost);
  HoldOrReleaseWrites();
  turn.Give(*job.run);
  jobs_.push_back(std::move(job));
  changed_.notify_all();
  return true;
}

// One more thread that waits for a job; before a loop is given away, for the machine may have no thread for us.
bool LoopThreads::AddSpareLocked() {
  const bool is_made = Guarded("start of a thread", [this] { threads_.emplace_back([this] { ServeAsSpare(); }); });
  spare_ += is_made ? 1 : 0;
  return is_made;
}

void LoopThreads::ServeAsSpare() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.erase(jobs_.begin());
    lock.unlock();
    Serve(std::move(job));
    lock.lock();
  }
}

// Runs the loop until it ends or is lost.
void LoopThreads::Serve(Job job) {
  try {
    job.turn->io().run();
    static_cast<void>(handler_.Settle(job.run->turn()));  // of requests that the stop did not wait for
    const std::lock_guard lock(mutex_);
    ended_.push_back(std::move(job.run));
    --loops_;
    changed_.notify_all();
  } catch (const LoopLost&) {
    FinishLost(*job.turn, *job.run);
  }
}

// Outside of the loop: settles what the thread did, and leaves the rest to the loop.
void LoopThreads::FinishLost(HttpTurn& turn, LoopRun& run) {
  // Not before the loop was handed over whole.
  { const std::lock_guard lock(mutex_); }
  struct Rest {
    TurnReplies replies;
    boost::asio::any_completion_handler<void(bool)> rejoin;
  };
  if (run.rejoin && run.rejoins_at_once) {
    auto rejoin = std::make_shared<boost::asio::any_completion_handler<void(bool)>>(std::move(run.rejoin));
    boost::asio::post(turn.io(), [rejoin] { std::move (*rejoin)(true); });
  }
  const bool settled = handler_.Settle(run.turn()) && run.settled;
  auto rest = std::make_shared<Rest>(Rest{std::move(run.left), std::move(run.rejoin)});
  boost::asio::post(turn.io(), [&turn, rest, settled] {
    turn.Complete(std::move(rest->replies), settled);
    if (rest->rejoin) std::move(rest->rejoin)(settled);
  });
  rest.reset();
  const std::lock_guard lock(mutex_);
  std::erase(lost_, &run);
  HoldOrReleaseWrites();
  told_of_limit_ = false;
  changed_.notify_all();
}

void LoopThreads::Watch() {
  std::unique_lock lock(mutex_);
  for (int quiet = 0; !stopping_;) {
    if (quiet < kIdleTicks) {
      wake_.wait_for(lock, kTick);
      quiet = LookAtRuns() ? 0 : quiet + 1;
      TellOfBusyRuns();
      continue;
    }
    sleeps_.store(true);
    if (!LookAtRuns()) wake_.wait(lock, [this] { return stopping_ || !sleeps_.load(); });
    sleeps_.store(false);
    quiet = 0;
  }
}

// Gives away the loops whose thread is busy with what it was busy with at the last look. Whether there was activity.
bool LoopThreads::LookAtRuns() {
  bool is_active = !lost_.empty();
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    const std::uint64_t mark = turns_[i]->run().mark();
    const std::uint64_t before = std::exchange(seen_[i], mark);
    is_active = is_active || mark != before || LoopRun::IsBusy(mark);
    if (mark == before && LoopRun::IsBusy(mark)) HandOverLocked(*turns_[i], mark);
  }
  return is_active;
}

void LoopThreads::TellOfBusyRuns() {
  const auto now = Clock::now();
  for (LoopRun* run : lost_) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - run->lost_at);
    if (seconds < std::max(2 * run->told, std::chrono::seconds(1))) continue;
    run->told = seconds;
    Log(LogLevel::kWarn, "worker thread busy with one request",
        {{"operation", run->lost_in}, {"seconds", seconds.count()}});
  }
}

void LoopThreads::WakeWatch() {
  const std::lock_guard lock(mutex_);
  sleeps_.store(false);
  wake_.notify_all();
}

bool LoopThreads::TryBeginLong() {
  const std::lock_guard lock(mutex_);
  if (long_ >= kMostLong) return false;
  ++long_;
  return true;
}

void LoopThreads::QueueLong(Session session) {
  const std::lock_guard lock(mutex_);
  if (long_ >= kMostLong) {
    long_waiting_.push_back(std::move(session));
    return;
  }
  ++long_;
  Resume(std::move(session));
}

// The next one that waits begins in its place.
void LoopThreads::EndLong() {
  const std::lock_guard lock(mutex_);
  if (long_waiting_.empty()) {
    --long_;
    return;
  }
  Resume(std::move(long_waiting_.front()));
  long_waiting_.pop_front();
}

void LoopThreads::HoldOrReleaseWrites() {
  const auto in_commits = std::count_if(lost_.begin(), lost_.end(), [](const LoopRun* run) { return !run->request_; });
  const bool holds = in_commits >= kMostInCommits || lost_.size() * 4 >= static_cast<std::size_t>(most_spare_) * 3;
  holds_writes_.store(holds);
  if (holds) return;
  for (Session& session : held_) Resume(std::move(session));
  held_.clear();
}

void LoopThreads::QueueWrite(Session session) {
  const std::lock_guard lock(mutex_);
  if (!HoldsWrites()) return Resume(std::move(session));
  held_.push_back(std::move(session));
}

void LoopThreads::Resume(Session session) {
  auto shared = std::make_shared<Waiting>(std::move(session.waiting));
  boost::asio::post(*session.io, [shared] { std::move (*shared)(); });
}

}  // namespace dynarock
