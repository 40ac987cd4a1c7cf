// Cases over HTTP: one kept-alive connection to an endpoint.
#pragma once

#include "conformance/target.h"

namespace dynarock::conformance {

// `url` is http://host[:port]. The key id of the environment (AWS_ACCESS_KEY_ID) and its region go into the
// Authorization header, without a true signature. Errors: std::runtime_error.
std::unique_ptr<Target> OpenEndpoint(const std::string& url);

}  // namespace dynarock::conformance
