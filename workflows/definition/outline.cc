#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "workflows/definition/draft.h"
#include "workflows/definition/retention.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

std::optional<FieldKind> field_kind_of(std::string_view word) {
  if (word == "string") return FieldKind::kString;
  if (word == "boolean") return FieldKind::kBoolean;
  if (word == "integer") return FieldKind::kInteger;
  if (word == "decimal") return FieldKind::kDecimal;
  if (word == "date") return FieldKind::kDate;
  if (word == "enum") return FieldKind::kEnumeration;
  return std::nullopt;
}

FieldKind read_field_kind(const Node* node, const std::string& what, Problems& problems) {
  const auto word = read_text(node, fmt::format("the type of {}", what), problems);
  if (!word) return FieldKind::kString;
  if (const auto kind = field_kind_of(*word)) return *kind;
  problems.error(node->place, fmt::format("\"{}\" isn't a type", *word), suggest(*word, {"string", "boolean", "integer", "decimal", "date", "enum"}));
  return FieldKind::kString;
}

/// A list of names, or a map of names and what they are called.
void read_values(const Node* node, const std::string& what, Field& field, Problems& problems) {
  if (node == nullptr || !node->is(Kind::kMap)) {
    for (Named& value : read_names(node, fmt::format("the values of {}", what), problems)) field.values.push_back(std::move(value.name));
    // What was put in from another file stands at one place, all of it, and is told of in that file.
    const bool written_here = node != nullptr && !node->items.empty() && (node->items.front().place.line != node->place.line || node->items.front().place.column != node->place.column);
    if (written_here) problems.warning(node->place, fmt::format("the values of {} have no titles, neither in Italian nor in English", what), "write {VALUE: {it: …, en: …}, …}");
    return;
  }
  for (const Entry& entry : node->entries) {
    field.values.push_back(entry.key);
    field.value_titles.emplace_back();
    if (entry.value.is(Kind::kNull)) problems.error(entry.place, fmt::format("value \"{}\" of {} has no title", entry.key, what), "write {it: …, en: …}");
    else field.value_titles.back() = read_languages(&entry.value, fmt::format("the title of value \"{}\" of {}", entry.key, what), problems);
  }
}

void read_field(const Node& node, const std::string& what, Field& field, Problems& problems) {
  if (!node.is(Kind::kMap)) {
    field.kind = read_field_kind(&node, what, problems);
    if (field.kind == FieldKind::kEnumeration) problems.error(node.place, fmt::format("{} has no values", what), "write {type: enum, values: […]}");
    return;
  }
  Fields fields(node, what, problems);
  field.kind = read_field_kind(fields.require("type"), what, problems);
  const bool is_public = read_boolean(fields.take("public"), fmt::format("\"public\" of {}", what), problems).value_or(false);
  const bool statistical = read_boolean(fields.take("statistical"), fmt::format("\"statistical\" of {}", what), problems).value_or(false);
  if (is_public && statistical) problems.error(node.place, fmt::format("{} is both public and statistical", what), "choose one");
  field.privacy = is_public ? Privacy::kPublic : statistical ? Privacy::kStatistical : Privacy::kSealed;
  field.optional = read_boolean(fields.take("optional"), fmt::format("\"optional\" of {}", what), problems).value_or(false);
  const Node* past = fields.take("past");
  field.past = read_boolean(past, fmt::format("\"past\" of {}", what), problems).value_or(false);
  if (past != nullptr && field.kind != FieldKind::kDate) problems.error(past->place, fmt::format("{} is no date, so that it can't be past", what), "remove \"past\"");
  const Node* values = fields.take("values");
  read_values(values, what, field, problems);
  if (field.kind == FieldKind::kEnumeration && field.values.empty())
    problems.error(node.place, fmt::format("{} has no values", what), "add \"values: […]\"");
  if (field.kind != FieldKind::kEnumeration && values != nullptr)
    problems.error(values->place, fmt::format("{} isn't an enum, so it has no values", what));
  field.title = read_languages(fields.take("title"), fmt::format("the title of {}", what), problems);
  fields.finish();
}

