// Requests of HTTP: the head, then the body in pieces of growing size. Reading it in one piece gives the same.
#include "server/http/request_body.h"
#include "tools/fuzz/targets/target.h"

namespace dynarock::fuzz {
namespace {

constexpr RequestBody::Limits kLimits{.body = 100'000, .framing = 1'000};

struct Read {
  RequestBody::Status status;
  std::string data;
  std::size_t left;  // bytes of the next request

  bool operator==(const Read&) const = default;
};

// `first_piece`: bytes of the first piece, each next one has one more.
Read ReadBody(const RequestHead& head, std::string_view bytes, std::size_t first_piece) {
  RequestBody body;
  RequestBody::Status status = body.Begin(head, kLimits);
  std::size_t size = first_piece;
  std::string_view piece;
  while (status == RequestBody::Status::kMore && !bytes.empty()) {
    const std::size_t count = std::min(size++, bytes.size());
    piece = bytes.substr(0, count);
    status = body.Take(piece);
    bytes.remove_prefix(count - piece.size());
    if (status == RequestBody::Status::kMore) Expect(piece.empty(), "a body that wants more takes all it is given");
  }
  return {status, body.data(), bytes.size()};
}

}  // namespace
}  // namespace dynarock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const std::string_view bytes = TextOf(data, size);
  const std::size_t head_size = RequestHead::SizeOf(bytes, 0);
  if (head_size == 0) {
    RequestHead::MayBegin(bytes);
    return 0;
  }
  Expect(head_size <= size, "a head is not larger than the bytes it is in");
  RequestHead head;
  if (!head.Parse(bytes.substr(0, head_size)).empty()) return 0;
  Expect(RequestHead::MayBegin(bytes.substr(0, head_size)), "a head that is accepted may begin so");
  for (const std::string_view name : {"Host", "Content-Length", "X-Amz-Target", "Connection"}) {
    const auto all = head.FindAll(name);
    Expect(head.Find(name) == (all.empty() ? "" : all[0]), "the first of all values is the value");
  }
  const Read whole = ReadBody(head, bytes.substr(head_size), bytes.size());
  const Read pieces = ReadBody(head, bytes.substr(head_size), 1);
  Expect(whole.status == pieces.status, "a body in pieces ends as it does in one piece");
  if (whole.status == RequestBody::Status::kDone) Expect(whole == pieces, "a body in pieces is the same body");
  return 0;
}
