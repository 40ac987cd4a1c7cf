// What DynamoDB Local does unlike AWS. Clients' test suites rely on it, so it belongs to DynamoDB Local's place only.
// Its texts are in protocol/local_texts, the list of all with their evidence in conformance/cases/local.
#pragma once

namespace dynarock {

struct LocalHabits {
  // Attributes of local and of global indexes are counted apart, so as many AttributeDefinitions as both share may be
  // unused.
  bool counts_index_attributes_apart = false;
  // Tables are created with TableDefinition::in_local_order.
  bool creates_in_local_order = false;
  // ProvisionedThroughput of a table that is billed on demand, or of its index, is accepted and ignored.
  bool ignores_units_on_demand = false;
  // CreateTable accepts an empty list of LocalSecondaryIndexes.
  bool accepts_no_local_indexes = false;
  // CreateTable and DeleteTable answer a whole description, ACTIVE unless changes take their time, and the units of a
  // table were changed in 1970.
  bool describes_as_active = false;
  // A page that Limit has filled ends with a LastEvaluatedKey, also where AWS sees that nothing of the range follows.
  bool continues_full_pages = false;
  // The message of a cancellation reason ends with a full stop if the condition of an Update or a ConditionCheck fails.
  bool ends_failed_condition_with_stop = false;
};

inline constexpr LocalHabits kDynamoDbLocal{.counts_index_attributes_apart = true,
                                            .creates_in_local_order = true,
                                            .ignores_units_on_demand = true,
                                            .accepts_no_local_indexes = true,
                                            .describes_as_active = true,
                                            .continues_full_pages = true,
                                            .ends_failed_condition_with_stop = true};

}  // namespace dynarock
