// Tables and indexes that are seen being made, changed and deleted for a while (Timing::transient_statuses), as on
// AWS. The status stands in the table's record with the time when it ends, so it also ends behind a restart.
#pragma once

#include "engine/database/database.h"

namespace dynarock {

// Whether changes of tables take their time.
bool ChangesTakeTime(const Database& database);

// Gives the definition the status, until the time that changes take is over. Requires: ChangesTakeTime.
void BeginStatus(const Database& database, TableStatus status, TableDefinition& definition);

// Ends the table's status in the background when its time has come: a deleted table goes with its rows, indexes become
// active or go. Nothing happens if it is active. `table` is the version that has the status.
void SettleLater(Database& database, const TablePtr& table);

// Goes on with what was under way when the store was closed. Call it once, behind Database::Open.
void ResumeTransientStatuses(Database& database);

}  // namespace dynarock
