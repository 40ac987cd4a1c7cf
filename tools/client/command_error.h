// What a command throws when it can't go on: one sentence that tells the user what to do.
#pragma once

#include <stdexcept>
#include <string>

namespace dynarock {

// The message is one whole sentence for stderr; the process then exits with 1.
class CommandError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An error reply of the database.
class ServiceError : public CommandError {
 public:
  // `type` is the short name, e.g. ResourceNotFoundException.
  ServiceError(const std::string& sentence, std::string type) : CommandError(sentence), type_(std::move(type)) {}

  const std::string& type() const { return type_; }

 private:
  std::string type_;
};

}  // namespace dynarock
