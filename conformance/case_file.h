// A file of cases: requests and the replies DynamoDB gives to them. README.md gives the format.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error_json.h"

namespace dynarock::conformance {

// What is wrong with a case file, with its path and line in front.
struct CaseError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One expected reply: a JSON pattern, or an error's name and message.
struct Expectation {
  int line = 0;
  int status = 200;
  std::optional<Wording> wording;  // of every wording if absent
  bool is_enveloped = false;       // the current wording has "1 validation error detected: " in front
  std::string json;                // empty for an error given by name
  std::string error_name;
  std::optional<std::string> message;  // any if absent
};

// A request and what may be answered. Without an expectation the reply must be of status 200.
struct Exchange {
  int line = 0;
  std::string operation;
  std::string body;                    // as it is sent, but for variables and generators
  std::chrono::milliseconds clock{0};  // moves the clock instead of sending anything
  std::vector<Expectation> expected;
};

struct Case {
  int line = 0;
  std::string title;
  std::vector<Exchange> exchanges;
};

struct CaseFile {
  std::string path;
  std::string family;  // name of the file's folder
  std::string source;
  Case set_up;  // what stands before the first case
  std::vector<Case> cases;
};

// Errors: CaseError.
CaseFile ParseCaseFile(const std::string& path, std::string_view text);
CaseFile ReadCaseFile(const std::string& path);

// The body of CreateTable for "$t pk:S sk:N" and lines like "gsi by_group group:S sk:S ALL" and
// "stream KEYS_ONLY".
// Errors: std::invalid_argument with what is wrong.
std::string CreateTableBody(const std::vector<std::string>& lines);

}  // namespace dynarock::conformance
