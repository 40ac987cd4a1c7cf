#include "engine/tables/index_rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/base/joined.h"
#include "engine/base/limits.h"

namespace dynarock {
namespace {

constexpr std::int64_t kMaxUnits = 1000000000000;

std::string ProjectionName(ProjectionType type) {
  switch (type) {
    case ProjectionType::kAll:
      return "ALL";
    case ProjectionType::kKeysOnly:
      return "KEYS_ONLY";
    case ProjectionType::kInclude:
      return "INCLUDE";
  }
  return "";
}

Result<void> CheckFirstElement(const std::vector<KeySchemaElement>& schema) {
  if (schema[0].is_hash) return {};
  return ValidationError("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
}

auto CountHashes(const std::vector<KeySchemaElement>& schema) {
  return std::count_if(schema.begin(), schema.end(), [](const auto& key) { return key.is_hash; });
}

ErrorFacts UndefinedKey(SchemaOwner owner, const KeySchemaElement& key, bool none_defined) {
  if (none_defined) return {.detail = ErrorDetail::kNothingDefined};
  constexpr std::array<std::string_view, 3> kOwners = {"", "Local Secondary Index ", "Global Secondary Index "};
  return {.detail = ErrorDetail::kUndefinedKey,
          .fields = {std::string(kOwners[static_cast<std::size_t>(owner)]), key.is_hash ? "Hash" : "Range"}};
}

// One partition attribute and at most one sort attribute.
bool IsSimple(const std::vector<KeySchemaElement>& schema) {
  return schema.size() <= 2 && CountHashes(schema) == 1;
}

}  // namespace

std::string NameList(const std::vector<std::string>& names) {
  return "[" + JoinedInMessage(names) + "]";
}

std::vector<std::string> NamesOf(const std::vector<KeySchemaElement>& schema) {
  std::vector<std::string> names;
  for (const auto& key : schema) names.emplace_back(key.attribute_name);
  return names;
}

std::vector<std::string> NamesOf(const std::vector<AttributeDefinition>& definitions) {
  std::vector<std::string> names;
  for (const auto& definition : definitions) names.emplace_back(definition.name);
  return names;
}

Result<void> CheckDefined(SchemaOwner owner, const std::vector<KeySchemaElement>& schema,
                          const std::vector<AttributeDefinition>& definitions) {
  std::set<std::string_view> keys, names;  // of the names only those of keys, which are few
  for (const KeySchemaElement& key : schema) keys.insert(key.attribute_name);
  for (const AttributeDefinition& definition : definitions) {
    if (keys.contains(definition.name)) names.insert(definition.name);
  }
  return CheckDefined(owner, schema, definitions, names);
}

Result<void> CheckDefined(SchemaOwner owner, const std::vector<KeySchemaElement>& schema,
                          const std::vector<AttributeDefinition>& definitions,
                          const std::set<std::string_view>& names) {
  for (const KeySchemaElement& key : schema) {
    if (names.contains(key.attribute_name)) continue;
    return WithFacts(
        InvalidParameter("Some index key attributes are not defined in AttributeDefinitions. Keys: " +
                         NameList(NamesOf(schema)) + ", AttributeDefinitions: " + NameList(NamesOf(definitions))),
        UndefinedKey(owner, key, definitions.empty()));
  }
  return {};
}

Result<void> CheckSimpleSchema(const std::vector<KeySchemaElement>& schema) {
  if (schema.size() > 1 && schema[0].attribute_name == schema[1].attribute_name) {
    return WithFacts(ValidationError("Both the Hash Key and the Range Key element in the KeySchema have the same name"),
                     {.detail = ErrorDetail::kRepeatedAttribute});
  }
  TRY_VOID(CheckFirstElement(schema));
  if (schema.size() > 1 && schema[1].is_hash) {
    return ValidationError("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  return {};
}

Result<void> CheckGlobalKeysAreDistinct(const std::vector<KeySchemaElement>& schema) {
  if (IsSimple(schema)) return {};
  std::set<std::string_view> names;
  for (const KeySchemaElement& key : schema) {
    if (names.insert(key.attribute_name).second) continue;
    return ValidationError("The KeySchema contains multiple key attributes with the same name");
  }
  return {};
}

Result<void> CheckGlobalSchema(const std::vector<KeySchemaElement>& schema) {
  if (IsSimple(schema)) return CheckSimpleSchema(schema);
  TRY_VOID(CheckFirstElement(schema));
  TRY_VOID(CheckGlobalKeysAreDistinct(schema));
  if (!std::is_partitioned(schema.begin(), schema.end(), [](const auto& key) { return key.is_hash; })) {
    return InvalidParameter("All HASH key attributes must precede RANGE key attributes in the KeySchema");
  }
  const auto hashes = CountHashes(schema);
  for (const bool is_hash : {true, false}) {
    const auto count = static_cast<std::size_t>(is_hash ? hashes : std::ssize(schema) - hashes);
    if (count <= kMaxKeyAttributes) continue;
    return InvalidParameter("The KeySchema exceeds the maximum allowed number of " +
                            std::string(is_hash ? "HASH" : "RANGE") + " key attributes");
  }
  return {};
}

Result<void> CheckProjection(const ProjectionRequest& projection) {
  if (!projection.type) return InvalidParameter("Unknown ProjectionType: null");
  const auto& names = projection.non_key_attributes;
  if (*projection.type != ProjectionType::kInclude && names) {
    return InvalidParameter("ProjectionType is " + ProjectionName(*projection.type) +
                            ", but NonKeyAttributes is specified");
  }
  if (*projection.type != ProjectionType::kInclude) return {};
  if (!names) return InvalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  std::set<std::string_view> seen;
  for (const std::string_view name : *names) {
    if (seen.insert(name).second) continue;
    return InvalidParameter("Duplicate element in NonKeyAttributes: " + std::string(name));
  }
  return {};
}

Result<void> CheckBounds(const Throughput& throughput) {
  const auto check = [](std::int64_t units, const char* name) -> Result<void> {
    if (units <= kMaxUnits) return {};
    return ValidationError("Given value " + std::to_string(units) + " for " + name + " is out of bounds");
  };
  TRY_VOID(check(throughput.read_units, "ReadCapacityUnits"));
  return check(throughput.write_units, "WriteCapacityUnits");
}

KeySchema ToKeySchema(const std::vector<KeySchemaElement>& elements,
                      const std::vector<AttributeDefinition>& definitions) {
  KeySchema schema;
  for (const KeySchemaElement& element : elements) {
    const auto defined = std::find_if(definitions.begin(), definitions.end(), [&](const auto& definition) {
      return definition.name == element.attribute_name;
    });
    (element.is_hash ? schema.partition : schema.sort).push_back({std::string(element.attribute_name), defined->type});
  }
  return schema;
}

IndexDefinition ToIndex(const IndexRequest& request, bool is_global,
                        const std::vector<AttributeDefinition>& definitions) {
  IndexDefinition index;
  index.name = request.name;
  index.is_global = is_global;
  index.keys = ToKeySchema(request.key_schema, definitions);
  index.projection = *request.projection.type;
  if (request.projection.non_key_attributes) {
    for (const auto name : *request.projection.non_key_attributes) index.non_key_attributes.emplace_back(name);
    std::sort(index.non_key_attributes.begin(), index.non_key_attributes.end());
  }
  index.throughput = request.throughput.value_or(Throughput{});
  index.on_demand = request.on_demand;
  index.warm = request.warm;
  return index;
}

}  // namespace dynarock
