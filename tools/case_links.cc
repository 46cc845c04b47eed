#include "tools/case_links.h"

#include <algorithm>
#include <future>
#include <utility>

#include <fmt/format.h>

#include "engine/base/limits.h"
#include "engine/record/case_ids.h"
#include "workflows/pathway/guard_context.h"

namespace ritrovo::tools {
namespace {

using pathway::CaseCore;
using pathway::LinkKind;
using pathway::PersonIndex;

/// The key under which the case of those who were split off is opened; its id derives from it.
std::string opening_key(CaseId from, PersonId first) { return fmt::format("split-{}-{}", from.printed(), first.printed()); }

/// A case as it stood just before one of its events, and how its person fields and facts read.
class Before {
 public:
  Before(const CaseFolder& folder, CaseId case_id, Version version) : folder_(folder), case_id_(case_id) {
    for (const StoredRecord& record : folder.history(case_id)) {
      if (record.event.version >= version) break;
      if (record.event.tag >= RecordTag::kFirstOfWorkflow) pathway::apply(state_, record.event);
    }
    pathway_ = folder.library()->with_identity(state_.core.identity);
    if (pathway_ == nullptr) throw Failure{{ErrorCode::kNotFound, fmt::format("the definition that {} is pinned to isn't published here", case_id.printed())}};
  }
  [[nodiscard]] const CaseCore& core() const { return state_.core; }
  [[nodiscard]] const definition::Pathway& pathway() const { return *pathway_; }

  /// The values of those fields; nothing where they were sealed under a key that is gone.
  [[nodiscard]] std::optional<Values> values(const std::vector<definition::Field>& fields, const pathway::ValueRange& range, Version source, PersonId owner) const {
    Opened::Entry sealed{source, owner, BoxState::kOpen, {}};
    for (const pathway::StateBox& kept : state_.boxes)
      if (kept.version == source && kept.box.owner == owner) sealed = folder_.open_box(case_id_, source, kept.box);
    if (sealed.state != BoxState::kOpen) return std::nullopt;
    Values values;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const bool boxed = fields[i].privacy == definition::Privacy::kSealed;
      const Value* value = boxed ? find(sealed.values, fields[i].name) : state_.core.value(range, static_cast<definition::FieldIndex>(i));
      if (value != nullptr) set(values, fields[i].name, *value);
    }
    return values;
  }
  [[nodiscard]] NewPerson person(PersonIndex index, std::string alias) const {
    const pathway::Person& person = state_.core.persons[index];
    const definition::PersonRole& role = pathway_->persons[person.role];
    std::optional<Values> data = values(role.fields, person.values, person.source, person.id);
    if (!data) throw Failure{{ErrorCode::kNotFound, fmt::format("what {} holds of {} was erased: they can't move into another case", case_id_.printed(), person.alias)}};
    return {std::move(alias), role.name, person.id, std::move(*data)};
  }

