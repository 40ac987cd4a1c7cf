// Sends random requests of all operations to a database in memory: each must get a reply that is JSON, with status 200
// or 400. Built with sanitizers, the program ends at the first fault of memory and leaves the request that met it.
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>

#include "engine/base/log.h"
#include "protocol/codec/batches.h"
#include "protocol/codec/items.h"
#include "protocol/codec/partiql.h"
#include "protocol/codec/reads.h"
#include "protocol/codec/settings.h"
#include "protocol/codec/streams.h"
#include "protocol/codec/tables.h"
#include "protocol/codec/tags.h"
#include "protocol/codec/transactions.h"
#include "protocol/dispatcher.h"
#include "tools/fuzz/random_request.h"

namespace dynarock::fuzz {
namespace {

constexpr int kRequestsPerRound = 2000;  // on one database, whose tables pile up

constexpr const char* kUsage =
    "Usage: fuzz_requests [--minutes N | --rounds N] [--seed N] [--round N] [--last FILE]\n\n"
    "  --minutes N   how long to run (default 1)\n"
    "  --rounds N    how many rounds of 2,000 requests to run instead\n"
    "  --seed N      seed of the random numbers (default: the time)\n"
    "  --round N     the round to begin with (default 0), to repeat one that found something\n"
    "  --last FILE   where each request is written before it is sent (default fuzz-last-request)\n";

constexpr const char* kSetUp[][2] = {
    {"CreateTable",
     R"j({"TableName":"chat","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},)j"
     R"j({"AttributeName":"g","AttributeType":"S"},{"AttributeName":"t","AttributeType":"N"}],"BillingMode":"PAY_PER_REQUEST",)j"
     R"j("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)j"
     R"j("GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],)j"
     R"j("LocalSecondaryIndexes":[{"IndexName":"by-t","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"t","KeyType":"RANGE"}],)j"
     R"j("Projection":{"ProjectionType":"KEYS_ONLY"}}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})j"},
    {"CreateTable",
     R"j({"TableName":"other","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)j"
     R"j("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}})j"},
    {"UpdateTimeToLive", R"j({"TableName":"chat","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}})j"},
    {"ListStreams", "{}"},
    {"PutItem",
     R"j({"TableName":"chat","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"m":{"M":{"a":{"L":[{"N":"1"}]}}},"ss":{"SS":["a","b"]}}})j"},
};

struct Options {
  std::chrono::minutes minutes{1};
  std::optional<std::uint64_t> rounds;
  std::uint64_t seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  std::uint64_t first_round = 0;
  std::string last_request = "fuzz-last-request";
};

std::optional<std::uint64_t> NumberIn(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Nothing if the command line is wrong.
std::optional<Options> Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::optional<std::uint64_t> number = NumberIn(argv[i + 1]);
    if (name == "--last") {
      options.last_request = argv[i + 1];
    } else if (!number) {
      return std::nullopt;
    } else if (name == "--minutes") {
      options.minutes = std::chrono::minutes(*number);
    } else if (name == "--rounds") {
      options.rounds = number;
    } else if (name == "--seed") {
      options.seed = *number;
    } else if (name == "--round") {
      options.first_round = *number;
    } else {
      return std::nullopt;
    }
  }
  return argc % 2 == 1 ? std::optional(options) : std::nullopt;
}

std::vector<const Operation*> AllOperations() {
  std::vector<const Operation*> all;
  for (const std::span<const Operation> family :
       {ItemOperations(), ReadOperations(), TableOperations(), TagOperations(), BatchOperations(),
        TransactionOperations(), StatementOperations(), SettingOperations(), StreamOperations()}) {
    for (const Operation& operation : family) all.push_back(&operation);
  }
  return all;
}

// The operation's X-Amz-Target.
std::string TargetOf(std::string_view name) {
  for (const Operation& operation : StreamOperations()) {
    if (operation.name == name) return "DynamoDBStreams_20120810." + std::string(name);
  }
  return "DynamoDB_20120810." + std::string(name);
}

