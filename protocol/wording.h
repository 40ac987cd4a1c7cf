// The wordings of errors, and the behavior that goes with them; see README.md.
#pragma once

#include <optional>
#include <string_view>

#include "engine/database/local_habits.h"

namespace dynarock {

// The two of AWS, and DynamoDB Local's.
enum class Wording { kCurrent, kClassic, kLocal };

// "current", "classic" or "local".
constexpr std::optional<Wording> WordingOf(std::string_view name) {
  if (name == "current") return Wording::kCurrent;
  if (name == "classic") return Wording::kClassic;
  if (name == "local") return Wording::kLocal;
  return std::nullopt;
}

constexpr LocalHabits HabitsOf(Wording wording) {
  return wording == Wording::kLocal ? kDynamoDbLocal : LocalHabits{};
}

// Leniency::deep_transaction_values; of DynamoDB Local a guess.
constexpr bool TakesDeepTransactionValues(Wording wording) {
  return wording != Wording::kCurrent;
}

}  // namespace dynarock
