#include "engine/item/path_finder.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

std::string Text(std::string_view text) {
  std::string out;
  AppendScalar(out, Type::kString, text);
  return out;
}

std::string List(const std::vector<std::string>& elements) {
  std::string out;
  const std::size_t place = BeginContainer(out, Type::kList);
  for (const std::string& element : elements) out += element;
  EndContainer(out, place);
  return out;
}

std::string Map(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out;
  const std::size_t place = BeginContainer(out, Type::kMap);
  for (const auto& [name, value] : members) {
    AppendName(out, name);
    out += value;
  }
  EndContainer(out, place);
  return out;
}

// a: {b: [x, {c: y}], d: z}, e: [], f: [u, v]
std::string Item() {
  std::string item;
  ItemBuilder builder(item);
  const std::string a = Map({{"b", List({Text("x"), Map({{"c", Text("y")}})})}, {"d", Text("z")}});
  builder.Add("a", ValueView::Of(a));
  const std::string e = List({}), f = List({Text("u"), Text("v")});
  builder.Add("e", ValueView::Of(e));
  builder.Add("f", ValueView::Of(f));
  builder.Finish();
  return item;
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
