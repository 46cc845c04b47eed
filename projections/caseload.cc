#include "projections/caseload.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

#include "projections/wording.h"
#include "workflows/pathway/instance_names.h"

namespace ritrovo::projections {
namespace {

using definition::StepIndex;
using definition::StepKind;

bool takes_time(StepKind kind) { return kind == StepKind::kTask || kind == StepKind::kWaitFor || kind == StepKind::kStage; }

/// Counts under names, each with the title and the place that the latest version of its pathway gives it.
class Tally {
 public:
  void add(const definition::Pathway* pathway, std::size_t place, const std::string& name, const std::string& title) {
    Entry& entry = entries_[name];
    ++entry.count.cases;
    if (entry.version > pathway->version) return;
    entry.version = pathway->version;
    entry.place = place;
    entry.count.name = name;
    entry.count.title = title;
  }
  [[nodiscard]] std::vector<CaseCount> in_document_order() const {
    return sorted([](const Entry& a, const Entry& b) { return a.place < b.place; });
  }
  [[nodiscard]] std::vector<CaseCount> most_first() const {
    return sorted([](const Entry& a, const Entry& b) { return a.count.cases > b.count.cases; });
  }

 private:
  struct Entry {
    std::uint32_t version = 0;
    std::size_t place = 0;
    CaseCount count;
  };
  template <class Before>
  [[nodiscard]] std::vector<CaseCount> sorted(Before before) const {
    std::vector<Entry> entries;
    for (const auto& [name, entry] : entries_) entries.push_back(entry);
    std::stable_sort(entries.begin(), entries.end(), before);
    std::vector<CaseCount> counts;
    for (Entry& entry : entries) counts.push_back(std::move(entry.count));
    return counts;
  }
  std::map<std::string, Entry> entries_;
};

/// A step across the versions of its pathway, ordered as in the latest version met.
struct StepTimes {
  const definition::Pathway* pathway = nullptr;
  StepIndex step = definition::kNone;
  std::map<std::int32_t, std::uint64_t> days;  ///< how many took that many days
};

/// The value at that share of the ordered days: the smallest that at least `percent` of them don't exceed (nearest rank).
std::int32_t percentile(const std::map<std::int32_t, std::uint64_t>& days, std::uint64_t count, std::uint64_t percent) {
  const std::uint64_t rank = std::max<std::uint64_t>(1, (count * percent + 99) / 100);
  std::uint64_t seen = 0;
  for (const auto& [value, times] : days) {
    seen += times;
    if (seen >= rank) return value;
  }
  return 0;
}

/// What values in clear tell under a field's name, as text; empty for nothing.
std::string told(const std::vector<definition::Field>& fields, const std::vector<pathway::FieldValue>& values, std::string_view name) {
  for (const pathway::FieldValue& value : values) {
    if (value.field >= fields.size() || fields[value.field].name != name) continue;
    if (const auto* text = value.value.get<std::string>()) return *text;
    if (const auto* number = value.value.get<std::int64_t>()) return std::to_string(*number);
  }
  return {};
}

}  // namespace

/// One event being applied to its case's row.
struct Caseload::Applying {
  Row& row;
  const CaseEvent& event;

  void open(const pathway::StepRef& ref) const { row.open.push_back({ref, event.record.effective}); }
  std::optional<Day> end(const pathway::StepRef& ref) const {
    const auto found = std::find_if(row.open.begin(), row.open.end(), [&ref](const OpenStep& step) { return step.ref == ref; });
    if (found == row.open.end()) return std::nullopt;
    const Day opened_on = found->opened_on;
    row.open.erase(found);
    return opened_on;
  }
  void end_case() const { row.open.clear(); }
  /// Of the family's one person, the sponsor: what they say of themselves.
  void note_person(definition::RoleIndex index, const std::vector<pathway::FieldValue>& values) const {
    if (index >= row.pathway->persons.size() || row.pathway->persons[index].many) return;
    const std::vector<definition::Field>& fields = row.pathway->persons[index].fields;
    if (std::string citizenship = told(fields, values, "citizenship"); !citizenship.empty()) row.nationality = std::move(citizenship);
    if (std::string language = told(fields, values, "language"); !language.empty()) row.language = std::move(language);
  }
  /// A course has a district too: the first that is told is the family's.
  void note_district(definition::FactIndex fact, const std::vector<pathway::FieldValue>& values) const {
    if (row.district_fact != definition::kNone && row.district_fact != fact) return;
    std::string district = told(row.pathway->facts[fact].fields, values, "municipio");
    if (district.empty()) return;
    row.district = std::move(district);
    row.district_fact = fact;
  }

