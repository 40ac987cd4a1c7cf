#include "engine/model/model_value.h"

#include <stdexcept>

#include "engine/base/hex.h"
#include "engine/item/number.h"

namespace dynarock::model {
namespace {

std::size_t SizeOf(Fixed number) {
  if (number.thousandths == 0) return 1;
  // Pairs of digits stand at even powers of ten: 1.234 is 01.2340, 1 + 2 pairs.
  std::int64_t pairs = number.thousandths < 0 ? -number.thousandths : number.thousandths;
  pairs *= 10;
  while (pairs % 100 == 0) pairs /= 100;
  std::size_t size = number.thousandths < 0 ? 2 : 1;
  for (; pairs != 0; pairs /= 100) ++size;
  return size;
}

void AppendNumberValue(std::string& out, Fixed number) {
  std::string bytes;
  if (AppendNumber(bytes, TextOf(number)) != NumberProblem::kNone) throw std::invalid_argument(TextOf(number));
  AppendScalar(out, Type::kNumber, bytes);
}

void AppendSetValue(std::string& out, const Value& value) {
  std::vector<std::string> storage(value.strings.begin(), value.strings.end());
  for (const Fixed number : value.numbers) {
    if (AppendNumber(storage.emplace_back(), TextOf(number)) != NumberProblem::kNone) {
      throw std::invalid_argument(TextOf(number));
    }
  }
  std::vector<std::string_view> elements(storage.begin(), storage.end());
  AppendSet(out, value.type, elements);
}

void Append(std::string& out, const Value& value) {
  switch (value.type) {
    case Type::kString:
    case Type::kBinary:
      return AppendScalar(out, value.type, value.text);
    case Type::kNumber:
      return AppendNumberValue(out, value.number);
    case Type::kBool:
      return AppendBool(out, value.flag);
    case Type::kNull:
      return AppendNull(out);
    case Type::kStringSet:
    case Type::kBinarySet:
    case Type::kNumberSet:
      return AppendSetValue(out, value);
    default:
      break;
  }
  const std::size_t place = BeginContainer(out, value.type);
  for (const auto& [name, member] : value.members) {
    AppendName(out, name);
    Append(out, member);
  }
  for (const Value& element : value.elements) Append(out, element);
  EndContainer(out, place);
}

std::map<std::string, Value> DecodeMembers(std::string_view payload) {
  std::map<std::string, Value> members;
  std::string_view name, last;
  ValueView value;
  for (MapReader reader(payload); reader.Next(name, value); last = name) {
    if (!members.empty() && name <= last) throw std::invalid_argument("members out of order");
    members[std::string(name)] = Decode(value);
  }
  return members;
}

Value DecodeSet(ValueView view) {
  Value value;
  value.type = view.type();
  std::string_view element;
  for (SetReader reader(view.payload()); reader.Next(element);) {
    const bool is_new = view.type() == Type::kNumberSet ? value.numbers.insert(FixedOf(NumberText(element))).second
                                                        : value.strings.insert(std::string(element)).second;
    if (!is_new) throw std::invalid_argument("a set holds an element twice");
  }
  return value;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += "\\x" + LowerHex({&c, 1});
    }
  }
  return out + "\"";
}

void AppendPart(std::string& out, const std::string& part) {
  if (out.size() > 1) out += ",";
  out += part;
}

std::string ShowContent(const Value& value) {
  std::string out;
  switch (value.type) {
    case Type::kString:
    case Type::kBinary:
      return Quoted(value.text);
    case Type::kNumber:
      return Quoted(TextOf(value.number));
    case Type::kBool:
      return value.flag ? "true" : "false";
    case Type::kNull:
      return "true";
    case Type::kMap:
      return Show(value.members);
    default:
      break;
  }
  out = "[";
  for (const Value& element : value.elements) AppendPart(out, Show(element));
  for (const std::string& element : value.strings) AppendPart(out, Quoted(element));
  for (const Fixed element : value.numbers) AppendPart(out, Quoted(TextOf(element)));
  return out + "]";
}

}  // namespace

