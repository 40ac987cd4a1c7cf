#include "engine/expression/update.h"

#include "engine/item/number.h"

namespace dynarock {
namespace {

ApiError WrongType(const Update& update) {
  return ValidationError(update.is_legacy ? "Type mismatch for attribute to update"
                                          : "An operand in the update expression has an incorrect data type");
}

class Evaluator {
 public:
  Evaluator(const Update& update, ItemView item) : update_(update), item_(item) {}

  Result<Edit> Evaluate(const UpdateAction& action) const {
    switch (action.kind) {
      case UpdateAction::Kind::kSet: {
        TRY(std::string value, Compute(action.value));
        return Edit{Edit::Kind::kSet, action.path, std::move(value)};
      }
      case UpdateAction::Kind::kRemove:
        return Edit{Edit::Kind::kRemove, action.path, ""};
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
    if (a.type() != Type::kNumber || b.type() != Type::kNumber) return WrongType(update_);
    TRY(const std::string number, value.arithmetic == SetValue::Arithmetic::kPlus
                                      ? AddNumbers(a.payload(), b.payload())
                                      : SubtractNumbers(a.payload(), b.payload()));
    std::string out;
    AppendScalar(out, Type::kNumber, number);
    return out;
  }

  Result<std::string> Resolve(const Operand& operand) const {
    if (const ValueOperand* literal = operand.value()) return std::string(literal->value.bytes());
    if (const FunctionCall* call = operand.call()) {
      return call->function == Function::kIfNotExists ? IfNotExists(*call) : ListAppend(*call);
    }
    const auto found = Find(item_, *operand.path());
    if (found) return std::string(found->bytes());
    return ValidationError("The provided expression refers to an attribute that does not exist in the item");
  }

  Result<std::string> IfNotExists(const FunctionCall& call) const {
    const auto found = Find(item_, *call.arguments[0].path());
    if (found) return std::string(found->bytes());
    return Resolve(call.arguments[1]);
  }

  Result<std::string> ListAppend(const FunctionCall& call) const {
    TRY(const std::string first, Resolve(call.arguments[0]));
    TRY(const std::string second, Resolve(call.arguments[1]));
    return Concatenate(ValueView::Of(first), ValueView::Of(second));
  }

  Result<std::string> Concatenate(ValueView first, ValueView second) const {
    if (first.type() != Type::kList || second.type() != Type::kList) return WrongType(update_);
    std::string out;
    const std::size_t place = BeginContainer(out, Type::kList);
    out += first.payload();
    out += second.payload();
    EndContainer(out, place);
    return out;
  }

  Result<Edit> Add(const UpdateAction& action) const {
    const ValueView operand = action.operand.value;
    const auto old = Find(item_, action.path);
    Edit edit{Edit::Kind::kSet, action.path, ""};
    if (!old) {
      edit.value = operand.bytes();
      return edit;
    }
    if (old->type() != operand.type()) return WrongType(update_);
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
    const ValueView operand = action.operand.value;
    const auto old = Find(item_, action.path);
    if (!old) return Edit{Edit::Kind::kTouch, action.path, ""};
    if (old->type() != operand.type()) return WrongType(update_);
    std::vector<std::string_view> kept;
    for (const std::string_view element : ElementsOf(*old)) {
      if (!SetContains(operand, element)) kept.push_back(element);
    }
    if (kept.empty()) return Edit{Edit::Kind::kRemove, action.path, ""};
    Edit edit{Edit::Kind::kSet, action.path, ""};
    AppendSet(edit.value, operand.type(), kept);
    return edit;
  }

  static std::vector<std::string_view> ElementsOf(ValueView set) {
    std::vector<std::string_view> elements;
    std::string_view element;
    for (SetReader reader(set.payload()); reader.Next(element);) elements.push_back(element);
    return elements;
  }

  const Update& update_;
  const ItemView item_;
};

}  // namespace

Result<std::vector<Edit>> EvaluateUpdate(const Update& update, ItemView item) {
  const Evaluator evaluator(update, item);
  std::vector<Edit> edits;
  edits.reserve(update.actions.size());
  for (const UpdateAction& action : update.actions) {
    TRY(Edit edit, evaluator.Evaluate(action));
    edits.push_back(std::move(edit));
  }
  return edits;
}

}  // namespace dynarock
