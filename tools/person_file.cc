#include "tools/person_file.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/log/access_log.h"
#include "engine/record/case_ids.h"
#include "engine/record/value_json.h"
#include "tools/case_reading.h"
#include "tools/case_sheet.h"
#include "tools/event_view.h"
#include "workflows/definition/retention.h"
#include "workflows/pathway/event_body.h"
#include "workflows/pathway/instance_names.h"

namespace ritrovo::tools {
namespace {

std::string text_of(const Value& value, const definition::Field* field, std::string_view language) {
  if (const auto* text = value.get<std::string>()) {
    const auto at = field == nullptr ? std::size_t{0} : static_cast<std::size_t>(std::find(field->values.begin(), field->values.end(), *text) - field->values.begin());
    if (field != nullptr && at < field->value_titles.size()) return std::string(field->value_titles[at].in(language));
    return *text;
  }
  if (const auto* day = value.get<Day>()) return to_string(*day);
  if (const auto* amount = value.get<Decimal>()) {
    std::string text = to_string(*amount);
    if (language == "it") std::replace(text.begin(), text.end(), '.', ',');
    return text;
  }
  if (const auto* yes = value.get<bool>()) return language == "it" ? (*yes ? "sì" : "no") : (*yes ? "yes" : "no");
  std::string json = to_json(value);
  if (json.size() > 1 && json.front() == '"' && json.back() == '"') json = json.substr(1, json.size() - 2);
  return json;
}

std::string_view name_of(definition::Privacy privacy) {
  switch (privacy) {
    case definition::Privacy::kSealed: return "sealed";
    case definition::Privacy::kStatistical: return "statistical";
    case definition::Privacy::kPublic: return "public";
  }
  return "sealed";
}

/// Reads the events of one case for one person.
class Gathering {
 public:
  Gathering(const CaseReading& reading, const pathway::Person& person, std::string language)
      : reading_(reading), person_(person), household_(household_of(reading.case_id)), language_(std::move(language)), pathway_(reading.pathway()), names_(reading.state.core) {}

  std::vector<KnownFact> known() const {
    std::vector<KnownFact> all;
    for (const Event& event : reading_.events)
      if (std::optional<KnownFact> fact = known_by(event)) all.push_back(std::move(*fact));
    return all;
  }

  /// Whether an event is about them, or about nobody in particular.
  [[nodiscard]] bool concerns(Version version) const {
    const auto event = std::find_if(reading_.events.begin(), reading_.events.end(), [version](const Event& one) { return one.version == version; });
    if (event == reading_.events.end()) return true;
    const BodyView view = view_of(*event, names_, pathway_.get());
    for (const char* name : {"person", "alias"})
      if (const Value* value = find(view.body, name))
        if (const auto* alias = value->get<std::string>()) return *alias == person_.alias;
    return true;
  }

 private:
  /// What an event is about, for whoever reads its values.
  struct About {
    std::string what;
    const std::vector<definition::Field>* fields = nullptr;
    const std::vector<pathway::FieldValue>* clear = nullptr;
    const Value* computed = nullptr;
    bool theirs = false;  ///< it names them
  };

  [[nodiscard]] std::string say(std::string_view it, std::string_view en) const { return std::string(language_ == "it" ? it : en); }
  [[nodiscard]] std::string titled(const definition::Text& title, std::string_view name) const { return std::string(title.languages.empty() ? name : title.in(language_)); }
  [[nodiscard]] bool is_them(pathway::PersonIndex person) const { return names_.id(person) == person_.id && person != pathway::kNobody; }

  About about_fact(definition::FactIndex fact, pathway::PersonIndex person, const std::vector<pathway::FieldValue>* clear, std::string_view suffix) const {
    const definition::Fact& declared = pathway_->facts[fact];
    return {titled(declared.title, declared.name) + std::string(suffix), &declared.fields, clear, nullptr, is_them(person)};
  }
  About about_person(definition::RoleIndex role, const std::vector<pathway::FieldValue>& clear, bool theirs, std::string what) const {
    return {std::move(what), role < pathway_->persons.size() ? &pathway_->persons[role].fields : nullptr, &clear, nullptr, theirs};
  }

