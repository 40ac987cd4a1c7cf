#include "engine/model/walk.h"

#include <algorithm>

#include "engine/reads/get_item.h"

namespace dynarock::model {

Walk::Walk(std::unique_ptr<Database> database, std::uint64_t seed)
    : database_(std::move(database)), random_(seed), tables_(MakeTables()) {
  for (const ModelTable& table : tables_) {
    const auto created = Create(*database_, table);
    if (!created) throw Mismatch("CreateTable: " + created.error().message);
  }
}

void Walk::Step() {
  const std::size_t choice = random_.Below(100);
  if (choice < 22) return WriteStep(Operation::kPut);
  if (choice < 28) return WriteStep(Operation::kDelete);
  if (choice < 60) return WriteStep(Operation::kUpdate);
  if (choice < 70) return GetStep();
  if (choice < 84) return PageStep(true);
  if (choice < 98) return PageStep(false);
  return ManyPages(random_.Chance(60));
}

// Rarely a key that the table can't have.
Item Walk::RandomKey(const ModelTable& table) {
  if (!table.items.empty() && random_.Chance(50)) return table.KeyOf(SomeItem(table), nullptr);
  const bool has_sort = !table.keys.sort.empty();
  Item key;
  for (const KeyAttribute& attribute : table.keys.partition) {
    key[attribute.name] = has_sort ? FewKeyValue(random_, attribute.type) : RandomKeyValue(random_, attribute.type);
  }
  for (const KeyAttribute& attribute : table.keys.sort) key[attribute.name] = RandomKeyValue(random_, attribute.type);
  if (random_.Chance(2)) key["pk"] = RandomValue(random_);
  if (random_.Chance(1)) key.erase("pk");
  return key;
}

Item Walk::RandomItem(const ModelTable& table) {
  Item item = RandomKey(table);
  for (const auto& [name, type] : table.KeyTypes()) {
    if (table.keys.Find(name) || random_.Chance(35)) continue;
    item[name] = random_.Chance(97) ? RandomKeyValue(random_, type) : RandomValue(random_);
  }
  for (const std::string& name : PlainNames()) {
    if (random_.Chance(50)) item[name] = RandomValue(random_);
  }
  return item;
}

Subject Walk::SubjectFor(const ModelTable& table, const Item& item, bool with_keys) {
  Subject subject{PlainNames(), item, table.KeyTypes()};
  for (const auto& [name, type] : subject.key_types) {
    if (with_keys || !table.keys.Find(name)) subject.names.push_back(name);
  }
  return subject;
}

const Item& Walk::SomeItem(const ModelTable& table) {
  static const Item none;
  return table.items.empty() ? none : random_.Pick(table.items);
}

void Walk::GetStep() {
  const ModelTable& table = SomeTable();
  Placeholders placeholders(random_);
  const Item key = RandomKey(table);
  const bool is_key = table.HasValidKey(key);
  const Item* item = is_key ? table.Find(key) : nullptr;
  std::optional<RandomProjection> projection;
  if (random_.Chance(70)) {
    projection = MakeProjection(random_, placeholders, SubjectFor(table, item ? *item : SomeItem(table), true));
  }
  GetItemRequest request;
  request.table_name = table.name;
  request.key.bytes = Encode(key);
  request.expression_attributes = placeholders.Attributes();
  if (projection) request.projection_expression = projection->text;

  std::optional<ErrorCode> error;
  if (!is_key || (projection && AnyBelowKey(table, projection->paths))) error = ErrorCode::kValidation;
  if (projection && projection->is_invalid()) error = ErrorCode::kRequestValidation;
  std::optional<Item> expected;
  if (item) expected = projection ? Project(*item, projection->paths) : *item;

  CountAnswer("GetItem", error);
  const auto show = [&] {
    return "GetItem " + table.name + " " + Show(key) +
           "\n  ProjectionExpression: " + (projection ? projection->text : "none") + placeholders.Show();
  };
  WithRequest(show, [&] {
    const Result<GetItemResponse> got = GetItem(*database_, request);
    const std::string wanted = error ? ShowError(error) : ShowItem(expected);
    if (!got) {
      if (error != CodeOf(got.error())) Fail(wanted, ShowError(CodeOf(got.error())) + got.error().message);
      return;
    }
    std::optional<Item> returned;
    if (got->item) returned = DecodeChecked(ItemView(*got->item));
    if (error || returned != expected) Fail(wanted, ShowItem(returned));
  });
}

void Walk::CompareAll() {
  Placeholders placeholders(random_);
  for (const ModelTable& table : tables_) {
    CompareCounters(table);
    PageCall call;
    call.table = &table;
    ComparePage(call, placeholders);
    for (const IndexDefinition& index : table.indexes) {
      call.index = &index;
      ComparePage(call, placeholders);
    }
  }
}

void Walk::CompareCounters(const ModelTable& table) {
  const auto found = database_->catalog().Find(table.name);
  if (!found) throw Mismatch("no table " + table.name);
  const auto compare = [&](const IndexDefinition* index) {
    std::int64_t items = 0, bytes = 0;
    for (const Row& row : table.Rows(index)) {
      ++items;
      bytes += static_cast<std::int64_t>(SizeOf(row.item));
    }
    const Counts& counts = (*found)->counts(index ? index->id : IndexId{});
    if (counts.items.load() == items && counts.bytes.load() == bytes) return;
    throw Mismatch("counters of " + table.name + (index ? "/" + index->name : "") + ": expected " +
                   std::to_string(items) + " items, " + std::to_string(bytes) + " bytes; got " +
                   std::to_string(counts.items.load()) + " items, " + std::to_string(counts.bytes.load()) + " bytes");
  };
  compare(nullptr);
  for (const IndexDefinition& index : table.indexes) compare(&index);
}

void Walk::CountAnswer(const std::string& operation, const std::optional<ErrorCode>& error) {
  Tally& tally = tallies_[operation];
  if (!error) {
    ++tally.succeeded;
  } else if (error == ErrorCode::kConditionalCheckFailed) {
    ++tally.condition_failed;
  } else {
    ++tally.refused;
  }
}

void Fail(const std::string& expected, const std::string& got) {
  throw Mismatch("expected " + expected + "\ngot      " + got);
}

ErrorCode CodeOf(const ApiError& error) {
  return error.code == ErrorCode::kEmptyKey ? ErrorCode::kValidation : error.code;
}

std::string ShowError(const std::optional<ErrorCode>& error) {
  if (!error) return "";
  switch (*error) {
    case ErrorCode::kValidation:
      return "ValidationException ";
    case ErrorCode::kRequestValidation:
      return "ValidationException of the request ";
    case ErrorCode::kResourceNotFound:
      return "ResourceNotFoundException ";
    case ErrorCode::kConditionalCheckFailed:
      return "ConditionalCheckFailedException ";
    default:
      return "error " + std::to_string(static_cast<int>(*error)) + " ";
  }
}

std::string ShowItem(const std::optional<Item>& item) {
  return item ? Show(*item) : "no item";
}

Item DecodeChecked(ItemView view) {
  Item item = Decode(view);
  if (Encode(item) != view.bytes()) throw Mismatch("bytes are not in canonical form: " + Show(item));
  if (SizeOf(item) != view.billed_size()) {
    throw Mismatch("size of " + Show(item) + ": expected " + std::to_string(SizeOf(item)) + ", got " +
                   std::to_string(view.billed_size()));
  }
  return item;
}

}  // namespace dynarock::model