void read_named_texts(const Node* node, std::string_view what, std::vector<std::pair<std::string, Text>>& out, std::vector<Place>& places, Problems& problems) {
  if (node == nullptr) return;
  if (!node->is(Kind::kMap)) {
    problems.error(node->place, fmt::format("\"{}\" must be a map of names and texts", what));
    return;
  }
  for (const Entry& entry : node->entries) {
    check_name(entry.key, NameShape::kSnake, entry.place, problems);
    if (entry.value.is(Kind::kNull)) problems.error(entry.place, fmt::format("\"{}\" has no text", entry.key), "write {it: …, en: …}");
    else {
      out.emplace_back(entry.key, read_languages(&entry.value, fmt::format("\"{}\"", entry.key), problems));
      places.push_back(entry.place);
    }
  }
}

void read_persons(const Node* node, Draft& draft) {
  if (node == nullptr) return;
  Problems& problems = draft.problems;
  if (!node->is(Kind::kMap)) {
    problems.error(node->place, "\"persons\" must be a map of roles");
    return;
  }
  std::vector<std::string> groups;
  for (const Entry& entry : node->entries) {
    check_name(entry.key, NameShape::kSnake, entry.place, problems);
    const std::string what = fmt::format("person {}", entry.key);
    Fields fields(entry.value, what, problems);
    PersonRole role;
    role.name = entry.key;
    const Node* count = fields.require("count");
    if (const auto word = read_text(count, fmt::format("\"count\" of {}", what), problems)) {
      role.many = *word == "many";
      if (*word != "one" && *word != "many") problems.error(count->place, fmt::format("\"{}\" isn't a count", *word), "write one or many");
    }
    const Node* group = role.many ? fields.require("group") : fields.take("group");
    if (const auto name = read_text(group, fmt::format("\"group\" of {}", what), problems)) {
      role.group = *name;
      check_name(*name, NameShape::kSnake, group->place, problems);
      if (!role.many) problems.error(group->place, fmt::format("{} is one, so it has no group", what));
      if (node->find(*name) != nullptr || std::find(groups.begin(), groups.end(), *name) != groups.end())
        problems.error(group->place, fmt::format("\"{}\" is taken", *name), "choose another name for the group");
      groups.push_back(*name);
    }
    role.title = read_languages(fields.take("title"), fmt::format("the title of {}", what), problems);
    role.fields = read_data(fields.take("data"), what, problems);
    fields.finish();
    draft.pathway->persons.push_back(std::move(role));
  }
}

void read_fact(const Entry& entry, Draft& draft) {
  Problems& problems = draft.problems;
  check_name(entry.key, NameShape::kDotted, entry.place, problems);
  const std::string what = fmt::format("fact {}", entry.key);
  Fields fields(entry.value, what, problems);
  Fact fact;
  fact.name = entry.key;
  fact.place = entry.place;
  fact.title = read_languages(fields.take("title"), fmt::format("the title of {}", what), problems);
  fact.ground = read_ground(fields, problems);
  const Node* by = fields.take("by");
  for (Named& role : read_names(by, fmt::format("\"by\" of {}", what), problems)) {
    check_actor_role(role.name, role.place, draft);
    fact.by.push_back(std::move(role.name));
  }
  if (fields.whole() && fact.by.empty()) problems.error(entry.place, fmt::format("nobody may report {}", entry.key), "add \"by: [ROLE, …]\"");
  const Node* per = fields.take("per");
  if (const auto name = read_text(per, fmt::format("\"per\" of {}", what), problems)) {
    fact.per = draft.pathway->person_role_named(*name);
    if (fact.per == kNone) {
      std::vector<std::string> roles;
      for (const PersonRole& role : draft.pathway->persons) roles.push_back(role.name);
      problems.error(per->place, fmt::format("there is no person \"{}\"", *name), suggest(*name, roles));
    }
  }
  fact.once = read_boolean(fields.take("once"), fmt::format("\"once\" of {}", what), problems).value_or(false);
  fact.fields = read_data(fields.take("data"), what, problems);
  fields.finish();
  draft.pathway->facts.push_back(std::move(fact));
}

