#include "tools/cruddur/dynamodb_client.h"

#include <utility>

#include "tools/client/command_error.h"

namespace dynarock::cruddur {
namespace {

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
    : connection_(url), region_(std::move(region)), keys_(CallersKeys()) {}

rapidjson::Document DynamoDbClient::Call(std::string_view operation, const std::string& body) {
  const Endpoint& endpoint = connection_.endpoint();
  HttpCall call{.target = endpoint.target,
                .headers = {{"Content-Type", "application/x-amz-json-1.0"},
                            {"X-Amz-Target", "DynamoDB_20120810." + std::string(operation)}},
                .body = body};
  SignCall(endpoint, region_, "dynamodb", keys_, call);
  call.headers.emplace_back("User-Agent", "dynarock-cruddur");
  const HttpAnswer answer = connection_.Exchange(call);
  rapidjson::Document reply;
  reply.Parse(answer.body.data(), answer.body.size());
  const bool is_object = !reply.HasParseError() && reply.IsObject();
  if (is_object && answer.status == 200) return reply;
  if (is_object && reply.HasMember("__type")) ThrowServiceError(endpoint, operation, reply);
  throw CommandError(endpoint.url + " answered with HTTP status " + std::to_string(answer.status) +
                     " and not as DynamoDB does: give the database's address with --endpoint.");
}

}  // namespace dynarock::cruddur
