#include "projections/stuck.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>
#include <variant>

#include "engine/base/assert.h"
#include "engine/runtime/machine.h"
#include "projections/wording.h"
#include "workflows/pathway/next_steps.h"

namespace ritrovo::projections {

const ViewKind& Stuck::kind() {
  static const ViewKind kKind{"stuck", 1, "open cases that nothing can move, and incidents", [] { return std::make_unique<Stuck>(); }};
  return kKind;
}

void Stuck::apply(const CaseEvent& event) {
  StuckRow& row = rows_[event.record.case_id];
  if (row.ended()) {
    Result<pathway::CaseState> state = pathway::decode_state(row.resting);
    RITROVO_ASSERT(state.has_value());
    row.state = std::move(*state);
    row.resting.clear();
  }
  row.pathway = event.frame.pathway;
  row.last_event_on = event.record.effective;
  if (const auto* completed = std::get_if<pathway::StepCompleted>(&event.body)) row.last_step = completed->step.step;
  pathway::apply_body(row.state.core, {event.record.case_id, event.record.version, event.record.effective, event.actor}, event.body);
  if (event.frame.life == pathway::CaseLife::kOpen || event.frame.life == pathway::CaseLife::kSuspended) return;
  row.resting = pathway::encode_state(row.state);
  row.state = {};
}

const std::vector<Table>& Stuck::tables() const {
  static const std::vector<Table> kTables{{"last_events", {{"case_id"}, {"last_event_on", CellKind::kDay}, {"last_step"}, {"last_step_it"}, {"last_step_en"}}},
                                          {"incidents", {{"case_id"}, {"step"}, {"title_it"}, {"title_en"}}}};
  return kTables;
}

void Stuck::tabulate(CaseId case_id, const TableSink& sink) const {
  const auto found = rows_.find(case_id);
  if (found == rows_.end() || found->second.ended()) return;
  const StuckRow& row = found->second;
  const std::string id = case_id.printed();
  const auto step_cells = [&row](definition::StepIndex step) -> std::vector<Cell> {
    if (step == definition::kNone) return {Cell(), Cell(), Cell()};
    const definition::Step& named = row.pathway->steps[step];
    return {named.name, title_of(named, "it"), title_of(named, "en")};
  };
  std::vector<Cell> last{id, row.last_event_on};
  for (Cell& cell : step_cells(row.last_step)) last.push_back(std::move(cell));
  sink(0, std::move(last));
  for (const pathway::Incident& incident : row.state.core.incidents) {
    std::vector<Cell> cells{id};
    for (Cell& cell : step_cells(incident.step.step)) cells.push_back(std::move(cell));
    sink(1, std::move(cells));
  }
}

std::vector<StuckCase> Stuck::cases(Day today, std::string_view language, const definition::Library& library) const {
  const Opened nothing;
  std::vector<StuckCase> cases;
  for (const auto& [id, row] : rows_) {
    if (row.ended()) continue;
    StuckCase stuck;
    stuck.nothing_moves = pathway::stuck(row.state, library, nothing, today).has_value();
    if (!stuck.nothing_moves && row.state.core.incidents.empty()) continue;
    stuck.case_id = id;
    stuck.opened_on = row.state.core.opened_on;
    stuck.last_event_on = row.last_event_on;
    for (const pathway::Incident& incident : row.state.core.incidents) {
      const bool of_pathway = incident.step.step == definition::kNone;
      stuck.incidents.push_back(of_pathway ? std::string(row.pathway->title.in(language)) : title_of(row.pathway->steps[incident.step.step], language));
    }
    stuck.incidents.erase(std::unique(stuck.incidents.begin(), stuck.incidents.end()), stuck.incidents.end());
    if (row.last_step != definition::kNone) stuck.last_step = title_of(row.pathway->steps[row.last_step], language);
    cases.push_back(std::move(stuck));
  }
  std::sort(cases.begin(), cases.end(), [](const StuckCase& a, const StuckCase& b) {
    return std::tie(a.opened_on, a.case_id) < std::tie(b.opened_on, b.case_id);
  });
  return cases;
}

}  // namespace ritrovo::projections
