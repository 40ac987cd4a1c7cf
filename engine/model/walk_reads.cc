// Query and Scan of the walk.
#include "engine/model/walk.h"

namespace dynarock::model {
namespace {

std::string ShowPage(const Page& page, const std::string& message) {
  if (page.error) return ShowError(page.error) + message;
  std::string text = "Count " + std::to_string(page.count) + ", ScannedCount " + std::to_string(page.scanned_count) +
                     ", LastEvaluatedKey " + ShowItem(page.last_key);
  for (const Item& item : page.items) text += "\n    " + Show(item);
  return text;
}

std::string ShowPageCall(const PageCall& call, const Placeholders& placeholders) {
  static const char* const selects[] = {"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"};
  std::string text = (call.key_condition ? "Query " : "Scan ") +
                     (call.is_unknown_table ? "nowhere" : call.table->name) +
                     (call.index ? "/" + call.index->name : "") + (call.forward ? "" : " backward") +
                     (call.consistent ? " consistent" : "");
  if (call.select) text += std::string(" Select ") + selects[static_cast<int>(*call.select)];
  if (call.limit) text += " Limit " + std::to_string(*call.limit);
  if (call.total_segments) {
    text += " Segment " + std::to_string(*call.segment) + " of " + std::to_string(*call.total_segments);
  }
  if (call.key_condition) text += "\n  KeyConditionExpression: " + call.key_condition->text;
  if (call.filter) text += "\n  FilterExpression: " + call.filter->text;
  if (call.projection) text += "\n  ProjectionExpression: " + call.projection->text;
  if (call.start) text += "\n  ExclusiveStartKey: " + Show(*call.start);
  return text + placeholders.Show();
}

bool IsSame(const Page& one, const Page& two) {
  if (one.error || two.error) return one.error == two.error;
  return one.items == two.items && one.count == two.count && one.scanned_count == two.scanned_count &&
         one.last_key == two.last_key;
}

Page Decoded(const Result<PageResponse>& response, bool is_count) {
  Page page;
  if (!response) {
    page.error = CodeOf(response.error());
    return page;
  }
  if (response->items.has_value() == is_count) throw Mismatch("Items are there only if not just counted");
  for (std::size_t i = 0; response->items && i < response->items->size(); ++i) {
    page.items.push_back(DecodeChecked((*response->items)[i]));
  }
  page.count = response->count;
  page.scanned_count = response->scanned_count;
  if (response->last_evaluated_key) page.last_key = DecodeChecked(ItemView(*response->last_evaluated_key));
  return page;
}

}  // namespace

PageCall Walk::MakePageCall(bool is_query, Placeholders& placeholders) {
  PageCall call;
  call.table = &SomeTable();
  if (random_.Chance(55)) call.index = &random_.Pick(call.table->indexes);
  const Item row = SomeItem(*call.table);
  if (is_query) {
    call.key_condition = MakeKeyCondition(random_, placeholders, call.table->KeysOf(call.index), row);
    call.forward = random_.Chance(50);
  } else if (random_.Chance(30)) {
    call.total_segments = 1 + static_cast<std::int64_t>(random_.Below(5));
    call.segment = static_cast<std::int64_t>(random_.Below(static_cast<std::size_t>(*call.total_segments)));
  }
  if (random_.Chance(45)) {
    Subject subject = SubjectFor(*call.table, row, !is_query || random_.Chance(3));
    if (is_query) {
      const KeySchema& keys = call.table->KeysOf(call.index);
      std::erase_if(subject.names, [&](const std::string& name) { return keys.Find(name) && random_.Chance(95); });
    }
    call.filter = MakeCondition(random_, placeholders, subject);
  }
  if (random_.Chance(25)) {
    Subject subject = SubjectFor(*call.table, row, true);
    if (call.index && call.index->is_global && random_.Chance(90)) {
      std::erase_if(subject.names, [&](const std::string& name) { return !call.table->Projects(*call.index, name); });
    }
    call.projection = MakeProjection(random_, placeholders, subject);
  }
  call.select = RandomSelect(call);
  if (random_.Chance(50)) call.limit = 1 + static_cast<std::int64_t>(random_.Below(6));
  call.consistent = random_.Chance(call.index && call.index->is_global ? 2 : 20);
  if (random_.Chance(25)) call.start = RandomStart(call, row);
  call.is_unknown_table = random_.Chance(1) && !(call.key_condition && call.key_condition->is_unsuitable);
  return call;
}

// Mostly one that goes with the rest of the call.
std::optional<Select> Walk::RandomSelect(const PageCall& call) {
  if (random_.Chance(3)) return static_cast<Select>(random_.Below(4));
  if (random_.Chance(60)) return std::nullopt;
  if (call.projection) return Select::kSpecificAttributes;
  if (random_.Chance(50)) return Select::kCount;
  if (call.index && random_.Chance(50)) return Select::kAllProjectedAttributes;
  return call.index && call.index->is_global ? Select::kCount : Select::kAllAttributes;
}

// A key of a row that is there, that was there, or that never was; now and then no key at all.
Item Walk::RandomStart(const PageCall& call, const Item& row) {
  const void* target = call.index ? static_cast<const void*>(call.index) : call.table;
  if (last_keys_.count(target) != 0 && random_.Chance(40)) return last_keys_[target];
  const auto types = call.table->KeyTypes();
  Item start;
  for (const auto& [name, type] : types) {
    if (!call.table->keys.Find(name) && !call.table->KeysOf(call.index).Find(name)) continue;
    const auto found = row.find(name);
    start[name] = found != row.end() && random_.Chance(80) ? found->second : RandomKeyValue(random_, type);
  }
  if (random_.Chance(2)) start.erase("pk");
  if (random_.Chance(2)) start["stray"] = String("x");
  return start;
}

Result<PageResponse> Walk::RunPage(const PageCall& call, const Placeholders& placeholders) {
  const auto fill = [&](PageRequest& request) {
    request.table_name = call.is_unknown_table ? std::string_view("nowhere") : call.table->name;
    if (call.index) request.index_name = call.index->name;
    request.select = call.select;
    request.limit = call.limit;
    request.consistent_read = call.consistent;
    if (call.filter) request.filter_expression = call.filter->text;
    if (call.projection) request.projection_expression = call.projection->text;
    request.expression_attributes = placeholders.Attributes();
    if (call.start) request.exclusive_start_key = EncodedItem{Encode(*call.start), {}};
  };
  if (call.key_condition) {
    QueryRequest request;
    fill(request);
    request.key_condition_expression = call.key_condition->text;
    request.scan_index_forward = call.forward;
    return Query(*database_, request);
  }
  ScanRequest request;
  fill(request);
  request.segment = call.segment;
  request.total_segments = call.total_segments;
  return Scan(*database_, request);
}

Page Walk::ComparePage(const PageCall& call, const Placeholders& placeholders) {
  return WithRequest([&] { return ShowPageCall(call, placeholders); },
                     [&] {
                       Page expected = ExpectPage(call);
                       const Result<PageResponse> response = RunPage(call, placeholders);
                       const Page got = Decoded(response, call.select == Select::kCount);
                       if (!IsSame(expected, got))
                         Fail(ShowPage(expected, ""), ShowPage(got, response ? "" : response.error().message));
                       return expected;
                     });
}

void Walk::PageStep(bool is_query) {
  Placeholders placeholders(random_);
  const PageCall call = MakePageCall(is_query, placeholders);
  const Page page = ComparePage(call, placeholders);
  CountAnswer(is_query ? "Query" : "Scan", page.error);
  if (page.last_key) last_keys_[call.index ? static_cast<const void*>(call.index) : call.table] = *page.last_key;
}

// One read from its first page to its last, with writes in between now and then.
void Walk::ManyPages(bool is_query) {
  Placeholders placeholders(random_);
  PageCall call = MakePageCall(is_query, placeholders);
  call.limit = 1 + static_cast<std::int64_t>(random_.Below(7));
  call.start.reset();
  while (true) {
    const Page page = ComparePage(call, placeholders);
    CountAnswer(is_query ? "Query" : "Scan", page.error);
    if (!page.last_key) return;
    call.start = page.last_key;
    if (random_.Chance(10)) WriteStep(Operation::kUpdate);
  }
}

}  // namespace dynarock::model
