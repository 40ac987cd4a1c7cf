// Tokens that we have made and that a client sends back: cut, lengthened, edited, and with the largest numbers that
// fit.
#include <gtest/gtest.h>

#include <limits>

#include "engine/streams/shard_iterator.h"
#include "protocol/dispatcher.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

class ForgedTokens : public testing::Test {
 protected:
  ForgedTokens()
      : databases_(
            std::move(*Databases::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>()))),
        dispatcher_(*databases_, {}) {
    Send("DynamoDB_20120810.CreateTable",
         R"({"TableName":"told","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
         R"({"AttributeName":"sk","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
         R"({"AttributeName":"sk","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST",)"
         R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    for (const char* sk : {"1", "2", "3"}) {
      Send("DynamoDB_20120810.PutItem",
           R"({"TableName":"told","Item":{"pk":{"S":"a"},"sk":{"N":")" + std::string(sk) + R"("}}})");
    }
  }

  std::string Send(const std::string& target, std::string body) {
    const Result<void> authentication;
    const std::string sent = body;
    const Reply reply = dispatcher_.Dispatch({target, body, authentication}, scratch_);
    status_ = reply.status;
    EXPECT_TRUE(reply.status == 200 || reply.status == 400) << sent << "\n" << reply.body;
    return std::string(reply.body);
  }

  // The text of a member of a reply.
  static std::string Member(const std::string& reply, const std::string& name) {
    const std::size_t place = reply.find("\"" + name + "\":\"");
    if (place == std::string::npos) return "";
    const std::size_t begin = place + name.size() + 4;
    return reply.substr(begin, reply.find('"', begin) - begin);
  }

  std::string GetRecords(const std::string& iterator) {
    return Send("DynamoDBStreams_20120810.GetRecords", R"({"ShardIterator":")" + iterator + R"("})");
  }

  std::unique_ptr<Databases> databases_;
  Dispatcher dispatcher_;
  DispatchScratch scratch_;
  int status_ = 0;
};

// Whoever knows how one is made can make one with any number in it.
TEST_F(ForgedTokens, ShardIteratorsWithAnyNumber) {
  const std::string stream =
      Member(Send("DynamoDBStreams_20120810.ListStreams", R"({"TableName":"told"})"), "StreamArn");
  ASSERT_FALSE(stream.empty());
  const std::string shard =
      Member(Send("DynamoDBStreams_20120810.DescribeStream", R"({"StreamArn":")" + stream + R"("})"), "ShardId");
  const std::string made =
      Member(Send("DynamoDBStreams_20120810.GetShardIterator", R"({"StreamArn":")" + stream + R"(","ShardId":")" +
                                                                   shard + R"(","ShardIteratorType":"TRIM_HORIZON"})"),
             "ShardIterator");
  ASSERT_TRUE(ParseShardIterator(made)) << made;
  GetRecords(made);
  EXPECT_EQ(status_, 200);
  const ShardIterator honest = *ParseShardIterator(made);
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t time : {kLeast, kLeast + 1, std::int64_t{-1}, std::int64_t{0}, kMost - 1, kMost}) {
    for (const std::uint64_t from : {std::uint64_t{0}, honest.from.value, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
      for (const std::uint32_t generation : {0U, honest.place.generation, ~0U}) {
        ShardIterator forged = honest;
        forged.made.value = time;
        forged.from.value = from;
        forged.place.generation = generation;
        for (const int place : {0, 1, 255}) {
          forged.place.shard = static_cast<std::uint8_t>(place);
          GetRecords(ShardIteratorText(forged));
          EXPECT_TRUE(time >= 0 || status_ == 400) << time;
        }
      }
    }
  }
  for (std::size_t size = 0; size < made.size(); ++size) {
    GetRecords(made.substr(0, size));
    EXPECT_EQ(status_, 400) << size;
    std::string edited = made;
    edited[size] = edited[size] == '0' ? '1' : '0';
    GetRecords(edited);
    EXPECT_EQ(status_, 400) << edited;
    GetRecords(made + made.substr(size));
    EXPECT_EQ(status_, 400) << size;
  }
}

