#include "engine/model/model_random.h"

namespace dynarock::model {
namespace {

using namespace std::string_literals;

const std::vector<std::string> kStrings = {"a", "ab", "abc", "b", "a\0"s, "a\0b"s, "\u00e9", "\U0001F600", "zz"};
const std::vector<std::string> kBinaries = {"\0"s, "\0\0"s, "\0\1"s, "\1", "a", "\xff", "\xff\xff", "\xff\1"};
const std::vector<std::int64_t> kThousandths = {0,     1000,   2000,   3000,    -1000,   -2000, 1500,   -1500,
                                                250,   -1,     10000,  100000,  99000,   -99,   100500, 1234567,
                                                12000, -10000, -99500, 9999999, 1000000, 7};

Fixed RandomNumber(Random& random) {
  return {random.Pick(kThousandths)};
}

Value RandomSet(Random& random, Type type) {
  Value value;
  value.type = type;
  for (std::size_t i = 1 + random.Below(3); i > 0; --i) {
    if (type == Type::kNumberSet) {
      value.numbers.insert(RandomNumber(random));
    } else {
      value.strings.insert(random.Pick(type == Type::kStringSet ? kStrings : kBinaries));
    }
  }
  return value;
}

}  // namespace

Value RandomKeyValue(Random& random, Type type) {
  if (type == Type::kNumber) return Number(RandomNumber(random));
  return type == Type::kString ? String(random.Pick(kStrings)) : Binary(random.Pick(kBinaries));
}

Value FewKeyValue(Random& random, Type type) {
  const std::size_t choice = random.Below(3);
  if (type == Type::kNumber) return Number({kThousandths[choice * 2]});
  return type == Type::kString ? String(kStrings[choice]) : Binary(kBinaries[choice]);
}

Type RandomType(Random& random) {
  static const std::vector<Type> types = {Type::kString,    Type::kNumber,    Type::kBinary,   Type::kBool,
                                          Type::kNull,      Type::kMap,       Type::kMap,      Type::kList,
                                          Type::kList,      Type::kString,    Type::kNumber,   Type::kNumber,
                                          Type::kStringSet, Type::kNumberSet, Type::kBinarySet};
  return random.Pick(types);
}

Value RandomValue(Random& random, int depth) {
  return RandomOfType(random, RandomType(random), depth);
}

Value RandomOfType(Random& random, Type type, int depth) {
  Value value;
  value.type = type;
  switch (type) {
    case Type::kString:
    case Type::kBinary:
      if (random.Chance(8)) return value;
      return RandomKeyValue(random, type);
    case Type::kNumber:
      return RandomKeyValue(random, type);
    case Type::kBool:
      value.flag = random.Chance(50);
      return value;
    case Type::kNull:
      return value;
    case Type::kMap:
    case Type::kList:
      break;
    default:
      return RandomSet(random, type);
  }
  for (std::size_t i = depth > 0 ? random.Below(4) : 0; i > 0; --i) {
    Value child = RandomValue(random, depth - 1);
    if (type == Type::kMap) {
      value.members[random.Pick(MemberNames())] = std::move(child);
    } else {
      value.elements.push_back(std::move(child));
    }
  }
  return value;
}

const std::vector<std::string>& MemberNames() {
  static const std::vector<std::string> names = {"x", "y", "values", "a.b"};
  return names;
}

const std::vector<std::string>& PlainNames() {
  static const std::vector<std::string> names = {"a", "b", "c", "d", "size", "x y"};
  return names;
}

}  // namespace dynarock::model
