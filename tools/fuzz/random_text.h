// Texts for requests: names, expressions and statements, most of them nearly right.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace dynarock::fuzz {

class RandomText {
 public:
  explicit RandomText(std::mt19937_64& random) : random_(random) {}

  // True in `percent` of 100 calls.
  bool Chance(unsigned percent) { return random_() % 100 < percent; }
  std::size_t Below(std::size_t limit) { return random_() % limit; }

  std::string AttributeName();
  std::string NamePlaceholder();   // "#a" or nearly
  std::string ValuePlaceholder();  // ":a" or nearly
  std::string TableName();
  std::string IndexName();
  std::string Number();
  std::string Hostile();  // what no caller would send by mistake
  std::string Condition(int depth = 0);
  std::string Update();
  std::string Projection();
  std::string Statement();

 private:
  template <std::size_t kSize>
  std::string_view AnyOf(const std::string_view (&texts)[kSize]) {
    return texts[Below(kSize)];
  }
  std::string Path();
  std::string Operand(int depth);
  std::string Literal(int depth = 0);
  std::string Where(int depth = 0);
  // Some words dropped, doubled, swapped or replaced, in one text of three.
  std::string Mutated(std::string text);

  std::mt19937_64& random_;
};

}  // namespace dynarock::fuzz
