#include "engine/model/model_page.h"

#include <algorithm>

#include "engine/base/joined.h"

namespace dynarock::model {
namespace {

class KeyConditionMaker {
 public:
  KeyConditionMaker(Random& random, Placeholders& placeholders, const Item& row)
      : random_(random), placeholders_(placeholders), row_(row) {}

  RandomKeyCondition Make(const KeySchema& keys) {
    std::vector<std::string> clauses;
    for (const KeyAttribute& attribute : keys.partition) {
      if (random_.Chance(1)) {
        made_.is_unsuitable = true;
      } else {
        clauses.push_back(MakeComparison(attribute, random_.Chance(99) ? "=" : "<="));
        made_.is_unsuitable |= clauses.back().find('<') != std::string::npos;
      }
    }
    for (const KeyAttribute& attribute : keys.sort) {
      if (random_.Chance(65)) clauses.push_back(MakeSortClause(attribute));
    }
    if (clauses.empty() || random_.Chance(1)) {
      clauses.push_back(MakeComparison({"stray", Type::kString}, "="));
      made_.is_unsuitable = true;
    }
    if (random_.Chance(30)) std::reverse(clauses.begin(), clauses.end());
    for (const std::string& clause : clauses) {
      AppendListed(made_.text, random_.Chance(15) ? "(" + clause + ")" : clause, " AND ");
    }
    made_.holds = [tests = tests_](const Item& item) {
      return std::all_of(tests.begin(), tests.end(), [&](const auto& test) { return test(item); });
    };
    return std::move(made_);
  }

 private:
  // Mostly what the row has.
  Value ValueFor(const KeyAttribute& attribute) {
    if (random_.Chance(2)) return RandomValue(random_);
    const auto found = row_.find(attribute.name);
    if (found != row_.end() && random_.Chance(75)) return found->second;
    return RandomKeyValue(random_, attribute.type);
  }

  void Check(const KeyAttribute& attribute, const Value& value, bool may_be_empty) {
    const bool is_empty = value.type != Type::kNumber && value.text.empty();
    if (value.type != attribute.type || (is_empty && !may_be_empty)) made_.is_unsuitable = true;
  }

  static bool Holds(const std::string& comparator, std::strong_ordering order) {
    if (comparator == "=") return order == 0;
    if (comparator == "<") return order < 0;
    if (comparator == "<=") return order <= 0;
    if (comparator == ">") return order > 0;
    return order >= 0;
  }

  void AddTest(const KeyAttribute& attribute, std::function<bool(const Value&)> test) {
    tests_.push_back([name = attribute.name, test](const Item& item) { return test(item.at(name)); });
  }

  std::string MakeComparison(const KeyAttribute& attribute, const std::string& comparator) {
    const Value value = ValueFor(attribute);
    Check(attribute, value, false);
    if (comparator != "=" && !IsOrdered(value.type)) made_.is_invalid = true;
    const std::string name = placeholders_.Name(attribute.name), literal = placeholders_.Literal(value);
    if (random_.Chance(15)) {
      AddTest(attribute, [value, comparator](const Value& key) { return Holds(comparator, Order(value, key)); });
      return literal + " " + comparator + " " + name;
    }
    AddTest(attribute, [value, comparator](const Value& key) { return Holds(comparator, Order(key, value)); });
    return name + " " + comparator + " " + literal;
  }

  std::string MakeSortClause(const KeyAttribute& attribute) {
    static const std::vector<std::string> comparators = {"=", "<", "<=", ">", ">="};
    const std::size_t choice = random_.Below(8);
    if (choice < 5) return MakeComparison(attribute, comparators[choice]);
    if (choice < 6 && (attribute.type != Type::kNumber || random_.Chance(10))) return MakePrefix(attribute);
    return MakeBetween(attribute);
  }

  std::string MakePrefix(const KeyAttribute& attribute) {
    Value prefix = ValueFor(attribute);
    // Whole characters only.
    if (!prefix.text.empty() && static_cast<unsigned char>(prefix.text[0]) < 0x80) {
      prefix.text.resize(std::min(prefix.text.size(), random_.Below(3)));
    }
    Check(attribute, prefix, true);
    if (prefix.type != Type::kString && prefix.type != Type::kBinary) made_.is_invalid = true;
    AddTest(attribute, [prefix](const Value& key) { return key.text.rfind(prefix.text, 0) == 0; });
    return "begins_with(" + placeholders_.Name(attribute.name) + ", " + placeholders_.Literal(prefix) + ")";
  }

  std::string MakeBetween(const KeyAttribute& attribute) {
    Value lower = ValueFor(attribute), upper = ValueFor(attribute);
    const bool fit = lower.type == upper.type && IsOrdered(lower.type);
    if (fit && Order(lower, upper) > 0 && !random_.Chance(2)) std::swap(lower, upper);
    if (!fit || Order(lower, upper) > 0) made_.is_invalid = true;
    Check(attribute, lower, false);
    Check(attribute, upper, false);
    AddTest(attribute, [lower, upper](const Value& key) { return Order(key, lower) >= 0 && Order(key, upper) <= 0; });
    const std::string name = placeholders_.Name(attribute.name), low = placeholders_.Literal(lower);
    return name + " BETWEEN " + low + " AND " + placeholders_.Literal(upper);
  }

