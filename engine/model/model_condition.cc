// Random conditions.
#include <algorithm>

#include "engine/model/model_expression.h"

namespace dynarock::model {
namespace {

using Found = std::optional<Value>;

// An operand of a test.
struct TestOperand {
  std::string text;
  std::function<Found(const Item&)> value;
  std::optional<Path> path;
  std::optional<Value> literal;
  std::optional<Type> type;  // where it is known without an item
};

// How strongly a condition's text binds.
enum class Binding { kOr, kAnd, kTest };

struct Part {
  std::string text;
  std::function<bool(const Item&)> holds;
  Binding binding = Binding::kTest;
};

// Source: Developer Guide, "Comparison operator and function reference", size.
std::optional<std::int64_t> Measure(const Found& value) {
  if (!value) return std::nullopt;
  std::int64_t size = 0;
  switch (value->type) {
    case Type::kString:
      for (const char c : value->text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 || byte >= 0xC0) ++size;  // starts a character
        if (byte >= 0xF0) ++size;                 // which is two UTF-16 units
      }
      return size;
    case Type::kBinary:
      return static_cast<std::int64_t>(value->text.size());
    case Type::kNumber:
    case Type::kBool:
    case Type::kNull:
      return std::nullopt;
    default:
      return static_cast<std::int64_t>(value->members.size() + value->elements.size() + value->strings.size() +
                                       value->numbers.size());
  }
}

bool IsEqual(const Found& left, const Found& right) {
  return left && right && *left == *right;
}

bool Compares(const std::string& comparator, const Found& left, const Found& right) {
  if (comparator == "=") return IsEqual(left, right);
  if (comparator == "<>") return !IsEqual(left, right);
  if (!left || !right || left->type != right->type || !IsOrdered(left->type)) return false;
  const std::strong_ordering order = Order(*left, *right);
  if (comparator == "<") return order < 0;
  if (comparator == "<=") return order <= 0;
  if (comparator == ">") return order > 0;
  return order >= 0;
}

bool IsText(const Value& value) {
  return value.type == Type::kString || value.type == Type::kBinary;
}

bool BeginsWith(const Found& value, const Found& prefix) {
  return value && prefix && value->type == prefix->type && IsText(*value) && value->text.rfind(prefix->text, 0) == 0;
}

bool Contains(const Found& value, const Found& wanted) {
  if (!value || !wanted) return false;
  switch (value->type) {
    case Type::kString:
    case Type::kBinary:
      return value->type == wanted->type && value->text.find(wanted->text) != std::string::npos;
    case Type::kList:
      return std::count(value->elements.begin(), value->elements.end(), *wanted) != 0;
    case Type::kStringSet:
      return wanted->type == Type::kString && value->strings.count(wanted->text) != 0;
    case Type::kBinarySet:
      return wanted->type == Type::kBinary && value->strings.count(wanted->text) != 0;
    case Type::kNumberSet:
      return wanted->type == Type::kNumber && value->numbers.count(wanted->number) != 0;
    default:
      return false;
  }
}

class ConditionMaker {
 public:
  ConditionMaker(Random& random, Placeholders& placeholders, const Subject& subject)
      : random_(random), placeholders_(placeholders), subject_(subject) {}

  RandomCondition Make() {
    Part part = MakePart(random_.Chance(40) ? 0 : 1 + static_cast<int>(random_.Below(3)));
    return {std::move(part.text), std::move(part.holds), std::move(paths_), is_invalid_};
  }

 private:
  Part MakePart(int depth) {
    if (depth == 0) return MakeTest();
    switch (random_.Below(4)) {
      case 0:
        return MakeNot(depth);
      case 1:
        return MakeTest();
      case 2:
        return MakeChain(depth, Binding::kAnd);
      default:
        return MakeChain(depth, Binding::kOr);
    }
  }

  std::string Keyword(const std::string& upper, const std::string& other) {
    return " " + (random_.Chance(80) ? upper : other) + " ";
  }

  // Parentheses where they are needed, and now and then where they are not.
  std::string Enclosed(const Part& part, Binding within) {
    return part.binding < within || random_.Chance(20) ? "(" + part.text + ")" : part.text;
  }

  Part MakeNot(int depth) {
    const Part inner = MakePart(depth - 1);
    return {"NOT " + Enclosed(inner, Binding::kTest), [holds = inner.holds](const Item& item) { return !holds(item); },
            Binding::kTest};
  }

  Part MakeChain(int depth, Binding binding) {
    const bool is_and = binding == Binding::kAnd;
    Part chain = MakePart(depth - 1);
    chain.text = Enclosed(chain, binding);
    chain.binding = binding;
    for (std::size_t i = 1 + random_.Below(2); i > 0; --i) {
      const Part next = MakePart(depth - 1);
      chain.text += (is_and ? Keyword("AND", "and") : Keyword("OR", "Or")) + Enclosed(next, binding);
      chain.holds = [is_and, one = chain.holds, two = next.holds](const Item& item) {
        return is_and ? one(item) && two(item) : one(item) || two(item);
      };
    }
    return chain;
  }

