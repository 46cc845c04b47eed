#include "projections/deadlines.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "projections/wording.h"

namespace ritrovo::projections {

std::string_view name_of(DeadlineState state) {
  switch (state) {
    case DeadlineState::kOverdue: return "overdue";
    case DeadlineState::kRunning: return "running";
    case DeadlineState::kSuspended: return "suspended";
    case DeadlineState::kInterrupted: return "interrupted";
  }
  return "";
}

/// One event being applied to its case's row. When a step ends, the events that say what became of its clocks follow: until then they only
/// remember how it ended.
struct Deadlines::Applying {
  Row& row;

  Clock* find(const pathway::DeadlineRef& ref) const {
    const auto found = std::find_if(row.clocks.begin(), row.clocks.end(), [&ref](const Clock& clock) { return clock.ref == ref; });
    return found == row.clocks.end() ? nullptr : &*found;
  }
  Kept& kept(const pathway::DeadlineRef& ref) const {
    const auto found = std::find_if(row.kept.begin(), row.kept.end(), [&ref](const Kept& kept) { return kept.step == ref.step.step && kept.deadline == ref.deadline; });
    return found != row.kept.end() ? *found : row.kept.emplace_back(Kept{ref.step.step, ref.deadline, 0, 0});
  }
  void run(const pathway::DeadlineRef& ref, Day start, Day due) const {
    kept(ref);
    Clock* clock = find(ref);
    if (clock == nullptr) clock = &row.clocks.emplace_back(Clock{ref, {}, {}, false, {}, {}});
    // A warning was for that due day alone.
    clock->warned = clock->warned && clock->due == due;
    clock->clock = pathway::Clock::kRunning;
    clock->start = start;
    clock->due = due;
  }
  void stop(const pathway::DeadlineRef& ref, pathway::Clock how) const {
    if (Clock* clock = find(ref)) clock->clock = how;
  }
  void forget(const pathway::DeadlineRef& ref) const {
    std::erase_if(row.clocks, [&ref](const Clock& clock) { return clock.ref == ref; });
  }
  void end_step(const pathway::StepRef& ref, StepEnd end) const {
    for (Clock& clock : row.clocks)
      if (clock.ref.step == ref && clock.step_end == StepEnd::kNone) clock.step_end = end;
  }
  void end_case() const {
    for (Clock& clock : row.clocks)
      if (clock.step_end == StepEnd::kNone) clock.step_end = StepEnd::kNotDone;
  }

