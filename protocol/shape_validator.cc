#include "protocol/shape_validator.h"

#include <algorithm>
#include <vector>

#include "engine/base/ascii.h"
#include "engine/base/joined.h"
#include "protocol/error_json.h"
#include "protocol/found_fields.h"
#include "protocol/shape_fit.h"
#include "protocol/table_arn.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

constexpr std::size_t kMaxReported = 10;

std::string LowerFirst(std::string_view name) {
  std::string lower(name);
  if (!lower.empty()) lower[0] = AsciiLower(lower[0]);
  return lower;
}

std::string JsonOf(const Json& value) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

// Past so many bytes a value in a message is cut, so that a few errors of a large request do not take many times its
// size.
constexpr std::size_t kLongestShown = 64 * 1024;

std::string Shown(std::string_view text) {
  if (text.size() <= kLongestShown) return std::string(text);
  std::size_t size = kLongestShown;
  while (size > 0 && (text[size] & 0xc0) == 0x80) --size;  // not within a character
  return std::string(text.substr(0, size)) + "...";
}

// AWS's rendering of a value in its messages: Java's toString of lists, structures and maps.
std::string ValueText(const Json& value, const Shape& shape) {
  if (value.IsString()) return Shown(TextOf(value));
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  if (value.IsArray()) {
    std::string text;
    for (const Json& element : value.GetArray()) {
      if (text.size() > kLongestShown) break;
      AppendListed(text, ValueText(element, shape.element ? *shape.element : shape));
    }
    return "[" + Shown(text) + "]";
  }
  if (value.IsObject() && shape.kind == ShapeKind::kStructure) {
    std::string text;
    for (const Field& field : shape.fields) {
      const Json* member = FindField(value, field.name);
      if (!member) continue;
      AppendListed(text, LowerFirst(field.name) + "=" + ValueText(*member, *field.shape));
    }
    return std::string(shape.java_name) + "(" + text + ")";
  }
  if (value.IsObject() && shape.kind == ShapeKind::kMap) {
    std::string text;
    for (const auto& member : value.GetObject()) {
      if (text.size() > kLongestShown) break;
      AppendListed(text, Shown(TextOf(member.name)) + "=" + ValueText(member.value, *shape.element));
    }
    return "{" + Shown(text) + "}";
  }
  return Shown(JsonOf(value));
}

std::size_t LengthOf(const Json& value) {
  if (value.IsArray()) return value.Size();
  if (value.IsObject()) return value.MemberCount();
  return value.IsString() ? value.GetStringLength() : 0;
}

class ConstraintChecker {
 public:
  ConstraintChecker(const Json& body, const Shape& structure, Collecting collecting)
      : fields_(body, structure.fields), collecting_(HasRequired(structure) ? collecting : Collecting::kAll) {}

  Result<void> Check(const Json& body, const Shape& structure) {
    for (std::size_t i = 0; i < structure.fields.size(); ++i) {
      const Field& field = structure.fields[i];
      if (field.presence == Presence::kRequiredFirst && !fields_[i]) {
        return ValidationError("The parameter '" + std::string(field.name) +
                               "' is required but was not present in the request");
      }
    }
    if (WritesNewer() && IsEmptyText(FindField(body, "TableName"))) {
      return ShapeErrors(
          {"Value at 'TableName' failed to satisfy constraint: Member must have length greater than or "
           "equal to 1"});
    }
    CheckFields(fields_, structure, "");
    if (!wrong_keys_.empty() && (collecting_ != Collecting::kKeysLast || errors_.empty())) {
      errors_.insert(errors_.begin(), std::move(wrong_keys_));
    }
    if (errors_.empty()) return unserved_.empty() ? Result<void>() : Unserved();
    if (bare_) return ValidationError(std::move(errors_.back()));
    const bool is_below_one = errors_.size() == 1 && !below_one_.empty();
    ApiError error = ShapeErrors(errors_);
    if (is_below_one) error.facts = {.detail = ErrorDetail::kBelowOne, .fields = {std::move(below_one_)}};
    return error;
  }

 private:
  bool HasRequired(const Shape& structure) const {
    for (std::size_t i = 0; i < structure.fields.size(); ++i) {
      if (structure.fields[i].presence != Presence::kOptional && !fields_[i]) return false;
    }
    return true;
  }

  ApiError Unserved() const {
    return ValidationError("The parameter '" + unserved_ +
                           "' is not supported by dynarock. Leave it out, or use another endpoint for this request.");
  }

  static bool IsEmptyText(const Json* value) { return value && value->IsString() && TextOf(*value).empty(); }

  bool WritesNewer() const { return collecting_ == Collecting::kNewerWrite || collecting_ == Collecting::kFirstEnum; }

  void CheckFields(const FoundFields& found, const Shape& structure, const std::string& parent) {
    for (std::size_t i = 0; i < structure.fields.size(); ++i) {
      const Field& field = structure.fields[i];
      const Json* value = found[i];
      if (!value) {
        if (field.presence == Presence::kRequired)
          Report(nullptr, *field.shape, field.name, parent, "Member must not be null");
        continue;
      }
      CheckConstraints(*value, *field.shape, field.name, parent);
    }
  }