  Part MakeTest() {
    switch (random_.Below(10)) {
      case 0:
      case 1:
      case 2:
        return MakeComparison();
      case 3:
        return MakeBetween();
      case 4:
        return MakeIn();
      case 5:
        return MakeExists();
      case 6:
        return MakeTypeTest();
      case 7:
      case 8:
        return MakeContains();
      default:
        return MakeBeginsWith();
    }
  }

  TestOperand MakePath() {
    TestOperand operand;
    const Path path = RandomPath(random_, subject_);
    paths_.push_back(path);
    operand.text = placeholders_.PathText(path);
    operand.path = path;
    operand.value = [path](const Item& item) -> Found {
      const Value* value = FindAt(item, path);
      return value ? Found(*value) : std::nullopt;
    };
    return operand;
  }

  TestOperand MakeLiteral(const Value& value) {
    TestOperand operand;
    operand.text = placeholders_.Literal(value);
    operand.value = [value](const Item&) -> Found { return value; };
    operand.literal = value;
    operand.type = value.type;
    return operand;
  }

  TestOperand MakeSize() {
    const TestOperand inner = random_.Chance(90) ? MakePath() : MakeLiteral(RandomValue(random_));
    if (inner.type == Type::kNumber || inner.type == Type::kBool || inner.type == Type::kNull) is_invalid_ = true;
    TestOperand operand;
    operand.text = "size(" + inner.text + ")";
    operand.value = [value = inner.value](const Item& item) -> Found {
      const auto size = Measure(value(item));
      return size ? Found(Number(Whole(*size))) : std::nullopt;
    };
    operand.type = Type::kNumber;
    return operand;
  }

  TestOperand MakeFirst() { return random_.Chance(20) ? MakeSize() : MakePath(); }

  // Something that `first` may be compared with; `ordered` asks for a type that has an order, but for rare mistakes.
  TestOperand MakeSecond(const TestOperand& first, bool ordered) {
    if (random_.Chance(20)) return MakePath();
    if (random_.Chance(5)) return MakeSize();
    return MakeLiteral(ValueFor(first, ordered));
  }

  Value ValueFor(const TestOperand& first, bool ordered) {
    if (!first.path) return Number(Whole(static_cast<std::int64_t>(random_.Below(5))));
    Value value = RandomLiteralFor(random_, subject_, *first.path);
    while (ordered && !IsOrdered(value.type) && !random_.Chance(3)) value = RandomValue(random_);
    return value;
  }

  void CheckDistinct(const TestOperand& left, const TestOperand& right) {
    if (left.path && right.path && *left.path == *right.path) is_invalid_ = true;
  }

  void CheckOrdered(const TestOperand& operand) {
    if (operand.type && !IsOrdered(*operand.type)) is_invalid_ = true;
  }

  Part MakeComparison() {
    static const std::vector<std::string> comparators = {"=", "=", "<>", "<", "<=", ">", ">="};
    const std::string comparator = random_.Pick(comparators);
    const bool ordered = comparator != "=" && comparator != "<>";
    TestOperand left = MakeFirst(), right = MakeSecond(left, ordered);
    if (random_.Chance(15)) std::swap(left, right);
    CheckDistinct(left, right);
    if (ordered) {
      CheckOrdered(left);
      CheckOrdered(right);
    }
    const std::string space = random_.Chance(80) ? " " : "";
    return {left.text + space + comparator + space + right.text,
            [comparator, one = left.value, two = right.value](const Item& item) {
              return Compares(comparator, one(item), two(item));
            }};
  }

  Part MakeBetween() {
    const TestOperand tested = MakeFirst();
    CheckOrdered(tested);
    const auto [lower, upper] =
        random_.Chance(75) ? MakeBounds(tested) : std::pair(MakeSecond(tested, true), MakeSecond(tested, true));
    for (const TestOperand* bound : {&lower, &upper}) {
      CheckDistinct(tested, *bound);
      CheckOrdered(*bound);
    }
    if (lower.literal && upper.literal) {
      const bool fit = lower.type == upper.type && IsOrdered(*lower.type);
      if (!fit || Order(*lower.literal, *upper.literal) > 0) is_invalid_ = true;
    }
    return {tested.text + Keyword("BETWEEN", "between") + lower.text + Keyword("AND", "and") + upper.text,
            [value = tested.value, low = lower.value, high = upper.value](const Item& item) {
              return Compares(">=", value(item), low(item)) && Compares("<=", value(item), high(item));
            }};
  }

  // Two literals; in order but for rare mistakes.
  std::pair<TestOperand, TestOperand> MakeBounds(const TestOperand& tested) {
    Value lower = ValueFor(tested, true);
    Value upper = random_.Chance(2) ? RandomValue(random_) : RandomOfType(random_, lower.type);
    const bool fit = lower.type == upper.type && IsOrdered(lower.type);
    if (fit && Order(lower, upper) > 0 && !random_.Chance(4)) std::swap(lower, upper);
    TestOperand low = MakeLiteral(lower);
    return {std::move(low), MakeLiteral(upper)};
  }