/// The one of the kinds' keys that the step has; a wait, with a problem, if it has none or several. Of a misspelt one, what it is meant to
/// be: the key itself is reported where the step is read.
StepKind read_kind(const Node& body, const std::string& name, Place place, Problems& problems) {
  static const std::vector<std::pair<std::string, StepKind>> kKinds = {
      {"task", StepKind::kTask},           {"wait_for", StepKind::kWaitFor}, {"compute", StepKind::kCompute}, {"milestone", StepKind::kMilestone},
      {"notify", StepKind::kNotify},       {"stage", StepKind::kStage},      {"pathway", StepKind::kStage},
      {"documents", StepKind::kStage}};
  StepKind kind = StepKind::kWaitFor;
  std::size_t found = 0;
  for (const auto& [key, value] : kKinds) {
    if (body.find(key) == nullptr) continue;
    kind = value;
    ++found;
  }
  std::vector<std::string> names;
  for (const auto& [key, value] : kKinds) names.push_back(key);
  for (std::size_t i = 0; found == 0 && i < body.entries.size(); ++i) {
    const auto meant = std::find(names.begin(), names.end(), nearest_name(body.entries[i].key, names));
    if (meant == names.end() || body.entries[i].key.size() <= 3) continue;
    const StepKind likely = kKinds[static_cast<std::size_t>(meant - names.begin())].second;
    return likely == StepKind::kCompute ? StepKind::kWaitFor : likely;  // a compute step has its "compute" wherever it is looked up
  }
  if (found == 0 && body.is(Kind::kMap))
    problems.error(place, fmt::format("step {} doesn't say what it is", name), "give it one of task, wait_for, compute, milestone, notify, stage, pathway, documents");
  if (found > 1) problems.error(place, fmt::format("step {} is several kinds at once", name), "keep one of task, wait_for, compute, milestone, notify, stage, pathway, documents");
  return kind;
}

template <class Item>
void read_item_names(const Node* node, std::string_view what, std::vector<Item>& out, Problems& problems) {
  if (node == nullptr || !node->is(Kind::kMap)) return;  // reported where it is read in full
  constexpr std::size_t kItemsMax = 200;
  for (const Entry& entry : node->entries) {
    check_name(entry.key, NameShape::kSnake, entry.place, problems);
    if (out.size() >= kItemsMax) {
      problems.error(entry.place, fmt::format("a step has at most {} {}", kItemsMax, what));
      return;
    }
    out.emplace_back();
    out.back().name = entry.key;
  }
}

void outline_steps(const Node* node, StepIndex stage, Draft& draft);

/// Whether the loader wrote the names of the steps in that stage: of a used pathway, of a checklist, of what follows on one.
bool names_given(StepIndex stage, const Draft& draft) {
  for (StepIndex at = stage; at != kNone; at = draft.pathway->steps[at].stage) {
    const Node& body = *draft.step_sources[at].body;
    if (body.find("pathway") != nullptr || body.find("documents") != nullptr) return true;
    const std::string& name = draft.pathway->steps[at].name;
    if (!name.ends_with("_later")) continue;
    const StepIndex list = draft.pathway->step_named(std::string_view(name).substr(0, name.size() - 6));
    if (list != kNone && draft.step_sources[list].body->find("documents") != nullptr) return true;
  }
  return false;
}

/// The role of that name, or of the name that is probably meant: an unknown one is reported where the stage is read.
RoleIndex person_meant(const std::string& name, const Pathway& pathway) {
  const RoleIndex role = pathway.person_role_named(name);
  if (role != kNone) return role;
  std::vector<std::string> names;
  for (const PersonRole& person : pathway.persons) names.push_back(person.name);
  return pathway.person_role_named(nearest_name(name, names));
}

