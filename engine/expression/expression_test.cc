#include <gtest/gtest.h>

#include "engine/expression/condition.h"
#include "engine/expression/key_condition.h"
#include "engine/expression/parse_cache.h"
#include "engine/expression/projection.h"
#include "engine/expression/validator.h"
#include "engine/item/test_items.h"

namespace dynarock {
namespace {

// {"l": ["x", 5], "m": {"a": 1, "b": "two"}, "n": 7, "s": "hello"}
std::string Sample() {
  return ItemOf({{"l", ListValue({TextValue("x"), NumberValue(5)})},
                 {"m", MapValue({{"a", NumberValue(1)}, {"b", TextValue("two")}})},
                 {"n", NumberValue(7)},
                 {"s", TextValue("hello")}});
}

ExpressionAttributes Attributes() {
  ExpressionAttributes attributes;
  attributes.names = {{"#n", "n"}, {"#s", "s"}};
  attributes.values.emplace();
  attributes.values->push_back({":seven", NumberValue("7"), {}});
  attributes.values->push_back({":nine", NumberValue("9"), {}});
  attributes.values->push_back({":he", TextValue("he"), {}});
  attributes.values->push_back({":hello", TextValue("hello"), {}});
  attributes.values->push_back({":N", TextValue("N"), {}});
  return attributes;
}

Bound<Condition> Unbound(Condition tree) {
  Slots slots;
  AddSlots(tree, slots);
  return Bound<Condition>(std::make_shared<const ParsedTree<Condition>>(ParsedTree<Condition>{std::move(tree), slots}));
}

// "true", "false" or the error.
std::string Answer(std::string_view expression) {
  const ExpressionAttributes attributes = Attributes();
  Binder binder(attributes);
  auto parsed = ParseCondition(expression);
  if (!parsed) return parsed.error().message;
  if (auto checked = CheckParsedCondition(*parsed); !checked) return checked.error().message;
  Bound<Condition> condition = Unbound(parsed->root);
  if (auto bound = BindCondition(condition, binder); !bound) return bound.error().message;
  const std::string item = Sample();
  return Evaluate(condition, ItemView(item)) ? "true" : "false";
}

TEST(Condition, Comparisons) {
  EXPECT_EQ(Answer("n = :seven"), "true");
  EXPECT_EQ(Answer("#n <> :seven"), "false");
  EXPECT_EQ(Answer("n < :nine AND n >= :seven"), "true");
  EXPECT_EQ(Answer("absent <> :seven"), "true");
  EXPECT_EQ(Answer("absent = :seven"), "false");
  EXPECT_EQ(Answer("n BETWEEN :seven AND :nine AND s = :hello"), "true");
  EXPECT_EQ(Answer("n IN (:nine, :seven)"), "true");
  EXPECT_EQ(Answer("n IN (:nine)"), "false");
  EXPECT_EQ(Answer("s < :seven"), "false");
}

TEST(Condition, FunctionsAndPaths) {
  EXPECT_EQ(Answer("attribute_exists(m.a) AND attribute_not_exists(m.z)"), "true");
  EXPECT_EQ(Answer("begins_with(s, :he)"), "true");
  EXPECT_EQ(Answer("contains(s, :he) and not contains(s, :N)"), "true");
  EXPECT_EQ(Answer("attribute_type(n, :N)"), "true");
  EXPECT_EQ(Answer("size(l) < :seven"), "true");
  EXPECT_EQ(Answer("(size(s)) < #n"), "true");
  EXPECT_EQ(Answer("l[1] < :seven"), "true");
  EXPECT_EQ(Answer("(m).a < :seven"), "true");
}

TEST(Condition, PrecedenceAndParentheses) {
  EXPECT_EQ(Answer("n = :nine AND n = :nine OR n = :seven"), "true");
  EXPECT_EQ(Answer("n = :nine AND (n = :nine OR n = :seven)"), "false");
  EXPECT_EQ(Answer("NOT n = :nine AND n = :seven"), "true");
  EXPECT_EQ(Answer("(n = :seven) AND (s = :hello)"), "true");
  EXPECT_EQ(Answer("((n = :seven))"), "The expression has redundant parentheses;");
  EXPECT_EQ(Answer("((n) = :seven)"), "true");
}

TEST(Condition, SyntaxErrors) {
  EXPECT_EQ(Answer("!!"), "Syntax error; token: \"!\", near: \"!!\"");
  EXPECT_EQ(Answer("n = = :seven"), "Syntax error; token: \"=\", near: \"= = :seven\"");
  EXPECT_EQ(Answer("n = "), "Syntax error; token: \"<EOF>\", near: \"=\"");
  EXPECT_EQ(Answer("n = : seven"), "Syntax error; token: \":\", near: \"= : seven\"");
  EXPECT_EQ(Answer("n"), "Syntax error; token: \"<EOF>\", near: \"n\"");
  EXPECT_EQ(Answer("n AND s"), "Syntax error; token: \"AND\", near: \"n AND s\"");
  EXPECT_EQ(Answer(""), "The expression can not be empty;");
}

TEST(Condition, SemanticErrors) {
  EXPECT_EQ(Answer("name = :seven"), "Attribute name is a reserved keyword; reserved keyword: name");
  EXPECT_EQ(Answer("#x = :seven"),
            "An expression attribute name used in the document path is not defined; attribute name: #x");
  EXPECT_EQ(Answer("n = :x"), "An expression attribute value used in expression is not defined; attribute value: :x");
  EXPECT_EQ(Answer("nofunc(n)"), "Invalid function name; function: nofunc");
  EXPECT_EQ(Answer("size(n)"), "The function is not allowed to be used this way in an expression; function: size");
  EXPECT_EQ(Answer("n = attribute_exists(s)"),
            "The function is not allowed to be used this way in an expression; function: attribute_exists");
  EXPECT_EQ(Answer("attribute_exists(:he)"),
            "Operator or function requires a document path; operator or function: attribute_exists");
  EXPECT_EQ(Answer("begins_with(s, :seven)"),
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  EXPECT_EQ(Answer("begins_with(s)"),
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of "
            "operands: 1");
  EXPECT_EQ(Answer("n = #n"),
            "The first operand must be distinct from the remaining operands for this operator or function; operator: "
            "=, first operand: [n]");
  EXPECT_EQ(Answer("n BETWEEN :nine AND :seven"),
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
            "operand: AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:7}");
}

TEST(Condition, LimitsNeverCrash) {
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "(";
  EXPECT_EQ(Answer(deep), "The expression has redundant parentheses;");
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "NOT ";
  EXPECT_NE(Answer(nots + "n = :x").find("too many operators"), std::string::npos);
  std::string calls;
  for (int i = 0; i < 800; ++i) calls += "size(";
  EXPECT_NE(Answer(calls).find("too many operators"), std::string::npos);
  std::string ands = "n=:nine";
  for (int i = 0; i < 150; ++i) ands += " OR n=:nine";
  EXPECT_EQ(Answer(ands), "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(Answer(std::string(4097, 'a')), "Expression size has exceeded the maximum allowed size;");
}

std::string Project(std::string_view expression) {
  ExpressionAttributes attributes;
  Binder binder(attributes);
  auto paths = ParseProjection(expression);
  if (!paths) return paths.error().message;
  if (auto checked = CheckParsedProjection(*paths); !checked) return checked.error().message;
  if (auto bound = BindProjection(*paths, binder); !bound) return bound.error().message;
  const std::string sample = Sample();
  const std::string projected = Projection(*paths).Apply(ItemView(sample));
  std::string names;
  std::string_view name;
  ValueView value;
  for (MapReader members(ItemView(projected).members()); members.Next(name, value);) {
    names += std::string(name) + (IsContainer(value.type()) ? std::to_string(ElementCount(value)) : "") + " ";
  }
  return names;
}

TEST(Projection, KeepsAskedParts) {
  EXPECT_EQ(Project("n, s"), "n s ");
  EXPECT_EQ(Project("m.b, l[1]"), "l1 m1 ");
  EXPECT_EQ(Project("m.z, l[9], zz, n.x"), "");
  EXPECT_EQ(Project("l[0], l[1]"), "l2 ");
}

TEST(Projection, Errors) {
  EXPECT_EQ(Project("m, m.a"),
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], "
            "path two: [m, a]");
  EXPECT_EQ(Project("m.a, m[0]"),
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: "
            "[m, a], path two: [m, [0]]");
  EXPECT_EQ(Project("a b"), "Syntax error; token: \"b\", near: \"a b\"");
  EXPECT_EQ(Project("status"), "Attribute name is a reserved keyword; reserved keyword: status");
}

TEST(ParseCache, GivesWhatTheTextAsksFor) {
  ParseCache<std::string> cache;
  int parsed = 0;
  const auto parse = [&parsed](std::string_view text) -> Result<std::string> {
    ++parsed;
    if (text.starts_with("bad")) return RequestError(std::string(text));
    return "tree of " + std::string(text);
  };
  // More texts than it keeps, so that some take the place of others.
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) {
      const std::string text = "a" + std::to_string(i);
      EXPECT_EQ(**cache.Get(text, parse), "tree of " + text);
      EXPECT_EQ(**cache.Get(text, parse), "tree of " + text);
    }
  }
  EXPECT_LE(parsed, 600);
  parsed = 0;
  for (const std::string& text : {std::string("bad one"), std::string(4096, 'x')}) {
    for (int i = 0; i < 2; ++i) static_cast<void>(cache.Get(text, parse));
  }
  EXPECT_EQ(parsed, 4);  // neither errors nor long texts are kept
  EXPECT_EQ(cache.Get("bad one", parse).error().message, "bad one");
}

TEST(ParseCache, ATreeIsSharedAndOutlivesItsPlace) {
  ParseCache<std::string> cache;
  const auto parse = [](std::string_view text) -> Result<std::string> { return std::string(text); };
  const auto first = *cache.Get("a", parse);
  EXPECT_EQ(*cache.Get("a", parse), first);  // the same tree, not an equal one
  for (int i = 0; i < 500; ++i) static_cast<void>(cache.Get("other " + std::to_string(i), parse));
  EXPECT_EQ(*first, "a");
}

// Requests share a tree, and none sees what another has bound.
TEST(Bound, RequestsWithOneTreeDoNotMeet) {
  auto parsed = ParseCondition("#n = :v AND m.#k <> :v");
  ASSERT_TRUE(parsed);
  const Bound<Condition> unbound = Unbound(parsed->root);
  ExpressionAttributes one, two;
  one.names = {{"#n", "n"}, {"#k", "a"}};
  two.names = {{"#n", "s"}, {"#k", "b"}};
  one.values.emplace();
  one.values->push_back({":v", NumberValue("7"), {}});
  two.values.emplace();
  two.values->push_back({":v", TextValue("hello"), {}});
  Bound<Condition> first = unbound, second = unbound;
  Binder first_binder(one), second_binder(two);
  ASSERT_TRUE(BindCondition(first, first_binder));
  ASSERT_TRUE(BindCondition(second, second_binder));
  EXPECT_EQ(&first.tree(), &second.tree());
  std::vector<const Path*> paths;
  CollectAttributes(first, paths);
  CollectAttributes(second, paths);
  std::string text;
  for (const Path* path : paths) text += PathText(*path);
  EXPECT_EQ(text, "[n][m, a][s][m, b]");
  const std::string item = Sample();
  EXPECT_TRUE(Evaluate(first, ItemView(item)));
  EXPECT_TRUE(Evaluate(second, ItemView(item)));
  EXPECT_EQ(first.tree().children[0].operands[0].path()->attribute, "#n");
}

TEST(ParseCache, ACopyOfATreeIsItsOwn) {
  auto parsed = ParseCondition("contains(a.b, :x) AND NOT size(c) > :y");
  ASSERT_TRUE(parsed);
  Condition copy = parsed->root;
  std::get<Subtree<FunctionCall>>(copy.children[0].operands[0].form)->arguments[0] = Operand{Path{"other", {}}};
  EXPECT_EQ(parsed->root.children[0].operands[0].call()->arguments[0].path()->attribute, "a");
  parsed->root = copy;
  EXPECT_EQ(parsed->root.children[0].operands[0].call()->arguments[0].path()->attribute, "other");
}

std::string KeyRun(std::string_view expression) {
  const ExpressionAttributes attributes = Attributes();
  Binder binder(attributes);
  auto parsed = ParseCondition(expression);
  if (!parsed) return parsed.error().message;
  if (auto checked = CheckParsedCondition(*parsed); !checked) return checked.error().message;
  Bound<Condition> condition = Unbound(parsed->root);
  if (auto bound = BindCondition(condition, binder); !bound) return bound.error().message;
  const auto key = ToKeyCondition(condition);
  if (!key) return key.error().message;
  std::string text;
  for (const KeyClause& clause : key->clauses) {
    text += clause.attribute + std::to_string(static_cast<int>(clause.op)) + " ";
  }
  return text;
}

TEST(KeyCondition, Forms) {
  EXPECT_EQ(KeyRun("pk = :he AND begins_with(sk, :hello)"), "pk0 sk6 ");
  EXPECT_EQ(KeyRun("(sk BETWEEN :seven AND :nine) AND (pk = :he)"), "sk5 pk0 ");
  EXPECT_EQ(KeyRun(":seven < sk AND pk = :he"), "sk3 pk0 ");
  EXPECT_EQ(KeyRun("pk = :he OR sk = :he"), "Invalid operator used in KeyConditionExpression: OR");
  EXPECT_EQ(KeyRun("pk <> :he"), "Invalid operator used in KeyConditionExpression: <>");
  EXPECT_EQ(KeyRun("contains(pk, :he)"), "Invalid operator used in KeyConditionExpression: contains");
  EXPECT_EQ(KeyRun("pk = :he AND pk = :hello"), "KeyConditionExpressions must only contain one condition per key");
  EXPECT_EQ(KeyRun("pk.a = :he"), "KeyConditionExpressions cannot have conditions on nested attributes");
  EXPECT_EQ(KeyRun("size(pk) = :nine"), "KeyConditionExpressions cannot contain nested operations");
  EXPECT_EQ(KeyRun(":he = :hello"), "Invalid condition in KeyConditionExpression: No key attribute specified");
  EXPECT_EQ(KeyRun("pk = sk"),
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
  EXPECT_EQ(KeyRun("begins_with(:he, pk)"),
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its "
            "first operand");
}

}  // namespace
}  // namespace dynarock
