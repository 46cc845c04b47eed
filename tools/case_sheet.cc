#include "tools/case_sheet.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/record/value_json.h"
#include "projections/text_table.h"
#include "workflows/pathway/next_steps.h"

namespace ritrovo::tools {
namespace {

std::string_view word_of(pathway::CaseLife life) {
  switch (life) {
    case pathway::CaseLife::kNone: return "unknown";
    case pathway::CaseLife::kOpen: return "open";
    case pathway::CaseLife::kSuspended: return "suspended";
    case pathway::CaseLife::kCompleted: return "completed";
    case pathway::CaseLife::kClosed: return "closed";
  }
  return "unknown";
}

std::string_view word_of(pathway::StepLife life) {
  switch (life) {
    case pathway::StepLife::kAvailable: return "available";
    case pathway::StepLife::kEnabled: return "enabled";
    case pathway::StepLife::kActive: return "active";
    case pathway::StepLife::kCompleted: return "completed";
    case pathway::StepLife::kTerminated: return "terminated";
  }
  return "unknown";
}

std::string text_of(const Values& values, std::string_view name) {
  const Value* value = find(values, name);
  if (value == nullptr) return {};
  if (const std::string* text = value->get<std::string>()) return *text;
  if (const Day* day = value->get<Day>()) return to_string(*day);
  return to_json(*value);
}

/// The sealed values that are known of each person, by alias.
std::map<std::string, Opened::Entry> opened_persons(const CaseReading& reading) {
  std::map<std::string, Opened::Entry> persons;
  for (const pathway::Person& person : reading.state.core.persons)
    if (const Opened::Entry* entry = reading.opened.find(person.source, person.id)) persons.insert_or_assign(person.alias, *entry);
  return persons;
}

constexpr std::string_view kErasedText = "[erased]";
constexpr std::string_view kUnreadableText = "[unreadable]";

/// What stands for a value that can't be opened; empty for an open box.
std::string gone(BoxState state) {
  switch (state) {
    case BoxState::kOpen: return {};
    case BoxState::kErased: return std::string(kErasedText);
    case BoxState::kUnreadable: return std::string(kUnreadableText);
  }
  return {};
}

std::string full_name(const Opened::Entry& entry) {
  if (entry.state != BoxState::kOpen) return gone(entry.state);
  const Values& values = entry.values;
  std::string name = text_of(values, "given_name");
  const std::string family = text_of(values, "family_name");
  if (!name.empty() && !family.empty()) name += ' ';
  return name + family;
}

std::string title_of(const std::vector<std::pair<std::string, definition::Text>>& texts, const std::string& name, std::string_view language) {
  const auto found = std::find_if(texts.begin(), texts.end(), [&name](const auto& entry) { return entry.first == name; });
  return found == texts.end() ? name : std::string(found->second.in(language));
}

StepLine line_of(const pathway::NextStep& next, const definition::Pathway& pathway, const pathway::CaseCore& core, std::string_view language) {
  const definition::Step& step = pathway.steps[next.ref.step];
  StepLine line;
  line.title = step.title.languages.empty() ? step.name : std::string(step.title.in(language));
  line.step = step.name;
  if (next.ref.person < core.persons.size()) line.person = core.persons[next.ref.person].alias;
  line.life = word_of(next.life);
  line.party = next.waits_on;
  line.role = next.role;
  if (!next.waits_on.empty()) line.party_title = title_of(pathway.parties, next.waits_on, language);
  if (!next.role.empty()) line.role_title = title_of(pathway.roles, next.role, language);
  line.claimed_by = next.claimed_by;
  if (next.life != pathway::StepLife::kAvailable) line.since = next.since;
  for (const pathway::NextDeadline& deadline : next.deadlines) {
    if (!line.due || deadline.due < *line.due) line.due = deadline.due;
  }
  line.law = step.ground.law;
  line.missing = next.missing;
  line.failed = next.failed;
  return line;
}

}  // namespace

std::string NamesOfPersons::of(std::string_view alias) const {
  const auto found = by_alias.find(alias);
  return found == by_alias.end() ? std::string() : found->second;
}

std::string NamesOfPersons::readable(std::string_view alias) const {
  std::string name = of(alias);
  return name == kErasedText || name == kUnreadableText ? std::string() : name;
}

NamesOfPersons names_of_persons(const CaseReading& reading) {
  NamesOfPersons names;
  for (const auto& [alias, entry] : opened_persons(reading)) names.by_alias[alias] = full_name(entry);
  return names;
}

CaseSheet case_sheet(const CaseReading& reading, std::string_view language) {
  const pathway::CaseCore& core = reading.state.core;
  const std::shared_ptr<const definition::Library> library = reading.library();
  const std::shared_ptr<const definition::Pathway> pathway = library->with_identity(core.identity);
  CaseSheet sheet;
  sheet.case_id = reading.case_id;
  sheet.version = core.version;
  sheet.life = word_of(core.life);
  sheet.opened_on = core.opened_on;
  sheet.today = reading.today;
  sheet.pathway = pathway->name;
  sheet.pathway_title = std::string(pathway->title.in(language));
  sheet.pathway_version = pathway->version;
  const std::map<std::string, Opened::Entry> opened = opened_persons(reading);
  for (const pathway::Person& person : core.persons) {
    const definition::PersonRole& role = pathway->persons[person.role];
    PersonLine line{person.alias, role.name, std::string(role.title.in(language)), person.id.printed(), {}, {}, person.left};
    if (const auto values = opened.find(person.alias); values != opened.end()) {
      line.name = full_name(values->second);
      line.birth_date = values->second.state == BoxState::kOpen ? text_of(values->second.values, "birth_date") : gone(values->second.state);
    }
    sheet.persons.push_back(std::move(line));
  }
  for (const pathway::NextStep& next : pathway::next_steps(reading.state, *library, reading.opened, sheet.today)) {
    if (pathway->steps[next.ref.step].kind == definition::StepKind::kStage) continue;
    sheet.steps.push_back(line_of(next, *pathway, core, language));
  }
  sheet.stuck = pathway::stuck(reading.state, *library, reading.opened, sheet.today).value_or("");
  return sheet;
}

std::vector<std::string> sheet_lines(const CaseSheet& sheet, std::string_view caption) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{}  {} (version {}), {}, opened {}, event {} is its last{}", sheet.case_id.printed(), sheet.pathway_title, sheet.pathway_version,
                              sheet.life, to_string(sheet.opened_on), sheet.version.value(), caption));
  const auto add = [&lines](const projections::TextTable& table) {
    for (std::string& line : table.lines("  ")) lines.push_back(std::move(line));
  };
  lines.emplace_back();
  projections::TextTable persons({{"person"}, {"role"}, {"name", false, 40}, {"born"}, {"id"}});
  for (const PersonLine& person : sheet.persons) {
    persons.row({person.alias, person.left ? person.role_title + " (left)" : person.role_title, person.name, person.birth_date, person.id});
  }
  add(persons);
  projections::TextTable open({{"open", false, 40}, {"for"}, {"waiting for", false, 22}, {"since"}, {"due"}, {"law", false, 26}});
  projections::TextTable waiting({{"may follow", false, 40}, {"for"}, {"still missing", false, 60}});
  for (const StepLine& step : sheet.steps) {
    const std::string due = step.due ? to_string(*step.due) + (*step.due < sheet.today ? " !" : "") : "";
    const std::string title = step.failed ? step.title + " (can't be computed)" : step.title;
    const std::string& who = step.party_title.empty() ? step.role_title : step.party_title;
    if (step.since) {
      open.row({title, step.person, step.claimed_by.empty() ? who : fmt::format("{} ({})", who, step.claimed_by), to_string(*step.since), due, step.law});
    } else {
      waiting.row({title, step.person, fmt::format("{}", fmt::join(step.missing, ", "))});
    }
  }
  for (const projections::TextTable* table : {&open, &waiting}) {
    if (table->empty()) continue;
    lines.emplace_back();
    add(*table);
  }
  if (!sheet.stuck.empty()) {
    lines.emplace_back();
    lines.push_back(fmt::format("  Nothing can move this case: {}", sheet.stuck));
  }
  return lines;
}

