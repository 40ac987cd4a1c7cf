// Checks a request's JSON against its shape, so that decoding is plain assignment.
#pragma once

#include "engine/base/result.h"
#include "protocol/json.h"
#include "protocol/shape.h"

namespace dynarock {

// How an operation reports more than one broken constraint.
enum class Collecting {
  kAll,  // the older layer of checks: up to ten in one message
  // The newer layer, for a request that has all its required members.
  kNewerRead,   // an enum that it knows by `newer_enum` is told alone and bare
  kNewerWrite,  // so is an empty table name
  kFirstEnum,   // as kNewerWrite; stops behind the first enum that is broken
  kKeysLast,    // a map's keys are told only if all else is well
};

// First all types: kSerialization for the first that is wrong. Then all constraints: kValidation,
// "N validation errors detected: ...; ...".
// Observed: conformance/cases/protocol/field_types.case, constraints.case
Result<void> ValidateShape(const Json& body, const Shape& structure, Collecting collecting = Collecting::kAll);

}  // namespace dynarock
