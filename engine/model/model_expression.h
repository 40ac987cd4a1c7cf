// Random conditions and projections: the text DynamoDB gets, and beside it a direct evaluator over the naive tree.
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "engine/expression/binder.h"
#include "engine/model/model_path.h"
#include "engine/model/model_random.h"

namespace dynarock::model {

// The ExpressionAttributeNames and -Values of one request, which grow as its expressions are written.
class Placeholders {
 public:
  explicit Placeholders(Random& random) : random_(random) {}

  // The name itself if an expression may hold it and chance has it, else a placeholder.
  std::string Name(const std::string& name);
  std::string Literal(const Value& value);
  std::string PathText(const Path& path);

  // Borrows from this object.
  ExpressionAttributes Attributes() const;
  std::string Show() const;

 private:
  Random& random_;
  std::deque<std::pair<std::string, std::string>> names_;
  std::deque<std::pair<std::string, Value>> values_;
};

// What random expressions are about: names that may stand first in a path, and an item that they are likely to meet.
struct Subject {
  std::vector<std::string> names;
  const Item& item;                       // must outlive it
  std::map<std::string, Type> key_types;  // of the key attributes of the table and of its indexes
};

Path RandomPath(Random& random, const Subject& subject);
// Often what `path` holds in the subject's item, or something like it.
Value RandomLiteralFor(Random& random, const Subject& subject, const Path& path);

struct RandomCondition {
  std::string text;
  std::function<bool(const Item&)> holds;
  std::vector<Path> paths;  // all that occur
  bool is_invalid = false;  // breaks a rule that needs no item
};

RandomCondition MakeCondition(Random& random, Placeholders& placeholders, const Subject& subject);

struct RandomProjection {
  std::string text;
  std::vector<Path> paths;
  bool is_invalid() const { return AnyClash(paths); }
};

RandomProjection MakeProjection(Random& random, Placeholders& placeholders, const Subject& subject);

}  // namespace dynarock::model
