#include "engine/expression/update.h"

#include <algorithm>
#include <iterator>

#include "engine/base/limits.h"
#include "engine/item/number.h"
#include "engine/item/size.h"

namespace dynarock {
namespace {

ApiError WrongType(const Update& update) {
  return ValidationError(update.is_legacy ? "Type mismatch for attribute to update"
                                          : "An operand in the update expression has an incorrect data type");
}

// Where an update of one item looks for values: place by place, or all at once if there are many of them.
class UpdatedItem {
 public:
  UpdatedItem(const Bound<Update>& update, ItemView item) : item_(item), bindings_(update.bindings()) {
    constexpr std::size_t kMuch = 256 * 1024;  // bytes walked
    const std::vector<UpdateAction>& actions = update.tree().actions;
    if (actions.size() * item.bytes().size() < kMuch) return;
    std::vector<const Path*> paths;
    for (const UpdateAction& action : actions) {
      paths.push_back(&update.Of(action.path));
      if (action.kind != UpdateAction::Kind::kSet) continue;
      CollectPaths(action.value.left, bindings_, paths);
      if (action.value.right) CollectPaths(*action.value.right, bindings_, paths);
    }
    found_ = PathFinder(paths).FindIn(item);
  }

  std::optional<ValueView> At(const PathOperand& operand) const {
    const Path& path = bindings_.Of(operand);
    return found_ ? found_->At(path) : Find(item_, path);
  }

 private:
  const ItemView item_;
  const Bindings& bindings_;
  std::optional<PathFinder::Found> found_;
};

class Evaluator {
 public:
  Evaluator(const Bound<Update>& update, ItemView item) : update_(update), item_(update, item) {}

  Result<Edit> Evaluate(const UpdateAction& action) const {
    switch (action.kind) {
      case UpdateAction::Kind::kSet: {
        TRY(std::string value, Compute(action.value));
        return Edit{Edit::Kind::kSet, update_.Of(action.path), std::move(value)};
      }
      case UpdateAction::Kind::kRemove:
        return Edit{Edit::Kind::kRemove, update_.Of(action.path), ""};
      case UpdateAction::Kind::kAdd:
        return Add(action);
      case UpdateAction::Kind::kDelete:
        return Delete(action);
    }
    return InternalError("an update has an unknown action");
  }

 private:
  // An encoded value.
  Result<std::string> Compute(const SetValue& value) const {
    TRY(std::string left, Resolve(value.left));
    if (!value.right) return left;
    TRY(const std::string right, Resolve(*value.right));
    const ValueView a = ValueView::Of(left), b = ValueView::Of(right);
    if (a.type() != Type::kNumber || b.type() != Type::kNumber) return WrongType(update_.tree());
    TRY(const std::string number, value.arithmetic == SetValue::Arithmetic::kPlus
                                      ? AddNumbers(a.payload(), b.payload())
                                      : SubtractNumbers(a.payload(), b.payload()));
    std::string out;
    AppendScalar(out, Type::kNumber, number);
    return out;
  }

  Result<std::string> Resolve(const Operand& operand) const {
    if (const ValueOperand* literal = operand.value()) return std::string(update_.Of(*literal).bytes());
    if (const FunctionCall* call = operand.call()) {
      return call->function == Function::kIfNotExists ? IfNotExists(*call) : ListAppend(*call);
    }
    const auto found = item_.At(*operand.path());
    if (found) return std::string(found->bytes());
    return ValidationError("The provided expression refers to an attribute that does not exist in the item");
  }

  Result<std::string> IfNotExists(const FunctionCall& call) const {
    const auto found = item_.At(*call.arguments[0].path());
    if (found) return std::string(found->bytes());
    return Resolve(call.arguments[1]);
  }

  Result<std::string> ListAppend(const FunctionCall& call) const {
    TRY(const std::string first, Resolve(call.arguments[0]));
    TRY(const std::string second, Resolve(call.arguments[1]));
    return Concatenate(ValueView::Of(first), ValueView::Of(second));
  }

