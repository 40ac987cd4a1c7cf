#include "engine/base/error.h"

#include <utility>

#include "engine/base/result.h"

namespace dynarock {

void OptionalError::Delete::operator()(ApiError* error) const {
  delete error;
}

void OptionalError::Set(ApiError error) {
  error_.reset(new ApiError(std::move(error)));
}

ApiError ValidationError(std::string message) {
  return {ErrorCode::kValidation, std::move(message), {}};
}

ApiError EmptyKeyError(std::string message) {
  return {ErrorCode::kEmptyKey, std::move(message), {}};
}

ApiError DuplicateItemError() {
  return {ErrorCode::kDuplicateItem, "Duplicate primary key exists in table", {}};
}

ApiError RequestError(std::string message) {
  return {ErrorCode::kRequestValidation, std::move(message), {}};
}

ApiError RequestError(std::string message, std::string classic_message) {
  ApiError error = RequestError(std::move(message));
  error.classic_message = std::move(classic_message);
  return error;
}

ApiError AsLocal(ApiError error, std::string local_message) {
  error.local_message = std::move(local_message);
  return error;
}

ApiError InternalError(std::string message) {
  return {ErrorCode::kInternal, std::move(message), {}};
}

ApiError Prefixed(const std::string& prefix, ApiError error) {
  error.message.insert(0, prefix);
  if (!error.classic_message.empty()) error.classic_message.insert(0, prefix);
  error.local_message.clear();
  return error;
}

void DeleteError::operator()(ApiError* error) const {
  delete error;
}

Failure MakeFailure(ApiError&& error) {
  return Failure(new ApiError(std::move(error)));
}

ApiError InvalidParameter(const std::string& why) {
  return ValidationError("One or more parameter values were invalid: " + why);
}

}  // namespace dynarock
