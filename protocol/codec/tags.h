// Tags on the wire: their rows of the operation table, and the Tags member of CreateTable.
#pragma once

#include <span>

#include "engine/tables/tags.h"
#include "protocol/codec/fields.h"
#include "protocol/operation.h"

namespace dynarock {

// Keys and values have no constraints here: AWS checks tags by hand.
inline constexpr std::array<Field, 2> kTagFields = {{{"Key", &kStringShape}, {"Value", &kStringShape}}};
inline constexpr Shape kTagShape{.kind = ShapeKind::kStructure, .fields = kTagFields, .java_name = "Tag"};
inline constexpr Shape kTagsShape{.kind = ShapeKind::kList, .element = &kTagShape};

std::optional<std::vector<TagRequest>> DecodeTags(const Json& body);

std::span<const Operation> TagOperations();

}  // namespace dynarock
