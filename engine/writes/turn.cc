#include "engine/writes/turn.h"

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"

namespace dynarock {
namespace {

constexpr std::size_t kLargestTurn = 1 << 20;  // bytes: a larger one is committed before its end

}  // namespace

Result<WriteOutcome> Turn::Add(Database& database, const ItemWrite& write) {
  const bool fits = !database_ || database_ == &database;
  if (!fits || !TryToEnter(write.table) || !TryToLock(database.locks(), write.row_key)) {
    CommitStaged();
    gates_.emplace_back(write.table.gate());
    rows_.push_back(database.locks().Lock(write.row_key));
  }
  if (write.table.deleted()) {
    return errors::TableNotFound();
  }
  database_ = &database;
  if (!staged_) staged_.emplace(database);
  try {
    Result<WriteOutcome> outcome = Stage(database, write, *staged_);
    added_ += outcome ? 1 : 0;
    if (staged_->batch().size() > kLargestTurn) CommitStaged();
    return outcome;
  } catch (...) {
    // Parts of the write may be staged.
    failure_ = InternalError("a write broke off");
    Clear();
    throw;
  }
}

Result<void> Turn::Finish() {
  CommitStaged();
  added_ = 0;
  if (failure_) return *std::exchange(failure_, std::nullopt);
  return store_.LogCommits(unlogged_);
}

void Turn::CommitStaged() {
  if (gates_.empty()) return;
  if (staged_) {
    Result<void> committed = staged_->Commit(commits());
    if (!committed && !failure_) failure_ = std::move(committed.error());
  }
  Clear();
}

bool Turn::TryToEnter(const Table& table) {
  const auto is_same = [&](const auto& gate) { return gate.mutex() == &table.gate(); };
  if (std::any_of(gates_.begin(), gates_.end(), is_same)) return true;
  std::shared_lock<TableGate> gate(table.gate(), std::try_to_lock);
  if (!gate) return false;
  gates_.push_back(std::move(gate));
  return true;
}

bool Turn::TryToLock(KeyLocks& locks, std::string_view row_key) {
  KeyLocks::Guard row = locks.TryToLock(row_key, rows_);
  if (!row) return false;
  rows_.push_back(std::move(row));
  return true;
}

void Turn::Clear() {
  staged_.reset();
  rows_.clear();
  gates_.clear();
  database_ = nullptr;
}

}  // namespace dynarock
