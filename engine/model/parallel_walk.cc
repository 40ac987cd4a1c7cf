#include "engine/model/parallel_walk.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "engine/reads/batch_get_item.h"
#include "engine/reads/get_item.h"
#include "engine/reads/query_and_scan.h"
#include "engine/reads/transact_get_items.h"
#include "engine/tables/tables.h"
#include "engine/writes/batch_write_item.h"
#include "engine/writes/write_item.h"

namespace dynarock::model {
namespace {

constexpr std::string_view kTables[] = {"left", "right"};
constexpr const char* kAppend = "SET h = list_append(if_not_exists(h, :none), :id)";

std::string_view TableOf(std::size_t list) {
  return kTables[list / kListsOfTable];
}

bool IsPutAnew(std::size_t list) {
  return list % kListsOfTable == kListsOfTable - 1;
}

// No atomic counter: it would order the threads for the thread sanitizer.
std::int64_t Now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

Value ToValue(const List& list) {
  Value value;
  value.type = Type::kList;
  for (const CallId id : list) value.elements.push_back(Number(Whole(id)));
  return value;
}

List ListOf(ItemView view) {
  List list;
  const Item item = Decode(view);
  for (const Value& element : item.at("h").elements) list.push_back(element.number.thousandths / 1000);
  return list;
}

List ListOf(const std::optional<std::string>& item) {
  return item ? ListOf(ItemView(*item)) : List();
}

std::size_t SortKeyOf(ItemView view) {
  return static_cast<std::size_t>(Decode(view).at("sk").number.thousandths / 1000);
}

void AddValue(ExpressionAttributes& attributes, std::string_view placeholder, const Value& value) {
  if (!attributes.values) attributes.values.emplace();
  attributes.values->push_back({placeholder, Encode(value), {}});
}

void AddAppendValues(ExpressionAttributes& attributes, CallId id) {
  AddValue(attributes, ":none", ToValue({}));
  AddValue(attributes, ":id", ToValue({id}));
}

template <class Response>
const Response& Unwrap(const Result<Response>& response) {
  if (!response) throw std::runtime_error(response.error().message);
  return *response;
}

}  // namespace

void CreateLists(Database& database) {
  for (const std::string_view table : kTables) {
    CreateTableRequest request;
    request.table_name = table;
    request.attribute_definitions = {{"pk", Type::kString}, {"sk", Type::kNumber}};
    request.key_schema = {{"pk", true}, {"sk", false}};
    request.billing_mode = BillingMode::kPayPerRequest;
    Unwrap(CreateTable(database, request));
  }
}

void Walker::Step() {
  const std::size_t choice = random_.Below(100);
  if (choice < 25) return Update(random_.Below(kLists));
  if (choice < 60) return TransactWrite();
  if (choice < 75) return TransactGet(SomeLists(4));
  if (choice < 80) return Get(random_.Below(kLists));
  if (choice < 88) return QueryTable(random_.Below(2));
  if (choice < 94) return BatchGet(SomeLists(5));
  return BatchPut();
}

void Walker::ReadAll() {
  Lists lists(kLists);
  for (std::size_t list = 0; list < kLists; ++list) lists[list] = list;
  TransactGet(lists);
}

void Walker::Update(std::size_t list) {
  Call call = Begin("UpdateItem");
  UpdateItemRequest request;
  request.table_name = TableOf(list);
  request.key = KeyOf(list);
  request.update_expression = kAppend;
  AddAppendValues(request.expression_attributes, call.id);
  request.return_values = ReturnValues::kAllOld;
  const auto response = UpdateItem(database_, request);
  call.ended = Now();
  call.accesses.push_back(Seen(list, ListOf(Unwrap(response).attributes), Effect::kAppend));
  End(std::move(call));
}

// Appends to some lists, if others are as this thread saw them last; often it has just looked.
void Walker::TransactWrite() {
  const Lists lists = SomeLists(4);
  const std::size_t appends = 1 + random_.Below(lists.size());
  const Lists checked(lists.begin() + static_cast<std::ptrdiff_t>(appends), lists.end());
  if (!checked.empty() && random_.Chance(70)) TransactGet(checked);
  Call call = Begin("TransactWriteItems");
  TransactWriteItemsRequest request;
  for (std::size_t i = 0; i < appends; ++i) {
    request.items.push_back(Append(lists[i], call.id));
    call.accesses.push_back({lists[i], Effect::kAppend});
  }
  for (const std::size_t list : checked) {
    request.items.push_back(CheckLastSeen(list));
    call.accesses.push_back({list, Effect::kNone, last_seen_[list]});
  }
  const auto response = TransactWriteItems(database_, request);
  call.ended = Now();
  call.is_done = response.has_value();
  if (!response) {
    if (response.error().code != ErrorCode::kTransactionCanceled) Unwrap(response);
    for (Access& access : call.accesses) access.seen.reset();
  }
  End(std::move(call));
}

void Walker::TransactGet(const Lists& lists) {
  Call call = Begin("TransactGetItems");
  TransactGetItemsRequest request;
  for (const std::size_t list : lists) {
    TransactGetItem& item = request.items.emplace_back();
    item.table_name = TableOf(list);
    item.key = KeyOf(list);
  }
  const auto response = TransactGetItems(database_, request);
  call.ended = Now();
  for (std::size_t i = 0; i < lists.size(); ++i) {
    call.accesses.push_back(Seen(lists[i], ListOf(Unwrap(response).items[i])));
  }
  End(std::move(call));
}

void Walker::Get(std::size_t list) {
  Call call = Begin("GetItem");
  GetItemRequest request;
  request.table_name = TableOf(list);
  request.key = KeyOf(list);
  request.consistent_read = true;
  const auto response = GetItem(database_, request);
  call.ended = Now();
  call.accesses.push_back(Seen(list, ListOf(Unwrap(response).item)));
  End(std::move(call));
}

// A page is more whole here than AWS promises: one moment's.
void Walker::QueryTable(std::size_t table) {
  Call call = Begin("Query");
  QueryRequest request;
  request.table_name = kTables[table];
  request.key_condition_expression = "pk = :pk";
  request.consistent_read = true;
  AddValue(request.expression_attributes, ":pk", String(partition_));
  const auto response = Query(database_, request);
  call.ended = Now();
  std::vector<List> found(kListsOfTable);
  const ItemList& items = *Unwrap(response).items;
  for (std::size_t i = 0; i < items.size(); ++i) found[SortKeyOf(items[i])] = ListOf(items[i]);
  for (std::size_t i = 0; i < kListsOfTable; ++i) {
    call.accesses.push_back(Seen(table * kListsOfTable + i, std::move(found[i])));
  }
  End(std::move(call));
}

// Only each item is promised to be whole, so each is a call of its own to the history.
void Walker::BatchGet(const Lists& lists) {
  BatchGetItemRequest request;
  for (const std::string_view table : kTables) {
    TableKeys keys;
    keys.table_name = table;
    keys.consistent_read = true;
    for (const std::size_t list : lists) {
      if (TableOf(list) == table) keys.keys.push_back(KeyOf(list));
    }
    if (!keys.keys.empty()) request.tables.push_back(std::move(keys));
  }
  const Call all = Begin("BatchGetItem");
  const auto response = BatchGetItem(database_, request);
  const std::int64_t ended = Now();
  std::map<std::size_t, List> found;
  for (const auto& [table, items] : Unwrap(response).responses) {
    const std::size_t first = table == kTables[0] ? 0 : kListsOfTable;
    for (std::size_t i = 0; i < items.size(); ++i) found[first + SortKeyOf(items[i])] = ListOf(items[i]);
  }
  for (const std::size_t list : lists) {
    Call call = Begin("BatchGetItem");
    call.began = all.began;
    call.ended = ended;
    call.accesses.push_back(Seen(list, found[list]));
    End(std::move(call));
  }
}

// Each put a call of its own, as above.
void Walker::BatchPut() {
  BatchWriteItemRequest request;
  std::vector<Call> calls;
  for (std::size_t list = 0; list < kLists; ++list) {
    if (!IsPutAnew(list)) continue;
    Call& call = calls.emplace_back(Begin("BatchWriteItem"));
    call.accesses.push_back({list, Effect::kPut});
    Item item = Decode(KeyOf(list).view());
    item["h"] = ToValue({call.id});
    WriteRequest write;
    write.put_item.emplace().bytes = Encode(item);
    request.tables.push_back({TableOf(list), {std::move(write)}});
  }
  Unwrap(BatchWriteItem(database_, request));
  const std::int64_t ended = Now();
  for (Call& call : calls) {
    call.ended = ended;
    End(std::move(call));
  }
}

Call Walker::Begin(const char* name) {
  return {next_id_++, name, Now(), 0, true, {}};
}

void Walker::End(Call call) {
  auto& [done, refused] = tallies_[call.name];
  ++(call.is_done ? done : refused);
  calls_.push_back(std::move(call));
}

Access Walker::Seen(std::size_t list, List seen, Effect effect) {
  last_seen_[list] = seen;
  return {list, effect, std::move(seen)};
}

// One to `most` different lists, in any order.
Walker::Lists Walker::SomeLists(std::size_t most) {
  Lists lists;
  const std::size_t count = 1 + random_.Below(most);
  while (lists.size() < count) {
    const std::size_t list = random_.Below(kLists);
    if (std::find(lists.begin(), lists.end(), list) == lists.end()) lists.push_back(list);
  }
  return lists;
}

EncodedItem Walker::KeyOf(std::size_t list) const {
  const auto sort = static_cast<std::int64_t>(list % kListsOfTable);
  return {Encode(Item{{"pk", String(partition_)}, {"sk", Number(Whole(sort))}}), {}};
}

TransactWriteItem Walker::Append(std::size_t list, CallId id) const {
  TransactWriteItem item;
  item.actions = 1;
  item.action = TransactAction::kUpdate;
  item.table_name = TableOf(list);
  item.item = KeyOf(list);
  item.update_expression = kAppend;
  AddAppendValues(item.expression_attributes, id);
  return item;
}

TransactWriteItem Walker::CheckLastSeen(std::size_t list) const {
  TransactWriteItem item;
  item.actions = 1;
  item.action = TransactAction::kConditionCheck;
  item.table_name = TableOf(list);
  item.item = KeyOf(list);
  const auto seen = last_seen_.find(list);
  if (seen == last_seen_.end() || seen->second.empty()) {
    item.condition_expression = "attribute_not_exists(h)";
  } else {
    item.condition_expression = "h = :seen";
    AddValue(item.expression_attributes, ":seen", ToValue(seen->second));
  }
  return item;
}

}  // namespace dynarock::model
