// A parsed statement: DynamoDB's kinds of PartiQL as the trees that the JSON calls are compiled to as well.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <vector>

#include "engine/expression/update.h"

namespace dynarock::partiql {

struct OrderTerm {
  std::string attribute;
  bool descending = false;
};

enum class Returning { kNone, kAllOld, kModifiedOld, kAllNew, kModifiedNew };

struct Statement {
  enum class Kind { kSelect, kExists, kInsert, kUpdate, kDelete };
  Kind kind = Kind::kSelect;
  std::string table;
  std::optional<std::string> index;
  std::vector<Path> columns = {};             // of a SELECT; none is *
  std::optional<ApiError> column_error = {};  // the first that is no column
  std::optional<Condition> where = {};
  std::vector<OrderTerm> order_by = {};
  std::string item = {};  // of an INSERT: item bytes
  Update update = {};
  Returning returning = Returning::kNone;
  std::list<std::string> values = {};  // the literals' encoded values, which the trees borrow

  bool is_read() const { return kind == Kind::kSelect; }
};

}  // namespace dynarock::partiql
