// Whether a request is signed by one of the keys we know. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "engine/base/clock.h"
#include "engine/base/result.h"
#include "protocol/sigv4/credentials.h"
#include "protocol/sigv4/signature.h"
#include "server/http/http_message.h"

namespace dynarock {

class SignatureCheck {
 public:
  SignatureCheck(const std::vector<Credentials>& credentials, std::shared_ptr<const Clock> clock);

  // `service` is the name that the credentials' scope must have. Signatures are in the header or in the query.
  // Errors, in AWS's order: kMissingAuthenticationToken, kIncompleteSignature, kInvalidSignature, kUnrecognizedClient.
  // Requires: HttpServerOptions::keep_wire_body.
  Result<void> Check(const HttpRequest& request, std::string_view service) const;

 private:
  SigningKey KeyFor(const Credentials& credentials, const SignatureScope& scope) const;

  std::map<std::string, Credentials> credentials_;  // by access key id
  const std::shared_ptr<const Clock> clock_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, SigningKey> keys_;  // by key id and scope; a day's are few
};

}  // namespace dynarock
