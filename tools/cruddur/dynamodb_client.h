// A small blocking DynamoDB client: one kept-alive connection, one request after the other.
#pragma once

#include <rapidjson/document.h>

#include <string>
#include <string_view>

#include "tools/client/caller.h"
#include "tools/client/http_connection.h"

namespace dynarock::cruddur {

class DynamoDbClient {
 public:
  // Connects at the first call. `region` goes into the credential scope.
  // Errors: CommandError if `url` is not http://host[:port].
  DynamoDbClient(const std::string& url, std::string region);

  // The reply to `operation` (e.g. "PutItem") with the JSON `body`; always an object.
  // Errors: ServiceError for an error reply; CommandError if there is no reply at all, or none of a DynamoDB.
  rapidjson::Document Call(std::string_view operation, const std::string& body);

 private:
  HttpConnection connection_;
  std::string region_;
  Credentials keys_;
};

}  // namespace dynarock::cruddur
