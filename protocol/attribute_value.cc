#include "protocol/attribute_value.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/base/base64.h"
#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/item/attribute_name.h"
#include "engine/item/number.h"
#include "protocol/attribute_set.h"
#include "protocol/item_writer.h"
#include "protocol/shape_fit.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

constexpr Shape kBool{.kind = ShapeKind::kBoolean}, kText{.kind = ShapeKind::kString}, kBlob{.kind = ShapeKind::kBlob};
constexpr Shape kTexts{.kind = ShapeKind::kList, .element = &kText};
constexpr Shape kBlobs{.kind = ShapeKind::kList, .element = &kBlob};
constexpr Shape kValue{.kind = ShapeKind::kAttributeValue};
constexpr Shape kValues{.kind = ShapeKind::kList, .element = &kValue};
constexpr Shape kValueMap{.kind = ShapeKind::kMap, .element = &kValue, .java_name = "AttributeValue"};

constexpr auto kFields = std::to_array<Field>({{"S", &kText},
                                               {"B", &kBlob},
                                               {"N", &kText},
                                               {"BOOL", &kBool},
                                               {"NULL", &kBool},
                                               {"BS", &kBlobs},
                                               {"NS", &kTexts},
                                               {"SS", &kTexts},
                                               {"L", &kValues},
                                               {"M", &kValueMap}});

std::optional<Type> TypeNamed(std::string_view name) {
  for (const Type type : {Type::kString, Type::kNumber, Type::kBinary, Type::kMap, Type::kList}) {
    if (name.size() == 1 && TypeName(type)[0] == name[0]) return type;
  }
  for (const Type type : {Type::kBool, Type::kNull, Type::kStringSet, Type::kNumberSet, Type::kBinarySet}) {
    if (name.size() > 1 && TypeName(type) == name) return type;
  }
  return std::nullopt;
}

// The older layer tells of a name without characters alone.
// Observed: conformance/cases/transactions/deep_values.case
ApiError WrongName(std::string_view name, const std::string& problem) {
  ApiError error = InvalidRequestParameter(problem);
  if (name.empty()) error.facts = {.detail = ErrorDetail::kUnnamedAttribute, .value = problem};
  return error;
}

// Which of two errors in a map is told.
enum class ErrorOrder { kOfNames, kOfDocument };

struct DecodeRules {
  ErrorOrder order = ErrorOrder::kOfNames;
  std::size_t max_nesting = kMaxNesting;  // levels
};

std::optional<ApiError> DecodeNested(const Json& value, std::string& out, std::size_t depth,
                                     const DecodeRules& rules = {});

// A map's members that are not null: by name, of which no two are the same, JsonReader sees to it, or as they come.
class MembersInOrder {
 public:
  using Member = std::pair<std::string_view, const Json*>;

  MembersInOrder(const Json& map, ErrorOrder order) {
    Member* members = few_.data();
    if (map.MemberCount() > few_.size()) {
      many_.resize(map.MemberCount());
      members = many_.data();
    }
    std::size_t count = 0;
    bool sorted = true;
    for (const auto& member : map.GetObject()) {
      if (member.value.IsNull()) continue;
      const std::string_view name = TextOf(member.name);
      sorted = sorted && (count == 0 || members[count - 1].first < name);
      members[count++] = {name, &member.value};
    }
    members_ = {members, count};
    if (!sorted && order != ErrorOrder::kOfDocument) std::sort(members_.begin(), members_.end());
  }
  MembersInOrder(const MembersInOrder&) = delete;
  MembersInOrder& operator=(const MembersInOrder&) = delete;

  auto begin() const { return members_.begin(); }
  auto end() const { return members_.end(); }

 private:
  std::array<Member, 16> few_;  // as most maps have, so that they need no memory of the heap
  std::vector<Member> many_;
  std::span<Member> members_;
};

// Appends {"S": "..."}, as most values are. False, and nothing is appended, if it is another value.
bool AppendText(const Json& value, std::string& out) {
  if (!value.IsObject() || value.MemberCount() != 1) return false;
  const auto& member = *value.MemberBegin();
  if (!IsNamed(member.name, "S") || !member.value.IsString()) return false;
  AppendScalar(out, Type::kString, TextOf(member.value));
  return true;
}

// Appends a map's payload, which is none in the order of the document.
std::optional<ApiError> DecodeMembers(const Json& map, std::string& out, std::size_t depth, const DecodeRules& rules) {
  for (const auto& [name, value] : MembersInOrder(map, rules.order)) {
    const bool may_be_empty = depth > 0;  // inside of a map, a guess
    const std::string_view problem = AttributeNameProblem(name);
    if (!problem.empty() && !(may_be_empty && name.empty())) return WrongName(name, std::string(problem));
    AppendName(out, name);
    if (depth < rules.max_nesting && AppendText(*value, out)) continue;
    if (auto error = DecodeNested(*value, out, depth, rules)) return error;
  }
  return std::nullopt;
}

std::optional<ApiError> DecodeNumber(std::string_view text, std::string& out) {
  static_assert(kMaxNumberBytes < 0x80);  // so its length is one byte
  const std::size_t start = out.size();
  out.push_back(static_cast<char>(Type::kNumber));
  out.push_back(0);
  if (const NumberProblem problem = AppendNumber(out, text); problem != NumberProblem::kNone) {
    out.resize(start);
    return NumberError(problem, text);
  }
  out[start + 1] = static_cast<char>(out.size() - start - 2);
  return std::nullopt;
}

