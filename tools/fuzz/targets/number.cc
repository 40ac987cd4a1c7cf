// Numbers, two lines of text: order, sums and differences agree, and each number's text is read as the same number.
#include "engine/item/number.h"

#include "engine/item/number_text.h"
#include "tools/fuzz/targets/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const auto [first, second] = FirstLine(TextOf(data, size));
  const auto left = ParseNumber(first);
  if (!left) return 0;
  Expect(left->size() <= kMaxNumberBytes, "a number has at most 22 bytes");
  const std::string text = NumberText(*left);
  Expect(text.size() <= kMaxNumberText, "a number's text has at most 172 bytes");
  const auto again = ParseNumber(text);
  Expect(again && *again == *left, "a number's text is read as the same number");
  NumberToInteger(*left);
  const auto right = ParseNumber(second);
  if (!right) return 0;
  if (const auto difference = SubtractNumbers(*left, *right)) {
    const std::string zero = NumberFromInteger(0);
    Expect((*difference < zero) == (*left < *right), "a difference is negative if the first number is smaller");
    Expect((*difference == zero) == (*left == *right), "a difference is zero if the numbers are equal");
    if (const auto sum = AddNumbers(*difference, *right)) {
      Expect(*sum == *left, "a difference and its second number add up to the first");
    }
  }
  const auto sum = AddNumbers(*left, *right);
  const auto turned = AddNumbers(*right, *left);
  Expect(sum.has_value() == turned.has_value() && (!sum || *sum == *turned), "a sum does not depend on the order");
  return 0;
}