TEST_F(ForgedTokens, SequenceNumbersAndShardIds) {
  const std::string stream =
      Member(Send("DynamoDBStreams_20120810.ListStreams", R"({"TableName":"told"})"), "StreamArn");
  const std::string shard =
      Member(Send("DynamoDBStreams_20120810.DescribeStream", R"({"StreamArn":")" + stream + R"("})"), "ShardId");
  std::vector<std::string> numbers = {"-1", "+1", "1e9", std::string(40, '9'), "18446744073709551615"};
  for (std::size_t size = 1; size <= 40; ++size) {
    for (const char digit : {'0', '1', '9'}) numbers.push_back(std::string(size, digit));
    numbers.push_back("1" + std::string(size, '0'));
  }
  for (const std::string& number : numbers) {
    for (const char* type : {"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"}) {
      const std::string made =
          Member(Send("DynamoDBStreams_20120810.GetShardIterator", R"({"StreamArn":")" + stream + R"(","ShardId":")" +
                                                                       shard + R"(","ShardIteratorType":")" + type +
                                                                       R"(","SequenceNumber":")" + number + R"("})"),
                 "ShardIterator");
      if (!made.empty()) GetRecords(made);
    }
  }
  for (std::size_t size = 0; size < shard.size(); ++size) {
    std::string edited = shard;
    edited[size] = '9';
    for (const std::string& id : {shard.substr(0, size), edited, shard + edited}) {
      Send("DynamoDBStreams_20120810.DescribeStream",
           R"({"StreamArn":")" + stream + R"(","ExclusiveStartShardId":")" + id + R"("})");
    }
  }
  for (std::size_t size = 0; size < stream.size(); ++size) {
    std::string edited = stream;
    edited[size] = '9';
    for (const std::string& arn : {stream.substr(0, size), edited}) {
      Send("DynamoDBStreams_20120810.DescribeStream", R"({"StreamArn":")" + arn + R"("})");
      Send("DynamoDBStreams_20120810.ListStreams", R"({"ExclusiveStartStreamArn":")" + arn + R"("})");
      Send("DynamoDB_20120810.ListTagsOfResource", R"({"ResourceArn":")" + arn + R"(","NextToken":")" + arn + R"("})");
      Send("DynamoDB_20120810.DescribeTable", R"({"TableName":")" + arn + R"("})");
    }
  }
}

TEST_F(ForgedTokens, NextTokensOfStatements) {
  const auto select = [&](std::string_view token) {
    const std::string statement = R"("Statement":"SELECT * FROM told WHERE pk = 'a'","Limit":1)";
    return Send("DynamoDB_20120810.ExecuteStatement",
                "{" + statement + (token.empty() ? "" : R"(,"NextToken":")" + std::string(token) + '"') + "}");
  };
  const std::string token = Member(select(""), "NextToken");
  ASSERT_FALSE(token.empty());
  select(token);
  EXPECT_EQ(status_, 200);
  const std::string bytes = DecodeBase64(token);
  const auto encoded = [](std::string_view some) {
    std::string text;
    AppendBase64(text, some);
    return text;
  };
  for (std::size_t size = 1; size < bytes.size(); ++size) select(encoded(bytes.substr(0, size)));
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    for (const char byte : {'\0', '\x7f', '\xff'}) {
      std::string edited = bytes;
      edited[place] = byte;
      select(encoded(edited));
    }
  }
  for (const std::size_t size : {1U, 16U, 17U, 18U, 1000U, 20'000U}) {
    select(encoded(bytes.substr(0, 17) + std::string(size, '\xff')));
    select(encoded(bytes.substr(0, 17) + std::string(size, '\0')));
    select(encoded(bytes + std::string(size, '\1')));
  }
}

TEST_F(ForgedTokens, NumbersOfRequests) {
  for (const char* number : {"-9223372036854775808", "9223372036854775807", "18446744073709551615", "1e300", "-1e300",
                             "0.5", "-0.5", "1e-300", "4294967296", "2147483648"}) {
    const std::string text(number);
    Send("DynamoDB_20120810.Scan", R"({"TableName":"told","Segment":)" + text + R"(,"TotalSegments":)" + text + "}");
    Send("DynamoDB_20120810.Scan", R"({"TableName":"told","Segment":0,"TotalSegments":)" + text + "}");
    Send("DynamoDB_20120810.Scan", R"({"TableName":"told","Limit":)" + text + "}");
    Send("DynamoDB_20120810.ListTables", R"({"Limit":)" + text + "}");
    Send("DynamoDBStreams_20120810.ListStreams", R"({"Limit":)" + text + "}");
    Send("DynamoDB_20120810.ListContributorInsights", R"({"MaxResults":)" + text + R"(,"NextToken":"\u0000x"})");
    Send("DynamoDB_20120810.ExecuteStatement", R"({"Statement":"SELECT * FROM told","Limit":)" + text + "}");
    Send("DynamoDB_20120810.UpdateTable", R"({"TableName":"told","ProvisionedThroughput":{"ReadCapacityUnits":)" +
                                              text + R"(,"WriteCapacityUnits":)" + text + "}}");
  }
}

}  // namespace
}  // namespace dynarock