  void CheckConstraints(const Json& value, const Shape& shape, std::string_view name, const std::string& parent) {
    if (shape.kind == ShapeKind::kUnserved) {
      if (unserved_.empty()) unserved_ = PathOf(true, name, parent);
      return;
    }
    const auto fail = [&](const std::string& constraint) { Report(&value, shape, name, parent, constraint); };
    if (!shape.allowed.empty()) CheckEnum(value, shape, fail);
    const bool is_number = value.IsNumber();
    const std::string_view text = value.IsString() ? TextOf(value) : std::string_view();
    if (IsArn(shape, text)) {
      if (const std::string_view problem = TableArnProblem(text); !problem.empty()) fail(std::string(problem));
      return;
    }
    // A table name of no characters is told its length alone, where one character is enough.
    const bool is_empty_name = shape.is_table_name && shape.min == 1 && text.empty();
    if (shape.pattern && !is_empty_name && !shape.pattern->matches(text)) {
      fail("Member must satisfy regular expression pattern: " + std::string(shape.pattern->text));
    }
    const std::int64_t size = is_number ? IntegerOf(value) : static_cast<std::int64_t>(LengthOf(value));
    const auto must_have = [&] { return std::string("Member must have ") + (is_number ? "value" : "length"); };
    if (shape.min != Shape::kNoLimit && size < shape.min) {
      if (is_number && shape.min == 1 && parent.empty()) below_one_ = name;
      fail(must_have() + " greater than or equal to " + std::to_string(shape.min));
    }
    if (shape.max != Shape::kNoLimit && size > shape.max) {
      fail(must_have() + " less than or equal to " + std::to_string(shape.max));
    }
    if (shape.key && !KeysFit(value, *shape.key)) ReportKeys(value, shape, name, parent);
    if (shape.max_in_values != Shape::kNoLimit && !ListsFit(value, shape.max_in_values)) {
      fail("Map value must satisfy constraint: [Member must have length less than or equal to " +
           std::to_string(shape.max_in_values) + ", Member must have length greater than or equal to 1]");
    }
    CheckContents(value, shape, name, parent);
  }

  template <class Fail>
  void CheckEnum(const Json& value, const Shape& shape, Fail fail) {
    if (std::find(shape.allowed.begin(), shape.allowed.end(), TextOf(value)) != shape.allowed.end()) return;
    if (collecting_ != Collecting::kAll && !shape.newer_enum.empty()) {
      ReportNewer("Failed to satisfy constraint: Member must satisfy enum value set: " + std::string(shape.newer_enum));
      return;
    }
    fail("Member must satisfy enum value set: [" + Joined(shape.allowed) + "]");
  }

  // UpdateItem tells nothing but this, a read not even how many errors there are.
  void ReportNewer(std::string error) {
    if (stopped_) return;
    if (collecting_ != Collecting::kNewerWrite) errors_.clear();
    below_one_.clear();
    errors_.push_back(std::move(error));
    stopped_ = collecting_ != Collecting::kNewerWrite;
    bare_ = collecting_ == Collecting::kNewerRead;
  }

  void CheckContents(const Json& value, const Shape& shape, std::string_view name, const std::string& parent) {
    const bool is_structure = shape.kind == ShapeKind::kStructure;
    // Scalars have no contents, attribute values no constraints here: their paths are not worth making.
    if (!is_structure && (!shape.element || shape.element->kind == ShapeKind::kAttributeValue)) return;
    const std::string path = PathOf(shape.terse, name, parent);
    if (is_structure) CheckFields(FoundFields(value, shape.fields), shape, path);
    if (shape.kind == ShapeKind::kList) {
      int place = 0;
      for (const Json& element : value.GetArray()) {
        ++place;
        const std::string place_path = path + "." + std::to_string(place);
        if (!element.IsNull()) {
          CheckConstraints(element, *shape.element, "member", place_path);
        } else {
          Report(nullptr, *shape.element, "member", place_path, "Member must not be null");
        }
      }
    }
    if (shape.kind == ShapeKind::kMap) {
      for (const auto& member : value.GetObject()) {
        if (member.value.IsNull()) continue;
        CheckConstraints(member.value, *shape.element, "member", path + "." + Shown(TextOf(member.name)));
      }
    }
  }

  // Observed: conformance/cases/batches/table_names.case
  void ReportKeys(const Json& map, const Shape& shape, std::string_view name, const std::string& parent) {
    wrong_keys_ = "Value '" + (shape.terse ? Shown(JsonOf(map)) : ValueText(map, shape)) + "' at '" +
                  PathOf(false, name, parent) +
                  "' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less "
                  "than or equal to " +
                  std::to_string(shape.key->max) + ", Member must have length greater than or equal to " +
                  std::to_string(shape.key->min) +
                  ", Member must satisfy regular expression pattern: " + std::string(shape.key->pattern->text) + "]";
  }

  static std::string PathOf(bool terse, std::string_view name, const std::string& parent) {
    return (parent.empty() ? "" : parent + ".") + (terse ? std::string(name) : LowerFirst(name));
  }

  void Report(const Json* value, const Shape& shape, std::string_view name, const std::string& parent,
              const std::string& constraint) {
    if (stopped_ || errors_.size() >= kMaxReported) return;
    const bool terse = shape.terse && value;
    const std::string shown = terse ? "" : value ? " '" + ValueText(*value, shape) + "'" : " null";
    const std::string path = PathOf(terse, name, parent);
    errors_.push_back("Value" + shown + " at '" + (terse ? path : LowerFirst(path)) +
                      "' failed to satisfy constraint: " + constraint);
  }

  const FoundFields fields_;  // of the body
  const Collecting collecting_;
  bool stopped_ = false;
  bool bare_ = false;
  std::vector<std::string> errors_;
  std::string below_one_;   // the member that is a number below its minimum, 1
  std::string wrong_keys_;  // the error about a map's keys
  std::string unserved_;    // the path of the first member that is not served
};

}  // namespace

Result<void> ValidateShape(const Json& body, const Shape& structure, Collecting collecting) {
  TRY_VOID(CheckTypes(body, structure));
  return ConstraintChecker(body, structure, collecting).Check(body, structure);
}

}  // namespace dynarock