  Part MakeIn() {
    const TestOperand tested = MakeFirst();
    std::string text = tested.text + Keyword("IN", "in") + "(";
    std::vector<std::function<Found(const Item&)>> candidates;
    for (std::size_t i = 1 + random_.Below(3); i > 0; --i) {
      const TestOperand candidate = MakeSecond(tested, false);
      CheckDistinct(tested, candidate);
      if (!candidates.empty()) text += ", ";
      text += candidate.text;
      candidates.push_back(candidate.value);
    }
    return {text + ")", [value = tested.value, candidates](const Item& item) {
              return std::any_of(candidates.begin(), candidates.end(),
                                 [&](const auto& candidate) { return IsEqual(value(item), candidate(item)); });
            }};
  }

  Part MakeExists() {
    const TestOperand operand = MakePath();
    if (random_.Chance(50)) {
      return {"attribute_exists(" + operand.text + ")",
              [value = operand.value](const Item& item) { return value(item).has_value(); }};
    }
    return {"attribute_not_exists(" + operand.text + ")",
            [value = operand.value](const Item& item) { return !value(item).has_value(); }};
  }

  Part MakeTypeTest() {
    const TestOperand operand = MakePath();
    const Value* value = FindAt(subject_.item, *operand.path);
    const Type type = value && random_.Chance(50) ? value->type : RandomType(random_);
    return {"attribute_type(" + operand.text + ", " + placeholders_.Literal(String(std::string(TypeName(type)))) + ")",
            [type, found = operand.value](const Item& item) {
              const Found there = found(item);
              return there && there->type == type;
            }};
  }

  // Part of what `container` holds, if it is something that holds.
  Value RandomPartOf(const Value& container) {
    if (IsText(container) && !container.text.empty()) {
      Value part = container;
      part.text = container.text.substr(random_.Below(container.text.size()));
      if (container.type == Type::kString && (static_cast<unsigned char>(part.text[0]) & 0xC0) == 0x80)
        return container;
      return part;
    }
    if (!container.elements.empty()) return random_.Pick(container.elements);
    if (!container.numbers.empty()) return Number(*container.numbers.rbegin());
    if (container.strings.empty()) return RandomValue(random_);
    return container.type == Type::kStringSet ? String(*container.strings.begin()) : Binary(*container.strings.begin());
  }

  Part MakeContains() {
    TestOperand container = MakePath(), wanted = MakeWanted(container);
    if (random_.Chance(10)) std::swap(container, wanted);
    CheckDistinct(container, wanted);
    return {"contains(" + container.text + ", " + wanted.text + ")",
            [one = container.value, two = wanted.value](const Item& item) { return Contains(one(item), two(item)); }};
  }

  TestOperand MakeWanted(const TestOperand& container) {
    if (random_.Chance(15)) return MakePath();
    if (random_.Chance(4)) return MakeSize();
    const Value* value = FindAt(subject_.item, *container.path);
    return MakeLiteral(value && random_.Chance(70) ? RandomPartOf(*value) : RandomValue(random_, 1));
  }

  Part MakeBeginsWith() {
    TestOperand value = MakePath();
    TestOperand prefix = random_.Chance(15) ? MakePath() : MakePrefix(value);
    if (random_.Chance(10)) std::swap(value, prefix);
    CheckDistinct(value, prefix);
    for (const TestOperand* operand : {&value, &prefix}) {
      if (operand->literal && !IsText(*operand->literal)) is_invalid_ = true;
    }
    return {"begins_with(" + value.text + ", " + prefix.text + ")",
            [one = value.value, two = prefix.value](const Item& item) { return BeginsWith(one(item), two(item)); }};
  }

  TestOperand MakePrefix(const TestOperand& value) {
    const Value* there = FindAt(subject_.item, *value.path);
    if (random_.Chance(2)) return MakeLiteral(RandomValue(random_));
    Value prefix =
        there && IsText(*there) ? *there : RandomOfType(random_, random_.Chance(70) ? Type::kString : Type::kBinary);
    // Whole characters only: those of the pools have one to four bytes.
    if (!prefix.text.empty() && static_cast<unsigned char>(prefix.text[0]) < 0x80) {
      prefix.text.resize(std::min<std::size_t>(prefix.text.size(), 1 + random_.Below(2)));
    }
    return MakeLiteral(prefix);
  }

  Random& random_;
  Placeholders& placeholders_;
  const Subject& subject_;
  std::vector<Path> paths_;
  bool is_invalid_ = false;
};

}  // namespace

RandomCondition MakeCondition(Random& random, Placeholders& placeholders, const Subject& subject) {
  return ConditionMaker(random, placeholders, subject).Make();
}

}  // namespace dynarock::model
