#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <thread>

#include "engine/item/number.h"
#include "engine/item/test_items.h"
#include "engine/reads/query_and_scan.h"
#include "engine/reads/transact_get_items.h"
#include "engine/tables/tables.h"
#include "engine/writes/transact_write_items.h"
#include "engine/writes/transaction_tokens.h"
#include "engine/writes/write_item.h"

namespace dynarock {
namespace {

constexpr std::string_view kTables[] = {"left", "right"};
constexpr int kAccounts = 8;  // in each table
constexpr int kStart = 1000;  // of each balance

EncodedItem Account(int id, std::optional<int> balance = {}) {
  TestMembers attributes = {{"id", NumberValue(id)}};
  if (balance) attributes["balance"] = NumberValue(*balance);
  return {ItemOf(attributes), {}};
}

int BalanceOf(ItemView item) {
  const auto balance = item.Find("balance");
  return balance ? std::stoi(NumberText(balance->payload())) : -1;
}

// Adds `amount` to a balance.
TransactWriteItem Add(std::string_view table, int id, int amount) {
  TransactWriteItem item;
  item.actions = 1;
  item.action = TransactAction::kUpdate;
  item.table_name = table;
  item.item = Account(id);
  item.update_expression = "ADD balance :amount";
  item.expression_attributes.values.emplace();
  item.expression_attributes.values->push_back({":amount", NumberValue(amount), {}});
  return item;
}

// Cancels its transaction.
TransactWriteItem Impossible(std::string_view table) {
  TransactWriteItem item;
  item.actions = 1;
  item.action = TransactAction::kConditionCheck;
  item.table_name = table;
  item.item = Account(kAccounts);
  item.condition_expression = "attribute_exists(id)";
  return item;
}

std::unique_ptr<Database> Open(const StoreOptions& options, std::shared_ptr<const Clock> clock) {
  auto opened = Database::Open(options, {}, std::move(clock));
  EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
  return std::move(*opened);
}

void CreateAccounts(Database& database) {
  for (const std::string_view table : kTables) {
    CreateTableRequest request;
    request.table_name = table;
    request.attribute_definitions = {{"id", Type::kNumber}};
    request.key_schema = {{"id", true}};
    request.billing_mode = BillingMode::kPayPerRequest;
    ASSERT_TRUE(CreateTable(database, request));
    for (int id = 0; id < kAccounts; ++id) {
      PutItemRequest put;
      put.table_name = table;
      put.item = Account(id, kStart);
      ASSERT_TRUE(PutItem(database, put));
    }
  }
}

// All balances, read in one transaction.
std::vector<int> Balances(Database& database) {
  TransactGetItemsRequest request;
  for (const std::string_view table : kTables) {
    for (int id = 0; id < kAccounts; ++id) {
      TransactGetItem& item = request.items.emplace_back();
      item.table_name = table;
      item.key = Account(id);
    }
  }
  const auto response = TransactGetItems(database, request);
  EXPECT_TRUE(response) << (response ? "" : response.error().message);
  std::vector<int> balances;
  for (const auto& item : response->items) balances.push_back(item ? BalanceOf(ItemView(*item)) : 0);
  return balances;
}

int SumOf(const std::vector<int>& balances) {
  int sum = 0;
  for (const int balance : balances) sum += balance;
  return sum;
}

constexpr int kSum = kStart * kAccounts * static_cast<int>(std::size(kTables));

// Moves one from account to account, in a ring over 2 to 5 accounts of both tables; sometimes it is cancelled.
TransactWriteItemsRequest Transfer(std::mt19937& random) {
  std::vector<std::pair<std::string_view, int>> accounts;
  for (const std::string_view table : kTables) {
    for (int id = 0; id < kAccounts; ++id) accounts.emplace_back(table, id);
  }
  std::shuffle(accounts.begin(), accounts.end(), random);
  TransactWriteItemsRequest request;
  const int parts = 2 + static_cast<int>(random() % 4);
  for (int i = 0; i < parts; ++i) {
    const int amount = i == 0 ? -(parts - 1) : 1;
    request.items.push_back(
        Add(accounts[static_cast<std::size_t>(i)].first, accounts[static_cast<std::size_t>(i)].second, amount));
  }
  if (random() % 5 == 0) request.items.push_back(Impossible(kTables[random() % 2]));
  return request;
}

class TransactionsTest : public testing::Test {
 protected:
  TransactionsTest() : clock_(std::make_shared<ManualClock>(EpochMillis{1'000'000'000'000})) {
    database_ = Open({.directory = "", .in_memory = true}, clock_);
    CreateAccounts(*database_);
  }

