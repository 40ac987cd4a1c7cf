// From a WHERE clause to the rows it is about: the item that a write names, or the ranges of keys that a SELECT reads.
#pragma once

#include "engine/partiql/statement.h"
#include "engine/reads/page_reader.h"
#include "engine/writes/compiled_transaction.h"

namespace dynarock::partiql {

// What a WHERE clause says of one item's key by equalities that stand beside each other.
struct NamedItem {
  bool is_complete = false;                      // all key attributes have a value
  std::optional<std::string> contradicted = {};  // the first key attribute that must be two values
  std::string key = {};                          // item bytes of the first values
  std::optional<Condition> rest = {};            // all else
};

// An `IN` of one value is an equality for reads, but not for writes. Takes the clause apart.
enum class SingleIn { kIsEquality, kIsRest };
NamedItem NameItem(const Table& table, std::optional<Condition> where, SingleIn single_in);

// The action that an INSERT, UPDATE, DELETE or EXISTS is. It borrows what the statement keeps.
// Errors: kValidation if the statement does not name one item.
Result<CompiledAction> PlanWrite(const TablePtr& table, Statement& statement);

// How a SELECT is read.
struct ReadPlan {
  std::optional<std::string> row_key = {};  // the one item that it names, in the table itself
  std::vector<KeyRange> ranges = {};        // else; in the order in which they are read
  bool forward = true;
};

// Whether a key value of another type than the key's is an error, or no key at all.
enum class OtherKeyType { kIsError, kIsNoKey };

// Source: Developer Guide, "PartiQL select statements"; observed: conformance/cases/partiql/key_conditions.case
// Errors: kValidation for key values of another type, conditions that overlap, over 50 ranges, filters on attributes
// that the index lacks, and an ORDER BY that no index serves.
Result<ReadPlan> PlanRead(const ReadTarget& target, const Statement& statement,
                          OtherKeyType other_type = OtherKeyType::kIsError);

}  // namespace dynarock::partiql
