#include "protocol/attribute_value.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/item/attribute_name.h"
#include "engine/item/number.h"
#include "protocol/boolean_words.h"
#include "protocol/item_writer.h"
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

// AWS takes some words for booleans.
bool BoolOf(const Json& value) {
  if (!value.IsString()) return value.GetBool();
  return BooleanWord(TextOf(value)).value_or(false);
}

// The older layer tells of a name without characters alone.
// Observed: conformance/cases/transactions/deep_values.case
ApiError WrongName(std::string_view name, const std::string& problem) {
  ApiError error = InvalidRequestParameter(problem);
  if (name.empty()) error.facts = {.detail = ErrorDetail::kUnnamedAttribute, .value = problem};
  return error;
}

// A set's elements in the order of the document, as their bytes are kept; nulls do not count.
class SetElements {
 public:
  // Errors: what is wrong with a number. Requires: a list of texts, of Base64 for a binary set.
  std::optional<ApiError> Decode(Type type, const Json& list) {
    std::vector<std::size_t> ends;  // in bytes_, which moves while it grows
    if (type != Type::kStringSet) ends.reserve(list.Size());
    views_.reserve(list.Size());
    for (const Json& element : list.GetArray()) {
      if (element.IsNull()) continue;
      const std::string_view text = TextOf(element);
      if (type == Type::kStringSet) {
        views_.push_back(text);
      } else if (type == Type::kBinarySet) {
        bytes_ += DecodeBase64(text);
        ends.push_back(bytes_.size());
      } else if (const NumberProblem problem = AppendNumber(bytes_, text); problem == NumberProblem::kNone) {
        ends.push_back(bytes_.size());
      } else {
        return NumberError(problem, text);
      }
    }
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      views_.push_back(std::string_view(bytes_).substr(begin, end - begin));
      begin = end;
    }
    return std::nullopt;
  }

  std::vector<std::string_view>& views() { return views_; }

 private:
  std::string bytes_;  // of numbers and binaries, which are made here
  std::vector<std::string_view> views_;
};

// The elements of a list in an error, "[a, b]". Past kLongest bytes the others are left out; that is ours, not AWS's.
class ShownList {
 public:
  explicit ShownList(std::string_view separator) : separator_(separator) {}

  bool is_full() const { return text_.size() > kLongest; }
  void Add(std::string_view text, std::string_view quote = "") {
    if (is_full()) return;
    if (text_.size() > 1) text_ += separator_;
    (text_ += quote).append(text).append(quote);
    if (is_full()) (text_ += separator_) += "...";
  }
  std::string Finish() && { return std::move(text_ += ']'); }

 private:
  static constexpr std::size_t kLongest = 64 * 1024;

  const std::string_view separator_;
  std::string text_ = "[";
};

std::string TextsOf(const Json& list) {
  ShownList shown(", ");
  for (const Json& element : list.GetArray()) {
    if (!element.IsNull()) shown.Add(TextOf(element));
  }
  return std::move(shown).Finish();
}

// As the newer layer of checks shows the set: in byte order up to the first that is there twice, quoted.
std::string Quoted(Type type, const std::vector<std::string_view>& elements) {
  std::vector<std::pair<std::string_view, std::size_t>> sorted;
  sorted.reserve(elements.size());
  for (const std::string_view element : elements) sorted.emplace_back(element, sorted.size());
  std::sort(sorted.begin(), sorted.end());
  std::size_t first_repeated = elements.size();
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].first == sorted[i - 1].first) first_repeated = std::min(first_repeated, sorted[i].second);
  }
  ShownList shown(type == Type::kBinarySet ? "," : ", ");
  const auto show = [&](std::string_view bytes) {
    std::string text;
    if (type == Type::kBinarySet) AppendBase64(text, bytes);
    shown.Add(type == Type::kBinarySet ? text : bytes, "\"");
  };
  for (const auto& [bytes, place] : sorted) {
    if (place < first_repeated && !shown.is_full()) show(bytes);
  }
  for (std::size_t i = first_repeated; i < elements.size() && !shown.is_full(); ++i) show(elements[i]);
  return std::move(shown).Finish();
}

