#include "server/lambda/mapping_json.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

FunctionSurroundings Surroundings() {
  FunctionSurroundings surroundings;
  surroundings.region = "eu-west-1";
  surroundings.account_id = "000000000000";
  surroundings.destinations = "/tmp/failures";
  return surroundings;
}

Result<EventSourceMapping> Decode(const std::string& text) {
  const JsonText json(text);
  return DecodeNewMapping(*json.json(), Surroundings());
}

// CreateEventSourceMapping with these members beside those that must be there.
std::string Body(const std::string& members) {
  return R"({"FunctionName":"f","EventSourceArn":"arn","StartingPosition":"LATEST")" +
         (members.empty() ? "" : "," + members) + "}";
}

TEST(MappingJson, LeavesDefaults) {
  const auto mapping = Decode(Body(""));
  ASSERT_TRUE(mapping) << mapping.error().message;
  EXPECT_EQ(mapping->event_source_arn, "arn");
  EXPECT_EQ(mapping->function_name, "f");
  EXPECT_EQ(mapping->starting_position, StartingPosition::kLatest);
  EXPECT_EQ(mapping->batch_size, 100);
  EXPECT_EQ(mapping->maximum_retry_attempts, -1);
  EXPECT_TRUE(mapping->enabled);
  EXPECT_FALSE(mapping->bisect_on_error);
  EXPECT_TRUE(mapping->filters.empty());
}

TEST(MappingJson, DecodesAllMembers) {
  const auto mapping = Decode(
      R"({"FunctionName":"arn:aws:lambda:eu-west-1:000000000000:function:g","EventSourceArn":"arn",)"
      R"("StartingPosition":"TRIM_HORIZON","BatchSize":7,"MaximumBatchingWindowInSeconds":8,"ParallelizationFactor":1,)"
      R"("MaximumRetryAttempts":9,"MaximumRecordAgeInSeconds":60,"TumblingWindowInSeconds":10,"Enabled":false,)"
      R"("BisectBatchOnFunctionError":true,"FunctionResponseTypes":["ReportBatchItemFailures"],)"
      R"("DestinationConfig":{"OnFailure":{"Destination":"file://x"}},)"
      R"("FilterCriteria":{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"}]}})");
  ASSERT_TRUE(mapping) << mapping.error().message;
  EXPECT_EQ(mapping->function_name, "g");
  EXPECT_EQ(mapping->starting_position, StartingPosition::kTrimHorizon);
  EXPECT_EQ(mapping->batch_size, 7);
  EXPECT_EQ(mapping->maximum_batching_window, 8);
  EXPECT_EQ(mapping->maximum_retry_attempts, 9);
  EXPECT_EQ(mapping->maximum_record_age, 60);
  EXPECT_EQ(mapping->tumbling_window, 10);
  EXPECT_FALSE(mapping->enabled);
  EXPECT_TRUE(mapping->bisect_on_error);
  EXPECT_TRUE(mapping->report_batch_item_failures);
  EXPECT_EQ(mapping->on_failure, "file://x");
  EXPECT_EQ(mapping->filters, std::vector<std::string>{R"({"eventName":["INSERT"]})"});
}

