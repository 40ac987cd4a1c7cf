#include "engine/model/model_update.h"

#include <algorithm>

namespace dynarock::model {
namespace {

using Computed = std::optional<Value>;
using Kind = UpdateStep::Kind;

struct SetOperand {
  std::string text;
  std::function<Computed(const Item&)> value;
  std::optional<Type> type;  // where it is known without an item
};

Computed ValueAt(const Item& item, const Path& path) {
  const Value* value = FindAt(item, path);
  return value ? Computed(*value) : std::nullopt;
}

Computed Concatenated(const Computed& first, const Computed& second) {
  if (!first || !second || first->type != Type::kList || second->type != Type::kList) return std::nullopt;
  Value both = *first;
  both.elements.insert(both.elements.end(), second->elements.begin(), second->elements.end());
  return both;
}

Computed Sum(const Computed& left, const Computed& right, int sign) {
  if (!left || !right || left->type != Type::kNumber || right->type != Type::kNumber) return std::nullopt;
  return Number({left->number.thousandths + sign * right->number.thousandths});
}

bool IsSetType(Type type) {
  return type == Type::kStringSet || type == Type::kNumberSet || type == Type::kBinarySet;
}

class UpdateMaker {
 public:
  UpdateMaker(Random& random, Placeholders& placeholders, const Subject& subject)
      : random_(random), placeholders_(placeholders), subject_(subject) {}

  RandomUpdate Make() {
    std::vector<Kind> kinds = {Kind::kSet, Kind::kRemove, Kind::kAdd, Kind::kDelete};
    for (std::size_t i = kinds.size() - 1; i > 0; --i) std::swap(kinds[i], kinds[random_.Below(i + 1)]);
    kinds.resize(random_.Chance(60) ? 1 : 1 + random_.Below(3));
    if (random_.Chance(30)) kinds[0] = Kind::kSet;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (std::find(kinds.begin(), kinds.begin() + static_cast<std::ptrdiff_t>(i), kinds[i]) !=
          kinds.begin() + static_cast<std::ptrdiff_t>(i)) {
        continue;
      }
      MakeSection(kinds[i]);
    }
    if (AnyClash(update_.Paths())) update_.is_invalid = true;
    return std::move(update_);
  }

 private:
  void MakeSection(Kind kind) {
    static const char* const names[] = {"SET", "REMOVE", "ADD", "DELETE"};
    bool first = true;
    for (std::size_t i = 1 + random_.Below(3); i > 0; --i) {
      const std::optional<Path> path = FreshPath(kind);
      if (!path) continue;
      update_.text += first ? std::string(update_.text.empty() ? "" : " ") + names[static_cast<int>(kind)] + " " : ", ";
      first = false;
      MakeStep(kind, *path);
    }
  }

  // A path that does not clash with those before, but for rare mistakes; none if chance finds none.
  std::optional<Path> FreshPath(Kind kind) {
    std::vector<Path> paths = update_.Paths();
    for (int tries = 0; tries < 4; ++tries) {
      Path path = PathFor(kind);
      paths.push_back(path);
      if (!AnyClash(paths) || random_.Chance(1)) return path;
      paths.pop_back();
    }
    return update_.text.empty() ? std::optional(PathFor(kind)) : std::nullopt;
  }

  // A path that the action mostly can take.
  Path PathFor(Kind kind) {
    Path path = !update_.steps.empty() && random_.Chance(30) ? Neighbour() : RandomPath(random_, subject_);
    for (int tries = 0; tries < 6 && !Fits(kind, path) && !random_.Chance(3); ++tries) {
      path = RandomPath(random_, subject_);
    }
    return path;
  }

  // Of the last path, to meet several changes of one list or map.
  Path Neighbour() {
    Path path = update_.steps.back().path;
    if (path.steps.empty()) return path;
    if (std::holds_alternative<std::size_t>(path.steps.back())) {
      path.steps.back() = random_.Below(6);
    } else {
      path.steps.back() = random_.Pick(MemberNames());
    }
    return path;
  }

  bool Fits(Kind kind, const Path& path) {
    if (!HasParent(subject_.item, path)) return false;
    if (kind == Kind::kSet || kind == Kind::kRemove) return !IsKey(path) || path.steps.empty();
    const Value* value = FindAt(subject_.item, path);
    if (!value) return random_.Chance(20) && !IsKey(path);
    return IsSetType(value->type) || (kind == Kind::kAdd && value->type == Type::kNumber);
  }

  bool IsKey(const Path& path) { return subject_.key_types.count(path.attribute) != 0; }

  void MakeStep(Kind kind, const Path& path) {
    UpdateStep step;
    step.kind = kind;
    step.path = path;
    update_.text += placeholders_.PathText(path);
    if (kind == Kind::kSet) {
      const SetOperand value = MakeSetValue(path);
      update_.text += " = " + value.text;
      step.value = value.value;
      if (path.steps.empty()) step.literal_type = value.type;
    } else if (kind != Kind::kRemove) {
      step.operand = OperandFor(kind, path);
      update_.text += " " + placeholders_.Literal(step.operand);
      const bool fits = IsSetType(step.operand.type) || (kind == Kind::kAdd && step.operand.type == Type::kNumber);
      if (!fits) update_.is_invalid = true;
      if (kind == Kind::kAdd && path.steps.empty()) step.literal_type = step.operand.type;
    }
    update_.steps.push_back(std::move(step));
  }

