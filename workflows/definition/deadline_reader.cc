#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "workflows/definition/draft.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

std::vector<std::string> dates_of(const Fact& fact) {
  std::vector<std::string> names;
  for (const Field& field : fact.fields)
    if (field.kind == FieldKind::kDate) names.push_back(fmt::format("{}.{}", fact.name, field.name));
  return names;
}

/// "fact.name.field": a public date of a fact; or "opened", where that is allowed.
std::optional<DateSource> read_date_source(const Node* node, const std::string& what, bool opened_allowed, const Step& step, Draft& draft) {
  Problems& problems = draft.problems;
  const auto text = read_text(node, what, problems);
  if (!text) return std::nullopt;
  if (opened_allowed && *text == "opened") return DateSource{true, kNone, kNone};
  const std::size_t dot = text->rfind('.');
  if (dot == std::string::npos || text->find('.') == dot) {
    if (draft.pathway->fact_named(*text) != kNone)
      problems.error(node->place, fmt::format("{} must be a date, and \"{}\" is a fact", what, *text), suggest("", dates_of(draft.pathway->facts[draft.pathway->fact_named(*text)])));
    else
      problems.error(node->place, fmt::format("{} must be a date of a fact, as in application.filed.filed_on{}", what, opened_allowed ? ", or opened" : ""),
                     opened_allowed ? suggest(*text, {"opened"}) : "");
    return std::nullopt;
  }
  DateSource source;
  if (draft.pathway->fact_named(*text) != kNone) {
    problems.error(node->place, fmt::format("{} must be a date, and \"{}\" is a fact", what, *text), "add the name of its date");
    return std::nullopt;
  }
  source.fact = find_fact(text->substr(0, dot), node->place, draft);
  if (source.fact == kNone) return std::nullopt;
  const Fact& fact = draft.pathway->facts[source.fact];
  const std::string wanted = text->substr(dot + 1);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < fact.fields.size(); ++i) {
    names.push_back(fact.fields[i].name);
    if (fact.fields[i].name == wanted) source.field = static_cast<FieldIndex>(i);
  }
  if (source.field == kNone) {
    problems.error(node->place, fmt::format("fact {} has no field \"{}\"", fact.name, wanted), suggest(wanted, names));
    return std::nullopt;
  }
  const Field& field = fact.fields[source.field];
  if (field.kind != FieldKind::kDate) problems.error(node->place, fmt::format("{} must be a date, and {} isn't one", what, *text), suggest("", dates_of(fact)));
  else if (field.privacy != Privacy::kPublic)
    problems.error(node->place, fmt::format("{} isn't public, and the deadline's timer would tell it", *text), "declare the field with \"public: true\", or use another date");
  if (out_of_reach(fact.per, step.branch, *draft.pathway))
    problems.error(node->place, fmt::format("\"{}\" is different for each {}, and step {} stands outside", *text, draft.pathway->persons[fact.per].name, step.name),
                   "move the step into a stage with \"each\"");
  return source;
}

void read_met_by(const Node* node, Deadline& deadline, const Step& step, Draft& draft) {
  const auto text = read_text(node, "\"met_by\"", draft.problems);
  if (!text) return;
  RoleIndex owner = kNone;
  if (text->find('.') != std::string::npos) {
    deadline.met_by_fact = find_fact(*text, node->place, draft);
    if (deadline.met_by_fact != kNone) owner = draft.pathway->facts[deadline.met_by_fact].per;
  } else {
    const StepOutcome found = find_step_outcome(*text, node->place, draft);
    deadline.met_by_step = found.step;
    deadline.met_by_outcome = found.outcome;
    if (found.step != kNone) owner = draft.pathway->steps[found.step].branch;
  }
  if (out_of_reach(owner, step.branch, *draft.pathway))
    draft.problems.error(node->place, fmt::format("\"{}\" is different for each {}, and step {} stands outside", *text,
                                                  draft.pathway->persons[owner].name, step.name));
}

/// The role that the step's task is offered to; what a step is, is read after its deadlines.
std::string task_role_of(const Step& step, const Draft& draft) {
  const Node* task = draft.step_sources[static_cast<std::size_t>(&step - draft.pathway->steps.data())].body->find("task");
  const Node* role = task == nullptr ? nullptr : task->find("role");
  return role == nullptr ? std::string() : role->text;
}

