#include "projections/stuck.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "engine/runtime/machine.h"
#include "projections/wording.h"
#include "workflows/pathway/next_steps.h"

namespace ritrovo::projections {

void Stuck::apply(const CaseEvent& event) {
  const bool ended = event.frame.life != pathway::CaseLife::kOpen && event.frame.life != pathway::CaseLife::kSuspended;
  const auto known = rows_.find(event.record.case_id);
  if (ended) {
    if (known != rows_.end()) rows_.erase(known);
    return;
  }
  Row& row = known != rows_.end() ? known->second : rows_[event.record.case_id];
  row.pathway = event.frame.pathway;
  row.last_event_on = event.record.effective;
  if (const auto* completed = std::get_if<pathway::StepCompleted>(&event.body)) row.last_step = completed->step.step;
  pathway::apply_body(row.state.core, {event.record.case_id, event.record.version, event.record.effective, event.actor}, event.body);
}

std::vector<StuckCase> Stuck::cases(Day today, std::string_view language, const definition::Library& library) const {
  const Opened nothing;
  std::vector<StuckCase> cases;
  for (const auto& [id, row] : rows_) {
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
