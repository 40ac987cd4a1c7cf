// What CreateTable and UpdateTable ask of keys and indexes, in AWS's words.
#pragma once

#include <set>

#include "engine/tables/table_requests.h"

namespace dynarock {

// "[a, b]"
std::string NameList(const std::vector<std::string>& names);
std::vector<std::string> NamesOf(const std::vector<KeySchemaElement>& schema);
std::vector<std::string> NamesOf(const std::vector<AttributeDefinition>& definitions);

// What a key schema belongs to.
enum class SchemaOwner { kTable, kLocalIndex, kGlobalIndex };

// Errors: kValidation if a key attribute has no definition.
Result<void> CheckDefined(SchemaOwner owner, const std::vector<KeySchemaElement>& schema,
                          const std::vector<AttributeDefinition>& definitions);
// The same for one of many schemas; `names` are those of the definitions.
Result<void> CheckDefined(SchemaOwner owner, const std::vector<KeySchemaElement>& schema,
                          const std::vector<AttributeDefinition>& definitions, const std::set<std::string_view>& names);

// Errors: kValidation if the schema of a table or local index is not one HASH and at most one RANGE element.
Result<void> CheckSimpleSchema(const std::vector<KeySchemaElement>& schema);

// Errors: kValidation if a key of several attributes names one twice. AWS looks at this before it looks for attributes
// that are defined and not used.
Result<void> CheckGlobalKeysAreDistinct(const std::vector<KeySchemaElement>& schema);

// Errors: kValidation if the schema of a global index is not up to four HASH, then up to four RANGE elements.
Result<void> CheckGlobalSchema(const std::vector<KeySchemaElement>& schema);

Result<void> CheckProjection(const ProjectionRequest& projection);

// Errors: kValidation for units beyond AWS's bounds.
Result<void> CheckBounds(const Throughput& throughput);

KeySchema ToKeySchema(const std::vector<KeySchemaElement>& elements,
                      const std::vector<AttributeDefinition>& definitions);

// The index without its id. Requires: its rules were checked.
IndexDefinition ToIndex(const IndexRequest& request, bool is_global,
                        const std::vector<AttributeDefinition>& definitions);

}  // namespace dynarock
