// The file of triggers: functions and event source mappings that the server has from its start.
//
// {
//   "Functions": [{"FunctionName": "notify", "Code": "handlers/notify.py"}],
//   "EventSourceMappings": [{"Table": "orders", "FunctionName": "notify", "BatchSize": 10}]
// }
//
// The members are those of CreateFunction and CreateEventSourceMapping, but: Code is the path of a handler's file or
// directory, from the file's own directory; instead of it there may be Url or Builtin; Runtime and Handler may be left
// out where Code is a file; Role is not needed; Table may stand for EventSourceArn, of a table that need not be there
// yet.
#pragma once

#include <string>
#include <vector>

#include "engine/database/database.h"
#include "engine/triggers/event_source_mapping.h"
#include "server/lambda/function.h"

namespace dynarock {

struct TriggerFile {
  std::vector<FunctionDefinition> functions;
  std::vector<EventSourceMapping> mappings;
};

// `identity` completes the ARNs of tables; `surroundings` say which destinations and URLs there may be.
// Errors: kInternal with one sentence a mistake, a line each.
Result<TriggerFile> ReadTriggerFile(const std::string& path, const Identity& identity,
                                    const FunctionSurroundings& surroundings);

// What a handler's file says of itself: "notify.py" is run by Python and has notify.lambda_handler.
// Errors: kInternal with a sentence: there is no such file, it is of no kind that can be run.
Result<void> UseHandlerPath(const std::string& path, FunctionDefinition& function);

}  // namespace dynarock