  Random& random_;
  Placeholders& placeholders_;
  const Item& row_;
  RandomKeyCondition made_;
  std::vector<std::function<bool(const Item&)>> tests_;
};

bool WantsWholeItems(const PageCall& call) {
  if (!call.index || call.index->projection == ProjectionType::kAll) return false;
  if (call.select == Select::kAllAttributes) return true;
  if (!call.projection) return false;
  return std::any_of(call.projection->paths.begin(), call.projection->paths.end(),
                     [&](const Path& path) { return !call.table->Projects(*call.index, path.attribute); });
}

bool InSegment(const PageCall& call, const Place& place) {
  if (!call.total_segments) return true;
  __extension__ using Wide = unsigned __int128;
  const Wide scaled = static_cast<Wide>(place.Hash()) * static_cast<std::uint64_t>(*call.total_segments);
  return static_cast<std::int64_t>(scaled >> 64) == *call.segment;
}

// What is wrong with a request whatever tables there are.
std::optional<ErrorCode> FindRequestError(const PageCall& call) {
  if (call.key_condition && call.key_condition->is_invalid) return ErrorCode::kRequestValidation;
  if (call.filter && call.filter->is_invalid) return ErrorCode::kRequestValidation;
  if (call.projection && call.projection->is_invalid()) return ErrorCode::kRequestValidation;
  if (call.select == Select::kSpecificAttributes && !call.projection) return ErrorCode::kValidation;
  if (call.select && call.select != Select::kSpecificAttributes && call.projection) return ErrorCode::kValidation;
  if (call.select == Select::kAllProjectedAttributes && !call.index) return ErrorCode::kValidation;
  return std::nullopt;
}

bool StartFits(const PageCall& call) {
  const Item& start = *call.start;
  const auto types = call.table->KeyTypes();
  std::size_t wanted = 0;
  for (const auto& [name, type] : types) {
    if (!call.table->keys.Find(name) && !call.table->KeysOf(call.index).Find(name)) continue;
    ++wanted;
    if (start.count(name) == 0) return false;
  }
  if (start.size() != wanted) return false;
  if (call.key_condition) return call.key_condition->holds(start);
  return InSegment(call, call.table->PlaceOf(start, call.index));
}

// A query of a table without a sort key.
bool FindsOneItem(const PageCall& call) {
  return call.key_condition && !call.index && call.table->keys.sort.empty();
}

bool BreaksTableRules(const PageCall& call) {
  if (call.index && call.index->is_global && (call.consistent || WantsWholeItems(call))) return true;
  if (call.key_condition && call.key_condition->is_unsuitable) return true;
  if (call.start && (FindsOneItem(call) || !StartFits(call))) return true;
  if (call.projection && AnyBelowKey(*call.table, call.projection->paths)) return true;
  if (!call.filter) return false;
  if (AnyBelowKey(*call.table, call.filter->paths)) return true;
  return call.key_condition && std::any_of(call.filter->paths.begin(), call.filter->paths.end(), [&](const Path& path) {
           return call.table->KeysOf(call.index).Find(path.attribute) != nullptr;
         });
}

// Whether a query that has read all of its range up to `last` has an item of the partition behind it.
bool HasItemBehind(const PageCall& call, const Row& last) {
  const std::vector<Row> rows = call.table->Rows(call.index);
  return call.key_condition && std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
           const std::strong_ordering order = Order(row.place, last.place);
           return row.place.partition == last.place.partition && (call.forward ? order > 0 : order < 0);
         });
}

void FillPage(const PageCall& call, Page& page) {
  std::vector<Row> rows = call.table->Rows(call.index);
  std::erase_if(rows, [&](const Row& row) {
    return !InSegment(call, row.place) || (call.key_condition && !call.key_condition->holds(row.item));
  });
  if (call.start) {
    const Place start = call.table->PlaceOf(*call.start, call.index);
    std::erase_if(rows, [&](const Row& row) {
      const std::strong_ordering order = Order(row.place, start);
      return call.forward ? order <= 0 : order >= 0;
    });
  }
  if (!call.forward) std::reverse(rows.begin(), rows.end());
  for (const Row& row : rows) {
    if (call.limit && page.scanned_count == *call.limit) break;
    ++page.scanned_count;
    const bool has_ended = &row == &rows.back() && HasItemBehind(call, row);
    if (page.scanned_count == call.limit && !FindsOneItem(call) && !has_ended) {
      page.last_key = call.table->KeyOf(row.item, call.index);
    }
    const Item& item = WantsWholeItems(call) ? *row.whole : row.item;
    if (call.filter && !call.filter->holds(item)) continue;
    ++page.count;
    if (call.select == Select::kCount) continue;
    page.items.push_back(call.projection ? Project(item, call.projection->paths) : item);
  }
}

}  // namespace

RandomKeyCondition MakeKeyCondition(Random& random, Placeholders& placeholders, const KeySchema& keys,
                                    const Item& row) {
  return KeyConditionMaker(random, placeholders, row).Make(keys);
}

bool AnyBelowKey(const ModelTable& table, const std::vector<Path>& paths) {
  const auto types = table.KeyTypes();
  return std::any_of(paths.begin(), paths.end(),
                     [&](const Path& path) { return !path.steps.empty() && types.count(path.attribute) != 0; });
}

Page ExpectPage(const PageCall& call) {
  Page page;
  page.error = FindRequestError(call);
  if (!page.error && call.is_unknown_table) page.error = ErrorCode::kResourceNotFound;
  if (!page.error && BreaksTableRules(call)) page.error = ErrorCode::kValidation;
  if (!page.error) FillPage(call, page);
  return page;
}

}  // namespace dynarock::model
