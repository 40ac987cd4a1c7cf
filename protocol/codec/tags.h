// Tags on the wire: their rows of the operation table, and the Tags member of CreateTable.
#pragma once

#include <span>

#include "engine/tables/tags.h"
#include "protocol/codec/request_parts.h"
#include "protocol/operation.h"

namespace dynarock {

// Keys and values have no constraints here: AWS checks tags by hand.
inline constexpr auto kTagMembers =
    Members<TagRequest>(Optional<&TagRequest::key>("Key", kString), Optional<&TagRequest::value>("Value", kString));
inline constexpr auto kTag = Structure(kTagMembers, "Tag");
inline constexpr auto kTags = ListOf(kTag);

std::span<const Operation> TagOperations();

}  // namespace dynarock
