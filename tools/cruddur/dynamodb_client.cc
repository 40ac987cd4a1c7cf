#include "tools/cruddur/dynamodb_client.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "tools/client/command_error.h"
#include "tools/cruddur/iso_time.h"

namespace dynarock::cruddur {
namespace {

// The form of a SigV4 signature with the user's key id and no secret: local databases do not check it.
std::string Authorization(const std::string& region, const std::string& date) {
  const char* key = std::getenv("AWS_ACCESS_KEY_ID");
  return std::string("AWS4-HMAC-SHA256 Credential=") + (key != nullptr && *key != '\0' ? key : "local") + "/" + date +
         "/" + region +
         "/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + std::string(64, '0');
}

// Now in SigV4's basic form, e.g. 20261120T183200Z.
std::string BasicTimeNow() {
  const std::string time = FormatIsoTime(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  std::string basic;
  for (const char letter : time.substr(0, time.find('+'))) {
    if (letter != '-' && letter != ':') basic += letter;
  }
  return basic + "Z";
}

// A member of an error reply; some servers write Message for message.
std::string TextMember(const rapidjson::Document& reply, const char* name) {
  const auto member = reply.FindMember(name);
  return member != reply.MemberEnd() && member->value.IsString() ? member->value.GetString() : "";
}

[[noreturn]] void ThrowServiceError(const Endpoint& endpoint, std::string_view operation,
                                    const rapidjson::Document& reply) {
  std::string type = TextMember(reply, "__type");
  type.erase(0, type.find('#') + 1);
  std::string message = TextMember(reply, "message");
  if (message.empty()) message = TextMember(reply, "Message");
  throw ServiceError(
      endpoint.url + " refused " + std::string(operation) + " with " + type + (message.empty() ? "." : ": " + message),
      type);
}

}  // namespace

DynamoDbClient::DynamoDbClient(const std::string& url, std::string region)
    : connection_(url), region_(std::move(region)) {}

rapidjson::Document DynamoDbClient::Call(std::string_view operation, const std::string& body) {
  const std::string time = BasicTimeNow();
  const Endpoint& endpoint = connection_.endpoint();
  const HttpAnswer answer =
      connection_.Exchange({.target = endpoint.path,
                            .headers = {{"User-Agent", "dynarock-cruddur"},
                                        {"Content-Type", "application/x-amz-json-1.0"},
                                        {"X-Amz-Target", "DynamoDB_20120810." + std::string(operation)},
                                        {"X-Amz-Date", time},
                                        {"Authorization", Authorization(region_, time.substr(0, 8))}},
                            .body = body});
  rapidjson::Document reply;
  reply.Parse(answer.body.data(), answer.body.size());
  const bool is_object = !reply.HasParseError() && reply.IsObject();
  if (is_object && answer.status == 200) return reply;
  if (is_object && reply.HasMember("__type")) ThrowServiceError(endpoint, operation, reply);
  throw CommandError(endpoint.url + " answered with HTTP status " + std::to_string(answer.status) +
                     " and not as a DynamoDB does: give the database's address by --endpoint.");
}

}  // namespace dynarock::cruddur
