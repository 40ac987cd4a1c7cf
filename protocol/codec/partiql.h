// The PartiQL family on the wire: its rows of the operation table.
#pragma once

#include <span>

#include "protocol/operation.h"

namespace dynarock {

std::span<const Operation> StatementOperations();

}  // namespace dynarock
