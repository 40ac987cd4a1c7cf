// A list of members reads what ValidateShape accepts, and nothing else; and writes in its order.
#include "protocol/members.h"

#include <gtest/gtest.h>

#include "protocol/json.h"
#include "protocol/reply_members.h"
#include "protocol/shape_validator.h"

namespace dynarock {

namespace {

enum class Color { kRed, kGreen };

struct Wheel {
  std::string_view name;
  std::int64_t size = 0;
};

struct Car {
  std::string_view plate;
  std::optional<std::string_view> owner;
  std::optional<Color> color;
  std::optional<std::int64_t> seats;
  bool is_new = true;
  bool has_roof = false;
  std::optional<std::vector<std::string_view>> drivers;
  std::vector<Wheel> wheels;
  std::int64_t length = 0;
  int doors_seen = 0;
};

}  // namespace

// Not in the order of the enum.
template <>
inline constexpr auto kNamesOf<Color> = Names<Color>({{"GREEN", Color::kGreen}, {"RED", Color::kRed}});
template <>
inline constexpr auto kEntryName<Wheel> = &Wheel::name;

namespace {

constexpr Shape kString{.kind = ShapeKind::kString};
constexpr Shape kPlate{.min = 2, .max = 4};
constexpr Shape kBoolean{.kind = ShapeKind::kBoolean};
constexpr Shape kNumber{.kind = ShapeKind::kInteger, .min = 1, .max = 9};
constexpr auto kColor = EnumShape<Color>();
constexpr auto kRoofs = std::to_array<std::string_view>({"ROOF", "OPEN"});
constexpr Shape kRoof{.allowed = kRoofs};
constexpr auto kDrivers = ListOf(kString, {.min = 1, .max = 2});
constexpr auto kWheelMembers = Members<Wheel>(Required<&Wheel::size>("Size", kNumber));
constexpr auto kWheel = Structure(kWheelMembers, "Wheel");
constexpr auto kWheels = MapOf(kWheel);
constexpr auto kSizeMembers = Members<Car>(Required<&Car::length>("Length", kNumber));
constexpr auto kSize = Structure(kSizeMembers, "Size");

bool CountDoors(const Json& value, const Shape& shape, Car& car) {
  if (!Fits(value, shape)) return false;
  car.doors_seen = static_cast<int>(value.Size());
  return true;
}

constexpr auto kCarMembers =
    Members<Car>(Optional<&Car::color>("Color", kColor), Required<&Car::plate>("Plate", kPlate),
                 Optional<&Car::owner>("Owner", kString), Optional<&Car::seats>("Seats", kNumber),
                 Optional<&Car::is_new>("IsNew", kBoolean), Optional<&Car::has_roof>("Roof", kRoof),
                 Optional<&Car::drivers>("Drivers", kDrivers), Optional<&Car::wheels>("Wheels", kWheels),
                 Optional<Itself{}>("Size", kSize), Optional<CountDoors>("Doors", kDrivers),
                 WithoutEffect("Horn", kBoolean), Unserved("Wings"));
constexpr auto kCar = Structure(kCarMembers, "Car");

// The car, or the words of the refusal. Both ways must agree on what is a car.
struct Answer {
  std::optional<Car> car;
  std::string refusal;
};

Answer ReadCar(const JsonText& text) {
  Answer answer{.car = Car{}, .refusal = ""};
  if (!ReadMembers(*text.json(), kCar.fields, &*answer.car)) answer.car.reset();
  const Result<void> shape = ValidateShape(*text.json(), kCar);
  if (!shape) answer.refusal = shape.error().message;
  EXPECT_EQ(answer.car.has_value(), shape.has_value()) << answer.refusal;
  return answer;
}

std::string RefusalOf(const std::string& text) {
  return ReadCar(JsonText(text)).refusal;
}

TEST(Members, AreRead) {
  const JsonText text(R"({"Plate":"ab","Owner":"me","Color":"RED","Seats":5,"IsNew":false,"Roof":"ROOF","Horn":true,)"
                      R"("Drivers":["x","y"],"Wheels":{"left":{"Size":7},"right":{"Size":8},"none":null},)"
                      R"("Size":{"Length":4},"Doors":["a"],"Unknown":[1]})");
  const Answer answer = ReadCar(text);
  ASSERT_TRUE(answer.car) << answer.refusal;
  const Car& car = *answer.car;
  EXPECT_EQ(car.plate, "ab");
  EXPECT_EQ(car.owner, "me");
  EXPECT_EQ(car.color, Color::kRed);
  EXPECT_EQ(car.seats, 5);
  EXPECT_FALSE(car.is_new);
  EXPECT_TRUE(car.has_roof);
  EXPECT_EQ(car.drivers, (std::vector<std::string_view>{"x", "y"}));
  ASSERT_EQ(car.wheels.size(), 2U);
  EXPECT_EQ(car.wheels[1].name, "right");
  EXPECT_EQ(car.wheels[1].size, 8);
  EXPECT_EQ(car.length, 4);
  EXPECT_EQ(car.doors_seen, 1);
}

TEST(Members, ThatAreMissingOrNullKeepTheirDefaults) {
  for (const char* body :
       {R"({"Plate":"ab"})", R"({"Plate":"ab","Owner":null,"IsNew":null,"Wheels":null,"Wings":null})"}) {
    const JsonText text(body);
    const Answer answer = ReadCar(text);
    ASSERT_TRUE(answer.car) << answer.refusal;
    EXPECT_FALSE(answer.car->owner);
    EXPECT_TRUE(answer.car->is_new);
    EXPECT_TRUE(answer.car->wheels.empty());
    EXPECT_FALSE(answer.car->drivers);
  }
}

TEST(Members, ThatAreRequiredAreMissed) {
  constexpr const char* kMissing =
      "1 validation error detected: Value null at 'plate' failed to satisfy constraint: Member must not be null";
  EXPECT_EQ(RefusalOf("{}"), kMissing);
  EXPECT_EQ(RefusalOf(R"({"Plate":null})"), kMissing);
  EXPECT_EQ(RefusalOf(R"({"Plate":"ab","Wheels":{"left":{}}})"),
            "1 validation error detected: Value null at 'wheels.left.member.size' failed to satisfy constraint: "
            "Member must not be null");
}

TEST(Members, OfAWrongTypeAreRefused) {
  EXPECT_EQ(RefusalOf(R"({"Plate":5})"), "NUMBER_VALUE cannot be converted to String");
  for (const char* name :
       {"Plate", "Owner", "Color", "Seats", "IsNew", "Roof", "Drivers", "Wheels", "Size", "Doors", "Horn"}) {
    for (const char* value : {"5", "true", "\"text\"", "[]", "{}", "[5]", "[null]", "{\"a\":5}", "1.5", "-1", "1e30"}) {
      const std::string member = "\"" + std::string(name) + "\":" + value;
      RefusalOf(name == std::string_view("Plate") ? "{" + member + "}" : R"({"Plate":"ab",)" + member + "}");
    }
  }
}

TEST(Members, AreReportedInTheirOrder) {
  EXPECT_EQ(RefusalOf(R"({"Drivers":[],"Plate":"a","Seats":10,"Color":"BLUE"})"),
            "4 validation errors detected: Value 'BLUE' at 'color' failed to satisfy constraint: "
            "Member must satisfy enum value set: [GREEN, RED]; "
            "Value 'a' at 'plate' failed to satisfy constraint: Member must have length greater than or equal to 2; "
            "Value '10' at 'seats' failed to satisfy constraint: Member must have value less than or equal to 9; "
            "Value '[]' at 'drivers' failed to satisfy constraint: Member must have length greater than or equal to 1");
}

TEST(Members, ThatAreUnservedAreRefusedByName) {
  EXPECT_EQ(RefusalOf(R"({"Plate":"ab","Wings":2})"),
            "The parameter 'Wings' is not supported by dynarock. Leave it out, or use another endpoint for this "
            "request.");
}

TEST(Members, WordsAreBooleans) {
  for (const char* word : {"true", "\"TRUE\"", "\"yes\"", "\"1\""}) {
    const JsonText text(R"({"Plate":"ab","IsNew":)" + std::string(word) + "}");
    const Answer answer = ReadCar(text);
    ASSERT_TRUE(answer.car) << word;
    EXPECT_TRUE(answer.car->is_new) << word;
  }
  for (const char* word : {"false", "\"FALSE\"", "\"No\"", "\"0\""}) {
    const JsonText text(R"({"Plate":"ab","IsNew":)" + std::string(word) + "}");
    const Answer answer = ReadCar(text);
    ASSERT_TRUE(answer.car) << word;
    EXPECT_FALSE(answer.car->is_new) << word;
  }
  EXPECT_EQ(RefusalOf(R"({"Plate":"ab","IsNew":"maybe"})"), "Unexpected token received from parser");
}

TEST(EnumNames, GoBothWays) {
  EXPECT_EQ(kNamesOf<Color>.ValueOf("GREEN"), Color::kGreen);
  EXPECT_EQ(kNamesOf<Color>.ValueOf("RED"), Color::kRed);
  EXPECT_FALSE(kNamesOf<Color>.ValueOf("red"));
  EXPECT_EQ(NameOf(Color::kRed), "RED");
  EXPECT_EQ(NameOf(Color::kGreen), "GREEN");
}

std::string_view Kind(const Car&) {
  return "car";
}

constexpr auto kWheelReply = ReplyOf<Wheel>(Shown<&Wheel::name>("Name"), Shown<&Wheel::size>("Size"));
constexpr auto kCarReply =
    ReplyOf<Car>(Shown<Kind>("Kind"), Shown<&Car::plate>("Plate"), Shown<&Car::owner>("Owner"),
                 Shown<&Car::color>("Color"), Shown<&Car::seats>("Seats"), Shown<&Car::is_new>("IsNew"),
                 Shown<&Car::drivers>("Drivers"), Shown<&Car::wheels, WriteEach<kWheelReply>>("Wheels"));

std::string Written(const Car& car) {
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  WriteReply(out, kCarReply, car);
  return {buffer.GetString(), buffer.GetSize()};
}

TEST(ReplyMembers, AreWrittenInTheirOrder) {
  Car car;
  car.plate = "ab";
  EXPECT_EQ(Written(car), R"({"Kind":"car","Plate":"ab","IsNew":true,"Wheels":[]})");
  car.owner = "me";
  car.color = Color::kGreen;
  car.seats = 2;
  car.drivers = {"x"};
  car.wheels = {{"left", 7}};
  EXPECT_EQ(Written(car),
            R"({"Kind":"car","Plate":"ab","Owner":"me","Color":"GREEN","Seats":2,"IsNew":true,"Drivers":["x"],)"
            R"("Wheels":[{"Name":"left","Size":7}]})");
}

}  // namespace
}  // namespace dynarock
