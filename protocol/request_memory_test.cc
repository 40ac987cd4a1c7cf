// No request takes more than 64 MiB beyond its body, and what it takes is given back. Measured by the address
// sanitizer's hooks, so only in a build with it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "protocol/dispatcher.h"

#ifdef __SANITIZE_ADDRESS__
// As in sanitizer/allocator_interface.h, which does not come with the compiler.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*, std::size_t),
                                                         void (*free_hook)(const volatile void*));
extern "C" std::size_t __sanitizer_get_allocated_size(const volatile void* memory);

namespace dynarock {
namespace {

// Of the thread that runs the requests: RocksDB's own threads write and merge files meanwhile, for as long as they
// like.
thread_local bool is_counted = false;
std::int64_t live = 0, peak = 0;

void CountMalloc(const volatile void* memory, std::size_t size) {
  if (memory == nullptr || !is_counted) return;
  live += static_cast<std::int64_t>(size);
  peak = std::max(peak, live);
}

void CountFree(const volatile void* memory) {
  if (memory == nullptr || !is_counted) return;
  live -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(memory));
}

constexpr std::int64_t kMebibyte = 1024 * 1024;
constexpr std::size_t kMaxBody = 16 * 1024 * 1024;

// `head`, then as many `part`s with commas between as the body's limit lets in, then `tail`.
std::string Filled(const std::string& head, const std::string& part, const std::string& tail,
                   std::size_t most = kMaxBody) {
  std::string body = head;
  for (std::size_t i = 0; i < most && body.size() + part.size() + tail.size() + 1 < kMaxBody; ++i) {
    (body += i == 0 ? "" : ",") += part;
  }
  return body + tail;
}

// As Filled, with members whose names differ.
std::string FilledWithNames(const std::string& head, const std::string& prefix, const std::string& value,
                            const std::string& tail, std::size_t most) {
  std::string body = head;
  for (std::size_t i = 0; i < most; ++i) {
    (body += i == 0 ? "" : ",") += "\"" + prefix + std::to_string(i) + "\":" + value;
  }
  return body + tail;
}

class RequestMemory : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    static const int installed = __sanitizer_install_malloc_and_free_hooks(CountMalloc, CountFree);
    ASSERT_GT(installed, 0);
    is_counted = true;
  }

  RequestMemory()
      : databases_(
            std::move(*Databases::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>()))),
        dispatcher_(*databases_, {}) {
    Send("CreateTable", R"({"TableName":"told","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                        R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  }

  std::string Send(const std::string& operation, std::string body, const Result<void>& authentication = {}) {
    body.reserve(body.size() + 64);  // as the server's buffer
    const std::string shown = operation + " " + body.substr(0, 200);
    const std::int64_t before = live;
    peak = before;
    const Reply reply = dispatcher_.Dispatch({"DynamoDB_20120810." + operation, body, authentication}, scratch_);
    EXPECT_TRUE(reply.status == 200 || reply.status == 400) << shown;
    const std::string text(reply.body.substr(0, 300));
    used_ = peak - before;
    EXPECT_LT(used_, 64 * kMebibyte) << shown << "\n" << text;
    scratch_.Trim();
    EXPECT_LT(live - before, 2 * kMebibyte) << shown << "\n" << text;  // an item of 400 KB may have been stored
    return text;
  }

  std::unique_ptr<Databases> databases_;
  Dispatcher dispatcher_;
  DispatchScratch scratch_;
  std::int64_t used_ = 0;
};

TEST_F(RequestMemory, OfManyBrackets) {
  Send("PutItem", std::string(kMaxBody, '['));
  Send("PutItem", std::string(kMaxBody, '{'));
  Send("PutItem", Filled("[", "[]", "]"));
  Send("PutItem", Filled(R"({"TableName":"told","Item":{"pk":{"S":"a"},"l":{"L":[)", R"({"M":{}})", "]}}}"));
}

