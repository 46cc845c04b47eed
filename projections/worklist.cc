#include "projections/worklist.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "projections/wording.h"

namespace ritrovo::projections {

/// One event being applied to its case's row.
struct Worklist::Applying {
  Row& row;
  Day day;

  Task* find(const pathway::StepRef& ref) const {
    const auto found = std::find_if(row.tasks.begin(), row.tasks.end(), [&ref](const Task& task) { return task.ref == ref; });
    return found == row.tasks.end() ? nullptr : &*found;
  }
  void offer(const pathway::StepRef& ref, bool active) const {
    if (row.pathway->steps[ref.step].kind != definition::StepKind::kTask) return;
    Task* task = find(ref);
    if (task == nullptr) task = &row.tasks.emplace_back(Task{ref, false, {}, {}, {}, 0xFF, {}});
    task->active = active;
    task->opened_on = day;
  }
  void end(const pathway::StepRef& ref) const {
    std::erase_if(row.tasks, [&ref](const Task& task) { return task.ref == ref; });
  }
  void claim(const pathway::StepRef& ref, const std::string& by) const {
    if (Task* task = find(ref)) task->claimed_by = by;
  }
  void set_due(const pathway::DeadlineRef& ref, std::optional<Day> due) const {
    Task* task = find(ref.step);
    if (task == nullptr) return;
    std::erase_if(task->clocks, [&ref](const Clock& clock) { return clock.deadline == ref.deadline; });
    if (due) task->clocks.push_back({ref.deadline, *due});
  }

