// How a SELECT is read: as one item, as ranges of keys, or as a scan.
#include <algorithm>
#include <set>

#include "engine/base/joined.h"
#include "engine/database/item_key.h"
#include "engine/expression/condition.h"
#include "engine/partiql/key_tests.h"
#include "engine/partiql/planner.h"
#include "engine/reads/key_range.h"

namespace dynarock::partiql {
namespace {

// Source: observed, conformance/cases/partiql/key_conditions.case
constexpr std::size_t kMaxReads = 50;

// Clauses that multiply to more are not even written out.
constexpr std::size_t kMaxBranches = 1000;

// A test that must hold, and for an IN which of its candidates.
struct Conjunct {
  const Condition* test;
  std::size_t choice = 0;
};

// One way in which the WHERE clause can hold; with its clauses on keys it is a range, with the others a filter.
struct Branch {
  std::vector<Conjunct> conjuncts;
  std::vector<KeyClause> clauses = {};
  std::vector<const Condition*> filters = {};
  KeyRange range = {};

  const KeyClause* Equality(std::string_view attribute) const {
    for (const KeyClause& clause : clauses) {
      if (clause.attribute == attribute && clause.op == KeyOperator::kEqual) return &clause;
    }
    return nullptr;
  }
  // Whether an attribute is asked to be two values.
  bool Contradicts(const KeyAttribute& attribute) const {
    const KeyClause* first = Equality(attribute.name);
    return std::any_of(clauses.begin(), clauses.end(), [&](const KeyClause& clause) {
      return clause.attribute == attribute.name && clause.op == KeyOperator::kEqual && !(clause.value == first->value);
    });
  }
};

class Planner {
 public:
  Planner(const ReadTarget& target, const Statement& statement)
      : target_(target), keys_(target.keys()), statement_(statement) {}

  Result<ReadPlan> Plan(OtherKeyType other_type) {
    TRY_VOID(CheckOrderTerms());
    TRY(const bool is_keyed, MakeBranches());
    if (!is_keyed) return PlanScan();
    if (Result<void> types = CheckTypes(); !types) {
      if (other_type == OtherKeyType::kIsNoKey) return PlanScan();
      return types.error();
    }
    ReadPlan plan;
    for (Branch& branch : branches_) {
      TRY(branch.range, RangeOf(branch));
    }
    TRY_VOID(CheckApart());
    if (branches_.size() > kMaxReads) return TooManyReads();
    TRY_VOID(CheckFiltersAreProjected());
    if (IsOneItem()) {
      TRY(plan.row_key, RowKey());
      return plan;
    }
    JoinOverlaps();
    TRY_VOID(Order(plan));
    for (Branch& branch : branches_) plan.ranges.push_back(std::move(branch.range));
    return plan;
  }

 private:
  static ApiError TooManyReads() { return ValidationError("Too many decomposed read operations for a given query."); }