 private:
  const CaseFolder& folder_;
  CaseId case_id_;
  pathway::CaseState state_;
  std::shared_ptr<const definition::Pathway> pathway_;
};

/// Who of the first case is who in the second: an alias for each person whose facts go along, and who of them is new there.
struct Crossing {
  std::vector<std::optional<std::string>> alias;  ///< by place in the first case
  std::vector<PersonIndex> newcomers;
};

/// The case of those who are split off begins with the roles that one person plays.
Crossing crossing_of_split(const Before& before, const GivenAway& given) {
  Crossing crossing;
  const std::vector<pathway::Person>& persons = before.core().persons;
  for (std::size_t i = 0; i < persons.size(); ++i) {
    const bool moves = std::find(given.persons.begin(), given.persons.end(), static_cast<PersonIndex>(i)) != given.persons.end();
    const bool both = !before.pathway().persons[persons[i].role].many && !persons[i].left;
    crossing.alias.push_back(moves || both ? std::optional(persons[i].alias) : std::nullopt);
    if (moves) crossing.newcomers.push_back(static_cast<PersonIndex>(i));
  }
  return crossing;
}

/// Who is known in the other case by the same id is the same; whoever isn't joins it, under another alias where theirs is taken. A role of one
/// that another plays there isn't given away: what was known about that person stays in the first case.
Crossing crossing_of_merge(const Before& before, const CaseCore& target, const GivenAway& given) {
  Crossing crossing;
  crossing.alias.resize(before.core().persons.size());
  std::vector<std::string> taken;
  for (const pathway::Person& person : target.persons) taken.push_back(person.alias);
  for (const PersonIndex index : given.persons) {
    const pathway::Person& person = before.core().persons[index];
    const auto same = std::find_if(target.persons.begin(), target.persons.end(), [&person](const pathway::Person& other) { return other.id == person.id; });
    if (same != target.persons.end()) {
      if (!same->left) crossing.alias[index] = same->alias;
      continue;
    }
    const definition::PersonRole& role = before.pathway().persons[person.role];
    if (!role.many) continue;
    std::string alias = person.alias;
    for (int i = 2; std::find(taken.begin(), taken.end(), alias) != taken.end(); ++i) alias = fmt::format("{}-{}", person.alias, i);
    taken.push_back(alias);
    crossing.alias[index] = alias;
    crossing.newcomers.push_back(index);
  }
  return crossing;
}

Value facts_of(const Before& before, const Crossing& crossing) {
  ValueList facts;
  const CaseCore& core = before.core();
  for (const pathway::FactRecord& fact : core.facts) {
    const std::optional<std::string> alias = fact.person == pathway::kNobody ? std::optional(std::string()) : crossing.alias[fact.person];
    const definition::Fact& declared = before.pathway().facts[fact.fact];
    std::optional<Values> data = alias ? before.values(declared.fields, fact.values, fact.source, pathway::owner_of(core, fact.person)) : std::nullopt;
    if (!data) continue;
    Values brought;
    set(brought, "fact", declared.name);
    set(brought, "effective_on", to_string(fact.effective));
    if (!alias->empty()) set(brought, "person", *alias);
    set(brought, "data", Value(std::move(*data)));
    facts.emplace_back(std::move(brought));
  }
  return Value(std::move(facts));
}

Command join_command(const Before& before, const Crossing& crossing, const GivenAway& given) {
  Command join;
  join.key = fmt::format("join-{}-{}", given.from.printed(), given.version.value());
  join.case_id = given.into;
  join.verb = "join";
  join.effective_on = given.effective;
  set(join.data, given.kind == LinkKind::kSplitInto ? "split_from" : "merged_from", given.from.printed());
  set(join.data, "facts", facts_of(before, crossing));
  Values joined_on;
  for (const PersonIndex index : crossing.newcomers) {
    join.persons.push_back(before.person(index, *crossing.alias[index]));
    set(joined_on, *crossing.alias[index], to_string(before.core().persons[index].joined_on));
  }
  if (!joined_on.empty()) set(join.data, "joined_on", Value(std::move(joined_on)));
  return join;
}

Command opening_command(const Before& before, const GivenAway& given) {
  const CaseCore& core = before.core();
  Command open;
  open.key = opening_key(given.from, core.persons[given.persons.front()].id);
  open.case_id = given.into;
  open.verb = "open";
  open.pathway = before.pathway().name;
  open.effective_on = core.opened_on;
  // What fell due before was judged in the first case.
  set(open.data, "imported", true);
  for (std::size_t i = 0; i < core.persons.size(); ++i)
    if (!before.pathway().persons[core.persons[i].role].many && !core.persons[i].left) open.persons.push_back(before.person(static_cast<PersonIndex>(i), core.persons[i].alias));
  return open;
}

}  // namespace