  void operator()(const pathway::PersonAdded& body) const { row.aliases.push_back(body.alias); }
  void operator()(const pathway::CaseClosed& /*body*/) const { row.tasks.clear(); }
  void operator()(const pathway::PathwayCompleted& /*body*/) const { row.tasks.clear(); }
  void operator()(const pathway::PersonSuspended& body) const { row.held.push_back(body.person); }
  void operator()(const pathway::PersonResumed& body) const { std::erase(row.held, body.person); }
  void operator()(const pathway::StepReopened& body) const { offer(body.step, true); }
  void operator()(const pathway::TaskAssigned& body) const { claim(body.step, body.to); }
  void operator()(const pathway::TaskEscalated& body) const {
    if (Task* task = find(body.step)) task->escalated = body.deadline;
  }
  void operator()(const pathway::StepEnabled& body) const { offer(body.step, false); }
  void operator()(const pathway::StepOpened& body) const { offer(body.step, true); }
  void operator()(const pathway::StepCompleted& body) const { end(body.step); }
  void operator()(const pathway::StepTerminated& body) const { end(body.step); }
  void operator()(const pathway::StepRevised& body) const {
    if (body.to == pathway::Revision::kWithdrawn) end(body.step);
    if (body.to == pathway::Revision::kReopened) offer(body.step, true);
  }
  void operator()(const pathway::DeadlineWithdrawn& body) const { set_due(body.deadline, std::nullopt); }
  void operator()(const pathway::TaskClaimed& body) const { claim(body.step, body.by); }
  void operator()(const pathway::TaskReleased& body) const { claim(body.step, {}); }
  void operator()(const pathway::TaskDelegated& body) const {
    claim(body.step, body.to);
    if (Task* task = find(body.step)) task->organisation = body.organisation;
  }
  void operator()(const pathway::TaskCompleted& body) const { claim(body.step, {}); }
  void operator()(const pathway::DeadlineSet& body) const { set_due(body.deadline, body.due); }
  void operator()(const pathway::DeadlineMoved& body) const { set_due(body.deadline, body.due); }
  void operator()(const pathway::DeadlineSuspended& body) const { set_due(body.deadline, std::nullopt); }
  void operator()(const pathway::DeadlineInterrupted& body) const { set_due(body.deadline, std::nullopt); }
  void operator()(const pathway::DeadlineMet& body) const { set_due(body.deadline, std::nullopt); }
  void operator()(const pathway::DeadlineVoided& body) const { set_due(body.deadline, std::nullopt); }
  template <class Body>
  void operator()(const Body& /*body*/) const {}
};

void Worklist::apply(const CaseEvent& event) {
  Row& row = rows_[event.record.case_id];
  row.pathway = event.frame.pathway;
  row.suspended = event.frame.life == pathway::CaseLife::kSuspended;
  std::visit(Applying{row, event.record.effective}, event.body);
}

namespace {

/// Whether the person of its branch is suspended.
bool is_held(const WorklistRow& row, const WorklistRow::Task& task) {
  return std::find(row.held.begin(), row.held.end(), task.ref.person) != row.held.end();
}

/// Whose people work on it; empty for anybody's.
const std::string& organisation_of(const WorklistRow& row, const WorklistRow::Task& task) {
  return task.organisation.empty() ? row.pathway->steps[task.ref.step].task_organisation : task.organisation;
}

/// The day of its earliest deadline.
std::optional<Day> due_of(const WorklistRow::Task& task) {
  std::optional<Day> due;
  for (const WorklistRow::Clock& clock : task.clocks) due = due ? std::min(*due, clock.due) : clock.due;
  return due;
}

}  // namespace

std::vector<OpenTask> Worklist::tasks(std::string_view language, std::string_view role, std::string_view organisation) const {
  std::vector<std::tuple<std::optional<Day>, Day, CaseId, const Row*, const Task*>> found;
  for (const auto& [id, row] : rows_) {
    if (row.suspended) continue;
    for (const Task& task : row.tasks) {
      if (is_held(row, task)) continue;
      const definition::Step& offered = row.pathway->steps[task.ref.step];
      const bool put_before = task.escalated < offered.deadlines.size() && offered.deadlines[task.escalated].overdue_escalate == role;
      if (!role.empty() && offered.task_role != role && !put_before) continue;
      const std::string& of = organisation_of(row, task);
      if (!organisation.empty() && !of.empty() && of != organisation) continue;
      found.emplace_back(due_of(task), task.opened_on, id, &row, &task);
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    const auto& [a_due, a_opened, a_id, a_row, a_task] = a;
    const auto& [b_due, b_opened, b_id, b_row, b_task] = b;
    if (a_due.has_value() != b_due.has_value()) return a_due.has_value();
    return std::tie(a_due, a_opened, a_id, a_task->ref) < std::tie(b_due, b_opened, b_id, b_task->ref);
  });
  std::vector<OpenTask> tasks;
  for (const auto& [due, opened_on, id, row, task] : found) {
    const definition::Step& step = row->pathway->steps[task->ref.step];
    OpenTask open;
    open.case_id = id;
    open.step = step.name;
    open.title = title_of(step, language);
    if (task->ref.person < row->aliases.size()) open.person = row->aliases[task->ref.person];
    open.occurrence = task->ref.occurrence;
    open.role = step.task_role;
    open.role_title = role_title(*row->pathway, step.task_role, language);
    open.organisation = organisation_of(*row, *task);
    open.party = step.waits_on;
    open.party_title = party_title(*row->pathway, step.waits_on, language);
    open.claimed_by = task->claimed_by;
    open.may_start = !task->active;
    open.opened_on = opened_on;
    open.due = due;
    tasks.push_back(std::move(open));
  }
  return tasks;
}

const ViewKind& Worklist::kind() {
  static const ViewKind kKind{"worklist", 2, "open tasks", [] { return std::make_unique<Worklist>(); }};
  return kKind;
}

const std::vector<Table>& Worklist::tables() const {
  static const std::vector<Table> kTables{
      {"tasks",
       {{"case_id"}, {"step"}, {"title_it"}, {"title_en"}, {"person"}, {"occurrence", CellKind::kInteger}, {"role"}, {"organisation"}, {"waits_on"}, {"claimed_by"},
        {"started", CellKind::kInteger}, {"opened_on", CellKind::kDay}, {"due", CellKind::kDay}}}};
  return kTables;
}

void Worklist::tabulate(CaseId case_id, const TableSink& sink) const {
  const auto found = rows_.find(case_id);
  if (found == rows_.end() || found->second.suspended) return;
  const Row& row = found->second;
  const auto text = [](const std::string& value) { return value.empty() ? Cell() : Cell(value); };
  for (const Task& task : row.tasks) {
    if (is_held(row, task)) continue;
    const definition::Step& step = row.pathway->steps[task.ref.step];
    const std::optional<Day> due = due_of(task);
    sink(0, {case_id.printed(), step.name, title_of(step, "it"), title_of(step, "en"), task.ref.person < row.aliases.size() ? Cell(row.aliases[task.ref.person]) : Cell(),
             std::int64_t{task.ref.occurrence.value()}, text(step.task_role), text(organisation_of(row, task)), text(step.waits_on), text(task.claimed_by), std::int64_t{task.active ? 1 : 0}, task.opened_on,
             due ? Cell(*due) : Cell()});
  }
}

}  // namespace ritrovo::projections
