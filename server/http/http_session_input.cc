#include <algorithm>

#include "engine/base/log.h"
#include "server/http/http_reply.h"
#include "server/http/http_session.h"

// From bytes that were read to a request.
namespace dynarock {
namespace {

std::string_view ToView(const boost::beast::flat_buffer& bytes) {
  return {static_cast<const char*>(bytes.data().data()), bytes.size()};
}

}  // namespace

HttpSession::Progress HttpSession::TakeInput() {
  if (memory_.budget().IsSpent()) return RefuseRequest(503, kNoMemory);
  if (!has_head_) {
    const Progress progress = TakeHead();
    if (progress != Progress::kMore || !has_head_) return progress;
  }
  return TakeBody();
}

// kMore with a head: a body follows.
HttpSession::Progress HttpSession::TakeHead() {
  // Source: RFC 9112, section 2.2: empty lines before a request are passed over.
  while (checked_ == 0 && ToView(input_).starts_with("\r\n")) input_.consume(2);
  const std::string_view bytes = ToView(input_);
  if (bytes.empty() || bytes == "\r") return Progress::kMore;  // "\r": half an empty line
  const std::size_t size = RequestHead::SizeOf(bytes, checked_);
  if (std::max(size, size == 0 ? bytes.size() : 0) > options_.header_limit) {
    return RefuseRequest(400, "The request's line and headers are longer than --max-header allows.\n");
  }
  if (size == 0) {
    if (state_ != State::kReading) Enter(State::kReading);
    // From the last byte that was looked at: it may be half a line end.
    if (!RequestHead::MayBegin(bytes.substr(checked_ == 0 || bytes[checked_ - 1] != '\r' ? checked_ : checked_ - 1))) {
      return RefuseRequest(400, "The request is malformed.\n");
    }
    checked_ = bytes.size();
    return Progress::kMore;
  }
  if (const std::string_view problem = head_.Parse(bytes.substr(0, size)); !problem.empty()) {
    return RefuseRequest(400, problem);
  }
  input_.consume(size);
  has_head_ = true;
  switch (body_.Begin(head_, {.body = options_.body_limit, .framing = options_.header_limit})) {
    case RequestBody::Status::kDone:
      return Progress::kDone;
    case RequestBody::Status::kTooLarge:
      return RefuseRequest(413);
    default:
      if (head_.expects_continue() && input_.size() == 0) output_ += "HTTP/1.1 100 Continue\r\n\r\n";
      return Progress::kMore;
  }
}

HttpSession::Progress HttpSession::TakeBody() {
  std::string_view bytes = ToView(input_);
  const std::size_t grown = body_.CapacityFor(bytes.size());
  if (grown > kKeptCapacity && grown > body_.capacity() && !memory_.budget().HasRoomFor(grown - body_.capacity())) {
    return RefuseRequest(503, kNoMemory);
  }
  const RequestBody::Status status = body_.Take(bytes);
  input_.consume(input_.size() - bytes.size());
  switch (status) {
    case RequestBody::Status::kDone:
      return Progress::kDone;
    case RequestBody::Status::kTooLarge:
      return RefuseRequest(413);
    case RequestBody::Status::kMalformed:
      return RefuseRequest(400, "The chunks of the request's body are malformed.\n");
    default:
      if (state_ != State::kReadingBody) Enter(State::kReadingBody);
      return Progress::kMore;
  }
}

HttpSession::Progress HttpSession::RefuseRequest(int status, std::string_view reason) {
  body_.Clear();
  Refuse(status, reason);
  return Progress::kRefused;
}

// Whether the host, asked for as of a proxy, is none of ours; then the refusal is the reply.
bool HttpSession::RefuseForeignHost(std::string_view host) {
  if (options_.answers_for == nullptr || options_.answers_for(host)) return false;
  const std::string reason = "Refused a request for " + std::string(host) + ": " + options_.answers_for_others;
  Log(LogLevel::kWarn, reason);
  Refuse(403, reason + "\n");
  return true;
}

// As AWS does, though the fault is the client's.
// Source: observed: scylladb test/alternator/test_compressed_request.py (against AWS).
void HttpSession::RefuseBody(DecodeProblem problem) {
  if (problem == DecodeProblem::kTooLarge) return Refuse(413);
  Refuse(500, problem == DecodeProblem::kUnknownEncoding
                  ? "This Content-Encoding is not supported.\n"
                  : "The body could not be decoded as its Content-Encoding says.\n");
}

// In place of all replies that are not sent yet.
void HttpSession::RefuseUnsettled() {
  output_.clear();
  refused_ = true;
  AppendReply(output_, handler_.Unsettled(), handler_, false, true);
}

void HttpSession::Refuse(int status, std::string_view reason) {
  refused_ = true;
  HttpReply reply;
  reply.status = status;
  reply.body = reason;
  AppendReply(output_, reply, handler_, false, true);
}

}  // namespace dynarock