  // The balance after `times` the same request.
  Result<TransactWriteItemsResponse> AddOnce(std::string_view token, int amount) {
    TransactWriteItemsRequest request;
    request.client_request_token = token;
    request.items.push_back(Add("left", 0, amount));
    return TransactWriteItems(*database_, request);
  }

  std::shared_ptr<ManualClock> clock_;
  std::unique_ptr<Database> database_;
};

TEST_F(TransactionsTest, SumsAreKeptAndReadersSeeNoHalves) {
  std::atomic<bool> stopped = false;
  std::atomic<int> halves = 0, reads = 0, failures = 0;
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < 300; ++i) {
        const auto request = Transfer(random);
        const bool is_possible = request.items.back().action == TransactAction::kUpdate;
        const auto response = TransactWriteItems(*database_, request);
        if (response.has_value() != is_possible) ++failures;
        if (!response && response.error().code != ErrorCode::kTransactionCanceled) ++failures;
      }
    });
  }
  // Single writes of the same items, which change no balance.
  threads.emplace_back([&] {
    std::mt19937 random(77);
    while (!stopped) {
      UpdateItemRequest request;
      request.table_name = kTables[random() % 2];
      request.key = Account(static_cast<int>(random() % kAccounts));
      request.update_expression = "SET balance = balance";
      if (!UpdateItem(*database_, request)) ++failures;
    }
  });
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      while (!stopped) {
        if (SumOf(Balances(*database_)) != kSum) ++halves;
        ++reads;
      }
    });
  }
  for (int i = 0; i < 4; ++i) threads[static_cast<std::size_t>(i)].join();
  stopped = true;
  for (std::size_t i = 4; i < threads.size(); ++i) threads[i].join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(halves, 0);
  EXPECT_GT(reads, 0);
  EXPECT_EQ(SumOf(Balances(*database_)), kSum);
}

TEST_F(TransactionsTest, TablesMayBeDeletedMeanwhile) {
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= 2; ++seed) {
    threads.emplace_back([this, seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < 200; ++i) {
        const auto response = TransactWriteItems(*database_, Transfer(random));
        if (response) continue;
        const ErrorCode code = response.error().code;
        EXPECT_TRUE(code == ErrorCode::kResourceNotFound || code == ErrorCode::kTransactionCanceled);
      }
    });
  }
  EXPECT_TRUE(DeleteTable(*database_, "right"));
  for (std::thread& thread : threads) thread.join();
}

TEST_F(TransactionsTest, OneTokenIsOneTransactionForManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int token = 0; token < 50; ++token) EXPECT_TRUE(AddOnce("token-" + std::to_string(token), 1));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Balances(*database_)[0], kStart + 50);
}

TEST_F(TransactionsTest, TokensExpireAfterTenMinutes) {
  EXPECT_TRUE(AddOnce("token", 1));
  clock_->Advance(std::chrono::minutes(10) - std::chrono::milliseconds(1));
  EXPECT_TRUE(AddOnce("token", 1));
  EXPECT_EQ(Balances(*database_)[0], kStart + 1);
  EXPECT_EQ(AddOnce("token", 2).error().code, ErrorCode::kIdempotentParameterMismatch);
  clock_->Advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(AddOnce("token", 2));
  EXPECT_EQ(Balances(*database_)[0], kStart + 3);
  clock_->Advance(std::chrono::minutes(9));
  EXPECT_TRUE(AddOnce("token", 2));
  EXPECT_EQ(Balances(*database_)[0], kStart + 3);
}

// Keys that begin with `prefix`.
int CountKeys(Database& database, const std::string& prefix) {
  Cursor cursor = database.store().Walk(prefix, PrefixEnd(prefix));
  int count = 0;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) ++count;
  return count;
}

TEST_F(TransactionsTest, ExpiredTokensAreDroppedByTheSweepAlone) {
  const std::string records = TransactionTokenKey("", "");
  for (int i = 0; i < 150; ++i) EXPECT_TRUE(AddOnce("old-" + std::to_string(i), 1));
  TokenSweep sweep(*database_);
  EXPECT_EQ(*sweep.Step(), std::chrono::minutes(1));  // nothing yet
  clock_->Advance(std::chrono::minutes(12));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(AddOnce("new-" + std::to_string(i), 1));
  EXPECT_TRUE(AddOnce("old-7", 1));                // again, for another ten minutes
  EXPECT_EQ(CountKeys(*database_, records), 153);  // no request drops any
  EXPECT_EQ(*sweep.Step(), std::chrono::milliseconds(0));
  EXPECT_EQ(CountKeys(*database_, TokenExpiryPrefix("")), 54);
  EXPECT_GT(*sweep.Step(), std::chrono::milliseconds(0));
  EXPECT_EQ(CountKeys(*database_, TokenExpiryPrefix("")), 4);
  EXPECT_EQ(CountKeys(*database_, records), 4);
  clock_->Advance(std::chrono::minutes(11));
  ASSERT_TRUE(sweep.Step());
  EXPECT_EQ(CountKeys(*database_, records), 0);
}

