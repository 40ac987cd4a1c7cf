// One operation of the API: its request's shape, and what answers it.
#pragma once

#include "engine/requests/call_context.h"
#include "protocol/error_json.h"
#include "protocol/json.h"
#include "protocol/shape.h"
#include "protocol/shape_validator.h"

namespace dynarock {

using OperationHandler = Result<void> (*)(const CallContext& context, const Json& body, JsonWriter& out);

struct Operation {
  std::string_view name;
  Shape shape;
  OperationHandler handle;
  CheckLayer layer = CheckLayer::kOlder;
  Collecting collecting = Collecting::kAll;  // in the current wording; the others collect all
  bool joins_turn = false;                   // it writes one item, and tells of it no sooner than its turn is finished
  bool makes_tables = false;                 // so a caller's first call of it makes the caller's database
};

constexpr Shape Structure(std::span<const Field> fields) {
  return {.kind = ShapeKind::kStructure, .fields = fields};
}

// Decode, run, encode: Handle<DecodePutItem, PutItem, EncodePutItem>.
template <auto Decode, auto Run, auto Encode>
Result<void> Handle(const CallContext& context, const Json& body, JsonWriter& out) {
  const auto request = Decode(body);
  TRY(const auto response, Run(context, request));
  Encode(response, out);
  return {};
}

}  // namespace dynarock