  void operator()(const pathway::PersonAdded& body) const { row.aliases.push_back(body.alias); }
  void operator()(const pathway::CaseClosed& /*body*/) const { end_case(); }
  void operator()(const pathway::PathwayCompleted& /*body*/) const { end_case(); }
  void operator()(const pathway::StepCompleted& body) const {
    end_step(body.step, body.because.rule == pathway::Rule::kDeadline ? StepEnd::kNotDone : StepEnd::kDone);
  }
  void operator()(const pathway::StepTerminated& body) const { end_step(body.step, StepEnd::kNotDone); }
  void operator()(const pathway::DeadlineSet& body) const { run(body.deadline, body.start, body.due); }
  void operator()(const pathway::DeadlineMoved& body) const { run(body.deadline, body.start, body.due); }
  void operator()(const pathway::DeadlineSuspended& body) const { stop(body.deadline, pathway::Clock::kSuspended); }
  void operator()(const pathway::DeadlineInterrupted& body) const { stop(body.deadline, pathway::Clock::kInterrupted); }
  void operator()(const pathway::DeadlineWarned& body) const {
    if (Clock* clock = find(body.deadline)) clock->warned = true;
  }
  void operator()(const pathway::DeadlineMissed& body) const {
    // One that was met, and isn't by what is known now, is followed again.
    if (find(body.deadline) == nullptr) run(body.deadline, body.due, body.due);
    stop(body.deadline, pathway::Clock::kMissed);
  }
  void operator()(const pathway::StepRevised& body) const {
    if (body.to == pathway::Revision::kRedated) return;
    for (Clock& clock : row.clocks)
      if (clock.ref.step == body.step) clock.step_end = StepEnd::kNone;
  }
  void operator()(const pathway::DeadlineWithdrawn& body) const { forget(body.deadline); }
  void operator()(const pathway::DeadlineMet& body) const {
    Kept& counts = kept(body.deadline);
    ++(body.late_report ? counts.reported_late : counts.met);
    forget(body.deadline);
  }
  void operator()(const pathway::DeadlineVoided& body) const { forget(body.deadline); }
  template <class Body>
  void operator()(const Body& /*body*/) const {}
};

void Deadlines::apply(const CaseEvent& event) {
  Row& row = rows_[event.record.case_id];
  row.pathway = event.frame.pathway;
  std::visit(Applying{row}, event.body);
}

/// How it stands, or nothing if it is over. A due day that has passed is overdue even before the day's turn was recorded.
std::optional<DeadlineState> Deadlines::state_of(const Clock& clock, Day today) {
  if (clock.step_end != StepEnd::kNone) return std::nullopt;
  if (clock.clock == pathway::Clock::kMissed) return DeadlineState::kOverdue;
  if (clock.clock == pathway::Clock::kSuspended) return DeadlineState::kSuspended;
  if (clock.clock == pathway::Clock::kInterrupted) return DeadlineState::kInterrupted;
  return clock.due < today ? DeadlineState::kOverdue : DeadlineState::kRunning;
}

OpenDeadline Deadlines::describe(CaseId case_id, const Row& row, const Clock& clock, Day today, std::string_view language,
                                 const definition::Library* library) {
  const definition::Step& step = row.pathway->steps[clock.ref.step.step];
  const definition::Deadline& deadline = step.deadlines[clock.ref.deadline];
  const definition::Ground& ground = ground_of(step, deadline);
  OpenDeadline open;
  open.case_id = case_id;
  open.step = step.name;
  open.title = title_of(step, language);
  open.deadline = deadline.name;
  if (clock.ref.step.person < row.aliases.size()) open.person = row.aliases[clock.ref.step.person];
  open.term = deadline.term;
  open.term_title = term_title(library, deadline.term, language);
  open.law = ground.law;
  open.verified = ground.verified;
  open.party = step.waits_on;
  open.party_title = party_title(*row.pathway, step.waits_on, language);
  open.state = state_of(clock, today).value_or(DeadlineState::kRunning);
  open.warned = clock.warned;
  open.start = clock.start;
  if (open.state == DeadlineState::kRunning || open.state == DeadlineState::kOverdue) {
    open.due = clock.due;
    open.days_left = clock.due.value() - today.value();
  }
  return open;
}

std::vector<OpenDeadline> Deadlines::open(Day today, std::string_view language, const definition::Library* library) const {
  std::vector<OpenDeadline> open;
  for (const auto& [id, row] : rows_)
    for (const Clock& clock : row.clocks)
      if (state_of(clock, today)) open.push_back(describe(id, row, clock, today, language, library));
  std::sort(open.begin(), open.end(), [](const OpenDeadline& a, const OpenDeadline& b) {
    if (a.due.has_value() != b.due.has_value()) return a.due.has_value();
    return std::tie(a.due, a.case_id, a.step, a.deadline, a.person, a.start) < std::tie(b.due, b.case_id, b.step, b.deadline, b.person, b.start);
  });
  return open;
}

std::vector<OpenDeadline> Deadlines::due_within(std::int32_t days, Day today, std::string_view language, const definition::Library* library) const {
  std::vector<OpenDeadline> due = open(today, language, library);
  std::erase_if(due, [days](const OpenDeadline& deadline) { return !deadline.days_left || *deadline.days_left > days; });
  return due;
}

namespace {

void add(TermFigures& sum, const TermFigures& part) {
  sum.running += part.running;
  sum.soon += part.soon;
  sum.overdue += part.overdue;
  sum.suspended += part.suspended;
  sum.interrupted += part.interrupted;
  sum.met += part.met;
  sum.reported_late += part.reported_late;
  sum.met_late += part.met_late;
  sum.never_met += part.never_met;
}

using TermAndParty = std::pair<std::string, std::string>;

/// The figures of each term and party, with the titles that the latest version of a pathway met gives.
class Figures {
 public:
  Figures(std::string_view language, const definition::Library* library) : language_(language), library_(library) {}
  TermFigures& of(const definition::Pathway& pathway, const definition::Step& step, definition::DeadlineIndex deadline) {
    const std::string& term = step.deadlines[deadline].term;
    Entry& entry = entries_[{term, step.waits_on}];
    if (entry.pathway == nullptr || entry.pathway->version < pathway.version) {
      entry.figures.term = term;
      entry.figures.term_title = term_title(library_, term, language_);
      entry.figures.party = step.waits_on;
      entry.figures.party_title = party_title(pathway, step.waits_on, language_);
      entry.pathway = &pathway;
    }
    return entry.figures;
  }
  [[nodiscard]] std::map<TermAndParty, TermFigures> all() const {
    std::map<TermAndParty, TermFigures> all;
    for (const auto& [key, entry] : entries_) all.emplace(key, entry.figures);
    return all;
  }

