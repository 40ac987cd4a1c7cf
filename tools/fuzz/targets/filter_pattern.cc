// Filter patterns of event source mappings: the first line a pattern, the rest an event.
#include "protocol/json.h"
#include "server/lambda/event_filter.h"
#include "tools/fuzz/targets/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const auto [pattern, event] = FirstLine(TextOf(data, size));
  const auto filter = EventFilter::Compile(std::string(pattern));
  if (!filter) {
    Expect(!filter.error().message.empty(), "an error has a message");
    return 0;
  }
  const JsonText json{std::string(event)};
  if (!json.json()) return 0;
  const bool matches = filter->Matches(*json.json());
  Expect(filter->Matches(*json.json()) == matches, "an event matches each time");
  return 0;
}
