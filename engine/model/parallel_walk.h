// Several threads send random calls about a few lists, and remember what they saw.
#pragma once

#include <map>

#include "engine/database/database.h"
#include "engine/model/history.h"
#include "engine/model/model_random.h"
#include "engine/writes/transact_write_items.h"

namespace dynarock::model {

// The lists of one round: four items of one partition in each of two tables. Only the last of each is put anew.
inline constexpr std::size_t kListsOfTable = 4;
inline constexpr std::size_t kLists = 2 * kListsOfTable;

// Makes the tables.
void CreateLists(Database& database);

// What one thread does to the lists of one partition. Of other errors than a failed condition it throws
// std::runtime_error.
class Walker {
 public:
  Walker(Database& database, std::string partition, std::uint64_t seed, CallId first_id)
      : database_(database), partition_(std::move(partition)), random_(seed), next_id_(first_id) {}

  void Step();
  // All lists at once.
  void ReadAll();

  std::vector<Call> TakeCalls() { return std::move(calls_); }
  // How many calls of a name were done, and how many refused.
  const std::map<std::string, std::pair<int, int>>& tallies() const { return tallies_; }

 private:
  using Lists = std::vector<std::size_t>;

  void Update(std::size_t list);
  void TransactWrite();
  void TransactGet(const Lists& lists);
  void Get(std::size_t list);
  void QueryTable(std::size_t table);
  void BatchGet(const Lists& lists);
  void BatchPut();

  Call Begin(const char* name);
  void End(Call call);
  // What a call saw; remembered for conditions to come.
  Access Seen(std::size_t list, List seen, Effect effect = Effect::kNone);
  Lists SomeLists(std::size_t most);
  EncodedItem KeyOf(std::size_t list) const;
  TransactWriteItem Append(std::size_t list, CallId id) const;
  TransactWriteItem CheckLastSeen(std::size_t list) const;

  Database& database_;
  std::string partition_;
  Random random_;
  CallId next_id_;
  std::map<std::size_t, List> last_seen_;
  std::vector<Call> calls_;
  std::map<std::string, std::pair<int, int>> tallies_;
};

}  // namespace dynarock::model