 private:
  struct Entry {
    const definition::Pathway* pathway = nullptr;
    TermFigures figures;
  };
  std::string_view language_;
  const definition::Library* library_;
  std::map<TermAndParty, Entry> entries_;
};

}  // namespace

DeadlineReport Deadlines::report(Day today, std::int32_t soon_days, std::string_view language, const definition::Library* library) const {
  Figures counted(language, library);
  for (const auto& [id, row] : rows_) {
    for (const Kept& kept : row.kept) {
      TermFigures& figure = counted.of(*row.pathway, row.pathway->steps[kept.step], kept.deadline);
      figure.met += kept.met;
      figure.reported_late += kept.reported_late;
    }
    for (const Clock& clock : row.clocks) {
      const definition::Step& step = row.pathway->steps[clock.ref.step.step];
      TermFigures& figure = counted.of(*row.pathway, step, clock.ref.deadline);
      const std::optional<DeadlineState> state = state_of(clock, today);
      if (state == DeadlineState::kOverdue) ++figure.overdue;
      if (state == DeadlineState::kSuspended) ++figure.suspended;
      if (state == DeadlineState::kInterrupted) ++figure.interrupted;
      if (state == DeadlineState::kRunning) {
        ++figure.running;
        if (clock.due.value() - today.value() <= soon_days) ++figure.soon;
      }
      if (!state && clock.clock == pathway::Clock::kMissed) ++(clock.step_end == StepEnd::kDone ? figure.met_late : figure.never_met);
    }
  }
  DeadlineReport report;
  report.today = today;
  report.soon_days = soon_days;
  std::map<std::string, TermFigures> parties;
  for (const auto& [key, figure] : counted.all()) {
    report.by_term.push_back(figure);
    add(report.total, figure);
    TermFigures& party = parties[key.second];
    party.party = figure.party;
    party.party_title = figure.party_title;
    add(party, figure);
  }
  for (auto& [name, figure] : parties) report.by_party.push_back(std::move(figure));
  std::stable_sort(report.by_party.begin(), report.by_party.end(), [](const TermFigures& a, const TermFigures& b) { return a.overdue > b.overdue; });
  return report;
}

const ViewKind& Deadlines::kind() {
  static const ViewKind kKind{"deadlines", 1, "clocks that run or were missed, and how often each term was kept", [] { return std::make_unique<Deadlines>(); }};
  return kKind;
}

const std::vector<Table>& Deadlines::tables() const {
  static const std::vector<Table> kTables{
      {"deadlines",
       {{"case_id"}, {"step"}, {"title_it"}, {"title_en"}, {"deadline"}, {"person"}, {"term"}, {"law"}, {"law_verified", CellKind::kInteger}, {"waits_on"}, {"state"},
        {"warned", CellKind::kInteger}, {"start_on", CellKind::kDay}, {"due_on", CellKind::kDay}}},
      {"terms_kept", {{"case_id"}, {"step"}, {"term"}, {"waits_on"}, {"met", CellKind::kInteger}, {"reported_late", CellKind::kInteger}}}};
  return kTables;
}

namespace {

/// How a clock stands without a day to look from: whether it is overdue follows from its due day.
std::string state_name(const DeadlinesRow::Clock& clock) {
  if (clock.clock == pathway::Clock::kMissed && clock.step_end == DeadlinesRow::StepEnd::kDone) return "met_late";
  if (clock.clock == pathway::Clock::kMissed) return clock.step_end == DeadlinesRow::StepEnd::kNone ? "missed" : "never_met";
  if (clock.clock == pathway::Clock::kSuspended) return "suspended";
  return clock.clock == pathway::Clock::kInterrupted ? "interrupted" : "running";
}

}  // namespace

void Deadlines::tabulate(CaseId case_id, const TableSink& sink) const {
  const auto found = rows_.find(case_id);
  if (found == rows_.end()) return;
  const Row& row = found->second;
  const auto text = [](const std::string& value) { return value.empty() ? Cell() : Cell(value); };
  for (const Clock& clock : row.clocks) {
    if (clock.step_end != StepEnd::kNone && clock.clock != pathway::Clock::kMissed) continue;
    const definition::Step& step = row.pathway->steps[clock.ref.step.step];
    const definition::Deadline& deadline = step.deadlines[clock.ref.deadline];
    const definition::Ground& ground = ground_of(step, deadline);
    const bool dated = clock.clock == pathway::Clock::kRunning || clock.clock == pathway::Clock::kMissed;
    sink(0, {case_id.printed(), step.name, title_of(step, "it"), title_of(step, "en"), deadline.name,
             clock.ref.step.person < row.aliases.size() ? Cell(row.aliases[clock.ref.step.person]) : Cell(), deadline.term, text(ground.law),
             std::int64_t{ground.verified ? 1 : 0}, text(step.waits_on), state_name(clock), std::int64_t{clock.warned ? 1 : 0}, clock.start,
             dated ? Cell(clock.due) : Cell()});
  }
  for (const Kept& kept : row.kept) {
    const definition::Step& step = row.pathway->steps[kept.step];
    sink(1, {case_id.printed(), step.name, step.deadlines[kept.deadline].term, text(step.waits_on), std::int64_t{kept.met}, std::int64_t{kept.reported_late}});
  }
}

}  // namespace ritrovo::projections
