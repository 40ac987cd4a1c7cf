#include "server/api/signature_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "engine/base/joined.h"
#include "server/http/given_headers.h"

namespace dynarock {
namespace {

const SignatureScope kScope{"20150830", "eu-west-1", "dynamodb"};
const Credentials kLasting{"AKIDEXAMPLE", "secret"};
const Credentials kPassing{"ASIDEXAMPLE", "other", "token/1="};
constexpr std::int64_t kNow = 1'440'938'160;  // 2015-08-30T12:36:00Z

// A request that a test bends before it is signed, or behind that.
struct Sent {
  Credentials keys = kLasting;
  std::string time = "20150830T123600Z";
  std::string algorithm = "AWS4-HMAC-SHA256";
  std::string credential = "AKIDEXAMPLE/20150830/eu-west-1/dynamodb/aws4_request";
  std::vector<std::string> signed_names = {"host", "x-amz-date"};
  std::string signed_body = "{}";
  std::string body = "{}";
  std::string signature = {};  // "" for the right one
  std::string token = {};
  std::vector<std::pair<std::string, std::string>> more = {};  // headers

  Result<void> Check() const {
    GivenHeaders headers;
    headers.list = {{"host", "localhost:8000"}, {"x-amz-date", time}};
    if (!token.empty()) headers.list.emplace_back("x-amz-security-token", token);
    headers.list.insert(headers.list.end(), more.begin(), more.end());
    SignedParts parts{"POST", "/", "", {}, Sha256Hex(signed_body)};
    for (const std::string& name : signed_names) parts.headers.emplace_back(name, headers.Find(name));
    const std::string right =
        Sign(DeriveSigningKey(keys.secret_access_key, kScope), StringToSign(time, kScope, CanonicalRequest(parts)));
    headers.list.emplace_back("authorization", algorithm + " Credential=" + credential +
                                                   ",SignedHeaders=" + Joined(signed_names, ";") +
                                                   ", Signature=" + (signature.empty() ? right : signature));
    std::string decoded = body;
    const HttpRequest request{"POST", "/", "", decoded, body, headers};
    const SignatureCheck check({kLasting, kPassing}, std::make_shared<ManualClock>(EpochMillis{kNow * 1000}));
    return check.Check(request, "dynamodb");
  }
};

void ExpectError(const Result<void>& result, ErrorCode code, std::string_view message) {
  ASSERT_FALSE(result) << message;
  EXPECT_EQ(result.error().code, code);
  EXPECT_EQ(result.error().message, message);
}

TEST(SignatureCheckTest, TakesWhatIsSigned) {
  EXPECT_TRUE(Sent().Check());
  EXPECT_TRUE(Sent{.credential = "AKIDEXAMPLE/20150830/eu-west-1/dynamodb/aws4_request//"}.Check());
  Sent passing{.keys = kPassing, .credential = "ASIDEXAMPLE/20150830/eu-west-1/dynamodb/aws4_request"};
  passing.token = kPassing.session_token;
  EXPECT_TRUE(passing.Check());  // added behind the signature
  passing.signed_names.push_back("x-amz-security-token");
  EXPECT_TRUE(passing.Check());
}

TEST(SignatureCheckTest, TakesFiveMinutesOfSkew) {
  EXPECT_TRUE(Sent{.time = "20150830T123100Z"}.Check());
  EXPECT_TRUE(Sent{.time = "20150830T124100Z"}.Check());
  ExpectError(Sent{.time = "20150830T123059Z"}.Check(), ErrorCode::kInvalidSignature,
              "Signature expired: 20150830T123059Z is now earlier than 20150830T123100Z (20150830T123600Z - 5 min.)");
  ExpectError(Sent{.time = "20150830T124101Z"}.Check(), ErrorCode::kInvalidSignature,
              "Signature not yet current: 20150830T124101Z is still later than 20150830T124100Z (20150830T123600Z + 5 "
              "min.)");
}

TEST(SignatureCheckTest, RefusesTimesThatAreNone) {
  for (const std::string time :
       {"201", "20150830T123600", "20151330T123600Z", "20150230T123600Z", "20150830T243600Z", "20150830 123600Z",
        "20150830T-03600Z", "+0150830T123600Z", "20150830T123600z", "Sun, 30 Aug 2015 12:36:00 GMT"}) {
    ExpectError(
        Sent{.time = time}.Check(), ErrorCode::kIncompleteSignature,
        "Date must be in ISO-8601 'basic format'. Got '" + time + "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
}

TEST(SignatureCheckTest, RefusesTheForm) {
  ExpectError(Sent{.signed_names = {"x-amz-date"}}.Check(), ErrorCode::kInvalidSignature,
              "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  ExpectError(Sent{.algorithm = "AWS4-HMAC-SHA25"}.Check(), ErrorCode::kIncompleteSignature,
              "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ");
  ExpectError(Sent{.credential = "a/b/c/d"}.Check(), ErrorCode::kIncompleteSignature,
              "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
              "'a/b/c/d'");
  ExpectError(Sent{.credential = "a/b/C/d/e"}.Check(), ErrorCode::kInvalidSignature,
              "Credential should be scoped to a valid region, not 'C'. Credential should be scoped to correct service: "
              "'dynamodb'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in "
              "Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20150830', "
              "from '20150830T123600Z'.");
}

TEST(SignatureCheckTest, WantsSignedWhatItActsOn) {
  ExpectError(Sent{.signed_names = {"host"}}.Check(), ErrorCode::kInvalidSignature,
              "'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.");
  Sent sent{.more = {{"x-amz-target", "DynamoDB_20120810.DeleteTable"}}};
  ExpectError(sent.Check(), ErrorCode::kInvalidSignature,
              "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
  sent.signed_names.push_back("x-amz-target");
  EXPECT_TRUE(sent.Check());
  EXPECT_FALSE((Sent{.more = {{"x-amz-invocation-type", "Event"}}}.Check()));
  EXPECT_TRUE((Sent{.more = {{"x-amzn-trace-id", "Root=1"}, {"user-agent", "x"}}}.Check()));
}

TEST(SignatureCheckTest, RefusesTwoAuthorizations) {
  EXPECT_FALSE((Sent{.more = {{"authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e"}}}.Check()));
}

TEST(SignatureCheckTest, RefusesKeysAndTokensItDoesNotKnow) {
  ExpectError(Sent{.credential = "AKIDNOBODY/20150830/eu-west-1/dynamodb/aws4_request"}.Check(),
              ErrorCode::kUnrecognizedClient, "The security token included in the request is invalid.");
  ExpectError(Sent{.token = "stray"}.Check(), ErrorCode::kUnrecognizedClient,
              "The security token included in the request is invalid");
  const std::string passing = "ASIDEXAMPLE/20150830/eu-west-1/dynamodb/aws4_request";
  for (const std::string token : {"", "token/1", "token/2="}) {
    ExpectError(Sent{.keys = kPassing, .credential = passing, .token = token}.Check(), ErrorCode::kUnrecognizedClient,
                "The security token included in the request is invalid");
  }
}

TEST(SignatureCheckTest, TellsWhatShouldHaveBeenSigned) {
  const std::string expected =
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
      "and signing method. Consult the service documentation for details.\n\n"
      "The Canonical String for this request should have been\n"
      "'POST\n/\n\nhost:localhost:8000\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'\n\n"
      "The String-to-Sign should have been\n"
      "'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/eu-west-1/dynamodb/aws4_request\n" +
      Sha256Hex(
          "POST\n/\n\nhost:localhost:8000\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"
          "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a") +
      "'\n";
  ExpectError(Sent{.signed_body = "{ }"}.Check(), ErrorCode::kInvalidSignature, expected);
  ExpectError(Sent{.signature = std::string(64, '0')}.Check(), ErrorCode::kInvalidSignature, expected);
  ExpectError(Sent{.signature = "0"}.Check(), ErrorCode::kInvalidSignature, expected);
  ExpectError(Sent{.keys = {"AKIDEXAMPLE", "wrong"}}.Check(), ErrorCode::kInvalidSignature, expected);
}

// A URL signed for `expires` seconds at kNow - `age`.
Result<void> CheckUrl(std::int64_t expires, std::int64_t age, std::string_view append = "") {
  const std::string time = age == 0 ? "20150830T123600Z" : age == 600 ? "20150830T122600Z" : "20150830T113600Z";
  const std::string query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Feu-west-1%2Fdynamodb%2Faws4_request"
      "&X-Amz-Date=" +
      time + "&X-Amz-Expires=" + std::to_string(expires) + "&X-Amz-SignedHeaders=host";
  GivenHeaders headers;
  headers.list = {{"host", "localhost:8000"}};
  const SignedParts parts{"POST", "/", query, {{"host", "localhost:8000"}}, Sha256Hex("{}")};
  const std::string signed_query =
      query + "&X-Amz-Signature=" +
      Sign(DeriveSigningKey("secret", kScope), StringToSign(time, kScope, CanonicalRequest(parts))) +
      std::string(append);
  std::string body = "{}";
  const SignatureCheck check({kLasting}, std::make_shared<ManualClock>(EpochMillis{kNow * 1000}));
  return check.Check({"POST", "/", signed_query, body, body, headers}, "dynamodb");
}

TEST(SignatureCheckTest, ReadsSignaturesOfQueries) {
  EXPECT_TRUE(CheckUrl(300, 0));
  EXPECT_TRUE(CheckUrl(3600, 600));
  EXPECT_TRUE(CheckUrl(3600, 3600));
  EXPECT_TRUE(CheckUrl(604800, 600));
  ExpectError(CheckUrl(300, 600), ErrorCode::kInvalidSignature,
              "Signature expired: 20150830T122600Z is now earlier than 20150830T123100Z (20150830T123600Z - 5 min.)");
  ExpectError(CheckUrl(604801, 0), ErrorCode::kIncompleteSignature,
              "X-Amz-Expires should be a number of at most 604800 seconds");
  const Result<void> changed = CheckUrl(300, 0, "&more=1");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kInvalidSignature);
}

}  // namespace
}  // namespace dynarock
