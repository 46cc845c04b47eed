#include "workflows/pathway/recount.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "workflows/pathway/commands.h"
#include "workflows/pathway/rejection_codes.h"

// Terms, calendars and parameters aren't pinned by a case: when others come into force, its running deadlines are counted again, by a
// recorded command, so that whoever reads the case sees which version moved what.
namespace ritrovo::pathway {
namespace {

bool runs(const RunningDeadline& deadline) {
  return deadline.clock == Clock::kRunning || deadline.clock == Clock::kSuspended || deadline.clock == Clock::kInterrupted;
}

void add_once(std::vector<AlmanacVersion>& items, AlmanacVersion item) {
  if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(std::move(item));
}

/// The versions in force of the terms that run in the case, and of what they rest on.
std::vector<AlmanacVersion> in_force(const Interpreter& work) {
  std::vector<AlmanacVersion> items;
  for (const RunningDeadline& deadline : work.core().deadlines) {
    if (!runs(deadline) || work.almanac() == nullptr) continue;
    const calendar::Term* term = work.almanac()->term(work.pathway().steps[deadline.ref.step.step].deadlines[deadline.ref.deadline].term);
    if (term == nullptr) continue;
    for (AlmanacVersion& item : rests_on(*work.almanac(), *term)) add_once(items, std::move(item));
  }
  std::sort(items.begin(), items.end(), [](const AlmanacVersion& a, const AlmanacVersion& b) { return std::tie(a.kind, a.name) < std::tie(b.kind, b.name); });
  return items;
}

}  // namespace

std::vector<AlmanacVersion> rests_on(const calendar::Almanac& almanac, const calendar::Term& term) {
  std::vector<AlmanacVersion> items{{"term", term.name, term.version}};
  // The almanac refuses calendars that extend each other in a ring.
  for (const calendar::Calendar* calendar = almanac.calendar(term.calendar); calendar != nullptr; calendar = almanac.calendar(calendar->rules().extends))
    items.push_back({"calendar", calendar->rules().name, calendar->rules().version});
  if (const calendar::Parameter* parameter = almanac.parameter(term.chosen_by_parameter)) items.push_back({"parameter", parameter->name, parameter->version});
  return items;
}

Refusal recount_terms(Interpreter& work, const Command& command, Day effective) {
  if (Refusal refusal = neither_manager_nor_operator(command.actor, work.pathway(), "Terms are counted again")) return refusal;
  if (!command.data.empty()) return refuse(code::kInvalidData, "recount takes no data: what is in force counts.");
  std::vector<AlmanacVersion> by = in_force(work);
  if (by.empty()) return refuse(code::kNothingToRecount, "No deadline of this case runs.");
  // From here it must succeed.
  work.emit(effective, TermsRecounted{std::move(by)});
  work.settle();
  return std::nullopt;
}

}  // namespace ritrovo::pathway
