#include "engine/item/path_finder.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"

namespace dynarock {
namespace {

// a: {b: [x, {c: y}], d: z}, e: [], f: [u, v]
std::string Item() {
  const std::string b = ListValue({TextValue("x"), MapValue({{"c", TextValue("y")}})});
  return ItemOf({{"a", MapValue({{"b", b}, {"d", TextValue("z")}})},
                 {"e", ListValue({})},
                 {"f", ListValue({TextValue("u"), TextValue("v")})}});
}

// Whatever the paths and however many, a finder finds what a walk for each one finds.
TEST(PathFinder, FindsWhatSingleWalksFind) {
  const std::string bytes = Item();
  const ItemView item(bytes);
  const std::vector<PathStep> steps = {std::string("b"), std::string("c"), std::string("d"), std::string("a"),
                                       std::size_t{0},   std::size_t{1},   std::size_t{2}};
  std::vector<Path> paths;
  for (const char* attribute : {"a", "e", "f", "g", ""}) {
    paths.push_back({attribute, {}});
    for (const PathStep& one : steps) {
      paths.push_back({attribute, {one}});
      for (const PathStep& two : steps) {
        paths.push_back({attribute, {one, two}});
        for (const PathStep& three : steps) paths.push_back({attribute, {one, two, three}});
      }
    }
  }
  paths.insert(paths.end(), paths.begin(), paths.begin() + 50);  // equal paths at other addresses
  std::vector<const Path*> borrowed;
  for (const Path& path : paths) borrowed.push_back(&path);
  const PathFinder::Found found = PathFinder(borrowed).FindIn(item);
  std::size_t values = 0;
  for (const Path& path : paths) {
    EXPECT_EQ(found.At(path), Find(item, path)) << PathText(path);
    values += found.At(path) ? 1 : 0;
  }
  EXPECT_GE(values, 10u);
  EXPECT_FALSE(PathFinder(borrowed).FindIn(ItemView()).At(paths[0]));
}

}  // namespace
}  // namespace dynarock
