#include "server/lambda/runtime_api.h"

#include <cstdlib>

#include "server/lambda/process_session.h"

namespace dynarock {
namespace {

constexpr std::string_view kPrefix = "/2018-06-01/runtime/";
constexpr std::string_view kInvocation = "invocation/";

void Accept(HttpReply& reply) {
  reply.status = 202;
  reply.body = R"({"status":"OK"})";
}

void Refuse(HttpReply& reply, int status, std::string_view body) {
  reply.status = status;
  reply.body = body;
}

}  // namespace

void RuntimeApi::Handle(const HttpRequest& request, HttpReply& reply) {
  reply.content_type = "application/json";
  if (IsOfAPage(request)) return Refuse(reply, 403, R"({"errorType":"Forbidden","errorMessage":"not for pages"})");
  std::string_view path = request.path;
  if (!path.starts_with(kPrefix))
    return Refuse(reply, 404, R"({"errorType":"NotFound","errorMessage":"no such path"})");
  path.remove_prefix(kPrefix.size());
  if (path == "invocation/next" && request.method == "GET") return HandleNext(request, reply);
  if (request.method != "POST") return Refuse(reply, 405, R"({"errorType":"MethodNotAllowed"})");
  if (path == "init/error") {
    const std::lock_guard lock(mutex_);
    init_error_ = Answer{Outcome::kAnswered, std::move(request.body), true};
    changed_.notify_all();
    return Accept(reply);
  }
  if (path.starts_with(kInvocation) && path.ends_with("/response")) return HandleAnswer(request, reply, false);
  if (path.starts_with(kInvocation) && path.ends_with("/error")) return HandleAnswer(request, reply, true);
  Refuse(reply, 404, R"({"errorType":"NotFound","errorMessage":"no such path"})");
}

// Browsers send a page's origin, where it stands to us, or the name that led it here.
bool RuntimeApi::IsOfAPage(const HttpRequest& request) const {
  const std::string_view host = request.header("Host");
  return (!host.empty() && host != address_) || !request.header("Origin").empty() ||
         !request.header("Sec-Fetch-Site").empty();
}

// Whether a request for the next invocation waits that came on another connection, which is still there.
// Requires: the lock.
bool RuntimeApi::HasAnotherWaiting(std::uint16_t peer_port) const {
  if (!waiting_ || waiting_port_ == peer_port) return false;
  const auto port = static_cast<std::uint16_t>(std::atoi(address_.substr(address_.rfind(':') + 1).c_str()));
  return IsConnected(waiting_port_, port);
}

void RuntimeApi::HandleNext(const HttpRequest& request, HttpReply& reply) {
  reply.later = [this, peer_port = request.peer_port](ReplyCallback done) {
    std::unique_lock lock(mutex_);
    const bool is_second = !ended_ && HasAnotherWaiting(peer_port);
    if (ended_ || is_second) {
      lock.unlock();
      return done(HttpReply{.status = is_second ? 409 : 410, .content_type = "application/json"});
    }
    if (!invocation_ || taken_) {
      waiting_ = std::move(done);
      waiting_port_ = peer_port;
      return;
    }
    HttpReply next = NextReply();
    lock.unlock();
    done(std::move(next));
  };
}

// The invocation as the process gets it; its time starts. Requires: the lock, an invocation that is not taken.
HttpReply RuntimeApi::NextReply() {
  taken_ = true;
  if (!deadline_) deadline_ = Clock::now() + timeout_;
  const auto epoch = std::chrono::system_clock::now().time_since_epoch() + (*deadline_ - Clock::now());
  const auto deadline = std::chrono::duration_cast<std::chrono::milliseconds>(epoch).count();
  HttpReply reply{.content_type = "application/json", .owned_body = invocation_->payload};
  reply.headers = {{"Lambda-Runtime-Aws-Request-Id", invocation_->request_id},
                   {"Lambda-Runtime-Deadline-Ms", std::to_string(deadline)},
                   {"Lambda-Runtime-Invoked-Function-Arn", function_arn_},
                   {"Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0"}};
  if (!invocation_->client_context.empty()) {
    reply.headers.emplace_back("Lambda-Runtime-Client-Context", invocation_->client_context);
  }
  changed_.notify_all();
  return reply;
}

void RuntimeApi::HandleAnswer(const HttpRequest& request, HttpReply& reply, bool is_error) {
  const std::string_view rest = request.path.substr(kPrefix.size() + kInvocation.size());
  const std::string_view id = rest.substr(0, rest.find('/'));
  const std::lock_guard lock(mutex_);
  if (!invocation_ || !taken_ || id != invocation_->request_id) {
    return Refuse(reply, 400, R"({"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"})");
  }
  const bool is_too_long = request.body.size() > kLongestResponse;
  answer_ = Answer{Outcome::kAnswered, std::move(request.body), is_error};
  changed_.notify_all();
  if (!is_too_long) return Accept(reply);
  Refuse(
      reply, 413,
      R"({"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"})");
}

// False if the time is over.
bool RuntimeApi::AwaitAnswer(std::unique_lock<std::mutex>& lock, Clock::time_point init_deadline) {
  while (!answer_ && !init_error_ && !ended_) {
    const Clock::time_point until = deadline_.value_or(init_deadline);
    if (Clock::now() >= until) return false;
    changed_.wait_until(lock, until);
  }
  return true;
}

RuntimeApi::Answer RuntimeApi::Call(const Invocation& invocation, InitTime init) {
  std::unique_lock lock(mutex_);
  invocation_ = invocation;
  taken_ = false;
  answer_.reset();
  deadline_.reset();
  if (init == InitTime::kOfInvocation) deadline_ = Clock::now() + timeout_;
  if (waiting_) {
    const ReplyCallback next = std::exchange(waiting_, {});
    next(NextReply());
  }
  Answer answer{.outcome = Outcome::kAnswered, .payload = {}};
  if (!AwaitAnswer(lock, Clock::now() + init_timeout_)) {
    answer.outcome = deadline_ ? Outcome::kTimedOut : Outcome::kInitTimedOut;
  } else if (answer_) {
    answer = std::move(*answer_);
  } else if (init_error_) {
    answer = *init_error_;
  } else {
    answer.outcome = Outcome::kEnded;
  }
  invocation_.reset();
  answer_.reset();
  return answer;
}

void RuntimeApi::End() {
  ReplyCallback waiting;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    waiting = std::exchange(waiting_, {});
    changed_.notify_all();
  }
  if (waiting) waiting(HttpReply{.status = 410, .content_type = "application/json"});
}

}  // namespace dynarock
