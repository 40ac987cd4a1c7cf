#include "engine/streams/change_log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "engine/database/item_key.h"
#include "engine/item/test_items.h"
#include "engine/storage/record_encoding.h"
#include "engine/streams/stream_reader.h"

namespace dynarock {
namespace {

constexpr std::chrono::hours kHour(1);

std::string Item(const std::string& pk, const std::string& v) {
  return ItemOf({{"pk", TextValue(pk)}, {"v", TextValue(v)}});
}

std::string TextOf(const std::string& item, std::string_view name) {
  return std::string(ItemView(item).Find(name)->payload());
}

class ChangeLogTest : public testing::Test {
 protected:
  ChangeLogTest() { Open(StoreOptions{.in_memory = true}); }

  void Open(const StoreOptions& options) {
    database_.reset();
    database_ = std::move(*Database::Open(options, {}, clock_));
  }

  void MakeTable(StreamViewType view) {
    TableDefinition definition;
    definition.name = "chat";
    definition.keys = {{{"pk", Type::kString}}, {}};
    definition.billing_mode = BillingMode::kPayPerRequest;
    table_ = *database_->catalog().Create(std::move(definition));
    WriteBatch batch;
    stream_ = *database_->streams().Enable(table_->definition(), view, clock_->Now(), batch);
    ASSERT_TRUE(database_->store().Commit(std::move(batch)));
  }

  // A change as the write path logs it.
  void Log(const std::string& pk, const std::string& old_item, const std::string& new_item,
           WriteOrigin origin = WriteOrigin::kClient) {
    WriteBatch batch;
    ChangeLog log(*database_);
    const std::string row_key = *BaseRowKey(*table_, ItemView(new_item.empty() ? old_item : new_item));
    const auto lock = database_->locks().Lock(row_key);
    log.Add(table_->id(), row_key, {ItemView(old_item), ItemView(new_item), origin});
    ASSERT_TRUE(log.Commit(batch, [&] { return database_->store().Commit(std::move(batch)); })) << pk;
  }
  void Insert(const std::string& pk, const std::string& v) { Log(pk, "", Item(pk, v)); }