std::vector<GivenAway> given_away(const CaseFolder& folder, CaseId from) {
  std::vector<GivenAway> found;
  for (const StoredRecord& record : folder.history(from)) {
    if (record.event.tag != pathway::CaseLinked::kTag) continue;
    const pathway::CaseLinked linked = std::get<pathway::CaseLinked>(must(pathway::decode_body(record.event.tag, record.event.body)));
    if (linked.kind != LinkKind::kSplitInto && linked.kind != LinkKind::kMergedInto) continue;
    GivenAway given{from, linked.other, record.event.version, linked.kind, linked.persons, record.event.effective, false};
    const LinkKind back = linked.kind == LinkKind::kSplitInto ? LinkKind::kSplitFrom : LinkKind::kMergedFrom;
    if (const std::optional<CaseStateView> other = folder.find(linked.other))
      given.done = std::any_of(other->state.core.links.begin(), other->state.core.links.end(), [&](const pathway::CaseLink& link) { return link.kind == back && link.other == from; });
    found.push_back(std::move(given));
  }
  return found;
}

Command split_command(const CaseFolder& folder, CaseId from, const std::vector<std::string>& persons, const std::string& reason) {
  const CaseCore core = folder.state(from).state.core;
  ValueList named;
  std::optional<PersonId> first;
  std::string key = "split";
  for (std::size_t i = 0; i < core.persons.size(); ++i) {
    const std::string& alias = core.persons[i].alias;
    const bool moves = std::any_of(persons.begin(), persons.end(), [&](const std::string& person) { return person == alias || person == core.persons[i].id.printed(); });
    if (!moves) continue;
    if (!first) first = core.persons[i].id;
    key += "-" + alias;
    named.emplace_back(alias);
  }
  if (!first || named.size() != persons.size()) throw Failure{{ErrorCode::kMalformed, "name persons of the case, each once, by alias or id"}};
  if (key.size() > limits::kKeyBytesMax) key.resize(limits::kKeyBytesMax);
  Command split;
  split.key = key;
  split.case_id = from;
  split.verb = "split";
  set(split.data, "into", case_id_for(folder.settings().tenant, opening_key(from, *first)).printed());
  set(split.data, "persons", Value(std::move(named)));
  if (!reason.empty()) set(split.data, "reason", reason);
  return split;
}

Command merge_command(const CaseFolder& folder, CaseId from, CaseId into, const std::string& reason) {
  const CaseCore target = folder.state(into).state.core;
  if (target.life == pathway::CaseLife::kClosed) throw Failure{{ErrorCode::kMalformed, fmt::format("{} is closed: nothing can be merged into it", into.printed())}};
  const auto ours = folder.library()->with_identity(folder.state(from).state.core.identity);
  const auto theirs = folder.library()->with_identity(target.identity);
  if (ours == nullptr || theirs == nullptr || ours->name != theirs->name) throw Failure{{ErrorCode::kMalformed, "the two cases run different pathways"}};
  Command merge;
  merge.key = "merge-" + into.printed();
  merge.case_id = from;
  merge.verb = "merge";
  set(merge.data, "into", into.printed());
  if (!reason.empty()) set(merge.data, "reason", reason);
  return merge;
}

std::vector<Command> second_half(const CaseFolder& folder, const GivenAway& given) {
  const Before before(folder, given.from, given.version);
  if (given.kind == LinkKind::kSplitInto) return {opening_command(before, given), join_command(before, crossing_of_split(before, given), given)};
  return {join_command(before, crossing_of_merge(before, folder.state(given.into).state.core, given), given)};
}

Answer ask(CaseFolder& folder, Command command, const Actor& actor) {
  command.actor = actor;
  command.at = folder.simulated_now();
  std::promise<Answer> promise;
  std::future<Answer> answer = promise.get_future();
  folder.submit(command, [&promise](const Answer& given) { promise.set_value(given); });
  return answer.get();
}

}  // namespace ritrovo::tools
