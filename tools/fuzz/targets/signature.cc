// Signed requests, as they are on the wire: none is accepted without its signature, and the texts that are signed can
// be made of all of them.
#include "protocol/sigv4/signature.h"

#include "engine/base/percent_encoding.h"
#include "server/api/signature_check.h"
#include "server/http/request_head.h"
#include "tools/fuzz/targets/target.h"

namespace dynarock::fuzz {
namespace {

// 2015-08-30T12:36:00Z, the time of AWS's test suite, which the seeds are from.
constexpr EpochMillis kNow{1'440'938'160'000};

const SignatureCheck& Check() {
  static const SignatureCheck check({{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}},
                                    std::make_shared<ManualClock>(kNow));
  return check;
}

}  // namespace
}  // namespace dynarock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const std::string_view bytes = TextOf(data, size);
  const std::size_t head_size = RequestHead::SizeOf(bytes, 0);
  RequestHead head;
  if (head_size == 0 || !head.Parse(bytes.substr(0, head_size)).empty()) return 0;
  std::string body(bytes.substr(head_size));
  const std::string_view target = head.target();
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  const HttpRequest request{
      .method = head.method(), .path = path, .query = query, .body = body, .wire_body = body, .headers = head};
  const Result<void> checked = Check().Check(request, "service");
  if (checked) {
    const bool has_signature =
        !head.Find("Authorization").empty() || query.find("X-Amz-Signature") != std::string_view::npos;
    Expect(has_signature, "a request without a signature is refused");
  }
  const SignedParts parts{head.method(), path, query, {{"host", head.Find("Host")}}, Sha256Hex(body)};
  Expect(!CanonicalRequest(parts).empty() && !CanonicalRequest(parts, false).empty(),
         "each request has a canonical form");
  static_cast<void>(PercentDecoded(target));
  WithoutParameters(query, {"X-Amz-Signature"});
  return 0;
}
