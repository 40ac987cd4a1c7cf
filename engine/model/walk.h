// The random walk: one request after the other, to the engine and to the model, and a comparison of what they answer.
#pragma once

#include <stdexcept>

#include "engine/model/model_page.h"
#include "engine/model/model_update.h"
#include "engine/writes/write_request.h"

namespace dynarock::model {

// Engine and model answered differently; the text tells the request and both answers.
struct Mismatch : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How often each kind of answer was met, to see that the walk gets about.
struct Tally {
  std::size_t succeeded = 0;
  std::size_t refused = 0;  // of the errors, those of a rule
  std::size_t condition_failed = 0;
};

class Walk {
 public:
  // Makes the tables.
  Walk(std::unique_ptr<Database> database, std::uint64_t seed);

  // Throws Mismatch.
  void Step();
  // All rows and counters of all tables and indexes. Throws Mismatch.
  void CompareAll();

  // Closes the database; `open` opens it again.
  template <class Open>
  void Reopen(Open open) {
    database_.reset();
    database_ = open();
    CompareAll();
  }

  const std::map<std::string, Tally>& tallies() const { return tallies_; }

 private:
  enum class Operation { kPut, kDelete, kUpdate };

  // One write, in the model's terms.
  struct WriteCall {
    Operation operation = Operation::kPut;
    ModelTable* table = nullptr;
    bool is_unknown_table = false;
    Item item;  // of an update or a deletion: the key
    Item old;   // the item that is there; empty if there is none
    std::optional<RandomCondition> condition;
    std::optional<RandomUpdate> update;
    ReturnValues return_values = ReturnValues::kNone;
    bool return_old_on_failure = false;
  };

  struct WriteAnswer {
    std::optional<ErrorCode> error;
    std::optional<Item> error_item;
    std::optional<Item> attributes;
    Item item;  // what is there afterwards
  };

  void WriteStep(Operation operation);
  void GetStep();
  void PageStep(bool is_query);
  void ManyPages(bool is_query);

  Item RandomKey(const ModelTable& table);
  Item RandomItem(const ModelTable& table);
  Subject SubjectFor(const ModelTable& table, const Item& item, bool with_keys);
  const Item& SomeItem(const ModelTable& table);

  WriteCall MakeWriteCall(Operation operation, Placeholders& placeholders);
  ReturnValues RandomReturnValues(Operation operation);
  Result<WriteItemResponse> RunWrite(const WriteCall& call, const Placeholders& placeholders);
  // What is answered, and what is stored then.
  void CompareWrite(const WriteCall& call, const Placeholders& placeholders, const WriteAnswer& expected);
  void CompareStored(const WriteCall& call, const Item& expected);

  static std::optional<ErrorCode> FindRuleError(const WriteCall& call);
  static bool BreaksUpdateRules(const WriteCall& call);
  static WriteAnswer ExpectWrite(const WriteCall& call);
  // The item after an update, or nullopt if it fails.
  static std::optional<Item> ExpectUpdated(const WriteCall& call);
  static std::optional<Item> ExpectAttributes(const WriteCall& call, const Item& item);
  static std::string ShowCall(const WriteCall& call, const Placeholders& placeholders);

  PageCall MakePageCall(bool is_query, Placeholders& placeholders);
  std::optional<Select> RandomSelect(const PageCall& call);
  Item RandomStart(const PageCall& call, const Item& row);
  Result<PageResponse> RunPage(const PageCall& call, const Placeholders& placeholders);
  // Gives the page expected.
  Page ComparePage(const PageCall& call, const Placeholders& placeholders);

  void CompareCounters(const ModelTable& table);
  void CountAnswer(const std::string& operation, const std::optional<ErrorCode>& error);
  ModelTable& SomeTable() { return tables_[random_.Below(tables_.size())]; }

  std::unique_ptr<Database> database_;
  Random random_;
  std::vector<ModelTable> tables_;
  std::map<std::string, Tally> tallies_;
  std::map<const void*, Item> last_keys_;  // of a table or an index: a LastEvaluatedKey of some time ago
};

// Gives what `body` gives; of all that it throws it makes a Mismatch that starts with the request that `show` tells.
template <class Show, class Body>
auto WithRequest(Show show, Body body) {
  try {
    return body();
  } catch (const std::exception& error) {
    throw Mismatch(show() + "\n" + error.what());
  }
}

// Throws Mismatch.
[[noreturn]] void Fail(const std::string& expected, const std::string& got);

// Texts for a Mismatch, and the check that bytes are an item in canonical form.
// The code of `error`; an empty key value is to the model what a wrong one is.
ErrorCode CodeOf(const ApiError& error);
std::string ShowError(const std::optional<ErrorCode>& error);
std::string ShowItem(const std::optional<Item>& item);
// Throws Mismatch if the bytes are not canonical or tell another size than the model computes.
Item DecodeChecked(ItemView view);

}  // namespace dynarock::model