ApiError EmptySet(Type type) {
  if (type == Type::kNumberSet) return InvalidRequestParameter("An number set  may not be empty");
  return WithFacts(InvalidRequestParameter(type == Type::kStringSet ? "An string set  may not be empty"
                                                                    : "Binary sets should not be empty"),
                   {.detail = ErrorDetail::kEmptySet});
}

ApiError Duplicates(Type type, const Json& list) {
  if (type == Type::kNumberSet) {
    return WithFacts(InvalidRequestParameter("Input collection contains duplicates."),
                     {.detail = ErrorDetail::kDuplicateNumbers});
  }
  const bool is_binary = type == Type::kBinarySet;
  SetElements elements;
  elements.Decode(type, list);
  return WithFacts(
      InvalidRequestParameter("Input collection " + Quoted(type, elements.views()) +
                              (is_binary ? "of type BS contains duplicates." : " contains duplicates.")),
      {.detail = is_binary ? ErrorDetail::kDuplicateBinaries : ErrorDetail::kDuplicateTexts, .value = TextsOf(list)});
}

std::optional<ApiError> DecodeSet(Type type, const Json& list, std::string& out) {
  if (list.Empty()) return EmptySet(type);
  SetElements decoded;
  if (auto error = decoded.Decode(type, list)) return error;
  std::vector<std::string_view>& elements = decoded.views();
  if (elements.empty()) return EmptySet(type);  // of nulls only
  const std::size_t given = elements.size();
  const std::size_t start = out.size();
  AppendSet(out, type, elements);
  if (elements.size() == given) return std::nullopt;
  out.resize(start);
  return Duplicates(type, list);
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

std::optional<ApiError> DecodeTyped(Type type, const Json& value, std::string& out, std::size_t depth,
                                    const DecodeRules& rules) {
  switch (type) {
    case Type::kString:
      AppendScalar(out, type, TextOf(value));
      return std::nullopt;
    case Type::kNumber:
      return DecodeNumber(TextOf(value), out);
    case Type::kBinary:
      AppendScalar(out, type, DecodeBase64(TextOf(value)));
      return std::nullopt;
    case Type::kBool:
      AppendBool(out, BoolOf(value));
      return std::nullopt;
    case Type::kNull:
      if (!BoolOf(value)) {
        return WithFacts(InvalidRequestParameter("Null attribute value types must have the value of true"),
                         {.detail = ErrorDetail::kFalseNull});
      }
      AppendNull(out);
      return std::nullopt;
    case Type::kMap: {
      const std::size_t place = BeginContainer(out, type);
      auto error = DecodeMembers(value, out, depth + 1, rules);
      EndContainer(out, place);
      return error;
    }
    case Type::kList: {
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

ExpressionAttributes DecodeExpressionAttributes(const Json& body) {
  ExpressionAttributes attributes;
  if (const Json* names = FindField(body, "ExpressionAttributeNames")) {
    attributes.names.emplace().reserve(names->MemberCount());
    for (const auto& member : names->GetObject()) {
      if (!member.value.IsNull()) attributes.names->push_back({TextOf(member.name), TextOf(member.value)});
    }
  }
  if (const Json* values = FindField(body, "ExpressionAttributeValues")) {
    attributes.values.emplace().reserve(values->MemberCount());
    for (const auto& member : values->GetObject()) {
      if (member.value.IsNull()) continue;
      ValuePlaceholder& entry = attributes.values->emplace_back();
      entry.placeholder = TextOf(member.name);
      entry.error = DecodeValue(member.value, entry.bytes);
      // Some requests take values that are too deep for an item.
      if (entry.error && DecodeNested(member.value, entry.bytes, 0, {.max_nesting = kMaxValueNesting})) {
        entry.bytes.clear();
      }
    }
  }
  return attributes;
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
