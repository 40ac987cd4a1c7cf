#include "engine/model/model_expression.h"

#include <set>

#include "engine/base/joined.h"

namespace dynarock::model {
namespace {

// Names that an expression may not hold: reserved, or not of letters alone.
bool NeedsPlaceholder(const std::string& name) {
  static const std::set<std::string> names = {"size", "values", "x y", "a.b"};
  return names.count(name) != 0;
}

PathStep RandomStep(Random& random) {
  if (random.Chance(50)) return random.Pick(MemberNames());
  return random.Below(4);
}

// Some way down from `value`.
void Descend(Random& random, const Value& value, std::vector<PathStep>& steps) {
  if (random.Chance(30)) return;
  if (!value.members.empty()) {
    const auto member =
        std::next(value.members.begin(), static_cast<std::ptrdiff_t>(random.Below(value.members.size())));
    steps.push_back(member->first);
    Descend(random, member->second, steps);
  } else if (!value.elements.empty()) {
    const std::size_t index = random.Below(value.elements.size());
    steps.push_back(index);
    Descend(random, value.elements[index], steps);
  }
}

}  // namespace

std::string Placeholders::Name(const std::string& name) {
  if (!NeedsPlaceholder(name) && random_.Chance(50)) return name;
  for (const auto& [placeholder, known] : names_) {
    if (known == name && random_.Chance(80)) return placeholder;
  }
  names_.emplace_back("#n" + std::to_string(names_.size()), name);
  return names_.back().first;
}

std::string Placeholders::Literal(const Value& value) {
  values_.emplace_back(":v" + std::to_string(values_.size()), value);
  return values_.back().first;
}

std::string Placeholders::PathText(const Path& path) {
  std::string text = Name(path.attribute);
  for (const PathStep& step : path.steps) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      text += "." + Name(*name);
    } else {
      text += "[" + std::to_string(std::get<std::size_t>(step)) + "]";
    }
  }
  return text;
}

ExpressionAttributes Placeholders::Attributes() const {
  ExpressionAttributes attributes;
  if (!names_.empty()) attributes.names.emplace();
  for (const auto& [placeholder, name] : names_) attributes.names->push_back({placeholder, name});
  if (!values_.empty()) attributes.values.emplace();
  for (const auto& [placeholder, value] : values_) attributes.values->push_back({placeholder, Encode(value), {}});
  return attributes;
}

std::string Placeholders::Show() const {
  std::string text;
  for (const auto& [placeholder, name] : names_) text += "\n  " + placeholder + " = \"" + name + "\"";
  for (const auto& [placeholder, value] : values_) text += "\n  " + placeholder + " = " + model::Show(value);
  return text;
}

Path RandomPath(Random& random, const Subject& subject) {
  Path path{random.Pick(subject.names), {}};
  const auto found = subject.item.find(path.attribute);
  if (found != subject.item.end()) Descend(random, found->second, path.steps);
  if (subject.key_types.count(path.attribute) != 0 && !random.Chance(4)) return path;
  // A step that may not fit what is there.
  if (random.Chance(12)) path.steps.push_back(RandomStep(random));
  if (!path.steps.empty() && random.Chance(12)) path.steps.back() = RandomStep(random);
  return path;
}

Value RandomLiteralFor(Random& random, const Subject& subject, const Path& path) {
  const Value* value = FindAt(subject.item, path);
  if (value && random.Chance(40)) return *value;
  if (value && random.Chance(50)) return RandomOfType(random, value->type);
  return RandomValue(random);
}

RandomProjection MakeProjection(Random& random, Placeholders& placeholders, const Subject& subject) {
  RandomProjection projection;
  for (std::size_t i = 1 + random.Below(4); i > 0; --i) {
    Path path = RandomPath(random, subject);
    std::vector<Path> paths = projection.paths;
    paths.push_back(path);
    if (AnyClash(paths) && !random.Chance(5)) continue;
    AppendListed(projection.text, placeholders.PathText(path));
    projection.paths.push_back(std::move(path));
  }
  return projection;
}

}  // namespace dynarock::model
