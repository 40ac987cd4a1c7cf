#include "protocol/shape_validator.h"

#include <algorithm>
#include <vector>

#include "protocol/type_check.h"

namespace dynarock {
namespace {

constexpr std::size_t kMaxReported = 10;

std::string LowerFirst(std::string_view name) {
  std::string lower(name);
  if (!lower.empty() && lower[0] >= 'A' && lower[0] <= 'Z') lower[0] = static_cast<char>(lower[0] - 'A' + 'a');
  return lower;
}

// AWS's rendering of a value in its messages: Java's toString of lists, structures and maps.
std::string ValueText(const Json& value, const Shape& shape) {
  if (value.IsString()) return std::string(TextOf(value));
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  if (value.IsArray()) {
    std::string text;
    for (const Json& element : value.GetArray()) {
      text += (text.empty() ? "" : ", ") + ValueText(element, shape.element ? *shape.element : shape);
    }
    return "[" + text + "]";
  }
  if (value.IsObject() && shape.kind == ShapeKind::kStructure) {
    std::string text;
    for (const Field& field : shape.fields) {
      const Json* member = FindField(value, field.name);
      if (!member) continue;
      text += (text.empty() ? "" : ", ") + LowerFirst(field.name) + "=" + ValueText(*member, *field.shape);
    }
    return std::string(shape.java_name) + "(" + text + ")";
  }
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::size_t LengthOf(const Json& value) {
  if (value.IsArray()) return value.Size();
  if (value.IsObject()) return value.MemberCount();
  return value.IsString() ? value.GetStringLength() : 0;
}

class ConstraintChecker {
 public:
  explicit ConstraintChecker(Collecting collecting) : collecting_(collecting) {}

  Result<void> Check(const Json& body, const Shape& structure) {
    for (const Field& field : structure.fields) {
      if (field.presence == Presence::kRequiredFirst && !FindField(body, field.name)) {
        return ValidationError("The parameter '" + std::string(field.name) +
                               "' is required but was not present in the request");
      }
    }
    // A table name that is given and wrong is reported alone.
    for (const Field& field : structure.fields) {
      const Json* value = FindField(body, field.name);
      if (field.shape->is_table_name && value) CheckConstraints(*value, *field.shape, field.name, "");
    }
    if (errors_.empty()) CheckFields(body, structure, "");
    if (errors_.empty()) return {};
    std::string message = std::to_string(errors_.size()) +
                          (errors_.size() == 1 ? " validation error detected: " : " validation errors detected: ");
    for (std::size_t i = 0; i < errors_.size(); ++i) message += (i == 0 ? "" : "; ") + errors_[i];
    return ValidationError(std::move(message));
  }

 private:
  void CheckFields(const Json& object, const Shape& structure, const std::string& parent) {
    for (const Field& field : structure.fields) {
      const Json* value = FindField(object, field.name);
      if (!value) {
        if (field.presence == Presence::kRequired) Report(nullptr, *field.shape, field.name, parent, "Member must not be null");
        continue;
      }
      CheckConstraints(*value, *field.shape, field.name, parent);
    }
  }

  void CheckConstraints(const Json& value, const Shape& shape, std::string_view name, const std::string& parent) {
    const auto fail = [&](const std::string& constraint) { Report(&value, shape, name, parent, constraint); };
    if (!shape.allowed.empty()) CheckEnum(value, shape, fail);
    const bool is_number = value.IsNumber();
    const std::string_view text = value.IsString() ? TextOf(value) : std::string_view();
    const bool is_arn = shape.is_table_name && text.substr(0, 4) == "arn:";
    // A table name of no characters is told its length alone, where one character is enough.
    const bool is_empty_name = shape.is_table_name && shape.min == 1 && text.empty();
    if (shape.pattern && !is_arn && !is_empty_name && !shape.pattern->matches(text)) {
      fail("Member must satisfy regular expression pattern: " + std::string(shape.pattern->text));
    }
    const std::string quality = is_number ? "value" : "length";
    const auto size = is_number ? static_cast<std::int64_t>(value.GetDouble()) : static_cast<std::int64_t>(LengthOf(value));
    if (shape.min != Shape::kNoLimit && size < shape.min) {
      fail("Member must have " + quality + " greater than or equal to " + std::to_string(shape.min));
    }
    if (shape.max != Shape::kNoLimit && size > shape.max && !is_arn) {
      fail("Member must have " + quality + " less than or equal to " + std::to_string(shape.max));
    }
    CheckContents(value, shape, (parent.empty() ? "" : parent + ".") + LowerFirst(name));
  }

  template <class Fail>
  void CheckEnum(const Json& value, const Shape& shape, Fail fail) {
    if (std::find(shape.allowed.begin(), shape.allowed.end(), TextOf(value)) != shape.allowed.end()) return;
    std::string allowed;
    for (const std::string_view one : shape.allowed) allowed += (allowed.empty() ? "" : ", ") + std::string(one);
    fail("Member must satisfy enum value set: [" + allowed + "]");
    if (collecting_ == Collecting::kFirstEnum) stopped_ = true;
  }

  void CheckContents(const Json& value, const Shape& shape, const std::string& path) {
    if (shape.kind == ShapeKind::kStructure) CheckFields(value, shape, path);
    if (shape.kind == ShapeKind::kList && shape.element) {
      int place = 0;
      for (const Json& element : value.GetArray()) {
        ++place;
        if (!element.IsNull()) CheckConstraints(element, *shape.element, "member", path + "." + std::to_string(place));
      }
    }
    if (shape.kind == ShapeKind::kMap && shape.element) {
      for (const auto& member : value.GetObject()) {
        if (member.value.IsNull()) continue;
        CheckConstraints(member.value, *shape.element, "member", path + "." + std::string(TextOf(member.name)));
      }
    }
  }

  void Report(const Json* value, const Shape& shape, std::string_view name, const std::string& parent,
              const std::string& constraint) {
    if (stopped_ || errors_.size() >= kMaxReported) return;
    const std::string shown = shape.terse ? "" : value ? " '" + ValueText(*value, shape) + "'" : " null";
    const std::string path = (parent.empty() ? "" : parent + ".") + (shape.terse ? std::string(name) : LowerFirst(name));
    errors_.push_back("Value" + shown + " at '" + path + "' failed to satisfy constraint: " + constraint);
  }

  const Collecting collecting_;
  bool stopped_ = false;
  std::vector<std::string> errors_;
};

}  // namespace

Result<void> ValidateShape(const Json& body, const Shape& structure, Collecting collecting) {
  TRY_VOID(CheckTypes(body, structure));
  return ConstraintChecker(collecting).Check(body, structure);
}

}  // namespace dynarock