std::string sheet_json(const CaseSheet& sheet, std::string_view caption) {
  boost::json::array persons;
  for (const PersonLine& person : sheet.persons) {
    persons.push_back(boost::json::object{{"alias", person.alias}, {"role", person.role}, {"role_title", person.role_title}, {"id", person.id}, {"name", person.name},
                                          {"birth_date", person.birth_date}, {"left", person.left}});
  }
  boost::json::array steps;
  for (const StepLine& step : sheet.steps) {
    boost::json::array missing;
    for (const std::string& what : step.missing) missing.push_back(boost::json::string(what));
    boost::json::object object{{"step", step.step}, {"title", step.title}, {"person", step.person}, {"life", step.life}, {"party", step.party}, {"party_title", step.party_title}, {"role", step.role}, {"role_title", step.role_title},
                               {"claimed_by", step.claimed_by}, {"law", step.law}, {"missing", std::move(missing)}, {"failed", step.failed}};
    if (step.since) object["since"] = to_string(*step.since);
    if (step.due) object["due"] = to_string(*step.due);
    steps.push_back(std::move(object));
  }
  return boost::json::serialize(boost::json::object{{"case", sheet.case_id.printed()},
                                                    {"version", sheet.version.value()},
                                                    {"pathway", sheet.pathway},
                                                    {"pathway_title", sheet.pathway_title},
                                                    {"pathway_version", sheet.pathway_version},
                                                    {"state", sheet.life},
                                                    {"opened_on", to_string(sheet.opened_on)},
                                                    {"today", to_string(sheet.today)},
                                                    {"persons", std::move(persons)},
                                                    {"next", std::move(steps)},
                                                    {"stuck", sheet.stuck},
                                                    {"moment", caption}});
}