class Fuzzer {
 public:
  explicit Fuzzer(Options options) : options_(std::move(options)) {}

  // False at the first reply that is none.
  bool Run() {
    const auto start = std::chrono::steady_clock::now();
    std::uint64_t round = options_.first_round;
    const auto is_over = [&] {
      if (options_.rounds) return round - options_.first_round >= *options_.rounds;
      return std::chrono::steady_clock::now() - start >= options_.minutes;
    };
    for (; !is_over(); ++round) {
      if (!RunRound(round)) {
        std::printf("found in round %llu of seed %llu; the request is in %s\n", static_cast<unsigned long long>(round),
                    static_cast<unsigned long long>(options_.seed), options_.last_request.c_str());
        return false;
      }
    }
    std::printf("seed %llu: %llu requests, %llu answered with 200, nothing found; slowest %lld ms: %s\n",
                static_cast<unsigned long long>(options_.seed), static_cast<unsigned long long>(sent_),
                static_cast<unsigned long long>(succeeded_), static_cast<long long>(slowest_.count()),
                slowest_operation_.c_str());
    return true;
  }

 private:
  bool RunRound(std::uint64_t round) {
    std::mt19937_64 random(options_.seed * 1'000'003 + round);
    auto databases = Databases::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>());
    if (!databases) {
      std::printf("%s\n", databases.error().message.c_str());
      return false;
    }
    const Wording wording = round % 2 == 0 ? Wording::kCurrent : Wording::kClassic;
    const Dispatcher dispatcher(**databases, {.wording = wording});
    RandomRequest requests(random);
    for (const auto& [operation, body] : kSetUp) {
      if (!Send(dispatcher, operation, body, requests)) return false;
    }
    for (int i = 0; i < kRequestsPerRound; ++i) {
      const Operation& operation = *operations_[random() % operations_.size()];
      // Few tables die, or there is nothing left to talk of.
      if (operation.name == "DeleteTable" && random() % 16 != 0) continue;
      if (!Send(dispatcher, operation.name, requests.BodyOf(operation), requests)) return false;
    }
    return true;
  }

  bool Send(const Dispatcher& dispatcher, std::string_view operation, std::string body, RandomRequest& requests) {
    const std::string target = TargetOf(operation);
    std::ofstream(options_.last_request, std::ios::trunc) << target << '\n' << body << std::flush;
    const Result<void> authentication;
    const auto start = std::chrono::steady_clock::now();
    const Reply reply = dispatcher.Dispatch({target, body, authentication}, scratch_);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    ++sent_;
    succeeded_ += reply.status == 200;
    if (took > slowest_) {
      slowest_ = took;
      slowest_operation_ = operation;
    }
    if (reply.status == 200 && reply.body.empty()) return true;  // TagResource answers nothing
    const JsonText json{std::string(reply.body)};
    if (json.json() && (reply.status == 200 || reply.status == 400)) {
      if (reply.status == 200) requests.Learn(*json.json());
      return true;
    }
    std::printf("%s: status %d, reply %.*s\n", target.c_str(), reply.status, static_cast<int>(reply.body.size()),
                reply.body.data());
    return false;
  }

  const Options options_;
  const std::vector<const Operation*> operations_ = AllOperations();
  DispatchScratch scratch_;
  std::uint64_t sent_ = 0;
  std::uint64_t succeeded_ = 0;
  std::chrono::milliseconds slowest_{0};
  std::string slowest_operation_;
};

int Main(int argc, char** argv) {
  const std::optional<Options> options = Parse(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  std::printf("seed %llu\n", static_cast<unsigned long long>(options->seed));
  std::fflush(stdout);
  return Fuzzer(*options).Run() ? 0 : 1;
}

}  // namespace
}  // namespace dynarock::fuzz

int main(int argc, char** argv) {
  return dynarock::fuzz::Main(argc, argv);
}
