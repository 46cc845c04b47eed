#include <algorithm>
#include <utility>

#include "engine/record/case_ids.h"
#include "workflows/pathway/commands.h"
#include "workflows/pathway/field_data.h"
#include "workflows/pathway/rejection_codes.h"

// A case that is split in two, or merged into another: each case's own half, and neither sees the other case. The first half says what is
// meant and ends what ends here; the second, `join`, takes over in the other case what was known here.
namespace ritrovo::pathway {

using definition::kNone;

namespace {

Refusal by_an_operator(const Command& command) {
  if (holds_role(command.actor, {std::string(kOperatorRole)})) return std::nullopt;
  return refuse(code::kNotPermitted, "Cases are split, merged and joined by the role operator.");
}

const std::string* text_in(const Values& values, std::string_view name) {
  const ritrovo::Value* value = find(values, name);
  return value == nullptr ? nullptr : value->get<std::string>();
}

/// The other case, as `data` names it.
tl::expected<CaseId, Rejection> other_case(const Command& command, std::string_view field) {
  const std::string* text = text_in(command.data, field);
  const Result<CaseId> other = text == nullptr ? Result<CaseId>(failure(ErrorCode::kMalformed, "none")) : CaseId::parse(*text);
  if (!other) return tl::unexpected(refuse(code::kInvalidData, "data." + std::string(field) + " must be the id of the other case."));
  if (*other == command.case_id) return tl::unexpected(refuse(code::kInvalidData, "data." + std::string(field) + " is this case itself."));
  return *other;
}

/// The persons of data.persons, each once, all in scope, in the order of joining.
tl::expected<std::vector<PersonIndex>, Rejection> movers(const Interpreter& work, const Command& command) {
  const CaseCore& core = work.core();
  const ritrovo::Value* value = find(command.data, "persons");
  const auto* list = value == nullptr ? nullptr : value->get<ritrovo::ValueList>();
  const ritrovo::ValueList named = list != nullptr ? *list : value == nullptr ? ritrovo::ValueList() : ritrovo::ValueList{*value};
  if (named.empty()) return tl::unexpected(refuse(code::kInvalidData, "data.persons must name who moves into the other case, one person or a list."));
  std::vector<PersonIndex> persons;
  for (const ritrovo::Value& name : named) {
    const auto* text = name.get<std::string>();
    const std::optional<PersonIndex> person = text == nullptr ? std::nullopt : core.person_named(*text);
    if (!person || core.persons[*person].left || std::find(persons.begin(), persons.end(), *person) != persons.end())
      return tl::unexpected(refuse(code::kUnknownPerson, "data.persons names persons of this case by alias or id, each once."));
    const definition::PersonRole& role = work.pathway().persons[core.persons[*person].role];
    if (!role.many) return tl::unexpected(refuse(code::kRequiredPerson, "The pathway can't go on without its " + role.name + ": who moves is of a role that many play."));
    persons.push_back(*person);
  }
  std::sort(persons.begin(), persons.end());
  return persons;
}

/// The reason, sealed for the household; a refusal where data holds anything besides it and those.
tl::expected<std::vector<Secret>, Rejection> reason_beside(const Command& command, const std::vector<std::string_view>& known) {
  Command rest = command;
  std::erase_if(rest.data, [&known](const auto& member) { return std::find(known.begin(), known.end(), member.first) != known.end(); });
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(rest, household_of(command.case_id), problems);
  if (!problems.empty()) return tl::unexpected(refuse(code::kInvalidData, sentence_of(problems)));
  return reason;
}

/// One fact that a join brings, read but for its fields.
struct Brought {
  definition::FactIndex fact = kNone;
  std::string person;
  Day effective;
  const Values* data = nullptr;
};

std::optional<Day> day_in(const Values& values, std::string_view name, Day today) {
  const std::string* text = text_in(values, name);
  const Result<Day> day = text == nullptr ? Result<Day>(failure(ErrorCode::kMalformed, "none")) : parse_day(*text);
  return day && *day <= today ? std::optional(*day) : std::nullopt;
}

std::vector<Brought> read_brought(const Interpreter& work, const Command& command, std::vector<std::string>& problems) {
  static const Values kNoData;
  std::vector<Brought> facts;
  const ritrovo::Value* value = find(command.data, "facts");
  const auto* list = value == nullptr ? nullptr : value->get<ritrovo::ValueList>();
  if (value != nullptr && list == nullptr) problems.emplace_back("data.facts must be a list");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* members = (*list)[i].get<Values>();
    const std::string* name = members == nullptr ? nullptr : text_in(*members, "fact");
    Brought brought;
    brought.fact = name == nullptr ? kNone : work.pathway().fact_named(*name);
    const std::optional<Day> day = members == nullptr ? std::nullopt : day_in(*members, "effective_on", work.trigger().today);
    if (brought.fact == kNone || !day) {
      problems.push_back("data.facts[" + std::to_string(i) + "] needs a fact of this pathway and an effective_on that isn't after today");
      continue;
    }
    if (const std::string* person = text_in(*members, "person")) brought.person = *person;
    brought.effective = *day;
    const ritrovo::Value* data = find(*members, "data");
    brought.data = data == nullptr || data->get<Values>() == nullptr ? &kNoData : data->get<Values>();
    facts.push_back(brought);
  }
  return facts;
}

/// The days on which the newcomers joined the other case, by alias.
std::vector<Day> joined_days(const Interpreter& work, const Command& command, Day effective, std::vector<std::string>& problems) {
  const ritrovo::Value* value = find(command.data, "joined_on");
  const auto* by_alias = value == nullptr ? nullptr : value->get<Values>();
  std::vector<Day> days;
  for (const NewPerson& person : command.persons) {
    const bool said = by_alias != nullptr && find(*by_alias, person.alias) != nullptr;
    const std::optional<Day> day = said ? day_in(*by_alias, person.alias, work.trigger().today) : std::optional(effective);
    if (!day) problems.push_back("data.joined_on must give days that aren't after today");
    days.push_back(day.value_or(effective));
  }
  return days;
}

/// Takes one fact over. What is known here already isn't told twice.
Refusal take_over(Interpreter& work, const Brought& brought) {
  const definition::Fact& fact = work.pathway().facts[brought.fact];
  const std::optional<PersonIndex> person = fact.per == kNone ? std::optional(kNobody) : work.core().person_named(brought.person);
  const bool fits = person && (*person == kNobody || (work.core().persons[*person].role == fact.per && !work.core().persons[*person].left));
  if (!fits) return refuse(code::kUnknownPerson, fact.name + " in data.facts is about somebody who isn't in this case.");
  Refusal refusal = take_fact(work, brought.fact, *person, *brought.data, brought.effective, false);
  return refusal && refusal->code == code::kAlreadyKnown ? std::nullopt : refusal;
}

}  // namespace