CaseSummary summary_of(const CaseFolder& folder, const CaseStateView& view) {
  const pathway::CaseCore& core = view.state.core;
  CaseSummary summary{view.case_id, view.version, core.opened_on, core.persons.size(), {}, std::string(word_of(core.life))};
  if (const auto pathway = folder.library()->with_identity(core.identity)) summary.pathway = fmt::format("{} {}", pathway->name, pathway->version);
  return summary;
}

std::string timeline_json(CaseId case_id, const std::vector<projections::TimelineEntry>& entries, const std::vector<projections::NextAction>& next, std::string_view caption) {
  boost::json::array told;
  for (const projections::TimelineEntry& entry : entries) {
    boost::json::object object{{"version", entry.version.value()}, {"day", to_string(entry.day)}, {"kind", name_of(entry.kind)},
                               {"text", entry.text}, {"why", entry.why}, {"law", entry.law}, {"verified", entry.verified}};
    if (entry.reported_on) object["reported_on"] = to_string(*entry.reported_on);
    told.push_back(std::move(object));
  }
  boost::json::array actions;
  for (const projections::NextAction& action : next) {
    boost::json::object object{{"who", action.who}, {"step", action.step}, {"title", action.title}, {"person", action.person}, {"alias", action.alias},
                               {"overdue", action.overdue}, {"may_start", action.may_start}, {"law", action.law}, {"text", action.text}};
    if (action.by) object["by"] = to_string(*action.by);
    actions.push_back(std::move(object));
  }
  return boost::json::serialize(boost::json::object{{"case", case_id.printed()}, {"timeline", std::move(told)}, {"next", std::move(actions)}, {"moment", caption}});
}

}  // namespace ritrovo::tools
