#include "protocol/operation.h"

namespace dynarock {

ApiError CallBody::Refusal() const {
  if (auto shape = ValidateShape(json, operation.request, collecting); !shape) return std::move(shape.error());
  return InternalError("a request of " + std::string(operation.name) + " was refused without a reason");
}

}  // namespace dynarock