  // All changes that are left, shard by shard.
  std::vector<ChangeRecord> ReadAll() {
    std::vector<ChangeRecord> all;
    const auto shards = *Shards(*database_, *stream_);
    for (const Shard& shard : shards) {
      SequenceNumber from = std::max(shard.start, TrimHorizon(*database_));
      for (;;) {
        const auto page = ReadShard(*database_, *stream_, shard, from, {.records = 7});
        EXPECT_TRUE(page) << page.error().message;
        all.insert(all.end(), page->records.begin(), page->records.end());
        if (page->records.empty()) break;
        from = page->next;
      }
    }
    return all;
  }

  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>(EpochMillis{1'700'000'000'000});
  std::unique_ptr<Database> database_;
  TablePtr table_;
  StreamPtr stream_;
};

TEST(SequenceNumberText, HasTwentyOneDigitsAndItsOrder) {
  const SequenceNumber number = FirstNumberAt({1'700'000'000'000});
  EXPECT_EQ(SequenceNumberText(number).size(), 21u);
  EXPECT_EQ(ParseSequenceNumber(SequenceNumberText(number)), number);
  EXPECT_LT(SequenceNumberText(number), SequenceNumberText({number.value + 1}));
  EXPECT_EQ(TimeOf(number).value, 1'700'000'000'000);
  for (const char* text : {"", "1", "199999999999999999999", "10000000000000000000x", "000000000000000000001"}) {
    EXPECT_FALSE(ParseSequenceNumber(text)) << text;
  }
}

TEST_F(ChangeLogTest, RecordsOfChangesAreExact) {
  MakeTable(StreamViewType::kNewImage);
  const StreamDefinition& stream = stream_->definition();
  const std::string item = Item("a", "1");
  const std::string size(1, static_cast<char>(item.size()));
  ASSERT_LT(item.size(), 128u);
  const std::string record = EncodeChange(stream, {ItemView(), ItemView(item), WriteOrigin::kClient});
  EXPECT_EQ(record, std::string("\1\1\0\2\1\0\4", 7) + size + item);
  for (std::size_t length = 0; length < record.size(); ++length) {
    EXPECT_FALSE(DecodeChange(stream, {1}, std::string_view(record).substr(0, length))) << length;
  }
  const auto change = DecodeChange(stream, {1}, record + "\x7f\3new");
  ASSERT_TRUE(change);
  EXPECT_EQ(change->event, ChangeEvent::kInsert);
  EXPECT_EQ(TextOf(change->keys, "pk"), "a");
  EXPECT_EQ(change->new_image, item);
  const std::string removed = EncodeChange(stream, {ItemView(item), ItemView(), WriteOrigin::kTimeToLive});
  EXPECT_EQ(removed.substr(0, 7), std::string("\1\1\2\2\1\1\3", 7));
  EXPECT_FALSE(DecodeChange(stream, {1}, "\1\1\3" + record.substr(3)));
}

TEST_F(ChangeLogTest, RecordsOfStreamsAreTornAtEveryLength) {
  MakeTable(StreamViewType::kKeysOnly);
  const std::string record = EncodeStream(stream_->definition(), stream_->life());
  RecordReader reader(record);
  int fields = 0;
  while (reader.Next()) ++fields;
  ASSERT_FALSE(reader.torn());
  int whole = 0;  // those that end between fields, and have a generation of shards
  for (std::size_t length = 0; length < record.size(); ++length) {
    if (DecodeStream(std::string_view(record).substr(0, length))) ++whole;
  }
  EXPECT_LT(whole, fields);
  RecordWriter unknown;
  unknown.Bytes(1000, "of a newer program");
  const auto newer = DecodeStream(record + unknown.Take());
  ASSERT_TRUE(newer);
  EXPECT_EQ(EncodeStream(newer->definition, newer->life), record);
}

TEST_F(ChangeLogTest, DamagedChangesAreSkipped) {
  MakeTable(StreamViewType::kNewAndOldImages);
  for (const char* v : {"1", "2", "3", "4"}) Insert("a", v);
  const std::string prefix = ChangesPrefix(stream_->id());
  std::vector<std::string> keys;
  Cursor cursor = database_->store().Walk(prefix, PrefixEnd(prefix));
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) keys.emplace_back(cursor.key());
  ASSERT_EQ(keys.size(), 4u);
  RecordWriter no_item;
  no_item.Bytes(1, std::string(1, '\0'));
  no_item.Bytes(4, "xyz");  // a new image that is shorter than any item
  WriteBatch batch;
  batch.Put(keys[0], "torn");
  batch.Put(keys[2], no_item.Take());
  ASSERT_TRUE(database_->store().Commit(std::move(batch)));
  const auto changes = ReadAll();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(TextOf(*changes[0].new_image, "v"), "2");
  EXPECT_EQ(TextOf(*changes[1].new_image, "v"), "4");
}

TEST_F(ChangeLogTest, EachViewTypeKeepsWhatItShows) {
  for (const StreamViewType view : {StreamViewType::kKeysOnly, StreamViewType::kNewImage, StreamViewType::kOldImage,
                                    StreamViewType::kNewAndOldImages}) {
    Open(StoreOptions{.in_memory = true});
    MakeTable(view);
    const bool with_new = view == StreamViewType::kNewImage || view == StreamViewType::kNewAndOldImages;
    const bool with_old = view == StreamViewType::kOldImage || view == StreamViewType::kNewAndOldImages;
    Log("a", "", Item("a", "1"));
    Log("a", Item("a", "1"), Item("a", "2"));
    Log("a", Item("a", "2"), "", WriteOrigin::kTimeToLive);
    const auto changes = ReadAll();
    ASSERT_EQ(changes.size(), 3u);
    for (const ChangeRecord& change : changes) EXPECT_EQ(TextOf(change.keys, "pk"), "a");
    EXPECT_EQ(changes[0].event, ChangeEvent::kInsert);
    EXPECT_EQ(changes[1].event, ChangeEvent::kModify);
    EXPECT_EQ(changes[2].event, ChangeEvent::kRemove);
    EXPECT_EQ(changes[1].origin, WriteOrigin::kClient);
    EXPECT_EQ(changes[2].origin, WriteOrigin::kTimeToLive);
    EXPECT_EQ(changes[0].new_image.has_value(), with_new);
    EXPECT_FALSE(changes[0].old_image);
    EXPECT_EQ(changes[1].new_image, with_new ? std::optional(Item("a", "2")) : std::nullopt);
    EXPECT_EQ(changes[1].old_image, with_old ? std::optional(Item("a", "1")) : std::nullopt);
    EXPECT_FALSE(changes[2].new_image);
    EXPECT_EQ(changes[2].old_image.has_value(), with_old);
    EXPECT_EQ(changes[1].size_bytes(), 3u + (with_new ? 5 : 0) + (with_old ? 5 : 0));
    EXPECT_NE(changes[0].event_id, changes[1].event_id);
    EXPECT_EQ(changes[0].event_id.size(), 32u);
  }
}

TEST_F(ChangeLogTest, TornRecordsAreErrors) {
  MakeTable(StreamViewType::kNewAndOldImages);
  const std::string old_item = Item("a", "1"), new_item = Item("a", "2");
  const std::string value = EncodeChange(stream_->definition(), {ItemView(old_item), ItemView(new_item)});
  EXPECT_TRUE(DecodeChange(stream_->definition(), {1}, value));
  EXPECT_FALSE(DecodeChange(stream_->definition(), {1}, value.substr(0, value.size() - 1)));
  EXPECT_FALSE(DecodeChange(stream_->definition(), {1}, ""));
  const std::string record = EncodeStream(stream_->definition(), stream_->life());
  EXPECT_EQ(EncodeStream(DecodeStream(record)->definition, DecodeStream(record)->life), record);
  EXPECT_FALSE(DecodeStream(record.substr(0, record.size() - 1)));
}

TEST_F(ChangeLogTest, AnUnsettledNumberHoldsReadersBack) {
  MakeTable(StreamViewType::kKeysOnly);
  const std::string item = Item("slow", "1");
  const std::string row_key = *BaseRowKey(*table_, ItemView(item));
  WriteBatch batch;
  ChangeLog slow(*database_);
  slow.Add(table_->id(), row_key, {ItemView(), ItemView(item)});
  ASSERT_TRUE(slow.Commit(batch, [&] {
    Insert("fast", "1");
    EXPECT_TRUE(ReadAll().empty());
    Result<void> committed = database_->store().Commit(std::move(batch));
    EXPECT_TRUE(ReadAll().empty());
    return committed;
  }));
  EXPECT_EQ(ReadAll().size(), 2u);
}

// A commit that fails leaves no number behind at which readers would wait for ever.
TEST_F(ChangeLogTest, AFailedCommitHoldsNoReaderBack) {
  MakeTable(StreamViewType::kKeysOnly);
  const std::string item = Item("lost", "1");
  const std::string row_key = *BaseRowKey(*table_, ItemView(item));
  const auto fail = [&](const std::function<Result<void>()>& commit) {
    WriteBatch batch;
    ChangeLog log(*database_);
    log.Add(table_->id(), row_key, {ItemView(), ItemView(item)});
    return log.Commit(batch, commit);
  };
  EXPECT_FALSE(fail([] { return InternalError("no room"); }));
  EXPECT_THROW(static_cast<void>(fail([]() -> Result<void> { throw std::bad_alloc(); })), std::bad_alloc);
  Insert("kept", "1");
  EXPECT_EQ(ReadAll().size(), 1u);
}

TEST_F(ChangeLogTest, ListenersAreToldWhenChangesAreVisible) {
  MakeTable(StreamViewType::kKeysOnly);
  std::vector<std::size_t> visible;
  {
    const auto subscription = database_->streams().signal().Subscribe([&](StreamId stream) {
      EXPECT_EQ(stream, stream_->id());
      visible.push_back(ReadAll().size());
    });
    Insert("a", "1");
    Insert("b", "1");
  }
  Insert("c", "1");
  EXPECT_EQ(visible, (std::vector<std::size_t>{1, 2}));
}

TEST_F(ChangeLogTest, ShardsAreFollowedByTheirChildren) {
  MakeTable(StreamViewType::kKeysOnly);
  for (int i = 0; i < 50; ++i) Insert("a" + std::to_string(i), "1");
  const auto first = *Shards(*database_, *stream_);
  ASSERT_EQ(first.size(), kMostShards);
  clock_->Advance(4 * kHour);
  for (int i = 0; i < 50; ++i) Insert("b" + std::to_string(i), "1");
  const auto shards = *Shards(*database_, *stream_);
  ASSERT_EQ(shards.size(), 2u * kMostShards);
  EXPECT_TRUE(std::is_sorted(shards.begin(), shards.end(), [](auto& a, auto& b) { return a.id < b.id; }));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const bool is_child = i >= kMostShards;
    EXPECT_EQ(shards[i].end.has_value(), !is_child);
    EXPECT_EQ(shards[i].parent_id, is_child ? std::optional(shards[i - kMostShards].id) : std::nullopt);
    const auto page = *ReadShard(*database_, *stream_, shards[i], shards[i].start, {});
    EXPECT_EQ(page.at_end, !is_child);
    EXPECT_FALSE(page.records.empty());
    for (const ChangeRecord& change : page.records) {
      EXPECT_EQ(TextOf(change.keys, "pk")[0], is_child ? 'b' : 'a');
      EXPECT_GE(change.number, shards[i].start);
      EXPECT_TRUE(is_child || change.number <= *shards[i].end);
      EXPECT_TRUE(seen.insert(TextOf(change.keys, "pk")).second);
    }
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST_F(ChangeLogTest, ChangesAreTrimmedAfterADay) {
  MakeTable(StreamViewType::kKeysOnly);
  Insert("a", "1");
  const auto shards = *Shards(*database_, *stream_);
  clock_->Advance(2 * kHour);
  Insert("b", "1");
  clock_->Advance(22 * kHour - std::chrono::milliseconds(1));
  EXPECT_EQ(ReadAll().size(), 2u);
  clock_->Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(ReadAll().size(), 1u);
  int trimmed = 0;
  for (const Shard& shard : shards) {
    const auto page = ReadShard(*database_, *stream_, shard, shard.start, {});
    if (!page) {
      EXPECT_EQ(page.error().code, ErrorCode::kTrimmedDataAccess);
      ++trimmed;
    }
  }
  EXPECT_EQ(trimmed, 1);
  // The first generation ended 24 hours ago: nothing of it is left in the store.
  ASSERT_TRUE(database_->streams().Trim(clock_->Now()));
  clock_->Advance(24 * kHour);
  ASSERT_TRUE(database_->streams().Trim(clock_->Now()));
  const std::string begin = ChangesPrefix(stream_->id());
  Cursor cursor = database_->store().Walk(begin, PrefixEnd(begin));
  cursor.SeekToFirst();
  EXPECT_FALSE(cursor.Valid());
}

TEST_F(ChangeLogTest, ADisabledStreamIsRememberedForADay) {
  MakeTable(StreamViewType::kKeysOnly);
  Insert("a", "1");
  WriteBatch batch;
  database_->streams().Disable(table_->id(), clock_->Now(), batch);
  ASSERT_TRUE(database_->store().Commit(std::move(batch)));
  Insert("b", "1");
  EXPECT_EQ(ReadAll().size(), 1u);
  const auto shards = *Shards(*database_, *stream_);
  for (const Shard& shard : shards) {
    EXPECT_TRUE(ReadShard(*database_, *stream_, shard, shard.start, {})->at_end);
  }
  WriteBatch again;
  const StreamPtr second =
      *database_->streams().Enable(table_->definition(), StreamViewType::kNewImage, clock_->Now(), again);
  EXPECT_NE(second->Label(), stream_->Label());
  EXPECT_EQ(database_->streams().List(clock_->Now()).size(), 2u);
  clock_->Advance(24 * kHour);
  EXPECT_EQ(database_->streams().List(clock_->Now()).size(), 1u);
  EXPECT_FALSE(database_->streams().Find(stream_->id(), clock_->Now()));
  ASSERT_TRUE(database_->streams().Trim(clock_->Now()));
  std::string record;
  EXPECT_FALSE(*database_->store().Get(StreamKey("", stream_->id()), record));
}

TEST_F(ChangeLogTest, NumbersGrowOverARestartWithASlowClock) {
  const std::string directory = testing::TempDir() + "/change_log_test";
  std::filesystem::remove_all(directory);
  Open({.directory = directory});
  MakeTable(StreamViewType::kKeysOnly);
  Insert("a", "1");
  Insert("b", "1");
  const StreamId id = stream_->id();
  stream_.reset();
  Open({.directory = directory});
  clock_->Advance(-1 * kHour);
  stream_ = database_->streams().Find(id, clock_->Now());
  ASSERT_TRUE(stream_);
  const auto before = ReadAll();
  Insert("c", "1");
  const auto after = ReadAll();
  ASSERT_EQ(after.size(), 3u);
  const auto newest =
      std::max_element(after.begin(), after.end(), [](auto& a, auto& b) { return a.number < b.number; });
  EXPECT_EQ(TextOf(newest->keys, "pk"), "c");
  EXPECT_EQ(before.size(), 2u);
  database_.reset();
  std::filesystem::remove_all(directory);
}

// What a reader has passed stays as it was: with many writers no change turns up behind it, and none is lost.
TEST_F(ChangeLogTest, AReaderBesideManyWritersMissesNothing) {
  MakeTable(StreamViewType::kNewImage);
  constexpr int kWriters = 4, kChanges = 400;
  std::atomic<int> writing = kWriters;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kChanges; ++i)
        Insert(std::to_string(writer) + "." + std::to_string(i % 20), std::to_string(i));
      --writing;
    });
  }
  const auto shards = *Shards(*database_, *stream_);
  std::vector<SequenceNumber> from;
  for (const Shard& shard : shards) from.push_back(shard.start);
  std::map<std::string, int> last;
  int read = 0;
  for (bool more = true; more;) {
    more = writing > 0;
    for (std::size_t i = 0; i < shards.size(); ++i) {
      const auto page = *ReadShard(*database_, *stream_, shards[i], from[i], {});
      from[i] = page.next;
      more |= !page.records.empty();
      read += static_cast<int>(page.records.size());
      for (const ChangeRecord& change : page.records) {
        const int v = std::stoi(TextOf(*change.new_image, "v"));
        const auto [entry, is_new] = last.emplace(TextOf(change.keys, "pk"), v);
        EXPECT_TRUE(is_new || entry->second < v);
        entry->second = v;
      }
    }
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(read, kWriters * kChanges);
}

}  // namespace
}  // namespace dynarock
