#include "protocol/operation_table.h"

#include <array>
#include <span>

#include "protocol/codec/batches.h"
#include "protocol/codec/items.h"
#include "protocol/codec/reads.h"
#include "protocol/codec/tables.h"

namespace dynarock {

const Operation* FindOperation(std::string_view name) {
  for (const std::span<const Operation> family :
       {ItemOperations(), ReadOperations(), TableOperations(), BatchOperations()}) {
    for (const Operation& operation : family) {
      if (operation.name == name) return &operation;
    }
  }
  return nullptr;
}

}  // namespace dynarock
