#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workflows/definition/draft.h"
#include "workflows/definition/model.h"

namespace ritrovo::definition {

/// How large a case is, as far as that bounds what one command leads to.
struct CaseSize {
  std::vector<std::uint32_t> persons;  ///< in scope, by person role
  std::vector<std::uint32_t> reports;  ///< of each fact, about all persons together; asked for facts that a step repeats for
};

/// The size of a case with one person in each role, in which every fact was reported once.
[[nodiscard]] CaseSize smallest_case(const Pathway& pathway);

/// How many events one command can lead to at most in a case of that size (what the command itself adds counted in), its own included; a wake
/// makes at most so many for each day that it works through. What somebody corrects or withdraws isn't bounded by it.
///
/// Why there is a bound: rounds move instances forward only, so that each opens once and ends once in a settling; the report that reopens an
/// instance does so once; occurrences are bounded by reports and by `at_most`; a deadline changes only with what it is counted from; a value
/// is recorded again, and an incident opened or resolved, only when something that it reads changed. So the bound is a sum over instances.
/// It's on the safe side: it lets everything happen in one command that could have been reported before.
///
/// Saturates at the largest number. Requires: `size` has an entry for each role and each fact.
[[nodiscard]] std::uint64_t consequences_max(const Pathway& pathway, const CaseSize& size);

/// What a pathway's author and a city's operators need to know of it.
struct ConsequenceRoom {
  std::uint64_t smallest = 0;  ///< consequences_max of the smallest case
  struct Role {
    RoleIndex role = kNone;
    std::uint64_t each = 0;    ///< how many more a second person of the role brings
    std::uint32_t fits = 0;    ///< so many persons of the role, others at one, stay within kConsequencesMax; at most kPersonsMax
  };
  std::vector<Role> roles;     ///< those that several persons may play
  struct Repetition {
    FactIndex fact = kNone;
    std::uint64_t each = 0;    ///< how many more a second report brings
  };
  std::vector<Repetition> repetitions;  ///< facts for which a step repeats
};
[[nodiscard]] ConsequenceRoom consequence_room(const Pathway& pathway);

/// Reports a pathway of which one command could lead to more than kConsequencesMax events even in the smallest case.
void check_consequences(Draft& draft);

}  // namespace ritrovo::definition