std::optional<ApiError> DecodeText(Type type, std::string_view text, std::string& out) {
  if (type == Type::kNumber) return DecodeNumber(text, out);
  if (type == Type::kString) {
    AppendScalar(out, type, text);
  } else if (IsBase64(text)) {
    AppendScalar(out, type, DecodeBase64(text));
  } else {
    return NotOfItsType();
  }
  return std::nullopt;
}

std::optional<ApiError> DecodeWord(Type type, std::optional<bool> word, std::string& out) {
  if (!word) return NotOfItsType();
  if (type == Type::kBool) {
    AppendBool(out, *word);
  } else if (*word) {
    AppendNull(out);
  } else {
    return WithFacts(InvalidRequestParameter("Null attribute value types must have the value of true"),
                     {.detail = ErrorDetail::kFalseNull});
  }
  return std::nullopt;
}

std::optional<ApiError> DecodeTyped(Type type, const Json& value, std::string& out, std::size_t depth,
                                    const DecodeRules& rules) {
  switch (type) {
    case Type::kString:
    case Type::kNumber:
    case Type::kBinary:
      return value.IsString() ? DecodeText(type, TextOf(value), out) : NotOfItsType();
    case Type::kBool:
    case Type::kNull:
      return DecodeWord(type, BooleanOf(value), out);
    case Type::kMap: {
      if (!value.IsObject()) return NotOfItsType();
      const std::size_t place = BeginContainer(out, type);
      auto error = DecodeMembers(value, out, depth + 1, rules);
      EndContainer(out, place);
      return error;
    }
    case Type::kList: {
      if (!value.IsArray()) return NotOfItsType();
      const std::size_t place = BeginContainer(out, type);
      for (const Json& element : value.GetArray()) {
        if (element.IsNull()) continue;
        if (auto error = DecodeNested(element, out, depth + 1, rules)) return error;
      }
      EndContainer(out, place);
      return std::nullopt;
    }
    default:
      return DecodeSet(type, value, out);
  }
}

// The value at nesting level `depth`; an attribute of an item stands at level 0.
std::optional<ApiError> DecodeNested(const Json& value, std::string& out, std::size_t depth, const DecodeRules& rules) {
  if (depth >= rules.max_nesting) {
    ApiError error =
        Suffixed(errors::NestingTooDeep(), ": Attributes in the item have nested levels beyond supported limit");
    error.code = ErrorCode::kRequestValidation;
    return error;
  }
  if (!value.IsObject()) return NotOfItsType();
  int types = 0;
  for (const auto& member : value.GetObject()) {
    const auto type = TypeNamed(TextOf(member.name));
    if (!type || member.value.IsNull()) continue;
    ++types;
    if (auto error = DecodeTyped(*type, member.value, out, depth, rules)) return error;
  }
  if (types == 1) return std::nullopt;
  if (types > 1) return errors::SeveralDatatypes();
  return WithFacts(
      ValidationError("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
      {.detail = ErrorDetail::kDatatypeCount});
}

}  // namespace

constexpr Shape kAttributeValueStructure{
    .kind = ShapeKind::kStructure, .fields = kFields, .java_name = "AttributeValue"};

std::optional<ApiError> DecodeValue(const Json& value, std::string& out) {
  const std::size_t start = out.size();
  auto error = DecodeNested(value, out, 0);
  if (!error) return error;
  // The first error of the document is told. Observed: conformance/cases/partiql/parameter_numbers.case
  out.resize(start);
  error = DecodeNested(value, out, 0, {.order = ErrorOrder::kOfDocument});
  out.resize(start);
  return error;
}

EncodedItem DecodeItem(const Json& map) {
  EncodedItem item;
  constexpr std::size_t kUsualMember = 48;  // bytes, so that most items are one allocation
  item.bytes.reserve(map.MemberCount() * kUsualMember);
  ItemBuilder builder(item.bytes);
  item.error = DecodeMembers(map, item.bytes, 0, {});
  if (item.error) {
    item.bytes.clear();
  } else {
    builder.Finish();
  }
  return item;
}

bool DecodePlaceholderNames(const Json& names, ExpressionAttributes& out) {
  out.names.emplace().reserve(names.MemberCount());
  for (const auto& member : names.GetObject()) {
    if (member.value.IsNull()) continue;
    if (!member.value.IsString()) return false;
    out.names->push_back({TextOf(member.name), TextOf(member.value)});
  }
  return true;
}

bool DecodePlaceholderValues(const Json& values, ExpressionAttributes& out) {
  bool all = true;
  out.values.emplace().reserve(values.MemberCount());
  for (const auto& member : values.GetObject()) {
    if (member.value.IsNull()) continue;
    ValuePlaceholder& entry = out.values->emplace_back();
    entry.placeholder = TextOf(member.name);
    entry.error = DecodeValue(member.value, entry.bytes);
    all = all && !entry.error;
    // Some requests take values that are too deep for an item.
    if (entry.error && DecodeNested(member.value, entry.bytes, 0, {.max_nesting = kMaxValueNesting})) {
      entry.bytes.clear();
    }
  }
  return all;
}

void WriteValue(JsonWriter& out, ValueView value) {
  out.Object([&](rapidjson::StringBuffer& buffer) { ItemWriter(buffer).WriteValue(value); });
}

void WriteItem(JsonWriter& out, ItemView item) {
  out.Object([&](rapidjson::StringBuffer& buffer) {
    ItemWriter writer(buffer);
    out.hash_map_order() ? writer.WriteItemInHashMapOrder(item) : writer.WriteItem(item);
  });
}

void WriteItems(JsonWriter& out, const ItemList& items) {
  out.Reserve(items.bytes() + items.bytes() / 4);  // what most need
  out.StartArray();
  for (std::size_t i = 0; i < items.size(); ++i) WriteItem(out, items[i]);
  out.EndArray();
}

}  // namespace dynarock