  Result<std::string> Concatenate(ValueView first, ValueView second) const {
    if (first.type() != Type::kList || second.type() != Type::kList) return WrongType(update_.tree());
    std::string out;
    const std::size_t place = BeginContainer(out, Type::kList);
    out += first.payload();
    out += second.payload();
    EndContainer(out, place);
    // What is this long in bytes may still be billed for less.
    if (out.size() > kMaxItemSize && BilledSize(ValueView::Of(out)) > kMaxItemSize) return UpdatedItemTooLarge();
    return out;
  }

  Result<Edit> Add(const UpdateAction& action) const {
    const ValueView operand = update_.Of(action.operand);
    const auto old = item_.At(action.path);
    Edit edit{Edit::Kind::kSet, update_.Of(action.path), ""};
    if (!old) {
      edit.value = operand.bytes();
      return edit;
    }
    if (old->type() != operand.type()) return WrongType(update_.tree());
    if (operand.type() == Type::kNumber) {
      TRY(const std::string sum, AddNumbers(old->payload(), operand.payload()));
      AppendScalar(edit.value, Type::kNumber, sum);
    } else if (operand.type() == Type::kList) {
      TRY(edit.value, Concatenate(*old, operand));
    } else {
      std::vector<std::string_view> elements = ElementsOf(*old);
      const std::vector<std::string_view> added = ElementsOf(operand);
      elements.insert(elements.end(), added.begin(), added.end());
      AppendSet(edit.value, operand.type(), elements);
    }
    return edit;
  }

  Result<Edit> Delete(const UpdateAction& action) const {
    const ValueView operand = update_.Of(action.operand);
    const auto old = item_.At(action.path);
    if (!old) return Edit{Edit::Kind::kTouch, update_.Of(action.path), ""};
    if (old->type() != operand.type()) return WrongType(update_.tree());
    const std::vector<std::string_view> elements = ElementsOf(*old), taken = ElementsOf(operand);
    std::vector<std::string_view> kept;
    std::set_difference(elements.begin(), elements.end(), taken.begin(), taken.end(), std::back_inserter(kept));
    if (kept.empty()) return Edit{Edit::Kind::kRemove, update_.Of(action.path), ""};
    Edit edit{Edit::Kind::kSet, update_.Of(action.path), ""};
    AppendSet(edit.value, operand.type(), kept);
    return edit;
  }

  // Ascending, as they are stored.
  static std::vector<std::string_view> ElementsOf(ValueView set) {
    std::vector<std::string_view> elements;
    std::string_view element;
    for (SetReader reader(set.payload()); reader.Next(element);) elements.push_back(element);
    return elements;
  }

  const Bound<Update>& update_;
  const UpdatedItem item_;
};

}  // namespace

ApiError UpdatedItemTooLarge() {
  return ValidationError("Item size to update has exceeded the maximum allowed size");
}

void CollectPaths(const Operand& operand, const Bindings& bindings, std::vector<const Path*>& paths) {
  if (const PathOperand* path = operand.path()) paths.push_back(&bindings.Of(*path));
  if (const FunctionCall* call = operand.call()) {
    for (const Operand& argument : call->arguments) CollectPaths(argument, bindings, paths);
  }
}

Result<std::vector<Edit>> EvaluateUpdate(const Bound<Update>& update, ItemView item) {
  const Evaluator evaluator(update, item);
  std::vector<Edit> edits;
  edits.reserve(update.tree().actions.size());
  std::size_t room = 0, size = 0;  // of the values, all of which will be in the item: bytes, and as billed
  for (const UpdateAction& action : update.tree().actions) {
    TRY(Edit edit, evaluator.Evaluate(action));
    room += edit.value.size();
    // Values can be billed for less than their bytes, so the later ones are measured.
    if (room > kMaxItemSize && !edit.value.empty()) size += BilledSize(ValueView::Of(edit.value));
    if (size > kMaxItemSize) return UpdatedItemTooLarge();
    edits.push_back(std::move(edit));
  }
  return edits;
}

}  // namespace dynarock