TEST_F(RequestMemory, OfManyValues) {
  for (const char* value : {"1", "{}", R"({"N":"1"})", R"({"a":{"b":1}})"}) {
    Send("PutItem", Filled(R"({"TableName":"told","Unknown":[)", value, "]}"));
    const std::string half = Filled("[", value, "]", 130'000);
    Send("PutItem", Filled(R"({"TableName":"told","Unknown":[)", half, "]}"));
  }
}

TEST_F(RequestMemory, OfASet) {
  for (const std::string type : {"SS", "NS", "BS"}) {
    for (const std::size_t count : {std::size_t{204'000}, type == "SS" ? kMaxBody : std::size_t{1}}) {
      const std::string value = type == "BS" ? R"("AAE=")" : R"("1")";
      Send("PutItem",
           Filled(R"({"TableName":"told","Item":{"pk":{"S":"a"},"s":{")" + type + R"(":[)", value, "]}}}", count));
    }
    std::string distinct;
    for (int i = 0; i < 200'000; ++i) distinct += (i == 0 ? "\"" : ",\"") + std::to_string(1'000'000 + i) + "0\"";
    Send("PutItem", R"({"TableName":"told","Item":{"pk":{"S":"a"},"s":{")" + type + R"(":[)" + distinct + "]}}}");
    Send("PutItem",
         R"({"TableName":"told","Item":{"pk":{"S":"a"},"s":{")" + type + R"(":[)" + distinct + R"(,"10000000"]}}})");
  }
}

TEST_F(RequestMemory, OfManyParameters) {
  const std::string statement = R"({"Statement":"SELECT * FROM told WHERE pk = ?","Parameters":[)";
  Send("ExecuteStatement", Filled(statement, R"({"S":"a"})", "]}"));
  Send("ExecuteStatement", Filled(statement, R"({"S":"a"})", "]}", 250'000));
  Send("BatchExecuteStatement", Filled(R"({"Statements":[)" + statement, R"({"S":"a"})", "]}]}", 250'000));
}

TEST_F(RequestMemory, OfManyNames) {
  const std::string get = R"({"TableName":"told","Key":{"pk":{"S":"a"}},)";
  Send("GetItem", FilledWithNames(get + R"("ExpressionAttributeNames":{)", "#", "\"a\"", "}}", 13'000));
  Send("DeleteItem", FilledWithNames(get + R"("ExpressionAttributeValues":{)", ":", R"({"S":"a"})", "}}", 12'000));
  Send("DeleteItem", FilledWithNames(get + R"("Expected":{)", "a", R"({"Exists":false})", "}}", 12'000));
  Send("UpdateItem",
       FilledWithNames(get + R"("AttributeUpdates":{)", "a", R"({"Action":"ADD","Value":{"N":"1"}})", "}}", 10'000));
  Send("PutItem", FilledWithNames(R"({"TableName":"told","Item":{)", "a", R"({"N":"1"})", "}}", 12'000));
  Send("BatchGetItem", FilledWithNames(R"({"RequestItems":{)", "t", R"({"Keys":[]})", "}}", 12'000));
}

TEST_F(RequestMemory, OfLongTexts) {
  const std::string text(15'000'000, 'x');
  Send("PutItem", R"({"TableName":")" + text + R"("})");
  Send("PutItem", R"({"TableName":"told","Item":{"pk":{"N":")" + text + R"("}}})");
  Send("PutItem", R"({"TableName":"told","Item":{"pk":{"S":")" + text + R"("}}})");
  Send("PutItem", R"({"TableName":"told","ReturnValues":")" + text + R"("})");
  Send("Query", R"({"TableName":"told","KeyConditionExpression":")" + text + R"("})");
  Send("ExecuteStatement", R"({"Statement":")" + text + R"("})");
  Send("PutItem", R"({")" + text + R"(":1})");
}

// A batch that AWS takes: a million attributes of one digit.
TEST_F(RequestMemory, OfALargeBatch) {
  std::string puts;
  for (int i = 0; i < 8; ++i) {
    puts +=
        (i == 0 ? "" : ",") + Filled(R"({"PutRequest":{"Item":{"pk":{"S":")" + std::to_string(i) + R"("},"l":{"L":[)",
                                     R"({"N":"1"})", "]}}}}", 120'000);
  }
  std::string body = R"({"RequestItems":{"told":[)" + puts + "]}}";
  const Result<void> authentication;
  const Reply reply = dispatcher_.Dispatch({"DynamoDB_20120810.BatchWriteItem", body, authentication}, scratch_);
  EXPECT_EQ(reply.status, 200) << reply.body;
}

// The most elements that an item can have: an empty text takes one byte of its size.
TEST_F(RequestMemory, OfTheMostElements) {
  const std::string put = R"({"TableName":"told","Item":{"pk":{"S":"a"},"l":{"L":[)";
  EXPECT_EQ(Send("PutItem", Filled(put, R"({"S":""})", "]}}}", 409'000)), "{}");
  EXPECT_NE(Send("PutItem", Filled(put, R"({"S":""})", "]}}}", 410'000)).find("size has exceeded"), std::string::npos);
}

// Many large items in one request.
class LargeItemMemory : public RequestMemory {
 protected:
  static constexpr std::size_t kItems = 100;

  static std::string Item(std::size_t i, std::size_t size) {
    std::string item = R"({"pk":{"S":")" + std::to_string(i) + "\"}";
    return item + R"(,"v":{"S":")" + std::string(size, 'x') + "\"}}";
  }

  // `count` of `make(i)` with commas between.
  template <class Make>
  static std::string List(std::size_t count, const Make& make) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) (list += i == 0 ? "" : ",") += make(i);
    return list;
  }

  void PutItems() {
    for (std::size_t i = 0; i < kItems; ++i) {
      Run("PutItem", R"({"TableName":"told","Item":)" + Item(i, 400'000) + "}");
    }
  }

  // The status, with what the request took in `used_`; what it stores is not given back.
  int Run(const std::string& operation, std::string body) {
    body.reserve(body.size() + 64);
    const Result<void> authentication;
    const std::int64_t before = live;
    peak = before;
    const Reply reply = dispatcher_.Dispatch({"DynamoDB_20120810." + operation, body, authentication}, scratch_);
    used_ = peak - before;
    text_ = std::string(reply.body.substr(0, 300));
    scratch_.Trim();
    return reply.status;
  }

  static std::string Key(std::size_t i) { return R"({"pk":{"S":")" + std::to_string(i) + "\"}}"; }

  std::string text_;
};

TEST_F(LargeItemMemory, OfConditionsOnLargeItems) {
  PutItems();
  const auto check = [](const std::string& condition) {
    return R"({"TransactItems":[)" +
           List(kItems,
                [&](std::size_t i) {
                  return R"({"ConditionCheck":{"TableName":"told","Key":)" + Key(i) + R"(,"ConditionExpression":")" +
                         condition + R"(","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}})";
                }) +
           "]}";
  };
  EXPECT_EQ(Run("TransactWriteItems", check("attribute_exists(v)")), 200) << text_;
  EXPECT_LT(used_, 4 * kMebibyte);
  EXPECT_EQ(Run("TransactWriteItems", check("attribute_not_exists(v)")), 400) << text_;
  EXPECT_LT(used_, 24 * kMebibyte);  // the reasons show items of 4 MB
}

TEST_F(LargeItemMemory, OfUpdatesOfLargeItems) {
  PutItems();
  const auto update = [](std::size_t count) {
    return R"({"TransactItems":[)" +
           List(count,
                [&](std::size_t i) {
                  return R"({"Update":{"TableName":"told","Key":)" + Key(i) + R"(,"UpdateExpression":"SET n=v"}})";
                }) +
           "]}";
  };
  EXPECT_EQ(Run("TransactWriteItems", update(kItems)), 400) << text_;
  EXPECT_LT(used_, 24 * kMebibyte);
}

TEST_F(LargeItemMemory, OfReadsOfLargeItems) {
  PutItems();
  const std::string keys = List(kItems, Key);
  EXPECT_EQ(Run("TransactGetItems",
                R"({"TransactItems":[)" +
                    List(kItems, [](std::size_t i) { return R"({"Get":{"TableName":"told","Key":)" + Key(i) + "}}"; }) +
                    "]}"),
            400)
      << text_;
  EXPECT_LT(used_, 8 * kMebibyte);
  EXPECT_EQ(Run("BatchGetItem", R"({"RequestItems":{"told":{"Keys":[)" + keys + "]}}}"), 200) << text_;
  EXPECT_LT(used_, 64 * kMebibyte);
  EXPECT_EQ(Run("BatchGetItem", R"({"RequestItems":{"told":{"ProjectionExpression":"pk","Keys":[)" + keys + "]}}}"),
            200)
      << text_;
  EXPECT_LT(used_, 16 * kMebibyte);
}

// Nothing is made of a request that is not let in.
TEST_F(RequestMemory, BeforeCredentials) {
  const Result<void> refused = ApiError{ErrorCode::kMissingAuthenticationToken, "", {}};
  for (const std::string& body :
       {std::string(kMaxBody, '['), Filled("[", "1", "]"), Filled("[", "{}", "]", 250'000),
        Filled(R"({"TableName":"told","Item":{"pk":{"S":"a"},"s":{"NS":[)", R"("1")", "]}}}", 200'000)}) {
    Send("PutItem", body, refused);
    EXPECT_LT(used_, kMebibyte) << body.substr(0, 100);
  }
  EXPECT_NE(Send("PutItem", R"({"TableName":"told"})", refused).find("MissingAuthenticationToken"), std::string::npos);
  EXPECT_NE(Send("PutItem", R"({"TableName":)", refused).find("Serialization"), std::string::npos);
  EXPECT_NE(Send("NoOperation", "{}", refused).find("UnknownOperation"), std::string::npos);
}

}  // namespace
}  // namespace dynarock
#endif