void outline_step(const Entry& entry, StepIndex stage, Draft& draft) {
  Pathway& pathway = *draft.pathway;
  Problems& problems = draft.problems;
  const std::size_t slash = names_given(stage, draft) ? entry.key.rfind('/') + 1 : 0;
  const bool well_named = check_name(std::string_view(entry.key).substr(slash), NameShape::kSnake, entry.place, problems);
  if (pathway.step_named(entry.key) != kNone)
    problems.error(entry.place, fmt::format("there is another step {}", entry.key), "a step's name is unique in the whole pathway: rename one");
  const auto index = static_cast<StepIndex>(pathway.steps.size());
  Step step;
  step.name = entry.key;
  step.place = entry.place;
  step.stage = stage;
  step.kind = read_kind(entry.value, entry.key, entry.place, problems);
  if (stage != kNone) step.branch = pathway.steps[stage].branch;
  if (const Node* box = entry.value.find("stage"); box != nullptr && box->find("each") != nullptr) {
    const Node* each = box->find("each");
    step.each = each->is(Kind::kText) ? person_meant(each->text, pathway) : kNone;
    if (step.branch != kNone) problems.error(each->place, "an \"each\" can't stand inside another one", "move the stage out of the other");
    if (step.each != kNone) step.branch = step.each;
  }
  read_item_names(entry.value.find("outcomes"), "outcomes", step.outcomes, problems);
  if (entry.value.find("deadline") != nullptr) {
    step.deadlines.emplace_back();
    step.deadlines.back().name = "deadline";
  }
  read_item_names(entry.value.find("deadlines"), "deadlines", step.deadlines, problems);
  pathway.steps.push_back(std::move(step));
  draft.step_sources.push_back({&entry.value, entry.place});
  if (well_named) draft.step_names.push_back(entry.key);
  if (const Node* inner = entry.value.find("steps"); inner != nullptr && pathway.steps[index].kind == StepKind::kStage)
    outline_steps(inner, index, draft);
}

void outline_steps(const Node* node, StepIndex stage, Draft& draft) {
  if (node == nullptr) return;
  if (!node->is(Kind::kMap)) {
    draft.problems.error(node->place, "\"steps\" must be a map of steps");
    return;
  }
  for (const Entry& entry : node->entries) outline_step(entry, stage, draft);
}

void read_header(Fields& fields, Draft& draft) {
  Pathway& pathway = *draft.pathway;
  Problems& problems = draft.problems;
  const Node* name = fields.require("pathway");
  if (auto text = read_text(name, "\"pathway\"", problems)) {
    check_name(*text, NameShape::kHyphens, name->place, problems);
    pathway.name = std::move(*text);
  }
  pathway.version = static_cast<std::uint32_t>(read_integer(fields.require("version"), "\"version\"", {1, 1'000'000}, problems).value_or(0));
  const std::optional<Day> first = read_day(fields.require("valid_from"), "\"valid_from\"", problems);
  draft.dated = first.has_value();
  pathway.valid_from = first.value_or(Day());
  const Node* last = fields.take("valid_to");
  pathway.valid_to = read_day(last, "\"valid_to\"", problems);
  if (draft.dated && pathway.valid_to && *pathway.valid_to < pathway.valid_from) problems.error(last->place, "\"valid_to\" is before \"valid_from\"");
  pathway.title = read_languages(fields.require("title"), "the title of the pathway", problems);
  pathway.ground = read_ground(fields, problems);
  static_cast<void>(read_retention(fields.take("retention"), problems));  // for whoever proposes erasures: retention_of
}

}  // namespace

std::vector<Field> read_data(const Node* node, const std::string& what, Problems& problems) {
  std::vector<Field> data;
  if (node == nullptr) return data;
  if (!node->is(Kind::kMap)) {
    problems.error(node->place, fmt::format("\"data\" of {} must be a map of fields", what));
    return data;
  }
  for (const Entry& entry : node->entries) {
    check_name(entry.key, NameShape::kSnake, entry.place, problems);
    Field field;
    field.name = entry.key;
    const std::string field_what = fmt::format("field {} of {}", entry.key, what);
    if (entry.value.is(Kind::kNull)) problems.error(entry.place, fmt::format("{} has no type", field_what));
    else read_field(entry.value, field_what, field, problems);
    data.push_back(std::move(field));
  }
  return data;
}

