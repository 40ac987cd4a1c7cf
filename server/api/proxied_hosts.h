// Hosts that we answer for when a client takes us for its proxy.
#pragma once

#include <string_view>

#include "server/http/certificates.h"

namespace dynarock {

// True for AWS's names of DynamoDB, its streams and Lambda in any region and partition, for this machine, addresses and
// names without a dot (compose services); false for everything else of the world.
bool AnswersForHost(std::string_view host);

// AWS's domains, and IsAwsHost.
ProxiedNames AwsNames();

// Whether it is one of AWS's names of our services.
bool IsAwsHost(std::string_view host);

}  // namespace dynarock
