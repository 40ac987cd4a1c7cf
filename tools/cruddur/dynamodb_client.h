// A small blocking DynamoDB client: one kept-alive connection, one request after the other.
#pragma once

#include <rapidjson/document.h>

#include <memory>
#include <string>
#include <string_view>

#include "tools/cruddur/endpoint.h"

namespace dynarock::cruddur {

class DynamoDbClient {
 public:
  // Connects at the first call. `region` goes into the credential scope.
  // Errors: CommandError if `url` is not http://host[:port].
  DynamoDbClient(const std::string& url, std::string region);
  ~DynamoDbClient();
  DynamoDbClient(const DynamoDbClient&) = delete;
  DynamoDbClient& operator=(const DynamoDbClient&) = delete;

  // The reply to `operation` (e.g. "PutItem") with the JSON `body`; always an object.
  // Errors: ServiceError for an error reply; CommandError if there is no reply at all, or none of a DynamoDB.
  rapidjson::Document Call(std::string_view operation, const std::string& body);

 private:
  struct Connection;
  struct Request;
  struct Response;

  // Sends over a new connection, or over the kept one; a kept one that was closed meanwhile is made anew once.
  Response Exchange(const Request& request);
  void Connect();

  Endpoint endpoint_;
  std::string region_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace dynarock::cruddur
