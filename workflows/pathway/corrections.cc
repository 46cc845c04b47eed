#include <algorithm>

#include "workflows/pathway/commands.h"
#include "workflows/pathway/difference.h"
#include "workflows/pathway/field_data.h"
#include "workflows/pathway/rederive.h"
#include "workflows/pathway/rejection_codes.h"

// What was wrong, and what comes late. Nothing recorded is changed: the correcting event comes after, and what follows from the difference.
//
// The case is derived twice by the same interpreter, from what it was told: without the new event and with it. What the two have in common
// stays as the case has it, also where the case knew of things on other days than those on which they happened.
namespace ritrovo::pathway {

using definition::kNone;

namespace {

/// Under which name the reason stands in the box; no field has a dot in its name.
constexpr const char* kReason = "correction.reason";

/// What is known of those fields: in clear, and sealed where it can be read.
Values known_data(const Interpreter& work, const std::vector<definition::Field>& fields, const ValueRange& range, Version source, PersonId owner) {
  Values data;
  const SealedValues::Found box = work.sealed().find(source, owner);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool sealed = fields[i].privacy == definition::Privacy::kSealed;
    const ritrovo::Value* value = !sealed ? work.core().value(range, static_cast<definition::FieldIndex>(i)) : box.values == nullptr ? nullptr : find(*box.values, fields[i].name);
    if (value != nullptr) set(data, fields[i].name, *value);
  }
  return data;
}

/// The data after the correction: what was known, but for the fields that the command gives.
Values corrected_data(Values known, const Values& given) {
  for (const auto& [name, value] : given) set(known, name, value);
  return known;
}

std::vector<Secret> secrets_of(PersonId owner, Values sealed, const std::string& reason) {
  if (!reason.empty()) set(sealed, kReason, reason);
  if (sealed.empty()) return {};
  return {Secret{owner, std::move(sealed)}};
}

Refusal may_correct(const Command& command, const definition::Fact& fact) {
  if (holds_role(command.actor, fact.by)) return std::nullopt;
  return refuse(code::kNotPermitted, fact.name + " is corrected by who may report it: " + listed_roles(fact.by) + ".");
}

Rejection no_such_report(Version version) {
  return refuse(code::kNotCorrectable, "No fact or person of this case is told of by event " + std::to_string(version.value()) + ": name the version of the report, or of its latest correction.");
}

Refusal correct_person(Interpreter& work, const Command& command, PersonIndex index) {
  const Person known = work.core().persons[index];
  const std::vector<definition::Field>& fields = work.pathway().persons[known.role].fields;
  if (command.effective_on) return refuse(code::kInvalidData, "The day on which a person joined isn't corrected: leave `effective_on` out.");
  std::vector<std::string> problems;
  const Values before = known_data(work, fields, known.values, known.source, known.id);
  FieldData read = read_fields(fields, corrected_data(before, command.data), "data.", problems, work.trigger().today);
  if (!problems.empty()) return refuse(code::kInvalidData, in_quotes(known.alias) + ": " + sentence_of(problems));
  const FieldData was = read_fields(fields, before, "", problems);
  if (problems.empty() && was.open == read.open && was.sealed == read.sealed) return refuse(code::kAlreadyKnown, "This is what is known of " + in_quotes(known.alias) + " already.");
  // From here it must succeed, but for the length of the case's history.
  const CaseCore core = work.core();
  const Version cause = work.emit(known.joined_on, PersonCorrected{index, known.role, std::move(read.open)}, secrets_of(known.id, std::move(read.sealed), command.reason));
  return take_up(work, core, cause);
}

}  // namespace

bool comes_late(const CaseCore& core, PersonIndex person, Day effective) { return core.order_of(person, effective) < core.reached; }

void settle_in_order(Interpreter& work) {
  Day judged = work.core().reached;
  for (const Alarm& alarm : work.core().alarms)
    if (alarm.step == kLookedAhead) judged = std::max(judged, alarm.day);
  Trigger trigger = work.trigger();
  trigger.today = std::min(trigger.today, judged);
  work.turn_to(trigger, false);
  work.settle();
}

Refusal take_up(Interpreter& work, const CaseCore& before, Version cause) {
  const CaseCore told = work.core();
  Derivation without(work, before);
  Derivation with(work, told);
  if (!without.run() || !with.run())
    return refuse(code::kTooMuchHistory, "Deriving this case afresh would take more than " + std::to_string(limits::kRederivedEventsMax) + " events (kRederivedEventsMax).");
  Difference(work, without, with, cause).apply();
  work.touch_all();
  work.settle();
  return std::nullopt;
}

Refusal correct(Interpreter& work, const Command& command, Day /*effective*/) {
  const Version wanted = command.of.value_or(Version());
  const std::vector<Person>& persons = work.core().persons;
  const auto person = std::find_if(persons.begin(), persons.end(), [wanted](const Person& it) { return it.joined == wanted || it.source == wanted; });
  if (person != persons.end()) return correct_person(work, command, static_cast<PersonIndex>(person - persons.begin()));
  const FactRecord* found = work.core().fact_known(wanted);
  if (found == nullptr) return no_such_report(wanted);
  const FactRecord known = *found;
  const definition::Fact& fact = work.pathway().facts[known.fact];
  if (Refusal refusal = may_correct(command, fact)) return refusal;
  const PersonId owner = owner_of(work.core(), known.person);
  std::vector<std::string> problems;
  const Values before = known_data(work, fact.fields, known.values, known.source, owner);
  const Day effective = command.effective_on.value_or(known.effective);
  FieldData read = read_fields(fact.fields, corrected_data(before, command.data), "data.", problems, effective);
  if (!problems.empty()) return refuse(code::kInvalidData, fact.name + ": " + sentence_of(problems));
  const FieldData was = read_fields(fact.fields, before, "", problems);
  const bool stands = work.core().fact_at(known.version) != nullptr;
  if (stands && effective == known.effective && problems.empty() && was.open == read.open && was.sealed == read.sealed)
    return refuse(code::kAlreadyKnown, fact.name + " stands like this already (version " + std::to_string(known.source.value()) + ").");
  // From here it must succeed, but for the length of the case's history.
  const CaseCore core = work.core();
  const Version cause = work.emit(effective, FactCorrected{known.version, known.fact, known.person, std::move(read.open)}, secrets_of(owner, std::move(read.sealed), command.reason));
  return take_up(work, core, cause);
}

Refusal withdraw(Interpreter& work, const Command& command, Day /*effective*/) {
  const Version wanted = command.of.value_or(Version());
  const FactRecord* found = work.core().fact_known(wanted);
  if (found == nullptr) return no_such_report(wanted);
  const FactRecord known = *found;
  const definition::Fact& fact = work.pathway().facts[known.fact];
  if (Refusal refusal = may_correct(command, fact)) return refusal;
  if (!command.data.empty() || command.effective_on) return refuse(code::kInvalidData, "withdraw takes the version of a report and a reason, and nothing else.");
  if (work.core().fact_at(known.version) == nullptr) return refuse(code::kAlreadyKnown, fact.name + " is withdrawn already (version " + std::to_string(known.version.value()) + ").");
  // From here it must succeed, but for the length of the case's history.
  const CaseCore core = work.core();
  const Version cause = work.emit(known.effective, FactWithdrawn{known.version, known.fact, known.person}, secrets_of(owner_of(core, known.person), {}, command.reason));
  return take_up(work, core, cause);
}

}  // namespace ritrovo::pathway
