#include "projections/caseload.h"

#include <algorithm>
#include <set>
#include <variant>

#include "projections/wording.h"

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

/// The citizenship that a person's public values tell, or empty.
std::string citizenship(const definition::PersonRole& role, const std::vector<pathway::FieldValue>& values) {
  for (const pathway::FieldValue& value : values) {
    if (value.field >= role.fields.size() || role.fields[value.field].name != "citizenship") continue;
    if (const auto* text = value.value.get<std::string>()) return *text;
  }
  return {};
}

}  // namespace

/// One event being applied to its case's row.
struct Caseload::Applying {
  Caseload& view;
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

  void operator()(const pathway::PersonAdded& body) const {
    ++row.persons;
    if (body.role >= row.pathway->persons.size() || !row.nationality.empty()) return;
    const definition::PersonRole& role = row.pathway->persons[body.role];
    if (!role.many) row.nationality = citizenship(role, body.values);
  }
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
    const std::int32_t days = std::max(0, event.record.effective.value() - opened_on->value());
    StepTimes& times = view.times_[{row.pathway->name, step.name}];
    if (times.pathway == nullptr || times.pathway->version < row.pathway->version) {
      times.pathway = row.pathway;
      times.step = body.step.step;
    }
    ++times.days[days];
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
  std::visit(Applying{*this, row, event}, event.body);
}

namespace {

/// The step that names where an open case stands, or kNone: its first open stage at the top of the pathway, else its first open step.
StepIndex standing(const definition::Pathway& pathway, const std::vector<StepIndex>& open) {
  StepIndex stage = definition::kNone;
  StepIndex step = definition::kNone;
  for (const StepIndex index : open) {
    step = std::min(step, index);
    const StepIndex top = top_stage(pathway, index);
    // A stage without an open step inside waits for something that may never come: it doesn't hold the case up.
    if (pathway.steps[index].kind != StepKind::kStage) stage = std::min(stage, top);
  }
  return stage != definition::kNone ? stage : step;
}

}  // namespace

CaseloadReport Caseload::report(std::string_view language) const {
  CaseloadReport report;
  Tally stages, parties, results, milestones, nations;
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
    std::vector<StepIndex> open;
    std::set<std::string> waited;
    for (const OpenStep& step : row.open) {
      open.push_back(step.ref.step);
      if (!row.pathway->steps[step.ref.step].waits_on.empty()) waited.insert(row.pathway->steps[step.ref.step].waits_on);
    }
    for (const std::string& party : waited) parties.add(row.pathway, 0, party, party_title(*row.pathway, party, language));
    const StepIndex at = standing(*row.pathway, open);
    if (at == definition::kNone) stages.add(row.pathway, row.pathway->steps.size(), "", "");
    else stages.add(row.pathway, at, row.pathway->steps[at].name, title_of(row.pathway->steps[at], language));
  }
  report.by_stage = stages.in_document_order();
  report.waiting_for = parties.most_first();
  report.results = results.in_document_order();
  report.milestones = milestones.in_document_order();
  report.by_nationality = nations.most_first();

  std::vector<const StepTimes*> times;
  for (const auto& [name, entry] : times_) times.push_back(&entry);
  std::stable_sort(times.begin(), times.end(), [](const StepTimes* a, const StepTimes* b) {
    return std::tie(a->pathway->name, a->step) < std::tie(b->pathway->name, b->step);
  });
  for (const StepTimes* entry : times) {
    const definition::Step& step = entry->pathway->steps[entry->step];
    StepDuration duration{step.name, title_of(step, language), party_title(*entry->pathway, step.waits_on, language), 0, 0, 0};
    for (const auto& [days, count] : entry->days) duration.count += count;
    duration.median_days = percentile(entry->days, duration.count, 50);
    duration.p90_days = percentile(entry->days, duration.count, 90);
    report.durations.push_back(std::move(duration));
  }
  return report;
}

}  // namespace ritrovo::projections
