#include "conformance/stream_walk.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "conformance/json_match.h"
#include "engine/base/joined.h"

namespace dynarock::conformance {
namespace {

using Document = rapidjson::Document;

// An answer that is not of status 200.
struct Refused {
  Answer answer;
};

class StreamWalk {
 public:
  StreamWalk(Target& target, const Json& request) : target_(target) {
    if (const Json* keys = FindField(request, "Keys")) keys_ = keys;
    const Document table = Call("DescribeTable", R"({"TableName":)" + JsonText(request["TableName"]) + "}");
    if (!table["Table"].HasMember("LatestStreamArn")) throw std::runtime_error("the table has no stream");
    arn_ = JsonText(table["Table"]["LatestStreamArn"]);
  }

  std::string Records() {
    std::string start;
    do {
      const Document reply =
          Call("DescribeStream",
               R"({"StreamArn":)" + arn_ + (start.empty() ? "" : R"(,"ExclusiveStartShardId":)" + start) + "}");
      const Json& description = reply["StreamDescription"];
      for (const Json& shard : description["Shards"].GetArray()) ReadShard(JsonText(shard["ShardId"]));
      start = description.HasMember("LastEvaluatedShardId") ? JsonText(description["LastEvaluatedShardId"]) : "";
    } while (!start.empty());
    std::sort(records_.begin(), records_.end());
    return R"({"Records":[)" + Joined(records_, ",", &Record::json) + "]}";
  }

 private:
  struct Record {
    std::string number;
    std::string json;
    // Numbers grow, and so does their length.
    bool operator<(const Record& other) const {
      return number.size() != other.number.size() ? number.size() < other.number.size() : number < other.number;
    }
  };

  Document Call(std::string_view operation, const std::string& body) {
    const Answer answer = target_.Call(operation, body);
    Document reply;
    if (answer.status != 200 || !ParseJson(answer.body, reply)) throw Refused{answer};
    return reply;
  }

  void ReadShard(const std::string& shard_id) {
    const Document start = Call("GetShardIterator", R"({"StreamArn":)" + arn_ + R"(,"ShardId":)" + shard_id +
                                                        R"(,"ShardIteratorType":"TRIM_HORIZON"})");
    std::string iterator = JsonText(start["ShardIterator"]);
    // An open shard has no end: it is read when a page is empty.
    for (bool more = true; more;) {
      const Document page = Call("GetRecords", R"({"ShardIterator":)" + iterator + "}");
      for (const Json& record : page["Records"].GetArray()) Take(record);
      more = !page["Records"].Empty() && page.HasMember("NextShardIterator");
      if (more) iterator = JsonText(page["NextShardIterator"]);
    }
  }

  void Take(const Json& record) {
    const Json& change = record["dynamodb"];
    if (keys_ && change["Keys"] != *keys_) return;
    records_.push_back({change["SequenceNumber"].GetString(), JsonText(record)});
  }

  Target& target_;
  const Json* keys_ = nullptr;
  std::string arn_;  // as JSON
  std::vector<Record> records_;
};

}  // namespace

Answer ReadStream(Target& target, const std::string& request) {
  Document document;
  if (!ParseJson(request, document) || !document.IsObject() || !document.HasMember("TableName")) {
    throw std::runtime_error("ReadStream needs a TableName");
  }
  try {
    return {200, StreamWalk(target, document).Records()};
  } catch (const Refused& refused) {
    return refused.answer;
  }
}

}  // namespace dynarock::conformance
