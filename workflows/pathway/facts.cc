#include <algorithm>
#include <ranges>

#include "engine/base/nearest_name.h"
#include "workflows/pathway/commands.h"
#include "workflows/pathway/field_data.h"
#include "workflows/pathway/rejection_codes.h"

namespace ritrovo::pathway {

using definition::kNone;

namespace {

/// ` did you mean "x"?` or nothing. `known` are steps or facts.
template <typename Named>
std::string meant(std::string_view named, const std::vector<Named>& known) {
  const std::string near = nearest_name(named, known | std::views::transform(&Named::name));
  return near.empty() ? "" : " Did you mean " + in_quotes(near) + "?";
}

/// Whether that report says the same as an earlier one. What was erased can't be compared and counts as different.
bool same_report(const Interpreter& work, const FactRecord& earlier, const FieldData& data) {
  const CaseCore& core = work.core();
  if (earlier.values.count != data.open.size()) return false;
  for (const FieldValue& value : data.open) {
    const ritrovo::Value* known = core.value(earlier.values, value.field);
    if (known == nullptr || !(*known == value.value)) return false;
  }
  const SealedValues::Found box = work.sealed().find(earlier.source, owner_of(core, earlier.person));
  if (box.values == nullptr) return data.sealed.empty() && box.state == BoxState::kOpen;
  return *box.values == data.sealed;
}

/// The person that a report is about, or why not.
tl::expected<PersonIndex, Rejection> person_of(const Interpreter& work, const definition::Fact& fact, const std::optional<std::string>& named) {
  const CaseCore& core = work.core();
  if (fact.per == kNone) {
    if (named) return tl::unexpected(refuse(code::kUnknownPerson, fact.name + " is about the case: leave `person` out."));
    return kNobody;
  }
  const std::string& role = work.pathway().persons[fact.per].name;
  if (!named) {
    const std::vector<PersonIndex> candidates = core.in_scope(fact.per);
    if (!work.pathway().persons[fact.per].many && candidates.size() == 1) return candidates.front();
    return tl::unexpected(refuse(code::kUnknownPerson, fact.name + " is about one " + role + ": say which in `person`."));
  }
  const std::optional<PersonIndex> person = core.person_named(*named);
  if (!person) return tl::unexpected(refuse(code::kUnknownPerson, "This case has no person of that name or id: use the alias under which they joined."));
  if (core.persons[*person].role != fact.per) return tl::unexpected(refuse(code::kUnknownPerson, in_quotes(*named) + " is not a " + role + ", and " + fact.name + " is about one."));
  if (core.persons[*person].left) return tl::unexpected(refuse(code::kUnknownPerson, in_quotes(*named) + " has left this case."));
  return *person;
}

}  // namespace

std::string in_quotes(std::string_view name) {
  std::string safe = "\"";
  for (const char c : name.substr(0, 64)) safe.push_back(static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\x7f' ? '?' : c);
  return safe + "\"";
}

Rejection unknown_step(const definition::Pathway& pathway, std::string_view named) {
  return refuse(code::kUnknownStep, "The pathway " + pathway.name + " has no step " + in_quotes(named) + "." + meant(named, pathway.steps));
}

Rejection unknown_fact(const definition::Pathway& pathway, std::string_view named) {
  return refuse(code::kUnknownFact, "The pathway " + pathway.name + " declares no fact " + in_quotes(named) + "." + meant(named, pathway.facts));
}

bool holds_role(const Actor& actor, const std::vector<std::string>& roles) {
  return std::any_of(roles.begin(), roles.end(), [&actor](const std::string& role) { return std::find(actor.roles.begin(), actor.roles.end(), role) != actor.roles.end(); });
}

std::string listed_roles(const std::vector<std::string>& roles) {
  std::string listed;
  for (const std::string& role : roles) listed += (listed.empty() ? "" : ", ") + role;
  return listed;
}

Refusal not_a_manager(const Actor& actor, const definition::Pathway& pathway, std::string_view what) {
  if (holds_role(actor, pathway.managed_by)) return std::nullopt;
  return refuse(code::kNotPermitted, std::string(what) + " by: " + listed_roles(pathway.managed_by) + ".");
}

Refusal neither_manager_nor_operator(const Actor& actor, const definition::Pathway& pathway, std::string_view what) {
  return holds_role(actor, {std::string(kOperatorRole)}) ? std::nullopt : not_a_manager(actor, pathway, what);
}

std::vector<Secret> sealed_for(const CaseCore& core, PersonIndex person, Values sealed) {
  if (sealed.empty()) return {};
  return {Secret{owner_of(core, person), std::move(sealed)}};
}

std::vector<Secret> reason_of(const Command& command, PersonId owner, std::vector<std::string>& problems) {
  static const std::vector<definition::Field> kFields = {{"reason", definition::FieldKind::kString, definition::Privacy::kSealed, true, {}, {}, {}}};
  FieldData read = read_fields(kFields, command.data, "data.", problems);
  if (read.sealed.empty()) return {};
  return {Secret{owner, std::move(read.sealed)}};
}

Refusal take_fact(Interpreter& work, definition::FactIndex index, PersonIndex person, const Values& data, Day effective, bool only_check) {
  const definition::Fact& fact = work.pathway().facts[index];
  std::vector<std::string> problems;
  FieldData read = read_fields(fact.fields, data, "data.", problems, effective);
  if (!problems.empty()) return refuse(code::kInvalidData, fact.name + ": " + sentence_of(problems));
  for (const FactRecord& earlier : work.core().facts) {
    if (earlier.fact != index || earlier.person != person) continue;
    if (fact.once) return refuse(code::kAlreadyKnown, fact.name + " was reported before (version " + std::to_string(earlier.version.value()) + ") and happens once.");
    if (earlier.effective == effective && same_report(work, earlier, read))
      return refuse(code::kAlreadyKnown, fact.name + " was reported before with the same content (version " + std::to_string(earlier.version.value()) + ").");
  }
  if (only_check) return std::nullopt;
  work.emit(effective, FactReported{index, person, std::move(read.open)}, sealed_for(work.core(), person, std::move(read.sealed)));
  return std::nullopt;
}

Refusal report_fact(Interpreter& work, const Command& command, Day effective) {
  const definition::FactIndex index = work.pathway().fact_named(command.fact);
  if (index == kNone) return unknown_fact(work.pathway(), command.fact);
  const definition::Fact& fact = work.pathway().facts[index];
  if (!holds_role(command.actor, fact.by)) return refuse(code::kNotPermitted, fact.name + " is reported by: " + listed_roles(fact.by) + ".");
  const tl::expected<PersonIndex, Rejection> person = person_of(work, fact, command.person);
  if (!person) return person.error();
  if (Refusal refusal = checked_by_reporting(work, command, index, *person)) return refusal;
  const bool late = comes_late(work.core(), *person, effective);
  const std::optional<CaseCore> before = late ? std::optional(work.core()) : std::nullopt;
  if (Refusal refusal = take_fact(work, index, *person, command.data, effective, false)) return refusal;
  if (late) return take_up(work, *before, work.core().version);
  settle_in_order(work);
  return std::nullopt;
}

}  // namespace ritrovo::pathway