  [[nodiscard]] About about(const Event& event, const pathway::Body& body) const {
    if (const auto* added = std::get_if<pathway::PersonAdded>(&body)) return about_person(added->role, added->values, added->id == person_.id, say("Dati anagrafici", "Personal details"));
    if (const auto* corrected = std::get_if<pathway::PersonCorrected>(&body))
      return about_person(corrected->role, corrected->values, is_them(corrected->person), say("Dati anagrafici, corretti", "Personal details, corrected"));
    if (const auto* fact = std::get_if<pathway::FactReported>(&body)) return about_fact(fact->fact, fact->person, &fact->values, "");
    if (const auto* fact = std::get_if<pathway::FactCorrected>(&body)) return about_fact(fact->fact, fact->person, &fact->values, say(", corretto", ", corrected"));
    if (const auto* fact = std::get_if<pathway::FactWithdrawn>(&body)) return about_fact(fact->fact, fact->person, nullptr, say(", ritirato", ", withdrawn"));
    if (const auto* value = std::get_if<pathway::ValueComputed>(&body)) {
      const definition::Step& step = pathway_->steps[value->step.step];
      return {titled(step.title, step.name), nullptr, nullptr, value->value ? &*value->value : nullptr, is_them(value->step.person)};
    }
    const BodyView view = view_of(event, names_, pathway_.get());
    const std::string subject = subject_of(view);
    return {subject.empty() ? view.name : subject, nullptr, nullptr, nullptr, concerns(event.version) && find(view.body, "person") != nullptr};
  }

  [[nodiscard]] KnownValue known_value(const std::string& name, const Value& value, const std::vector<definition::Field>* fields, definition::Privacy kept) const {
    const definition::Field* field = nullptr;
    if (fields != nullptr)
      for (const definition::Field& one : *fields)
        if (one.name == name) field = &one;
    std::string title = field != nullptr ? titled(field->title, name) : name;
    if (name == "value") title = say("Valore calcolato", "Value worked out");
    if (name == "note") title = say("Nota", "Note");
    if (name == "reason" || name == "correction.reason") title = say("Motivo", "Reason");
    return {name, std::move(title), text_of(value, field, language_), std::string(name_of(kept))};
  }

  void add_boxes(const Event& event, const About& about, KnownFact& known) const {
    for (const Box& box : event.boxes) {
      const bool family = box.owner == household_;
      if (box.owner != person_.id && !family) continue;
      known.of_family = known.of_family || family;
      const Opened::Entry* entry = reading_.opened.find(event.version, box.owner);
      if (entry == nullptr || entry->state != BoxState::kOpen) {
        const bool erased = entry != nullptr && entry->state == BoxState::kErased;
        known.values.push_back({"", say("Dati sigillati", "Sealed data"), erased ? "[erased]" : "[unreadable]", "sealed"});
        continue;
      }
      for (const auto& [name, value] : entry->values) known.values.push_back(known_value(name, value, about.fields, definition::Privacy::kSealed));
    }
  }

  /// Whose command it came with: only the first event of a command says.
  [[nodiscard]] std::string organisation_behind(const Event& event) const {
    for (const Event& one : reading_.events)
      if (one.version == event.cause && one.provenance) return one.provenance->actor.organisation;
    return {};
  }

  [[nodiscard]] std::optional<KnownFact> known_by(const Event& event) const {
    if (event.tag < RecordTag::kFirstOfWorkflow) return std::nullopt;
    const Result<pathway::Body> body = pathway::decode_body(event.tag, event.body);
    if (!body) return std::nullopt;
    const About about = this->about(event, *body);
    KnownFact known{event.version, event.effective, event.recorded, about.what, false, {}, {}};
    if (!std::holds_alternative<pathway::ValueComputed>(*body)) known.from = organisation_behind(event);
    add_boxes(event, about, known);
    const bool of_nobody = !about.theirs && concerns(event.version);
    // What was recorded in clear of another person isn't theirs; of nobody in particular, it is the family's.
    if (about.clear != nullptr && about.fields != nullptr && (about.theirs || of_nobody))
      for (const pathway::FieldValue& value : *about.clear)
        if (value.field < about.fields->size()) known.values.push_back(known_value((*about.fields)[value.field].name, value.value, about.fields, (*about.fields)[value.field].privacy));
    if (about.computed != nullptr && (about.theirs || of_nobody)) known.values.push_back(known_value("value", *about.computed, nullptr, definition::Privacy::kPublic));
    if (known.values.empty()) return std::nullopt;
    known.of_family = !about.theirs;
    return known;
  }

