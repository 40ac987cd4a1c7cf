// The settings family on the wire: time to live, continuous backups, policies, insights, Kinesis destinations, and what
// the service tells of itself.
#pragma once

#include <span>

#include "protocol/operation.h"

namespace dynarock {

std::span<const Operation> SettingOperations();

}  // namespace dynarock