  Result<ReadPlan> PlanScan() const {
    if (!statement_.order_by.empty()) {
      return ValidationError(
          "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
    }
    const std::string prefix = target_.RowPrefix();
    ReadPlan plan;
    plan.ranges.push_back({prefix, PrefixEnd(prefix)});
    return plan;
  }

  Result<void> CheckOrderTerms() const {
    if (statement_.order_by.empty()) return {};
    if (!statement_.where) {
      return ValidationError("Must have WHERE clause in the statement when using ORDER BY clause.");
    }
    for (const OrderTerm& term : statement_.order_by) {
      if (keys_.Find(term.attribute)) continue;
      return ValidationError("Attribute " + term.attribute + " in ORDER BY clause must be part of the primary key");
    }
    return {};
  }

  bool IsKeyTest(const Condition& test) const {
    const auto clause = KeyTestOf(test, 0);
    return clause && keys_.Find(clause->attribute);
  }

  // Whether the condition has a test on a key in a place where it can narrow down the keys.
  bool MentionsKey(const Condition& condition) const {
    if (condition.kind != Condition::Kind::kAnd && condition.kind != Condition::Kind::kOr) return IsKeyTest(condition);
    return std::any_of(condition.children.begin(), condition.children.end(),
                       [this](const Condition& child) { return MentionsKey(child); });
  }

  // Whether `attribute` has a value whichever way the condition holds.
  bool Pins(const Condition& condition, const std::string& attribute) const {
    const auto pins = [&](const Condition& child) { return Pins(child, attribute); };
    if (condition.kind == Condition::Kind::kAnd) {
      return std::any_of(condition.children.begin(), condition.children.end(), pins);
    }
    if (condition.kind == Condition::Kind::kOr) {
      return std::all_of(condition.children.begin(), condition.children.end(), pins);
    }
    const auto clause = KeyTestOf(condition, 0);
    return clause && clause->op == KeyOperator::kEqual && clause->attribute == attribute;
  }

  std::size_t CountBranches(const Condition& condition) const {
    if (condition.kind == Condition::Kind::kIn && IsKeyTest(condition)) return condition.operands.size() - 1;
    if (condition.kind == Condition::Kind::kAnd) {
      std::size_t product = 1;
      for (const Condition& child : condition.children) {
        product = std::min(product * CountBranches(child), kMaxBranches + 1);
      }
      return product;
    }
    if (condition.kind != Condition::Kind::kOr || !MentionsKey(condition)) return 1;
    std::size_t sum = 0;
    for (const Condition& child : condition.children) sum = std::min(sum + CountBranches(child), kMaxBranches + 1);
    return sum;
  }

  std::vector<Branch> Expand(const Condition& condition) const {
    std::vector<Branch> branches;
    if (condition.kind == Condition::Kind::kAnd) {
      branches.emplace_back();
      for (const Condition& child : condition.children) branches = Multiply(std::move(branches), Expand(child));
    } else if (condition.kind == Condition::Kind::kOr && MentionsKey(condition)) {
      for (const Condition& child : condition.children) {
        for (Branch& branch : Expand(child)) branches.push_back(std::move(branch));
      }
    } else if (condition.kind == Condition::Kind::kIn && IsKeyTest(condition)) {
      for (std::size_t i = 0; i + 1 < condition.operands.size(); ++i) branches.push_back({{{&condition, i}}});
    } else {
      branches.push_back({{{&condition, 0}}});
    }
    return branches;
  }

  static std::vector<Branch> Multiply(std::vector<Branch> left, const std::vector<Branch>& right) {
    if (right.size() == 1) {
      // Most conjuncts are but one way to hold: no copies, or many of them would cost their square.
      const std::vector<Conjunct>& more = right[0].conjuncts;
      for (Branch& branch : left) branch.conjuncts.insert(branch.conjuncts.end(), more.begin(), more.end());
      return left;
    }
    std::vector<Branch> product;
    for (const Branch& a : left) {
      for (const Branch& b : right) {
        Branch& both = product.emplace_back(a);
        both.conjuncts.insert(both.conjuncts.end(), b.conjuncts.begin(), b.conjuncts.end());
      }
    }
    return product;
  }

  // False if some way to hold leaves a partition key attribute open, or asks it to be two values: that is a scan.
  Result<bool> MakeBranches() {
    if (!statement_.where) return false;
    for (const KeyAttribute& attribute : keys_.partition) {
      if (!Pins(*statement_.where, attribute.name)) return false;
    }
    if (CountBranches(*statement_.where) > kMaxBranches) return TooManyReads();
    branches_ = Expand(*statement_.where);
    for (Branch& branch : branches_) {
      for (const Conjunct& conjunct : branch.conjuncts) {
        auto clause = KeyTestOf(*conjunct.test, conjunct.choice);
        if (clause && keys_.Find(clause->attribute)) {
          branch.clauses.push_back(std::move(*clause));
        } else {
          branch.filters.push_back(conjunct.test);
        }
      }
      for (const KeyAttribute& attribute : keys_.partition) {
        if (!branch.Equality(attribute.name) || branch.Contradicts(attribute)) return false;
      }
    }
    return true;
  }

  Result<void> CheckTypes() const {
    for (const Branch& branch : branches_) {
      for (const KeyClause& clause : branch.clauses) {
        const Type wanted = keys_.Find(clause.attribute)->type;
        const bool upper_fits = clause.op != KeyOperator::kBetween || clause.upper.type() == wanted;
        if (clause.value.type() == wanted && upper_fits) continue;
        return ValidationError("Key attribute's data type should match its data type in table's schema: Key " +
                               clause.attribute);
      }
    }
    return {};
  }

  // All clauses on the first sort attribute that has no single value narrow the range; what stands behind is filtered.
  Result<KeyRange> RangeOf(const Branch& branch) const {
    KeyCondition chain;
    for (const KeyAttribute& attribute : keys_.partition) chain.clauses.push_back(*branch.Equality(attribute.name));
    TRY(KeyRange range, ToKeyRange(target_, chain));
    for (std::size_t i = 0; i < keys_.sort.size(); ++i) {
      const KeyClause* equality = branch.Equality(keys_.sort[i].name);
      for (const KeyClause& clause : branch.clauses) {
        if (clause.attribute != keys_.sort[i].name) continue;
        chain.clauses.push_back(clause);
        TRY(const KeyRange narrowed, ToKeyRange(target_, chain));
        chain.clauses.pop_back();
        range = {std::max(range.begin, narrowed.begin), std::min(range.end, narrowed.end)};
      }
      if (!equality) break;
      chain.clauses.push_back(*equality);
    }
    if (range.end < range.begin) range.end = range.begin;
    return range;
  }

  // Whether the branch has a condition on a sort key that narrows nothing down because it is negated.
  // Observed: conformance/cases/partiql/overlaps.case
  bool HasNegatedSortKey(const Branch& branch) const {
    return std::any_of(branch.filters.begin(), branch.filters.end(), [this](const Condition* filter) {
      const bool is_unequal =
          filter->kind == Condition::Kind::kComparison && filter->comparator == Comparator::kNotEqual;
      if (!is_unequal && filter->kind != Condition::Kind::kNot) return false;
      std::vector<const Path*> paths;
      CollectAttributes(*filter, paths);
      return std::any_of(paths.begin(), paths.end(), [this](const Path* path) {
        return std::any_of(keys_.sort.begin(), keys_.sort.end(),
                           [path](const KeyAttribute& key) { return key.name == path->attribute; });
      });
    });
  }

  Result<void> CheckApart() {
    std::sort(branches_.begin(), branches_.end(),
              [](const Branch& a, const Branch& b) { return a.range.begin < b.range.begin; });
    const std::string* reached = nullptr;
    for (const Branch& branch : branches_) {
      if (branch.range.begin == branch.range.end || HasNegatedSortKey(branch)) continue;
      if (reached && branch.range.begin < *reached) {
        return ValidationError("Overlapping conditions with range keys are not supported in where clause");
      }
      reached = &branch.range.end;
    }
    return {};
  }

  // Rows that several branches have are read once. Requires: the branches are sorted by where they begin.
  void JoinOverlaps() {
    std::vector<Branch> joined;
    for (Branch& branch : branches_) {
      if (joined.empty() || branch.range.begin >= joined.back().range.end) {
        joined.push_back(std::move(branch));
      } else {
        joined.back().range.end = std::max(joined.back().range.end, branch.range.end);
      }
    }
    branches_ = std::move(joined);
  }

  // The service tells of the branch whose partition key is the greatest, and only if each lacks something.
  // Observed: conformance/cases/partiql/index_filters.case
  Result<void> CheckFiltersAreProjected() const {
    if (!target_.index) return {};
    const Branch* last = nullptr;
    std::vector<std::string> missing;
    for (const Branch& branch : branches_) {
      std::vector<std::string> lacks = target_.Lacks(FilteredPaths(branch));
      if (lacks.empty()) return {};
      if (last && ComparePartitions(branch, *last) < 0) continue;
      last = &branch;
      missing = std::move(lacks);
    }
    return InvalidParameter("Secondary index " + target_.index->name +
                            " does not project one or more filter attributes: [" +
                            Joined(InHashSetOrder(std::move(missing))) + "]");
  }

  static std::vector<Path> FilteredPaths(const Branch& branch) {
    std::vector<const Path*> borrowed;
    for (const Condition* filter : branch.filters) CollectAttributes(*filter, borrowed);
    std::vector<Path> paths;
    for (const Path* path : borrowed) paths.push_back(*path);
    return paths;
  }

  // The service lists names in the order of a Java HashSet of strings.
  static std::vector<std::string> InHashSetOrder(std::vector<std::string> names) {
    std::vector<std::string> distinct;
    std::set<std::string> seen;
    for (std::string& name : names) {
      if (seen.insert(name).second) distinct.push_back(std::move(name));
    }
    std::uint32_t buckets = 16;
    while (distinct.size() * 4 > buckets * std::size_t{3}) buckets *= 2;
    const auto bucket = [buckets](const std::string& name) {
      std::uint32_t hash = 0;
      for (const char c : name) hash = hash * 31 + static_cast<unsigned char>(c);
      return (hash ^ (hash >> 16)) % buckets;
    };
    std::stable_sort(distinct.begin(), distinct.end(),
                     [&](const std::string& a, const std::string& b) { return bucket(a) < bucket(b); });
    return distinct;
  }

  int ComparePartitions(const Branch& a, const Branch& b) const {
    for (const KeyAttribute& attribute : keys_.partition) {
      const int order = CompareScalars(a.Equality(attribute.name)->value, b.Equality(attribute.name)->value);
      if (order != 0) return order;
    }
    return 0;
  }

  bool IsOneItem() const {
    if (target_.index || branches_.size() != 1) return false;
    return std::all_of(keys_.sort.begin(), keys_.sort.end(), [this](const KeyAttribute& attribute) {
      return branches_[0].Equality(attribute.name) && !branches_[0].Contradicts(attribute);
    });
  }

  Result<std::string> RowKey() const {
    std::vector<KeyAttribute> attributes = keys_.partition;
    attributes.insert(attributes.end(), keys_.sort.begin(), keys_.sort.end());
    std::sort(attributes.begin(), attributes.end(),
              [](const KeyAttribute& a, const KeyAttribute& b) { return a.name < b.name; });
    std::string key;
    ItemBuilder builder(key);
    for (const KeyAttribute& attribute : attributes) {
      builder.Add(attribute.name, branches_[0].Equality(attribute.name)->value);
    }
    builder.Finish();
    return BaseRowKeyOfKey(*target_.table, ItemView(key));
  }

  const OrderTerm* TermFor(const std::vector<KeyAttribute>& attributes) const {
    for (const OrderTerm& term : statement_.order_by) {
      for (const KeyAttribute& attribute : attributes) {
        if (attribute.name == term.attribute) return &term;
      }
    }
    return nullptr;
  }

  // Without an ORDER BY the ranges stay in the order of the service's hash.
  Result<void> Order(ReadPlan& plan) {
    if (statement_.order_by.empty()) return {};
    const OrderTerm* by_partition = TermFor(keys_.partition);
    const OrderTerm* by_sort = TermFor(keys_.sort);
    const bool has_several = std::any_of(branches_.begin(), branches_.end(), [this](const Branch& branch) {
      return ComparePartitions(branch, branches_[0]) != 0;
    });
    if (has_several && !by_partition) {
      return ValidationError(
          "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.");
    }
    // Without a term of its own the sort key goes down.
    plan.forward = by_sort && !by_sort->descending;
    const bool partitions_descend = by_partition && by_partition->descending;
    std::sort(branches_.begin(), branches_.end(), [&](const Branch& a, const Branch& b) {
      const int partitions = ComparePartitions(a, b);
      if (partitions != 0) return partitions_descend ? partitions > 0 : partitions < 0;
      return plan.forward ? a.range.begin < b.range.begin : a.range.begin > b.range.begin;
    });
    return {};
  }

  const ReadTarget& target_;
  const KeySchema& keys_;
  const Statement& statement_;
  std::vector<Branch> branches_;
};

}  // namespace

Result<ReadPlan> PlanRead(const ReadTarget& target, const Statement& statement, OtherKeyType other_type) {
  return Planner(target, statement).Plan(other_type);
}

}  // namespace dynarock::partiql
