#include "engine/database/key_errors.h"

namespace dynarock::errors {
namespace {

std::string EmptyText(const std::string& refused, ValueView value, const std::string& where) {
  const std::string kind = value.type() == Type::kString ? "string" : "binary";
  return "One or more parameter values are not valid. " + refused +
         "The AttributeValue for a key attribute cannot contain an empty " + kind + " value." + where;
}

}  // namespace

ApiError EmptyKeyValue(const KeyAttribute& attribute, ValueView value) {
  return EmptyKeyError(EmptyText("", value, " Key: " + attribute.name));
}

ApiError EmptyKeyConditionValue(const KeyAttribute& attribute, ValueView value) {
  return ValidationError(EmptyText("", value, " Key: " + attribute.name));
}

ApiError EmptyIndexKeyValue(const IndexDefinition& index, const KeyAttribute& attribute, ValueView value) {
  return EmptyKeyError(EmptyText("A value specified for a secondary index key is not supported. ", value,
                                 " IndexName: " + index.name + ", IndexKey: " + attribute.name));
}

ApiError UpdatedIndexKeyIsEmpty(ValueView value) {
  return EmptyKeyError(EmptyText(
      "The update expression attempted to update a secondary index key to a value that is not supported. ", value, ""));
}

}  // namespace dynarock::errors
