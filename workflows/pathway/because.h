#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/ids.h"
#include "engine/record/value.h"
#include "workflows/definition/model.h"

namespace ritrovo::pathway {

/// Index of a person in the case, in the order of joining; kNobody for the case itself.
using PersonIndex = std::uint8_t;
inline constexpr PersonIndex kNobody = 0xFF;

/// One instance of a step: where it stands in the pinned definition, whose branch it is, and which occurrence (the version of the event
/// that caused the repetition; 0 where the step doesn't repeat).
struct StepRef {
  // The least significant part of `order` stands first, so that it is one load.
  Version occurrence;
  PersonIndex person = kNobody;
  std::uint8_t nothing = 0;
  definition::StepIndex step = definition::kNone;
  constexpr StepRef() = default;
  constexpr StepRef(definition::StepIndex of, PersonIndex whose, Version which) : occurrence(which), person(whose), step(of) {}
  /// Step, person, occurrence as one number, which orders as they do: instances are looked up more often than anything else.
  [[nodiscard]] constexpr std::uint64_t order() const {
    static_assert(sizeof(step) == 2 && sizeof(person) == 1 && sizeof(std::uint32_t) == 4);
    return std::uint64_t{step} << 48 | std::uint64_t{nothing} << 40 | std::uint64_t{person} << 32 | occurrence.value();
  }
  friend bool operator==(const StepRef& a, const StepRef& b) { return a.order() == b.order(); }
  friend std::strong_ordering operator<=>(const StepRef& a, const StepRef& b) { return a.order() <=> b.order(); }
};

/// Which part of a definition led to a consequence. Stored; never renumbered.
enum class Rule : std::uint8_t {
  kCommand = 0,        ///< asked for by a person
  kAfter = 1,          ///< the step's `after` and `when`
  kOutcome = 2,        ///< one of the step's outcomes; `part` is its index
  kCancelWhen = 3,     ///< the step's `cancel_when`
  kStage = 4,          ///< the stage's end: its required steps are done
  kScope = 5,          ///< the person left, or the stage around it ended
  kValue = 6,          ///< the step's computed value
  kDeadline = 7,       ///< a deadline of the step; `part` is its index
  kDay = 8,            ///< a day has begun
  kGuard = 9,          ///< a guard that can't be computed; `part` is its index in the pathway
  kWhere = 10,         ///< the branch's `where`
  kReopen = 11,        ///< the step's `reopen`
  kAssign = 12,        ///< the task's `assign_to`
};

/// A variable that a guard saw.
struct Read {
  std::uint16_t variable = 0;          ///< index into Pathway::variables
  Version version;                     ///< the event that it came from; 0 for `today` and `opened_on`
  std::optional<ritrovo::Value> value; ///< only where the variable is neither sealed nor too large
  bool operator==(const Read&) const = default;
};

/// Why a consequence follows: the part of the definition, the events, and what the guards saw. Bounded: kCausesMax, kReadsMax.
struct Because {
  Rule rule = Rule::kCommand;
  std::uint16_t part = 0;
  std::vector<Version> causes;  ///< ascending, each once
  std::vector<Read> reads;
  bool operator==(const Because&) const = default;
};

/// Causes and reads kept in one Because; a sentry over more names the first of them.
inline constexpr std::size_t kCausesMax = 16;
inline constexpr std::size_t kReadsMax = 16;

}  // namespace ritrovo::pathway