void read_on_overdue(const Node* node, Deadline& deadline, const Step& step, Draft& draft) {
  if (node == nullptr) return;
  Problems& problems = draft.problems;
  Fields fields(*node, "\"on_overdue\"", problems);
  const Node* complete = fields.take("complete");
  const Node* notify = fields.take("notify");
  const Node* escalate = fields.take("escalate");
  const Node* open = fields.take("open");
  fields.finish();
  if (const auto wanted = read_text(complete, "\"complete\"", problems)) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < step.outcomes.size(); ++i) {
      names.push_back(step.outcomes[i].name);
      if (step.outcomes[i].name == *wanted && deadline.overdue_outcome == kNoOutcome) deadline.overdue_outcome = static_cast<OutcomeIndex>(i);
    }
    if (deadline.overdue_outcome == kNoOutcome)
      problems.error(complete->place, fmt::format("step {} has no outcome \"{}\"", step.name, *wanted),
                     names.empty() ? "declare it: outcomes: {NAME: by_deadline}" : suggest(*wanted, names));
    // What was probably meant, so that the outcome isn't said to come about by nothing.
    for (std::size_t i = 0; deadline.overdue_outcome == kNoOutcome && i < names.size(); ++i)
      if (names[i] == nearest_name(*wanted, names)) deadline.overdue_outcome = static_cast<OutcomeIndex>(i);
  }
  if (const auto role = read_text(notify, "\"notify\"", problems)) {
    check_actor_role(*role, notify->place, draft);
    deadline.overdue_notify = *role;
  }
  if (const auto role = read_text(escalate, "\"escalate\"", problems)) {
    check_actor_role(*role, escalate->place, draft);
    deadline.overdue_escalate = *role;
    if (step.kind != StepKind::kTask) problems.error(escalate->place, fmt::format("step {} is no task that another role could work on", step.name), "write \"notify\" instead");
    else if (task_role_of(step, draft) == *role) problems.error(escalate->place, fmt::format("the task {} is {}'s already", step.name, *role), "name another role");
  }
  if (const auto name = read_text(open, "\"open\"", problems)) {
    deadline.overdue_opens = find_step(*name, open->place, draft);
    if (deadline.overdue_opens != kNone && &draft.pathway->steps[deadline.overdue_opens] == &step) {
      problems.error(open->place, fmt::format("step {} can't be opened by missing its own deadline", step.name));
      deadline.overdue_opens = kNone;
    }
  }
  if (fields.whole() && complete == nullptr && notify == nullptr && escalate == nullptr && open == nullptr)
    problems.error(node->place, "\"on_overdue\" says nothing to do", "write one of open, notify, escalate, complete");
}

