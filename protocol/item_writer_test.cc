// Items as JSON against a writer that is as plain as can be, and texts copied in blocks against texts copied by byte.
#include "protocol/item_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/base/hex.h"
#include "engine/item/number.h"
#include "engine/item/number_text.h"
#include "protocol/attribute_value.h"
#include "protocol/json_members.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

// Control characters, what needs an escape, its neighbors, bytes of UTF-8 and of none.
constexpr std::string_view kHostile("\0\x01\x08\x09\x0a\x0c\x0d\x1a\x1f !\"#[\\]\x7f\x80\xa2\xdc\xe2\xff", 23);

class Random {
 public:
  std::size_t Below(std::size_t limit) { return engine_() % limit; }

  // One byte in `rarity` is hostile.
  std::string Text(std::size_t size, std::size_t rarity) {
    std::string text(size, 'x');
    for (char& c : text) {
      c = Below(rarity) == 0 ? kHostile[Below(kHostile.size())] : static_cast<char>('a' + Below(26));
    }
    return text;
  }
  std::string Text() { return Text(Below(4) == 0 ? Below(300) : Below(20), 1 + Below(40)); }
  std::string Bytes() {
    std::string bytes = Text();
    for (char& c : bytes) c = static_cast<char>(Below(256));
    return bytes;
  }
  std::string Number() {
    std::string text = std::to_string(1 + Below(9)) + "." + std::to_string(Below(1'000'000'000)) + "E" +
                       std::to_string(static_cast<int>(Below(240)) - 120);
    if (Below(3) == 0) text = std::to_string(Below(1'000'000));
    return *ParseNumber((Below(2) == 0 ? "-" : "") + text);
  }

 private:
  std::mt19937_64 engine_{20261129};
};

std::string PlainText(std::string_view text) {
  constexpr std::string_view kNamed = "\b\t\n\f\r\"\\", kNames = "btnfr\"\\";
  std::string json = "\"";
  for (const char c : text) {
    if (const std::size_t named = kNamed.find(c); named != std::string_view::npos) {
      (json += '\\') += kNames[named];
    } else if (static_cast<unsigned char>(c) < ' ') {
      json += "\\u00" + UpperHex({&c, 1});
    } else {
      json += c;
    }
  }
  return json + "\"";
}

std::string PlainScalar(Type type, std::string_view payload) {
  if (type == Type::kNumber) return PlainText(NumberText(payload));
  if (type != Type::kBinary) return PlainText(payload);
  std::string base64;
  AppendBase64(base64, payload);
  return PlainText(base64);
}

std::string PlainValue(ValueView value);

std::string PlainMembers(std::string_view payload) {
  std::string json;
  std::string_view name;
  ValueView value;
  for (MapReader members(payload); members.Next(name, value);) {
    json += (json.empty() ? "" : ",") + PlainText(name) + ":" + PlainValue(value);
  }
  return "{" + json + "}";
}

std::string PlainElements(ValueView value) {
  std::string json, separator;
  const auto add = [&](const std::string& element) { (json += std::exchange(separator, ",")) += element; };
  ValueView element;
  std::string_view scalar;
  if (value.type() == Type::kList) {
    for (ListReader elements(value.payload()); elements.Next(element);) add(PlainValue(element));
  } else {
    for (SetReader set(value.payload()); set.Next(scalar);) add(PlainScalar(ElementType(value.type()), scalar));
  }
  return "[" + json + "]";
}

std::string PlainValue(ValueView value) {
  const std::string head = "{\"" + std::string(TypeName(value.type())) + "\":";
  if (value.type() <= Type::kBinary) return head + PlainScalar(value.type(), value.payload()) + "}";
  if (value.type() == Type::kBool) return head + (value.bool_value() ? "true}" : "false}");
  if (value.type() == Type::kNull) return head + "true}";
  if (value.type() == Type::kMap) return head + PlainMembers(value.payload()) + "}";
  return head + PlainElements(value) + "}";
}

void AppendValue(std::string& out, Random& random, int levels);

void AppendSetOf(std::string& out, Random& random, Type type) {
  std::vector<std::string> texts(1 + random.Below(5));
  std::vector<std::string_view> views;
  for (std::string& text : texts) {
    text = type == Type::kNumberSet ? random.Number() : random.Text();
    views.push_back(text);
  }
  AppendSet(out, type, views);
}

void AppendContainer(std::string& out, Random& random, Type type, int levels) {
  const std::size_t place = BeginContainer(out, type);
  for (std::size_t count = random.Below(6); count > 0; --count) {
    if (type == Type::kMap) AppendName(out, random.Text());
    AppendValue(out, random, levels);
  }
  EndContainer(out, place);
}

void AppendValue(std::string& out, Random& random, int levels) {
  const auto type = static_cast<Type>(1 + random.Below(10));
  if (type == Type::kBool) return AppendBool(out, random.Below(2) == 0);
  if (type == Type::kNull) return AppendNull(out);
  if (IsSet(type)) return AppendSetOf(out, random, type);
  if (IsContainer(type)) return levels > 0 ? AppendContainer(out, random, type, levels - 1) : AppendNull(out);
  AppendScalar(out, type,
               type == Type::kNumber   ? random.Number()
               : type == Type::kBinary ? random.Bytes()
                                       : random.Text());
}

std::string Written(ValueView value) {
  return WrittenJson([&](JsonWriter& out) { WriteValue(out, value); });
}

TEST(CopyPlain, IsWhatCopyingByByteIs) {
  Random random;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = random.Text(random.Below(70), 1 + random.Below(80));
    std::string out(text.size(), '?'), plain = out;
    const std::size_t copied = CopyPlain(out.data(), text);
    ASSERT_EQ(copied, CopyPlainByByte(plain.data(), text)) << testing::PrintToString(text);
    ASSERT_EQ(out.substr(0, copied), text.substr(0, copied));
  }
}

// Each byte at each place of each short length.
TEST(CopyPlain, FindsEachByteAtEachPlace) {
  for (std::size_t size = 1; size <= 40; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'x'), out = text;
        text[place] = static_cast<char>(byte);
        ASSERT_EQ(CopyPlain(out.data(), text), NeedsEscape(text[place]) ? place : size) << size << " " << byte;
      }
    }
  }
}

