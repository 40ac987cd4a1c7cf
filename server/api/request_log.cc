#include "server/api/request_log.h"

#include <algorithm>
#include <array>

namespace dynarock {

RequestFacts RequestFacts::With(const HttpReply& answer, std::chrono::steady_clock::time_point start) const {
  RequestFacts facts = *this;
  facts.status = answer.status;
  facts.reply = answer.content();
  facts.duration = std::chrono::steady_clock::now() - start;
  return facts;
}

namespace {

// What an operator should look at: our own failures, and callers that are not let in. The rest is between the client
// and its code: a condition that is not met is an answer like others.
bool ConcernsOperator(const RequestFacts& facts) {
  constexpr std::array<std::string_view, 6> kRefusals = {
      "AccessDeniedException",     "MissingAuthenticationTokenException", "IncompleteSignatureException",
      "InvalidSignatureException", "UnrecognizedClientException",         "UnknownOperationException"};
  return facts.status >= 500 || facts.status == 403 ||
         std::find(kRefusals.begin(), kRefusals.end(), facts.error) != kRefusals.end();
}

}  // namespace

void RequestLog::Note(const RequestFacts& facts) const {
  constexpr std::size_t kShownReply = 300;  // bytes of an error's body
  const bool failed = facts.status >= 400;
  const bool slow = facts.duration >= slow_ && !facts.waits;
  const LogLevel level = slow || (failed && ConcernsOperator(facts)) ? LogLevel::kWarn : LogLevel::kDebug;
  if (!IsLogged(level)) return;
  const std::string_view message = failed ? "failed request" : slow ? "slow request" : "request";
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(facts.duration).count();
  Log(level, message,
      {{"method", facts.method},
       {"path", facts.path},
       {"operation", facts.operation},
       {"status", facts.status},
       {"error", facts.error},
       {"duration_us", microseconds},
       {"request_bytes", facts.request_bytes},
       {"reply_bytes", facts.reply.size()},
       {"reply", failed ? facts.reply.substr(0, kShownReply) : std::string_view()}});
}

void RequestLog::NoteProbe(std::string_view method, std::string_view path, int status) const {
  Log(LogLevel::kDebug, "request", {{"method", method}, {"path", path}, {"status", status}});
}

}  // namespace dynarock