void read_outline(const Node& root, Draft& draft) {
  Pathway& pathway = *draft.pathway;
  Problems& problems = draft.problems;
  Fields fields(root, "the pathway", problems);
  read_header(fields, draft);
  read_named_texts(fields.take("parties"), "parties", pathway.parties, draft.party_places, problems);
  read_named_texts(fields.take("roles"), "roles", pathway.roles, draft.role_places, problems);
  for (Named& role : read_names(fields.take("managed_by"), "\"managed_by\"", problems)) {
    check_actor_role(role.name, role.place, draft);
    pathway.managed_by.push_back(std::move(role.name));
  }
  read_persons(fields.take("persons"), draft);
  if (const Node* facts = fields.take("facts"); facts != nullptr && !facts->is(Kind::kMap)) {
    problems.error(facts->place, "\"facts\" must be a map of facts");
  } else if (facts != nullptr) {
    for (const Entry& entry : facts->entries) read_fact(entry, draft);
  }
  std::stable_sort(pathway.facts.begin(), pathway.facts.end(), [](const Fact& a, const Fact& b) { return a.name < b.name; });
  for (const Fact& fact : pathway.facts) draft.fact_names.push_back(fact.name);
  outline_steps(fields.require("steps"), kNone, draft);
  if (pathway.steps.empty() && !problems.any_error()) problems.error(fields.place(), "the pathway has no steps");
  static_cast<void>(fields.take("completes_when"));  // read with the steps, whose names it uses
  read_item_names(fields.take("results"), "results", pathway.results, problems);
  fields.finish();
}

StepIndex find_step(std::string_view name, Place place, Draft& draft) {
  const StepIndex step = draft.pathway->step_named(name);
  if (step == kNone && !draft.problems.full()) {
    draft.problems.error(place, fmt::format("there is no step \"{}\"", name), suggest(name, draft.step_names));
    return draft.pathway->step_named(nearest_name(name, draft.step_names));
  }
  return step;
}

FactIndex find_fact(std::string_view name, Place place, Draft& draft) {
  const FactIndex fact = draft.pathway->fact_named(name);
  if (fact == kNone && !draft.problems.full()) {
    draft.problems.error(place, fmt::format("there is no fact \"{}\"", name), suggest(name, draft.fact_names));
    return draft.pathway->fact_named(nearest_name(name, draft.fact_names));
  }
  return fact;
}

void check_actor_role(std::string_view name, Place place, Draft& draft) {
  std::vector<std::string> names;
  for (const auto& [role, title] : draft.pathway->roles) {
    if (role == name) return;
    names.push_back(role);
  }
  draft.problems.error(place, fmt::format("there is no role \"{}\"", name), suggest(name, names));
}

StepOutcome find_step_outcome(const std::string& text, Place place, Draft& draft) {
  const std::size_t part = draft.pathway->step_part_of(text);
  const std::size_t slash = part == 0 ? text.find('/') : part;
  StepOutcome found;
  found.step = find_step(std::string_view(text).substr(0, slash), place, draft);
  if (found.step == kNone || slash >= text.size()) return found;
  const std::string wanted = text.substr(slash + 1);
  const Step& step = draft.pathway->steps[found.step];
  std::vector<std::string> names;
  if (draft.step_sources[found.step].body->find("done_when") != nullptr) {
    if (wanted == "done") return found;  // several facts may give it, so any of them counts
    if (step.outcomes.empty()) names.emplace_back("done");
  }
  for (std::size_t i = 0; i < step.outcomes.size(); ++i) {
    if (step.outcomes[i].name == wanted) found.outcome = static_cast<OutcomeIndex>(i);
    names.push_back(step.outcomes[i].name);
  }
  if (found.outcome == kNoOutcome) {
    draft.problems.error(place, fmt::format("step {} has no outcome \"{}\"", step.name, wanted),
                         names.empty() ? fmt::format("write \"{}\": it has no outcomes to tell apart", step.name) : suggest(wanted, names));
    found.step = kNone;
  }
  return found;
}

bool out_of_reach(RoleIndex owner, RoleIndex branch, const Pathway& pathway) {
  return owner != kNone && pathway.persons[owner].many && owner != branch;
}

}  // namespace ritrovo::definition