  Value OperandFor(Kind kind, const Path& path) {
    const Value* value = FindAt(subject_.item, path);
    if (random_.Chance(2)) return RandomValue(random_);
    if (value && IsSetType(value->type) && random_.Chance(15)) return *value;
    if (value && (IsSetType(value->type) || (kind == Kind::kAdd && value->type == Type::kNumber)) &&
        random_.Chance(90)) {
      return RandomOfType(random_, value->type);
    }
    static const std::vector<Type> types = {Type::kStringSet, Type::kNumberSet, Type::kBinarySet};
    return RandomOfType(random_, kind == Kind::kAdd && random_.Chance(50) ? Type::kNumber : random_.Pick(types));
  }

  SetOperand MakeSetValue(const Path& path) {
    if (IsKey(path) && random_.Chance(85)) return MakeLiteral(ValueFor(path));
    if (random_.Chance(70)) return MakeOperand(path, std::nullopt, 2);
    const SetOperand left = MakeOperand(path, Type::kNumber, 1), right = MakeOperand(path, Type::kNumber, 1);
    for (const SetOperand* operand : {&left, &right}) {
      if (operand->type && *operand->type != Type::kNumber) update_.is_invalid = true;
    }
    const int sign = random_.Chance(50) ? 1 : -1;
    SetOperand sum;
    sum.type = Type::kNumber;
    sum.text = left.text + (sign > 0 ? " + " : " - ") + right.text;
    sum.value = [one = left.value, two = right.value, sign](const Item& item) {
      return Sum(one(item), two(item), sign);
    };
    return sum;
  }

  // An operand that mostly has the wanted type, if there is one; often about the place that is set.
  SetOperand MakeOperand(const Path& target, std::optional<Type> wanted, int depth) {
    const std::size_t choice = random_.Below(10);
    if (choice < 3) {
      const Path path = SourcePath(target, wanted);
      const Value* value = FindAt(subject_.item, path);
      if ((value && value->type == wanted.value_or(value->type)) || random_.Chance(5)) return MakePathOperand(path);
    }
    if (choice < 4 && depth > 0) return MakeIfNotExists(target, wanted, depth);
    if (choice < 6 && depth > 0 && wanted.value_or(Type::kList) == Type::kList) return MakeListAppend(target, depth);
    return MakeLiteral(wanted ? WantedValue(*wanted) : ValueFor(target));
  }

  Value WantedValue(Type wanted) { return random_.Chance(2) ? RandomValue(random_) : RandomOfType(random_, wanted); }

  // Attributes that index keys are made of mostly get what fits them.
  Value ValueFor(const Path& target) {
    const auto key = subject_.key_types.find(target.attribute);
    if (key == subject_.key_types.end() || !target.steps.empty()) return RandomLiteralFor(random_, subject_, target);
    return random_.Chance(90) ? RandomKeyValue(random_, key->second) : RandomValue(random_);
  }

  SetOperand MakeLiteral(const Value& value) {
    return {placeholders_.Literal(value), [value](const Item&) -> Computed { return value; }, value.type};
  }

  Path SourcePath(const Path& target, std::optional<Type> wanted) {
    Path path = random_.Chance(40) ? target : RandomPath(random_, subject_);
    for (int tries = 0; tries < 6; ++tries) {
      const Value* value = FindAt(subject_.item, path);
      if (value && value->type == wanted.value_or(value->type)) break;
      path = RandomPath(random_, subject_);
    }
    return path;
  }

  SetOperand MakePathOperand(const Path& path) {
    update_.read_paths.push_back(path);
    return {placeholders_.PathText(path), [path](const Item& item) { return ValueAt(item, path); }, std::nullopt};
  }

  SetOperand MakeIfNotExists(const Path& target, std::optional<Type> wanted, int depth) {
    const Path path = SourcePath(target, wanted);
    const Value* subject = FindAt(subject_.item, path);
    const bool fits = !subject || subject->type == wanted.value_or(subject->type);
    if (!fits && random_.Chance(90)) return MakeLiteral(WantedValue(*wanted));
    update_.read_paths.push_back(path);
    const std::string text = "if_not_exists(" + placeholders_.PathText(path) + ", ";
    const SetOperand other = MakeOperand(target, wanted, depth - 1);
    return {text + other.text + ")",
            [path, value = other.value](const Item& item) {
              const Computed there = ValueAt(item, path);
              return there ? there : value(item);
            },
            std::nullopt};
  }