std::string TextOf(Fixed number) {
  const bool negative = number.thousandths < 0;
  const std::int64_t magnitude = negative ? -number.thousandths : number.thousandths;
  std::string decimals = std::to_string(1000 + magnitude % 1000).substr(1);
  while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
  return (negative ? "-" : "") + std::to_string(magnitude / 1000) + (decimals.empty() ? "" : "." + decimals);
}

Fixed FixedOf(std::string_view text) {
  const bool negative = text.substr(0, 1) == "-";
  const std::string digits(text.substr(negative ? 1 : 0));
  const std::size_t point = std::min(digits.find('.'), digits.size());
  std::string decimals = point < digits.size() ? digits.substr(point + 1) : "";
  decimals.resize(3, '0');
  const std::int64_t magnitude = std::stoll(digits.substr(0, point)) * 1000 + std::stoll(decimals);
  const Fixed number{negative ? -magnitude : magnitude};
  if (TextOf(number) != text) throw std::invalid_argument("not a number of the model: " + std::string(text));
  return number;
}

Value String(std::string text) {
  Value value;
  value.type = Type::kString;
  value.text = std::move(text);
  return value;
}

Value Number(Fixed number) {
  Value value;
  value.type = Type::kNumber;
  value.number = number;
  return value;
}

Value Binary(std::string bytes) {
  Value value = String(std::move(bytes));
  value.type = Type::kBinary;
  return value;
}

bool IsOrdered(Type type) {
  return type == Type::kString || type == Type::kNumber || type == Type::kBinary;
}

std::strong_ordering Order(const Value& left, const Value& right) {
  if (left.type == Type::kNumber) return left.number <=> right.number;
  return left.text <=> right.text;  // std::string compares unsigned bytes
}

std::size_t SizeOf(const Value& value) {
  std::size_t size = 0;
  switch (value.type) {
    case Type::kString:
    case Type::kBinary:
      return value.text.size();
    case Type::kNumber:
      return SizeOf(value.number);
    case Type::kBool:
    case Type::kNull:
      return 1;
    case Type::kMap:
      for (const auto& [name, member] : value.members) size += 1 + name.size() + SizeOf(member);
      return 3 + size;
    case Type::kList:
      for (const Value& element : value.elements) size += 1 + SizeOf(element);
      return 3 + size;
    default:
      break;
  }
  for (const std::string& element : value.strings) size += element.size();
  for (const Fixed element : value.numbers) size += SizeOf(element);
  return size;
}

std::size_t SizeOf(const Item& item) {
  std::size_t size = 0;
  for (const auto& [name, value] : item) size += name.size() + SizeOf(value);
  return size;
}

std::string Encode(const Value& value) {
  std::string out;
  Append(out, value);
  return out;
}

std::string Encode(const Item& item) {
  std::string out;
  ItemBuilder builder(out);
  for (const auto& [name, value] : item) {
    const std::string bytes = Encode(value);
    builder.Add(name, ValueView::Of(bytes));
  }
  builder.Finish();
  return out;
}

Value Decode(ValueView view) {
  Value value;
  value.type = view.type();
  switch (view.type()) {
    case Type::kString:
    case Type::kBinary:
      value.text = view.payload();
      break;
    case Type::kNumber:
      value.number = FixedOf(NumberText(view.payload()));
      break;
    case Type::kBool:
      value.flag = view.bool_value();
      break;
    case Type::kNull:
      break;
    case Type::kMap:
      value.members = DecodeMembers(view.payload());
      break;
    case Type::kList: {
      ValueView element;
      for (ListReader reader(view.payload()); reader.Next(element);) value.elements.push_back(Decode(element));
      break;
    }
    default:
      return DecodeSet(view);
  }
  return value;
}

Item Decode(ItemView view) {
  return DecodeMembers(view.members());
}

std::string Show(const Value& value) {
  return "{\"" + std::string(TypeName(value.type)) + "\":" + ShowContent(value) + "}";
}

std::string Show(const Item& item) {
  std::string out = "{";
  for (const auto& [name, value] : item) AppendPart(out, Quoted(name) + ":" + Show(value));
  return out + "}";
}

}  // namespace dynarock::model
