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

ApiError RequestError(std::string message) {
  return {ErrorCode::kRequestValidation, std::move(message), {}};
}

ApiError InternalError(std::string message) {
  return {ErrorCode::kInternal, std::move(message), {}};
}

ApiError InvalidParameter(const std::string& why) {
  return ValidationError("One or more parameter values were invalid: " + why);
}

ApiError InvalidRequestParameter(const std::string& why) {
  ApiError error = InvalidParameter(why);
  error.code = ErrorCode::kRequestValidation;
  return error;
}

ApiError WithFacts(ApiError error, ErrorFacts facts) {
  error.facts = std::move(facts);
  return error;
}

ApiError Prefixed(const std::string& prefix, ApiError error) {
  error.message.insert(0, prefix);
  error.facts.prefix.insert(0, prefix);
  return error;
}

ApiError Suffixed(ApiError error, const std::string& suffix) {
  error.message += suffix;
  error.facts.suffix += suffix;
  return error;
}

void DeleteError::operator()(ApiError* error) const {
  delete error;
}

Failure MakeFailure(ApiError&& error) {
  return Failure(new ApiError(std::move(error)));
}

}  // namespace dynarock
