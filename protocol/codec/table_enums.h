// Names of the enums of tables, indexes and streams.
#pragma once

#include "engine/database/stream.h"
#include "engine/database/table.h"
#include "protocol/enum_names.h"

namespace dynarock {

// Of key attributes.
template <>
inline constexpr auto kNamesOf<Type> = Names<Type>({{"B", Type::kBinary}, {"N", Type::kNumber}, {"S", Type::kString}});
template <>
inline constexpr auto kNamesOf<BillingMode> = Names<BillingMode>({{"PROVISIONED", BillingMode::kProvisioned},
                                                                  {"PAY_PER_REQUEST", BillingMode::kPayPerRequest}});
template <>
inline constexpr auto kNamesOf<ProjectionType> = Names<ProjectionType>({{"ALL", ProjectionType::kAll},
                                                                        {"INCLUDE", ProjectionType::kInclude},
                                                                        {"KEYS_ONLY", ProjectionType::kKeysOnly}});
template <>
inline constexpr auto kNamesOf<StreamViewType> = Names<StreamViewType>({{"NEW_IMAGE", StreamViewType::kNewImage},
                                                                        {"OLD_IMAGE", StreamViewType::kOldImage},
                                                                        {"NEW_AND_OLD_IMAGES",
                                                                         StreamViewType::kNewAndOldImages},
                                                                        {"KEYS_ONLY", StreamViewType::kKeysOnly}});
template <>
inline constexpr auto kNamesOf<TableStatus> = Names<TableStatus>({{"CREATING", TableStatus::kCreating},
                                                                  {"ACTIVE", TableStatus::kActive},
                                                                  {"UPDATING", TableStatus::kUpdating},
                                                                  {"DELETING", TableStatus::kDeleting}});
template <>
inline constexpr auto kNamesOf<IndexStatus> = Names<IndexStatus>({{"ACTIVE", IndexStatus::kActive},
                                                                  {"CREATING", IndexStatus::kBackfilling},
                                                                  {"CREATING", IndexStatus::kCreating},
                                                                  {"UPDATING", IndexStatus::kUpdating},
                                                                  {"DELETING", IndexStatus::kDeleting}});

}  // namespace dynarock