  void operator()(const pathway::PersonAdded& body) const {
    ++row.persons;
    if (row.nationality.empty()) note_person(body.role, body.values);
  }
  void operator()(const pathway::PersonCorrected& body) const { note_person(body.role, body.values); }
  void operator()(const pathway::FactReported& body) const { note_district(body.fact, body.values); }
  void operator()(const pathway::FactCorrected& body) const { note_district(body.fact, body.values); }
  void operator()(const pathway::PersonLeft& /*body*/) const { row.persons -= row.persons > 0 ? 1 : 0; }
  void operator()(const pathway::CaseClosed& /*body*/) const { end_case(); }
  void operator()(const pathway::PathwayCompleted& /*body*/) const { end_case(); }
  void operator()(const pathway::StepOpened& body) const { open(body.step); }
  void operator()(const pathway::StepReopened& body) const { open(body.step); }
  void operator()(const pathway::ValueComputed& body) const {
    const bool known = std::any_of(row.open.begin(), row.open.end(), [&body](const OpenStep& step) { return step.ref == body.step; });
    if (body.active && !known) open(body.step);
  }
  void operator()(const pathway::StepCompleted& body) const {
    const definition::Step& step = row.pathway->steps[body.step.step];
    if (step.kind == StepKind::kMilestone && step.stage == definition::kNone) row.milestones.push_back(body.step.step);
    const std::optional<Day> opened_on = end(body.step);
    if (!opened_on || !takes_time(step.kind)) return;
    // A fact that was known before its step opened completes it at once: no day passed.
    row.ended.push_back({body.step.step, std::max(0, event.record.effective.value() - opened_on->value())});
  }
  void operator()(const pathway::StepTerminated& body) const { end(body.step); }
  void operator()(const pathway::StepRevised& body) const {
    if (body.to == pathway::Revision::kRedated) return;
    end(body.step);
    std::erase(row.milestones, body.step.step);
    if (body.to == pathway::Revision::kReopened) row.open.push_back({body.step, body.opened_on});
  }
  void operator()(const pathway::NotificationRequested& body) const {
    if (body.deadline == 0xFF) end(body.step);
  }
  template <class Body>
  void operator()(const Body& /*body*/) const {}
};

void Caseload::apply(const CaseEvent& event) {
  Row& row = rows_[event.record.case_id];
  row.pathway = event.frame.pathway;
  row.life = event.frame.life;
  row.opened_on = event.frame.opened_on;
  if (event.record.version == Version(1) && event.record.provenance) row.organisation = event.record.provenance->actor.organisation;
  std::visit(Applying{row, event}, event.body);
}

namespace {

/// The step that names where an open case stands, or kNone: its first open stage at the top of the pathway, else its first open step.
StepIndex standing(const definition::Pathway& pathway, const std::vector<CaseloadRow::OpenStep>& open) {
  StepIndex stage = definition::kNone;
  StepIndex step = definition::kNone;
  for (const CaseloadRow::OpenStep& one : open) {
    const StepIndex index = one.ref.step;
    step = std::min(step, index);
    const StepIndex top = top_stage(pathway, index);
    // A stage without an open step inside waits for something that may never come: it doesn't hold the case up.
    if (pathway.steps[index].kind != StepKind::kStage) stage = std::min(stage, top);
  }
  return stage != definition::kNone ? stage : step;
}

/// The parties that its open steps wait for, each once.
std::set<std::string> waited_for(const CaseloadRow& row) {
  std::set<std::string> waited;
  for (const CaseloadRow::OpenStep& step : row.open) {
    const std::string& party = row.pathway->steps[step.ref.step].waits_on;
    if (!party.empty()) waited.insert(party);
  }
  return waited;
}

/// Its open steps but stages, each once however many persons have it open.
std::set<StepIndex> open_steps(const CaseloadRow& row) {
  std::set<StepIndex> steps;
  for (const CaseloadRow::OpenStep& step : row.open)
    if (row.pathway->steps[step.ref.step].kind != StepKind::kStage) steps.insert(step.ref.step);
  return steps;
}

std::vector<StepDuration> durations_of(const std::unordered_map<CaseId, CaseloadRow>& rows, std::string_view language) {
  std::map<std::pair<std::string, std::string>, StepTimes> times;  // by pathway and step name
  for (const auto& [id, row] : rows) {
    for (const CaseloadRow::EndedStep& ended : row.ended) {
      StepTimes& entry = times[{row.pathway->name, row.pathway->steps[ended.step].name}];
      if (entry.pathway == nullptr || entry.pathway->version < row.pathway->version) {
        entry.pathway = row.pathway;
        entry.step = ended.step;
      }
      ++entry.days[ended.days];
    }
  }
  std::vector<const StepTimes*> ordered;
  for (const auto& [name, entry] : times) ordered.push_back(&entry);
  std::stable_sort(ordered.begin(), ordered.end(), [](const StepTimes* a, const StepTimes* b) {
    return std::tie(a->pathway->name, a->step) < std::tie(b->pathway->name, b->step);
  });
  std::vector<StepDuration> durations;
  for (const StepTimes* entry : ordered) {
    const definition::Step& step = entry->pathway->steps[entry->step];
    StepDuration duration{step.name, title_of(step, language), party_title(*entry->pathway, step.waits_on, language), 0, 0, 0};
    for (const auto& [days, count] : entry->days) duration.count += count;
    duration.median_days = percentile(entry->days, duration.count, 50);
    duration.p90_days = percentile(entry->days, duration.count, 90);
    durations.push_back(std::move(duration));
  }
  return durations;
}

}  // namespace

CaseloadReport Caseload::report(std::string_view language) const {
  CaseloadReport report;
  Tally stages, parties, results, milestones, nations, steps, languages, districts, organisations;
  for (const auto& [id, row] : rows_) {
    ++report.cases;
    for (const StepIndex step : row.milestones)
      milestones.add(row.pathway, step, row.pathway->steps[step].name, title_of(row.pathway->steps[step], language));
    if (row.life == pathway::CaseLife::kClosed) ++report.closed;
    if (row.life == pathway::CaseLife::kCompleted) {
      ++report.completed;
      const auto last = std::max_element(row.milestones.begin(), row.milestones.end());
      if (last == row.milestones.end()) results.add(row.pathway, row.pathway->steps.size(), "", "");
      else results.add(row.pathway, *last, row.pathway->steps[*last].name, title_of(row.pathway->steps[*last], language));
    }
    if (row.life != pathway::CaseLife::kOpen && row.life != pathway::CaseLife::kSuspended) continue;
    ++report.open;
    report.suspended += row.life == pathway::CaseLife::kSuspended ? 1 : 0;
    report.persons += row.persons;
    nations.add(row.pathway, 0, row.nationality, row.nationality);
    languages.add(row.pathway, 0, row.language, row.language);
    districts.add(row.pathway, 0, row.district, row.district);
    organisations.add(row.pathway, 0, row.organisation, row.organisation);
    for (const StepIndex step : open_steps(row)) steps.add(row.pathway, step, row.pathway->steps[step].name, title_of(row.pathway->steps[step], language));
    for (const std::string& party : waited_for(row)) parties.add(row.pathway, 0, party, party_title(*row.pathway, party, language));
    const StepIndex at = standing(*row.pathway, row.open);
    if (at == definition::kNone) stages.add(row.pathway, row.pathway->steps.size(), "", "");
    else stages.add(row.pathway, at, row.pathway->steps[at].name, title_of(row.pathway->steps[at], language));
  }
  report.by_stage = stages.in_document_order();
  report.waiting_for = parties.most_first();
  report.results = results.in_document_order();
  report.milestones = milestones.in_document_order();
  report.by_nationality = nations.most_first();
  report.by_step = steps.in_document_order();
  report.by_language = languages.most_first();
  report.by_district = districts.most_first();
  report.by_organisation = organisations.most_first();
  report.durations = durations_of(rows_, language);
  return report;
}

const ViewKind& Caseload::kind() {
  static const ViewKind kKind{"caseload", 2, "where the cases stand, and how long steps took", [] { return std::make_unique<Caseload>(); }};
  return kKind;
}

const std::vector<Table>& Caseload::tables() const {
  static const std::vector<Table> kTables{
      {"cases",
       {{"case_id"}, {"pathway"}, {"pathway_version", CellKind::kInteger}, {"life"}, {"opened_on", CellKind::kDay}, {"persons", CellKind::kInteger}, {"nationality"}, {"language"},
        {"district"}, {"organisation"}, {"stands_at"}, {"stands_at_it"}, {"stands_at_en"}, {"result"}}},
      {"open_steps", {{"case_id"}, {"step"}, {"title_it"}, {"title_en"}, {"person", CellKind::kInteger}, {"waits_on"}, {"opened_on", CellKind::kDay}}},
      {"step_durations", {{"case_id"}, {"step"}, {"title_it"}, {"title_en"}, {"waits_on"}, {"days", CellKind::kInteger}}}};
  return kTables;
}

void Caseload::tabulate(CaseId case_id, const TableSink& sink) const {
  const auto found = rows_.find(case_id);
  if (found == rows_.end()) return;
  const Row& row = found->second;
  const std::string id = case_id.printed();
  const StepIndex at = standing(*row.pathway, row.open);
  const auto cells_of = [&row](StepIndex step) -> const definition::Step& { return row.pathway->steps[step]; };
  const auto last = std::max_element(row.milestones.begin(), row.milestones.end());
  const bool completed = row.life == pathway::CaseLife::kCompleted && last != row.milestones.end();
  const auto name = [](bool known, const std::string& text) { return known ? Cell(text) : Cell(); };
  const bool stands = at != definition::kNone;
  sink(0, {id, row.pathway->name, std::int64_t{row.pathway->version}, std::string(name_of(row.life)), row.opened_on, std::int64_t{row.persons},
           name(!row.nationality.empty(), row.nationality), name(!row.language.empty(), row.language), name(!row.district.empty(), row.district),
           name(!row.organisation.empty(), row.organisation), name(stands, stands ? cells_of(at).name : ""), name(stands, stands ? title_of(cells_of(at), "it") : ""),
           name(stands, stands ? title_of(cells_of(at), "en") : ""), name(completed, completed ? cells_of(*last).name : "")});
  for (const OpenStep& open : row.open) {
    const definition::Step& step = cells_of(open.ref.step);
    sink(1, {id, step.name, title_of(step, "it"), title_of(step, "en"), open.ref.person == pathway::kNobody ? Cell() : Cell(std::int64_t{open.ref.person}),
             name(!step.waits_on.empty(), step.waits_on), open.opened_on});
  }
  for (const CaseloadRow::EndedStep& ended : row.ended) {
    const definition::Step& step = cells_of(ended.step);
    sink(2, {id, step.name, title_of(step, "it"), title_of(step, "en"), name(!step.waits_on.empty(), step.waits_on), std::int64_t{ended.days}});
  }
}

}  // namespace ritrovo::projections