void read_deadline(const Node& node, StepIndex index, Deadline& deadline, Draft& draft) {
  Problems& problems = draft.problems;
  const Step& step = draft.pathway->steps[index];
  const std::string what = deadline.name == "deadline" ? fmt::format("the deadline of step {}", step.name) : fmt::format("deadline {} of step {}", deadline.name, step.name);
  Fields fields(node, what, problems);
  deadline.place = node.place;
  deadline.ground = read_ground(fields, problems);
  deadline.term = read_text(fields.require("term"), fmt::format("\"term\" of {}", what), problems).value_or("");
  deadline.from = read_date_source(fields.require("from"), "\"from\"", true, step, draft).value_or(DateSource{true, kNone, kNone});
  deadline.when = read_guard(fields.take("when"), "\"when\"", {index, step.branch, GuardUse::kCondition}, expression::Type(expression::Kind::kBool), draft);
  read_met_by(fields.take("met_by"), deadline, step, draft);
  const Node* stops = fields.take("interrupted_on");
  const Node* restarts = fields.take("restarts_on");
  deadline.interrupted_on = read_date_source(stops, "\"interrupted_on\"", false, step, draft);
  deadline.restarts_on = read_date_source(restarts, "\"restarts_on\"", false, step, draft);
  if (stops != nullptr && restarts == nullptr)
    problems.error(stops->place, fmt::format("{} is interrupted and never restarts", what), "add \"restarts_on: fact.name.date\"");
  if (restarts != nullptr && stops == nullptr)
    problems.error(restarts->place, fmt::format("{} restarts but is never interrupted", what), "add \"interrupted_on: fact.name.date\"");
  const Node* suspended = fields.take("suspended_while");
  if (const auto name = read_text(suspended, "\"suspended_while\"", problems)) {
    deadline.suspended_while = find_step(*name, suspended->place, draft);
    if (deadline.suspended_while == index) problems.error(suspended->place, fmt::format("step {} can't suspend its own deadline", step.name));
    if (deadline.suspended_while != kNone && out_of_reach(draft.pathway->steps[deadline.suspended_while].branch, step.branch, *draft.pathway))
      problems.error(suspended->place, fmt::format("step {} is different for each person, and step {} stands outside", *name, step.name));
  }
  const Node* suspension = fields.take("while_suspended");
  if (const auto word = read_text(suspension, "\"while_suspended\"", problems)) {
    deadline.stops_while_suspended = *word == "stops";
    if (*word != "stops" && *word != "runs") problems.error(suspension->place, fmt::format("a deadline can't be \"{}\"", *word), suggest(*word, {"runs", "stops"}));
  }
  deadline.warn_before = read_period(fields.take("warn_before"), fmt::format("\"warn_before\" of {}", what), problems);
  read_on_overdue(fields.take("on_overdue"), deadline, step, draft);
  fields.finish();
}

}  // namespace

void open_by_deadlines(Draft& draft) {
  Pathway& pathway = *draft.pathway;
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
    for (std::size_t d = 0; d < pathway.steps[i].deadlines.size(); ++d) {
      const Deadline& deadline = pathway.steps[i].deadlines[d];
      if (deadline.overdue_opens == kNone) continue;
      Step& opened = pathway.steps[deadline.overdue_opens];
      Part missed;
      missed.kind = Part::Kind::kOverdue;
      missed.step = static_cast<StepIndex>(i);
      missed.deadline = static_cast<DeadlineIndex>(d);
      if (out_of_reach(pathway.steps[i].branch, opened.branch, pathway)) missed.reach = Part::Reach::kSome;
      Sentry sentry{{missed}, deadline.place};
      std::vector<Place> places{deadline.place};
      if (opened.after != kNone) {
        // What it waits for already, or this: the parts move one place back, behind a new root and the missed deadline.
        const Sentry& known = pathway.sentries[opened.after];
        Part any;
        any.first_child = 1;
        any.children = 2;
        any.needed = 1;
        sentry.parts = {any, missed};
        places = {known.place, deadline.place};
        for (std::size_t p = 0; p < known.parts.size(); ++p) {
          sentry.parts.push_back(known.parts[p]);
          sentry.parts.back().first_child = static_cast<std::uint16_t>(known.parts[p].first_child + 2);
          places.push_back(draft.part_places[opened.after][p]);
        }
      }
      pathway.sentries.push_back(std::move(sentry));
      draft.sentry_owners.push_back(deadline.overdue_opens);
      draft.part_places.push_back(std::move(places));
      opened.after = static_cast<SentryIndex>(pathway.sentries.size() - 1);
    }
  }
}

void read_deadlines(Fields& fields, StepIndex index, Draft& draft) {
  std::vector<Deadline> deadlines = draft.pathway->steps[index].deadlines;
  const Node* single = fields.take("deadline");
  const Node* several = fields.take("deadlines");
  if (single != nullptr && several != nullptr) {
    draft.problems.error(several->place, fmt::format("{} has both \"deadline\" and \"deadlines\"", fields.what()), "keep one of the two");
    return;
  }
  if (single != nullptr && !deadlines.empty()) read_deadline(*single, index, deadlines.front(), draft);
  if (several != nullptr && !several->is(Kind::kMap)) {
    draft.problems.error(several->place, "\"deadlines\" must be a map of deadlines");
  } else if (several != nullptr) {
    for (std::size_t i = 0; i < deadlines.size() && i < several->entries.size(); ++i) read_deadline(several->entries[i].value, index, deadlines[i], draft);
  }
  draft.pathway->steps[index].deadlines = std::move(deadlines);
}

}  // namespace ritrovo::definition
