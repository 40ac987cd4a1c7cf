#include "engine/partiql/statement_errors.h"

#include <utility>

namespace dynarock::errors {

ApiError InvalidNextToken() {
  return ValidationError("Invalid NextToken");
}

ApiError NextTokenOfAnotherRequest() {
  return ValidationError("NextToken does not match request");
}

ApiError ExistsOutsideTransaction() {
  return ValidationError("EXISTS can only be used in ExecuteTransaction write requests.");
}

ApiError OfStatement(ApiError error) {
  error.code = ErrorCode::kValidation;
  return error;
}

}  // namespace dynarock::errors
