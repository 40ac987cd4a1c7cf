// A store, and what all databases in it share.
#pragma once

#include "engine/database/background.h"
#include "engine/database/change_signal.h"
#include "engine/database/id_sequence.h"
#include "engine/database/insertion_order.h"
#include "engine/storage/key_locks.h"
#include "engine/storage/store.h"

namespace dynarock {

// Thread-safe. Ids of tables and streams are those of the whole store, so are the keys of rows that locks are over.
struct SharedStore {
  explicit SharedStore(std::unique_ptr<Store> opened) : store(std::move(opened)) {}

  const std::unique_ptr<Store> store;
  IdSequence table_ids{*store, NextTableIdKey()};
  IdSequence stream_ids{*store, NextStreamIdKey()};
  KeyLocks locks;
  InsertionPlaces places;
  ChangeSignal signal;
  Background background;  // last, so that its thread ends first
};

}  // namespace dynarock