  SetOperand MakeListAppend(const Path& target, int depth) {
    const SetOperand first = MakeOperand(target, Type::kList, depth - 1);
    const SetOperand second = MakeOperand(target, Type::kList, depth - 1);
    for (const SetOperand* operand : {&first, &second}) {
      if (operand->type && *operand->type != Type::kList) update_.is_invalid = true;
      if (operand->text.starts_with("list_append(")) update_.is_invalid = true;
    }
    return {"list_append(" + first.text + ", " + second.text + ")",
            [one = first.value, two = second.value](const Item& item) { return Concatenated(one(item), two(item)); },
            Type::kList};
  }

  Random& random_;
  Placeholders& placeholders_;
  const Subject& subject_;
  RandomUpdate update_;
};

// What becomes of one place.
struct Change {
  Path path;
  enum class Kind { kSet, kRemove, kNothing } kind = Kind::kNothing;
  Value value;
};

std::optional<Change> ChangeOf(const UpdateStep& step, const Item& old) {
  Change change{step.path, Change::Kind::kSet, {}};
  const Value* there = FindAt(old, step.path);
  const Value& operand = step.operand;
  if (step.kind == Kind::kRemove) {
    change.kind = Change::Kind::kRemove;
    return change;
  }
  if (step.kind == Kind::kSet) {
    const Computed value = step.value(old);
    if (!value) return std::nullopt;
    change.value = *value;
    return change;
  }
  if (there && there->type != operand.type) return std::nullopt;
  if (step.kind == Kind::kAdd) {
    change.value = there ? *there : operand;
    if (!there) return change;
    change.value.number.thousandths += operand.number.thousandths;
    change.value.strings.insert(operand.strings.begin(), operand.strings.end());
    change.value.numbers.insert(operand.numbers.begin(), operand.numbers.end());
    return change;
  }
  change.kind = Change::Kind::kNothing;
  if (!there) return change;
  change.value = *there;
  for (const std::string& element : operand.strings) change.value.strings.erase(element);
  for (const Fixed element : operand.numbers) change.value.numbers.erase(element);
  const bool is_empty = change.value.strings.empty() && change.value.numbers.empty();
  change.kind = is_empty ? Change::Kind::kRemove : Change::Kind::kSet;
  return change;
}

bool IsRemoved(const Value& value) {
  return value.removed;
}

void Sweep(Value& value) {
  std::erase_if(value.members, [](const auto& member) { return member.second.removed; });
  std::erase_if(value.elements, IsRemoved);
  for (auto& [name, member] : value.members) Sweep(member);
  for (Value& element : value.elements) Sweep(element);
}

Value* HolderOf(Item& item, Path path) {
  path.steps.pop_back();
  return FindAt(item, path);
}

// Puts a value where there was none before. Lists are appended to.
void Insert(Item& item, const Change& change) {
  if (change.path.steps.empty()) {
    item[change.path.attribute] = change.value;
  } else if (const auto* name = std::get_if<std::string>(&change.path.steps.back())) {
    HolderOf(item, change.path)->members[*name] = change.value;
  } else {
    HolderOf(item, change.path)->elements.push_back(change.value);
  }
}

}  // namespace

std::vector<Path> RandomUpdate::Paths() const {
  std::vector<Path> paths;
  for (const UpdateStep& step : steps) paths.push_back(step.path);
  return paths;
}

bool RandomUpdate::OnlyTakesAway() const {
  return std::all_of(steps.begin(), steps.end(),
                     [](const UpdateStep& step) { return step.kind == Kind::kRemove || step.kind == Kind::kDelete; });
}

RandomUpdate MakeUpdate(Random& random, Placeholders& placeholders, const Subject& subject) {
  return UpdateMaker(random, placeholders, subject).Make();
}

std::optional<Item> Apply(const RandomUpdate& update, const Item& old, bool is_new) {
  std::vector<Change> changes, inserts;
  for (const UpdateStep& step : update.steps) {
    // Where there is no item, there is no wrong path to remove.
    if (is_new && step.kind == Kind::kRemove && !step.path.steps.empty()) continue;
    const auto change = ChangeOf(step, old);
    if (!change || !HasParent(old, step.path)) return std::nullopt;
    changes.push_back(*change);
  }
  Item item = old;
  for (const Change& change : changes) {
    Value* place = FindAt(item, change.path);
    if (change.kind == Change::Kind::kRemove && place) place->removed = true;
    if (change.kind == Change::Kind::kSet && place) *place = change.value;
    if (change.kind == Change::Kind::kSet && !place) inserts.push_back(change);
  }
  // Elements behind the end come in the order of their indexes, before removals move them.
  const auto last_step = [](const Change& change) {
    return change.path.steps.empty() ? PathStep() : change.path.steps.back();
  };
  std::stable_sort(inserts.begin(), inserts.end(),
                   [&](const Change& one, const Change& two) { return last_step(one) < last_step(two); });
  for (const Change& change : inserts) Insert(item, change);
  std::erase_if(item, [](const auto& attribute) { return attribute.second.removed; });
  for (auto& [name, value] : item) Sweep(value);
  return item;
}

}  // namespace dynarock::model