TEST(MappingJson, RefusesOthers) {
  const auto destination = [](const std::string& text) {
    return Body(R"("DestinationConfig":{"OnFailure":{"Destination":")" + text + "\"}}");
  };
  const std::pair<std::string, const char*> wrong[] = {
      {"{}", "Value null at 'functionName'"},
      {R"({"FunctionName":"f"})", "Unrecognized event source."},
      {R"({"FunctionName":"f","EventSourceArn":"arn"})", "Value null at 'startingPosition'"},
      {R"({"FunctionName":"f","EventSourceArn":"arn","StartingPosition":"NOW"})", "Member must satisfy enum value set"},
      {R"({"FunctionName":"f","EventSourceArn":"arn","StartingPosition":"AT_TIMESTAMP"})",
       "Unsupported starting position"},
      {R"({"FunctionName":"f g","EventSourceArn":"arn","StartingPosition":"LATEST"})", "'functionName' failed"},
      {R"({"FunctionName":7})", "The value of FunctionName is no string."},
      {Body(R"("BatchSize":0)"), "batchSize"},
      {Body(R"("BatchSize":10001)"), "batchSize"},
      {Body(R"("BatchSize":"1")"), "The value of BatchSize is no integer."},
      {Body(R"("MaximumRecordAgeInSeconds":59)"), "between 60 and 604800"},
      {Body(R"("TumblingWindowInSeconds":1,"ParallelizationFactor":2)"), "Tumbling window is not supported"},
      {Body(R"("Enabled":"true")"), "The value of Enabled is no boolean."},
      {Body(R"("FunctionResponseTypes":"ReportBatchItemFailures")"), "is no list."},
      {Body(R"("FunctionResponseTypes":["Other"])"), "'functionResponseTypes' failed"},
      {Body(R"("FilterCriteria":[])"), "is no object."},
      {Body(R"("FilterCriteria":{"Filters":[1]})"), "A filter is no object."},
      {Body(R"("FilterCriteria":{"Filters":[{}]})"), "Invalid filter pattern definition."},
      {Body(R"("FilterCriteria":{"Filters":[{"Pattern":"{"}]})"), "Invalid filter pattern definition."},
      {destination("https://example.com/"), "is not one that can be used"},
      {destination("http://8.8.8.8/"), "--function-hosts"},
      {destination("file://../x"), "file"},
      {destination("x"), "is not one that can be used"},
      {destination("arn:" + std::string(2048, 'a')), "is not one that can be used"},
  };
  for (const auto& [body, message] : wrong) {
    const auto mapping = Decode(body);
    ASSERT_FALSE(mapping) << body;
    EXPECT_NE(mapping.error().message.find(message), std::string::npos) << body << "\n" << mapping.error().message;
  }
}

TEST(MappingJson, AChangeLeavesTheRest) {
  auto mapping = Decode(Body(R"("BatchSize":7,"DestinationConfig":{"OnFailure":{"Destination":"arn:x"}})"));
  ASSERT_TRUE(mapping);
  const JsonText change(R"({"Enabled":false,"FunctionName":null})");
  ASSERT_TRUE(DecodeMappingChange(*change.json(), Surroundings(), *mapping));
  EXPECT_FALSE(mapping->enabled);
  EXPECT_EQ(mapping->batch_size, 7);
  EXPECT_EQ(mapping->function_name, "f");
  EXPECT_EQ(mapping->on_failure, "arn:x");
  const JsonText clear(R"({"DestinationConfig":{}})");
  ASSERT_TRUE(DecodeMappingChange(*clear.json(), Surroundings(), *mapping));
  EXPECT_EQ(mapping->on_failure, "");
}

TEST(MappingJson, WritesWhatLambdaShows) {
  auto mapping = Decode(Body(R"("FilterCriteria":{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"}]})"));
  ASSERT_TRUE(mapping) << mapping.error().message;
  mapping->uuid = "u";
  mapping->modified = {1500};
  const MappingStatus status{*mapping, "OK", {}, {}};
  const auto shown = [&](std::string_view state) {
    return WrittenJson([&](JsonWriter& out) { WriteMapping(out, status, Surroundings(), state); });
  };
  const JsonText text(shown(""));
  const Json& json = *text.json();
  EXPECT_EQ(TextOf(json["UUID"]), "u");
  EXPECT_EQ(TextOf(json["StartingPosition"]), "LATEST");
  EXPECT_EQ(TextOf(json["FunctionArn"]), "arn:aws:lambda:eu-west-1:000000000000:function:f");
  EXPECT_EQ(json["LastModified"].GetDouble(), 1.5);
  EXPECT_EQ(TextOf(json["State"]), "Enabled");
  EXPECT_EQ(TextOf(json["FilterCriteria"]["Filters"][0]["Pattern"]), R"({"eventName":["INSERT"]})");
  EXPECT_TRUE(json["FunctionResponseTypes"].Empty());
  EXPECT_EQ(TextOf((*JsonText(shown("Creating")).json())["State"]), "Creating");
}

}  // namespace
}  // namespace dynarock