Refusal split_case(Interpreter& work, const Command& command, Day effective) {
  if (Refusal refusal = by_an_operator(command)) return refusal;
  const auto into = other_case(command, "into");
  if (!into) return into.error();
  const auto persons = movers(work, command);
  if (!persons) return persons.error();
  auto reason = reason_beside(command, {"into", "persons"});
  if (!reason) return reason.error();
  // From here it must succeed.
  const Version cause = work.emit(effective, CaseLinked{LinkKind::kSplitInto, *into, *persons}, std::move(*reason));
  for (const PersonIndex person : *persons) {
    work.emit(effective, PersonLeft{person});
    end_branch(work, person, cause, effective);
  }
  work.settle();
  return std::nullopt;
}

Refusal merge_case(Interpreter& work, const Command& command, Day effective) {
  if (Refusal refusal = by_an_operator(command)) return refusal;
  const auto into = other_case(command, "into");
  if (!into) return into.error();
  auto reason = reason_beside(command, {"into"});
  if (!reason) return reason.error();
  // From here it must succeed.
  std::vector<PersonIndex> persons;
  for (std::size_t i = 0; i < work.core().persons.size(); ++i)
    if (!work.core().persons[i].left) persons.push_back(static_cast<PersonIndex>(i));
  const Version cause = work.emit(effective, CaseLinked{LinkKind::kMergedInto, *into, std::move(persons)}, std::move(*reason));
  work.emit(effective, CaseClosed{});
  work.end_everything(EndReason::kCaseClosed, effective, {Rule::kScope, 0, {cause}, {}});
  return std::nullopt;
}

Refusal join_cases(Interpreter& work, const Command& command, Day effective) {
  if (Refusal refusal = by_an_operator(command)) return refusal;
  const bool split = find(command.data, "split_from") != nullptr;
  const std::string_view field = split ? "split_from" : "merged_from";
  const auto other = other_case(command, field);
  if (!other) return refuse(code::kInvalidData, "join takes data.split_from or data.merged_from, the id of the other case.");
  const auto reason = reason_beside(command, {field, "facts", "joined_on"});
  if (!reason) return reason.error();
  const LinkKind kind = split ? LinkKind::kSplitFrom : LinkKind::kMergedFrom;
  const std::vector<CaseLink>& links = work.core().links;
  if (std::any_of(links.begin(), links.end(), [&](const CaseLink& link) { return link.kind == kind && link.other == *other; }))
    return refuse(code::kAlreadyKnown, "This case has joined with that one already.");
  std::vector<std::string> problems;
  const std::vector<Brought> facts = read_brought(work, command, problems);
  const std::vector<Day> joined = joined_days(work, command, effective, problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  const CaseCore before = work.core();
  const auto first = static_cast<PersonIndex>(before.persons.size());
  std::vector<PersonIndex> newcomers;
  for (std::size_t i = 0; i < command.persons.size(); ++i) newcomers.push_back(static_cast<PersonIndex>(first + i));
  // The link comes after whom it names.
  if (Refusal refusal = take_newcomers(work, command, joined)) return refusal;
  const Version cause = work.emit(effective, CaseLinked{kind, *other, std::move(newcomers)});
  for (const Brought& fact : facts)
    if (Refusal refusal = take_over(work, fact)) return refusal;
  // What was known in the other case happened before now: the case is derived without it and with it.
  return take_up(work, before, cause);
}

}  // namespace ritrovo::pathway