TEST_F(TransactionsTest, RecordsOfTokensAreExact) {
  const EpochMillis expires = TokenExpiry(*clock_);
  WriteBatch batch;
  RememberCompleted(*database_, "token", {"digest", expires, {{"t", 1.5}}}, batch);
  ASSERT_TRUE(database_->store().Commit(std::move(batch)));
  std::string record;
  ASSERT_TRUE(*database_->store().Get(TransactionTokenKey("", "token"), record));
  std::string time;
  AppendBigEndian(time, static_cast<std::uint64_t>(expires.value));
  EXPECT_EQ(record, "\1\6digest\2\x8" + time + std::string("\3\xd\1\1t\2\x8\x3f\xf8\0\0\0\0\0\0", 15));
  const auto found = FindCompleted(*database_, "token");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->repeated_units.at(0).read_units, 1.5);
  for (const std::size_t length : {1u, 7u, 17u, 20u, 32u}) {
    WriteBatch torn;
    torn.Put(TransactionTokenKey("", "token"), std::string_view(record).substr(0, length));
    ASSERT_TRUE(database_->store().Commit(std::move(torn)));
    const auto nothing = FindCompleted(*database_, "token");
    EXPECT_TRUE(nothing && !*nothing) << length;
  }
}

TEST_F(TransactionsTest, TornTokensAreTakenForUnused) {
  EXPECT_TRUE(AddOnce("token", 1));
  WriteBatch batch;
  batch.Put(TransactionTokenKey("", "token"), "torn");
  batch.Put(TokenExpiryPrefix("") + "torn", "");
  ASSERT_TRUE(database_->store().Commit(std::move(batch)));
  EXPECT_TRUE(AddOnce("token", 1));
  EXPECT_EQ(Balances(*database_)[0], kStart + 2);
  clock_->Advance(std::chrono::minutes(12));
  EXPECT_TRUE(AddOnce("other", 1));
}

class TransactionsOnDiskTest : public testing::Test {
 protected:
  TransactionsOnDiskTest() {
    char pattern[] = "/tmp/dynarock-transactions-XXXXXX";
    directory_ = mkdtemp(pattern);
  }
  ~TransactionsOnDiskTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<Database> OpenHere() { return Open({.directory = directory_}, std::make_shared<SystemClock>()); }

  std::string directory_;
};

TEST_F(TransactionsOnDiskTest, TokensSurviveReopening) {
  TransactWriteItemsRequest request;
  request.client_request_token = "token";
  request.items.push_back(Add("left", 0, 5));
  request.return_consumed_capacity = ReturnConsumedCapacity::kTotal;
  {
    const auto database = OpenHere();
    CreateAccounts(*database);
    ASSERT_TRUE(TransactWriteItems(*database, request));
  }
  const auto database = OpenHere();
  const auto response = TransactWriteItems(*database, request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->consumed_capacity->at(0).kind, CapacityKind::kRead);
  EXPECT_EQ(response->consumed_capacity->at(0).total, 2);
  EXPECT_EQ(Balances(*database)[0], kStart + 5);
}

// A process is killed while it transfers: all of a transaction is there, or nothing.
TEST_F(TransactionsOnDiskTest, AllOrNothingOverKill) {
  CreateAccounts(*OpenHere());
  for (unsigned round = 0; round < 5; ++round) {
    int began[2];
    ASSERT_EQ(pipe(began), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(began[0]);
      auto opened = Database::Open({.directory = directory_}, {}, std::make_shared<SystemClock>());
      if (!opened) _exit(1);
      std::mt19937 random(round);
      for (;;) {
        if (TransactWriteItems(**opened, Transfer(random)) && write(began[1], "", 1) != 1) _exit(2);
      }
    }
    close(began[1]);
    char byte;
    EXPECT_EQ(read(began[0], &byte, 1), 1) << "nothing was transferred";
    usleep(10'000 + 20'000 * round);
    kill(child, SIGKILL);
    close(began[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(SumOf(Balances(*OpenHere())), kSum);
  }
}

}  // namespace
}  // namespace dynarock
