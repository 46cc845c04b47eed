#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/command.h"
#include "engine/runtime/machine.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::pathway {

/// What a command that was understood leads to: nothing where its events were emitted, else why not.
using Refusal = std::optional<Rejection>;

[[nodiscard]] inline Rejection refuse(std::string_view code, std::string reason) { return {std::string(code), std::move(reason)}; }

/// The name as it may stand in a sentence: short, and without control characters.
[[nodiscard]] std::string in_quotes(std::string_view name);
/// Why a command that names no step or fact of the pathway is refused, with the name that was probably meant.
[[nodiscard]] Rejection unknown_step(const definition::Pathway& pathway, std::string_view named);
[[nodiscard]] Rejection unknown_fact(const definition::Pathway& pathway, std::string_view named);

// Each checks everything first; below its line "from here it must succeed" it emits its own events and settles.
// Requires: the case is open or suspended, unless said otherwise; `command` has that verb.

/// `open`, on a case without events.
[[nodiscard]] Refusal open_case(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal add_person(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal remove_person(Interpreter& work, const Command& command, Day effective);
/// `report`, also on a case whose pathway is completed: the fact is recorded, nothing follows.
[[nodiscard]] Refusal report_fact(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal work_on_task(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal suspend_case(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal resume_case(Interpreter& work, const Command& command, Day effective);
/// `recount`: running deadlines counted again by the terms and calendars in force.
[[nodiscard]] Refusal recount_terms(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal close_case(Interpreter& work, const Command& command, Day effective);

/// `split`: persons leave for the case data.into. `merge`: this case is closed into data.into, also when its pathway is completed. Each is the
/// first half; `join` is the second, in the other case: persons of `command` with data.joined_on, and data.facts, as the first case knew them;
/// what is known already isn't told twice. By the role operator. docs/decisions/0100.
[[nodiscard]] Refusal split_case(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal merge_case(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal join_cases(Interpreter& work, const Command& command, Day effective);

/// `correct` and `withdraw`, also on a case whose pathway is completed.
[[nodiscard]] Refusal correct(Interpreter& work, const Command& command, Day effective);
[[nodiscard]] Refusal withdraw(Interpreter& work, const Command& command, Day effective);

/// `message`: what became of one that the event data.event asked for (action delivered, failed, withheld or queued; by the role operator), or whether
/// a person wants any (stop, start). Also on a case that has ended.
[[nodiscard]] Refusal report_message(Interpreter& work, const Command& command, Day effective);

/// Lets the persons of the command join, each on the day of the same place in `joined`; or refuses and emits nothing.
[[nodiscard]] Refusal take_newcomers(Interpreter& work, const Command& command, const std::vector<Day>& joined);
/// Ends what is live in that person's branch, since `left`.
void end_branch(Interpreter& work, PersonIndex person, Version left, Day effective);
/// Whether what happened on that day, about that person or kNobody, comes late: after something that happened later.
[[nodiscard]] bool comes_late(const CaseCore& core, PersonIndex person, Day effective);
/// What follows from the events emitted since `before`, which tell of something past: the case is derived twice, without them and with
/// them, and the difference becomes events, because of `cause`. Settles. Refuses with too_much_history beyond kRederivedEventsMax.
[[nodiscard]] Refusal take_up(Interpreter& work, const CaseCore& before, Version cause);
/// Refuses a report that would complete an active task which checks the reporter's own work.
[[nodiscard]] Refusal checked_by_reporting(const Interpreter& work, const Command& command, definition::FactIndex fact, PersonIndex person);
/// Whether any of the actor's roles is among those.
[[nodiscard]] bool holds_role(const Actor& actor, const std::vector<std::string>& roles);
/// Refuses what is for those who manage the pathway's cases, where the actor isn't one of them; `what` is a sentence's beginning: "A case is opened".
[[nodiscard]] Refusal not_a_manager(const Actor& actor, const definition::Pathway& pathway, std::string_view what);
/// The same, but for the role operator: whoever runs the program opens the other half of a case that is split, and has terms counted again when it
/// puts others in force.
[[nodiscard]] Refusal neither_manager_nor_operator(const Actor& actor, const definition::Pathway& pathway, std::string_view what);
/// The role of whoever runs the program.
inline constexpr std::string_view kOperatorRole = "operator";
/// "caseworker, lead".
[[nodiscard]] std::string listed_roles(const std::vector<std::string>& roles);
/// The secrets of a report with those sealed values; none where there is nothing to seal.
[[nodiscard]] std::vector<Secret> sealed_for(const CaseCore& core, PersonIndex person, Values sealed);
/// data.reason, sealed for that owner; problems where data holds anything else.
[[nodiscard]] std::vector<Secret> reason_of(const Command& command, PersonId owner, std::vector<std::string>& problems);
/// Emits a report of that fact, unless its data are wrong or it is known. `only_check`: emits nothing.
[[nodiscard]] Refusal take_fact(Interpreter& work, definition::FactIndex fact, PersonIndex person, const Values& data, Day effective, bool only_check);

/// Settles after what a command told, as of the day on which that happened, or the latest day on which anything in the case did: a guard on
/// `today` sees the days in their order, however late they are recorded. The days from there on are for wakes.
void settle_in_order(Interpreter& work);

}  // namespace ritrovo::pathway