TEST(ItemWriter, WritesWhatThePlainWriterWrites) {
  Random random;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    AppendValue(bytes, random, 4);
    const ValueView value = ValueView::Of(bytes);
    ASSERT_EQ(Written(value), PlainValue(value)) << round;
  }
}

// As much as there may be between two texts.
TEST(ItemWriter, WritesLongRunsWithoutTexts) {
  for (const std::size_t count : {1U, 7U, 100U, 5000U}) {
    std::string bytes;
    const std::size_t list = BeginContainer(bytes, Type::kList);
    for (std::size_t i = 0; i < count; ++i) {
      AppendBool(bytes, i % 2 == 0);
      AppendNull(bytes);
      for (const Type type : {Type::kList, Type::kMap}) EndContainer(bytes, BeginContainer(bytes, type));
      AppendScalar(bytes, Type::kString, "");
    }
    EndContainer(bytes, list);
    EXPECT_EQ(Written(ValueView::Of(bytes)), PlainValue(ValueView::Of(bytes)));
  }
}

TEST(ItemWriter, WritesDeepNesting) {
  for (const Type type : {Type::kList, Type::kMap}) {
    std::string bytes;
    AppendNull(bytes);
    for (int level = 0; level < 300; ++level) {
      std::string outer;
      const std::size_t place = BeginContainer(outer, type);
      if (type == Type::kMap) AppendName(outer, "");
      outer += bytes;
      EndContainer(outer, place);
      bytes = std::move(outer);
    }
    EXPECT_EQ(Written(ValueView::Of(bytes)), PlainValue(ValueView::Of(bytes)));
  }
}

TEST(ItemWriter, EscapesEveryByteOfALongText) {
  for (const char c : {'"', '\x01', '\n'}) {
    std::string bytes;
    AppendScalar(bytes, Type::kString, std::string(100'000, c));
    EXPECT_EQ(Written(ValueView::Of(bytes)), PlainValue(ValueView::Of(bytes)));
  }
}

// Its digits are wrong, too, but nothing else is read or written.
TEST(ItemWriter, DamagedNumbersStayWithinTheirRoom) {
  Random random;
  for (int round = 0; round < 20'000; ++round) {
    const std::string bytes = random.Bytes();
    std::array<char, kMaxNumberText> text;
    const char* const end = WriteNumberText(text.data(), bytes);
    ASSERT_LE(end - text.data(), static_cast<std::ptrdiff_t>(text.size())) << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace dynarock