  const CaseReading& reading_;
  const pathway::Person& person_;
  PersonId household_;
  std::string language_;
  std::shared_ptr<const definition::Pathway> pathway_;
  pathway::CaseNames names_;
};

/// A person of a state, by id.
const pathway::Person* find_person(const pathway::CaseCore& core, PersonId person) {
  for (const pathway::Person& one : core.persons)
    if (one.id == person) return &one;
  return nullptr;
}

std::string erasure_of(const std::vector<ErasureStatus>& all, CaseId case_id, PersonId person) {
  for (const ErasureStatus& status : all)
    if (status.case_id == case_id && status.person == person) return std::string(ritrovo::name_of(status.stage));
  return {};
}

PersonInCase person_in(const CaseFolder& folder, CaseId case_id, PersonId id, const std::string& language, std::string& name) {
  const CaseReading reading = read_case(folder, case_id, Moment());
  const pathway::Person& person = *find_person(reading.state.core, id);
  const std::shared_ptr<const definition::Pathway> pathway = reading.pathway();
  const Gathering gathering(reading, person, language);
  PersonInCase in;
  in.case_id = case_id;
  in.alias = person.alias;
  in.role = person.role < pathway->persons.size() ? std::string(pathway->persons[person.role].title.in(language)) : std::string();
  in.pathway = pathway->title.in(language);
  in.life = pathway::name_of(reading.state.core.life);
  in.opened_on = reading.state.core.opened_on;
  if (const auto retention = definition::retention_of(*pathway)) in.kept_for = to_string(retention->keep);
  in.known = gathering.known();
  projections::Timeline timeline(case_id);
  const auto fold = feed_reading(reading, timeline);
  const std::string called = names_of_persons(reading).of(person.alias);
  if (name.empty()) name = called;
  projections::Telling telling;
  telling.language = language;
  telling.local_day = [&folder](Timestamp instant) { return folder.zone().day_of(instant); };
  telling.library = reading.library().get();
  telling.name = [&](std::string_view alias, PersonId) { return alias == person.alias ? called : std::string(); };
  for (projections::TimelineEntry& entry : timeline.entries(telling))
    if (gathering.concerns(entry.version)) in.told.push_back(std::move(entry));
  for (projections::NextAction& action : timeline.next(telling, reading.today))
    if (action.alias.empty() || action.alias == person.alias) in.next.push_back(std::move(action));
  return in;
}

}  // namespace

std::vector<CaseId> cases_of(const CaseFolder& folder, PersonId person) {
  std::vector<CaseId> cases;
  folder.for_each_case(true, [&](const CaseStateView& view) {
    if (find_person(view.state.core, person) != nullptr) cases.push_back(view.case_id);
  });
  return cases;
}

PersonFile person_file(const CaseFolder& folder, PersonId person, const std::string& language, const std::filesystem::path& access) {
  PersonFile file;
  file.person = person;
  file.controller = folder.settings().tenant;
  file.language = language;
  file.written_on = folder.today();
  const std::vector<CaseId> cases = cases_of(folder, person);
  if (cases.empty()) throw Failure{{ErrorCode::kNotFound, fmt::format("nobody is called {} in any case; 'ritrovo case show CASE --json' says the ids of its persons", person.printed())}};
  const std::vector<ErasureStatus> erasures = folder.erasures();
  for (const CaseId case_id : cases) {
    file.cases.push_back(person_in(folder, case_id, person, language, file.name));
    file.cases.back().erasure = erasure_of(erasures, case_id, person);
  }
  must(AccessLog(access).read([&](const AccessBatch& batch) {
    for (const AccessRead& read : batch.reads)
      if (std::find(cases.begin(), cases.end(), read.case_id) != cases.end()) file.readings.push_back({batch.at, read.case_id, read.what, batch.purpose, read.personal});
  }));
  return file;
}

}  // namespace ritrovo::tools
