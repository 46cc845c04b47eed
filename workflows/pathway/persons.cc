#include <algorithm>

#include "engine/base/limits.h"
#include "engine/record/case_ids.h"
#include "engine/record/command_bounds.h"
#include "workflows/pathway/commands.h"
#include "workflows/pathway/field_data.h"
#include "workflows/pathway/rejection_codes.h"

namespace ritrovo::pathway {

using definition::kNone;

namespace {

/// A person as they will be added.
struct Newcomer {
  PersonAdded body;
  Values sealed;
};

std::vector<Newcomer> read_newcomers(const Interpreter& work, const Command& command, std::vector<std::string>& problems) {
  const definition::Pathway& pathway = work.pathway();
  std::vector<Newcomer> newcomers;
  for (const NewPerson& person : command.persons) {
    const definition::RoleIndex role = pathway.person_role_named(person.role);
    if (role == kNone) {
      problems.push_back("the pathway has no person role " + in_quotes(person.role));
      continue;
    }
    if (!is_alias(person.alias) || person.alias.starts_with("per-")) {
      problems.push_back("a " + person.role + " needs an alias of small letters, digits and hyphens, such as rel-1, that is not an id");
      continue;
    }
    FieldData read = read_fields(pathway.persons[role].fields, person.data, in_quotes(person.alias) + ".", problems, work.trigger().effective);
    const PersonId id = person.id.value_or(person_id_for(command.case_id, person.alias));
    newcomers.push_back({{person.alias, role, id, std::move(read.open)}, std::move(read.sealed)});
  }
  return newcomers;
}

/// Aliases and ids are taken once for ever; a role of one is played by one at a time.
void check_together(const Interpreter& work, const std::vector<Newcomer>& newcomers, std::vector<std::string>& problems) {
  const CaseCore& core = work.core();
  const std::vector<definition::PersonRole>& roles = work.pathway().persons;
  std::vector<std::size_t> count(roles.size());
  for (const Person& person : core.persons) count[person.role] += person.left ? 0U : 1U;
  for (std::size_t i = 0; i < newcomers.size(); ++i) {
    const PersonAdded& body = newcomers[i].body;
    const auto clashes = [&body](const std::string& alias, PersonId id) { return alias == body.alias || id == body.id; };
    bool taken = std::any_of(core.persons.begin(), core.persons.end(), [&](const Person& known) { return clashes(known.alias, known.id); });
    for (std::size_t j = 0; j < i; ++j) taken = taken || clashes(newcomers[j].body.alias, newcomers[j].body.id);
    if (taken) problems.push_back("the alias or id of " + in_quotes(body.alias) + " is taken");
    if (++count[body.role] > 1 && !roles[body.role].many) problems.push_back("the case has one " + roles[body.role].name);
  }
  for (std::size_t role = 0; role < roles.size(); ++role)
    if (!roles[role].many && count[role] == 0) problems.push_back("a " + roles[role].name + " is missing");
}

/// `joined`: for each of them the day on which they joined.
void emit_newcomers(Interpreter& work, std::vector<Newcomer> newcomers, const std::vector<Day>& joined) {
  for (std::size_t i = 0; i < newcomers.size(); ++i) {
    Newcomer& newcomer = newcomers[i];
    std::vector<Secret> secrets;
    if (!newcomer.sealed.empty()) secrets.push_back({newcomer.body.id, std::move(newcomer.sealed)});
    work.emit(joined[i], std::move(newcomer.body), std::move(secrets));
  }
}

/// data.imported of an `open`; problems where data holds anything else.
bool read_imported(const Values& data, std::vector<std::string>& problems) {
  static const std::vector<definition::Field> kFields = {{"imported", definition::FieldKind::kBoolean, definition::Privacy::kPublic, true, {}, {}, {}}};
  const FieldData read = read_fields(kFields, data, "data.", problems);
  return !read.open.empty() && read.open.front().value == ritrovo::Value(true);
}

}  // namespace

Refusal open_case(Interpreter& work, const Command& command, Day effective) {
  if (command.persons.size() > limits::kPersonsMax) return refuse(code::kPersonLimit, "A case has at most " + std::to_string(limits::kPersonsMax) + " persons.");
  std::vector<std::string> problems;
  std::vector<Newcomer> newcomers = read_newcomers(work, command, problems);
  if (problems.empty()) check_together(work, newcomers, problems);
  const bool imported = read_imported(command.data, problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  // From here it must succeed.
  const definition::Pathway& pathway = work.pathway();
  work.emit(effective, CaseOpened{pathway.name, pathway.version, pathway.identity, imported ? std::optional(work.trigger().today) : std::nullopt});
  emit_newcomers(work, std::move(newcomers), std::vector<Day>(command.persons.size(), effective));
  settle_in_order(work);
  return std::nullopt;
}

Refusal take_newcomers(Interpreter& work, const Command& command, const std::vector<Day>& joined) {
  if (work.core().persons.size() + command.persons.size() > limits::kPersonsMax)
    return refuse(code::kPersonLimit, "A case has at most " + std::to_string(limits::kPersonsMax) + " persons, those who left included.");
  std::vector<std::string> problems;
  std::vector<Newcomer> newcomers = read_newcomers(work, command, problems);
  if (problems.empty()) check_together(work, newcomers, problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  emit_newcomers(work, std::move(newcomers), joined);
  return std::nullopt;
}

Refusal add_person(Interpreter& work, const Command& command, Day effective) {
  if (command.persons.size() != 1) return refuse(code::kInvalidData, "add_person takes one person.");
  if (!command.data.empty()) return refuse(code::kInvalidData, "data has no place in `add_person`: the person has their own.");
  if (Refusal refusal = take_newcomers(work, command, {effective})) return refusal;
  settle_in_order(work);
  return std::nullopt;
}

Refusal remove_person(Interpreter& work, const Command& command, Day effective) {
  const std::optional<PersonIndex> person = command.person ? work.core().person_named(*command.person) : std::nullopt;
  if (!person || work.core().persons[*person].left)
    return refuse(code::kUnknownPerson, "This case has no such person who could leave it: name them in `person` by alias or id.");
  const definition::PersonRole& role = work.pathway().persons[work.core().persons[*person].role];
  if (!role.many) return refuse(code::kRequiredPerson, "The pathway can't go on without its " + role.name + "; close the case instead.");
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(command, work.core().persons[*person].id, problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  // From here it must succeed.
  const Version left = work.emit(effective, PersonLeft{*person}, std::move(reason));
  end_branch(work, *person, left, effective);
  settle_in_order(work);
  return std::nullopt;
}

void end_branch(Interpreter& work, PersonIndex person, Version left, Day effective) {
  const std::vector<StepInstance> steps = work.core().steps;
  for (const StepInstance& step : steps) {
    const StepLife life = work.core().life_of(step.ref);
    if (step.ref.person == person && (life == StepLife::kEnabled || life == StepLife::kActive))
      work.terminate(step.ref, EndReason::kPersonLeft, effective, {Rule::kScope, 0, {left}, {}});
  }
}

}  // namespace ritrovo::pathway
