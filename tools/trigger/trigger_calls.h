// What each `dynarock trigger` command asks of the server.
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/client/caller.h"
#include "tools/client/http_connection.h"

namespace dynarock::trigger {

// The options of `trigger add`; what is not set is left to the server.
struct AddOptions {
  std::string table;   // or `stream`
  std::string stream;  // an ARN
  std::string function;
  std::string handler;  // path of a file or directory
  std::string url;
  std::string builtin;
  std::string runtime;
  std::string entry;                     // "file.function"
  std::vector<std::string> environment;  // "NAME=value"
  std::vector<std::string> filters;
  std::string starting_position = "LATEST";
  std::string on_failure;
  std::map<std::string, std::int64_t> numbers;  // by the member of CreateEventSourceMapping
  std::optional<std::int64_t> timeout;
  bool bisect = false;
  bool report_failures = false;
};

// All throw CommandError with one sentence.
class TriggerCalls {
 public:
  TriggerCalls(const std::string& url, std::string region)
      : connection_(url), region_(std::move(region)), keys_(CallersKeys()) {}

  // Makes or changes the function where code is given, then the mapping. Gives the mapping's JSON.
  rapidjson::Document Add(const AddOptions& options);
  // {"Triggers": [...]}
  rapidjson::Document List();
  // `id` is a uuid, or the name of a function with one mapping.
  void Remove(const std::string& id);
  void Change(const std::string& id, const std::string& action);
  // Calls of functions behind the `after`th; waits for one. Nothing: from the next one on.
  rapidjson::Document CallsAfter(std::optional<std::int64_t> after);

 private:
  HttpAnswer Exchange(HttpCall call, int seconds = 30);
  rapidjson::Document Ask(HttpCall call, int seconds = 30);
  std::string UuidOf(const std::string& id);
  void MakeFunction(const AddOptions& options, const std::string& name);

  HttpConnection connection_;
  const std::string region_;
  Credentials keys_;
};

}  // namespace dynarock::trigger
