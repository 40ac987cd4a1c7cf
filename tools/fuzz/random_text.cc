#include "tools/fuzz/random_text.h"

#include <iterator>
#include <sstream>
#include <vector>

namespace dynarock::fuzz {
namespace {

constexpr std::string_view kAttributes[] = {"pk", "sk", "a",  "b",  "m",   "l", "n",
                                            "s",  "ns", "ss", "bs", "ttl", "g", "t"};
constexpr std::string_view kTables[] = {"chat", "chat", "chat", "chat", "other", "made", "absent"};
constexpr std::string_view kIndexes[] = {"by-g", "by-t", "by-g", "absent"};
constexpr std::string_view kNumbers[] = {
    "0",       "1",     "-1",  "2",  "9",  "1.5", "1E2", "1E125",
    "-1E-130", "1E400", "0.0", "00", "+1", "",    "NaN", "99999999999999999999999999999999999999"};
constexpr std::string_view kHostile[] = {"\u00e9",
                                         "\U0001F600",
                                         "a\u202eb",
                                         "\r\nX: y",
                                         "\"",
                                         "\\",
                                         "%s%n",
                                         "../../etc/passwd",
                                         "\x7f",
                                         "' OR 1=1 --",
                                         "${jndi:x}",
                                         "\u0000",
                                         "{}",
                                         "arn:",
                                         "arn:aws:dynamodb:us-east-1:000000000000:table/chat"};
constexpr std::string_view kComparators[] = {"=", "<>", "<", "<=", ">", ">="};
constexpr std::string_view kFunctions[] = {
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
    "if_not_exists",    "list_append",          "nothing"};
constexpr std::string_view kWords[] = {"SELECT",
                                       "FROM",
                                       "WHERE",
                                       "AND",
                                       "OR",
                                       "NOT",
                                       "IN",
                                       "IS",
                                       "MISSING",
                                       "BETWEEN",
                                       "(",
                                       ")",
                                       "[",
                                       "]",
                                       "{",
                                       "}",
                                       "<<",
                                       ">>",
                                       ",",
                                       ".",
                                       ":",
                                       ";",
                                       "=",
                                       "<>",
                                       "<",
                                       "+",
                                       "-",
                                       "*",
                                       "?",
                                       "'",
                                       "\"",
                                       "#",
                                       "SET",
                                       "REMOVE",
                                       "ADD",
                                       "DELETE",
                                       "a[99999999999999999999]",
                                       "1E999",
                                       "null",
                                       "size(",
                                       "RETURNING",
                                       "ALL OLD *",
                                       "--",
                                       "/*",
                                       "é",
                                       "INSERT",
                                       "VALUE",
                                       "UPDATE",
                                       "EXISTS(",
                                       "ORDER BY",
                                       "LIMIT",
                                       "INT4",
                                       "((((((((",
                                       "NOT NOT NOT NOT"};

}  // namespace

std::string RandomText::AttributeName() {
  if (Chance(2)) return Hostile();
  if (Chance(1)) return std::string(Below(70000), 'a');
  return std::string(AnyOf(kAttributes));
}
std::string RandomText::NamePlaceholder() {
  return Chance(97) ? "#" + std::string(AnyOf(kAttributes)) : Hostile();
}
std::string RandomText::ValuePlaceholder() {
  return Chance(97) ? ":" + std::string(AnyOf(kAttributes)) : Hostile();
}
std::string RandomText::TableName() {
  if (Chance(4)) return "arn:aws:dynamodb:us-east-1:000000000000:table/" + std::string(AnyOf(kTables));
  return Chance(3) ? Hostile() : std::string(AnyOf(kTables));
}
std::string RandomText::IndexName() {
  return Chance(4) ? Hostile() : std::string(AnyOf(kIndexes));
}
std::string RandomText::Number() {
  if (Chance(60)) return std::to_string(Below(20));
  return Chance(2) ? std::string(Below(100000), '1') : std::string(AnyOf(kNumbers));
}

std::string RandomText::Hostile() {
  if (Chance(3)) return std::string(Below(1 << 18), 'x');
  if (Chance(3)) return std::string(Below(1 << 14), '(');
  std::string text(AnyOf(kHostile));
  if (Chance(20)) text += AnyOf(kHostile);
  if (Chance(10)) text.push_back(static_cast<char>(random_()));
  return text;
}

std::string RandomText::Path() {
  std::string path = Chance(30) ? NamePlaceholder() : std::string(AnyOf(kAttributes));
  while (Chance(30)) path += Chance(50) ? "[" + std::to_string(Below(4)) + "]" : "." + std::string(AnyOf(kAttributes));
  return path;
}

std::string RandomText::Operand(int depth) {
  if (depth < 3 && Chance(15))
    return std::string(AnyOf(kFunctions)) + "(" + Operand(depth + 1) + (Chance(70) ? ", " + Operand(depth + 1) : "") +
           ")";
  return Chance(50) ? ValuePlaceholder() : Path();
}

std::string RandomText::Condition(int depth) {
  std::string text;
  switch (depth < 4 ? Below(8) : 0) {
    case 0:
      text = Operand(0) + " " + std::string(AnyOf(kComparators)) + " " + Operand(0);
      break;
    case 1:
      text = Operand(0) + " BETWEEN " + Operand(0) + " AND " + Operand(0);
      break;
    case 2:
      text = Operand(0) + " IN (" + Operand(0);
      for (std::size_t i = Below(Chance(3) ? 300 : 3); i > 0; --i) text += ", " + Operand(0);
      text += ")";
      break;
    case 3:
      text = "NOT " + Condition(depth + 1);
      break;
    case 4:
      text = "(" + Condition(depth + 1) + ")";
      break;
    case 5:
      text = Condition(depth + 1) + (Chance(50) ? " AND " : " OR ") + Condition(depth + 1);
      break;
    case 6:
      text = "pk = " + ValuePlaceholder() +
             (Chance(50) ? " AND sk " + std::string(AnyOf(kComparators)) + " " + ValuePlaceholder() : "");
      break;
    default:
      text = std::string(AnyOf(kFunctions)) + "(" + Operand(1) + (Chance(60) ? ", " + Operand(1) : "") + ")";
  }
  return depth == 0 ? Mutated(std::move(text)) : text;
}

std::string RandomText::Update() {
  std::string text;
  const std::size_t clauses = 1 + Below(3);
  for (std::size_t i = 0; i < clauses; ++i) {
    switch (Below(4)) {
      case 0: {
        text += " SET ";
        const std::size_t actions = 1 + Below(Chance(2) ? 200 : 3);
        for (std::size_t action = 0; action < actions; ++action) {
          text += (action == 0 ? "" : ", ") + Path() + " = " + Operand(0);
          if (Chance(30)) text += (Chance(50) ? " + " : " - ") + Operand(0);
        }
        break;
      }
      case 1:
        text += " REMOVE " + Path() + (Chance(30) ? ", " + Path() : "");
        break;
      case 2:
        text += " ADD " + Path() + " " + ValuePlaceholder();
        break;
      default:
        text += " DELETE " + Path() + " " + ValuePlaceholder();
    }
  }
  return Mutated(std::move(text));
}

std::string RandomText::Projection() {
  std::string text = Path();
  for (std::size_t i = Below(Chance(3) ? 500 : 4); i > 0; --i) text += ", " + Path();
  return Mutated(std::move(text));
}

std::string RandomText::Literal(int depth) {
  switch (depth < 4 ? Below(9) : 0) {
    case 1:
      return Number();
    case 2:
      return "?";
    case 3:
      return "[" + Literal(depth + 1) + ", " + Literal(depth + 1) + "]";
    case 4:
      return "{'" + std::string(AnyOf(kAttributes)) + "': " + Literal(depth + 1) + "}";
    case 5:
      return "<<" + Literal(depth + 1) + ", " + Literal(depth + 1) + ">>";
    case 6:
      return Chance(50) ? "true" : "null";
    default:
      return "'" + std::string(AnyOf(kAttributes)) + "'";
  }
}

std::string RandomText::Where(int depth) {
  switch (depth < 3 ? Below(9) : 0) {
    case 1:
      return Where(depth + 1) + (Chance(60) ? " AND " : " OR ") + Where(depth + 1);
    case 2:
      return "NOT " + Where(depth + 1);
    case 3:
      return "(" + Where(depth + 1) + ")";
    case 4:
      return std::string(AnyOf(kAttributes)) + " IN [" + Literal() + ", " + Literal() + "]";
    case 5:
      return std::string(AnyOf(kAttributes)) + " BETWEEN " + Literal() + " AND " + Literal();
    case 6:
      return std::string(AnyOf(kFunctions)) + "(" + std::string(AnyOf(kAttributes)) + ", " + Literal() + ")";
    case 7:
      return std::string(AnyOf(kAttributes)) + " IS " + (Chance(30) ? "NOT " : "") + (Chance(50) ? "MISSING" : "NULL");
    default:
      return "pk = " + (Chance(70) ? "'a'" : Literal()) +
             (Chance(70) ? " AND sk " + std::string(AnyOf(kComparators)) + " " + Number() : "");
  }
}

std::string RandomText::Statement() {
  const std::string table = "\"" + std::string(AnyOf(kTables)) + "\"";
  std::string text;
  switch (Below(5)) {
    case 0:
      text = "SELECT " + (Chance(50) ? "*" : std::string(AnyOf(kAttributes))) + " FROM " + table +
             (Chance(20) ? ".\"" + std::string(AnyOf(kIndexes)) + "\"" : "") + (Chance(80) ? " WHERE " + Where() : "") +
             (Chance(15) ? " ORDER BY sk DESC" : "");
      break;
    case 1:
      text = "INSERT INTO " + table + " VALUE {'pk': 'a', 'sk': " + Number() + ", '" + std::string(AnyOf(kAttributes)) +
             "': " + Literal() + "}";
      break;
    case 2:
      text = "UPDATE " + table + " SET " + std::string(AnyOf(kAttributes)) + " = " + Literal() + " WHERE " + Where() +
             (Chance(30) ? " RETURNING ALL NEW *" : "");
      break;
    case 3:
      text = "DELETE FROM " + table + " WHERE " + Where();
      break;
    default:
      text = "EXISTS(SELECT * FROM " + table + " WHERE " + Where() + ")";
  }
  return Mutated(std::move(text));
}

std::string RandomText::Mutated(std::string text) {
  if (!Chance(33)) return text;
  std::istringstream in(text);
  std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
  for (std::size_t i = 1 + Below(3); i > 0; --i) {
    if (words.empty()) words.emplace_back();
    const std::size_t place = Below(words.size());
    switch (Below(6)) {
      case 0:
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(place));
        break;
      case 1:
        words.insert(words.begin() + static_cast<std::ptrdiff_t>(place), std::string(words[place]));
        break;
      case 2:
        std::swap(words[place], words[Below(words.size())]);
        break;
      case 3:
        words[place] = AnyOf(kWords);
        break;
      case 4:
        words[place] += Hostile();
        break;
      default:
        words[place].resize(Below(words[place].size() + 1));
    }
  }
  std::string mutated;
  for (const std::string& word : words) mutated += word + (Chance(10) ? "" : " ");
  return mutated;
}

}  // namespace dynarock::fuzz
