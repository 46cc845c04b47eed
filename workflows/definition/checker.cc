#include "workflows/definition/checker.h"

#include <algorithm>

#include <fmt/format.h>

#include "workflows/definition/consequences.h"

namespace ritrovo::definition {
namespace {

/// Where the value under a key of a step stands; the step's name if it has no such key.
Place place_in(const Draft& draft, std::size_t step, std::string_view key) {
  const StepSource& source = draft.step_sources[step];
  const Node* found = source.body->find(key);
  return found == nullptr ? source.place : found->place;
}

void check_term(const Deadline& deadline, const Node& node, Draft& draft, const calendar::Almanac& almanac) {
  if (deadline.term.empty()) return;
  const Node* named = node.find("term");
  const Place place = named == nullptr ? node.place : named->place;
  const calendar::Term* term = almanac.term(deadline.term);
  if (term == nullptr) {
    std::vector<std::string> names;
    for (const calendar::Term& each : almanac.terms()) names.push_back(each.name);
    const std::string near = suggest(deadline.term, names);
    draft.problems.error(place, fmt::format("there is no term \"{}\"", deadline.term),
                         near.empty() ? fmt::format("write it in a file of its own, \"term: {}\", and name that file as well", deadline.term) : near);
    return;
  }
  const Day first = draft.pathway->valid_from;
  if (draft.dated && !calendar::length_on(*term, first))
    draft.problems.error(place, fmt::format("term {} has no length on {}, from which day this pathway holds", term->name, to_string(first)),
                         "give the term an earlier length");
  if (term->chosen_by_parameter.empty()) return;
  const calendar::Parameter* parameter = almanac.parameter(term->chosen_by_parameter);
  if (parameter != nullptr) check_days_covered(*parameter, place, draft);
}

void check_deadlines(std::size_t index, Draft& draft, const calendar::Almanac& almanac) {
  const Step& step = draft.pathway->steps[index];
  const Node& body = *draft.step_sources[index].body;
  for (const Deadline& deadline : step.deadlines) {
    const Node* several = body.find("deadlines");
    const Node* node = several != nullptr ? several->find(deadline.name) : body.find("deadline");
    if (node != nullptr) check_term(deadline, *node, draft, almanac);
  }
}

/// Outcomes that can never come about: by a deadline that doesn't exist, or behind one that takes the same fact first.
void check_outcomes(std::size_t index, Draft& draft) {
  const Step& step = draft.pathway->steps[index];
  const Node* node = draft.step_sources[index].body->find("outcomes");
  if (node == nullptr) return;
  for (std::size_t i = 0; i < step.outcomes.size() && i < node->entries.size(); ++i) {
    const Outcome& outcome = step.outcomes[i];
    const Place place = node->entries[i].place;
    const bool brought = std::any_of(step.deadlines.begin(), step.deadlines.end(), [&](const Deadline& d) { return d.overdue_outcome == i; });
    if (outcome.by_deadline && !brought)
      draft.problems.error(place, fmt::format("no deadline of step {} completes it with {}", step.name, outcome.name),
                           fmt::format("add \"on_overdue: {{complete: {}}}\" to its deadline", outcome.name));
    for (std::size_t j = 0; j < i; ++j) {
      const Outcome& earlier = step.outcomes[j];
      if (outcome.fact == kNone || earlier.fact != outcome.fact || earlier.when != kNone) continue;
      draft.problems.error(place, fmt::format("outcome {} can never win: {} above it takes every {}", outcome.name, earlier.name,
                                              draft.pathway->facts[outcome.fact].name),
                           "put the one with a guard first");
      break;
    }
  }
}

void check_task(std::size_t index, Draft& draft) {
  const Step& step = draft.pathway->steps[index];
  const auto declared = [&](const auto& role) { return role.first == step.task_role; };
  const auto& roles = draft.pathway->roles;
  if (step.kind != StepKind::kTask || step.form == kNone || std::none_of(roles.begin(), roles.end(), declared)) return;
  const Node* task = draft.step_sources[index].body->find("task");
  const Node* form = task == nullptr ? nullptr : task->find("form");
  const Place place = form == nullptr ? step.place : form->place;
  const Fact& fact = draft.pathway->facts[step.form];
  if (std::find(fact.by.begin(), fact.by.end(), step.task_role) == fact.by.end())
    draft.problems.error(place, fmt::format("role {} works on this task, but may not report {}", step.task_role, fact.name),
                         fmt::format("add {} to \"by\" of the fact", step.task_role));
  if (step.outcomes.empty()) return;
  const bool by_hand = std::any_of(step.outcomes.begin(), step.outcomes.end(), [](const Outcome& o) { return o.by_hand; });
  const bool ends = std::any_of(step.outcomes.begin(), step.outcomes.end(), [&](const Outcome& o) { return o.fact == step.form || o.when != kNone; });
  if (!by_hand && !ends)
    draft.problems.error(place, fmt::format("the form reports {}, which doesn't complete step {}", fact.name, step.name), "name it in done_when or outcomes");
}

/// A fact is used where a step depends on it or a task's form reports it.
void check_unused_facts(Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  std::vector<bool> used(pathway.facts.size(), false);
  for (const Step& step : pathway.steps) {
    if (step.form != kNone) used[step.form] = true;
  }
  for (const Sentry& sentry : pathway.sentries) {
    for (const Part& part : sentry.parts) {
      if (part.fact != kNone) used[part.fact] = true;
    }
  }
  for (std::size_t i = 0; i < pathway.facts.size(); ++i) {
    if (!used[i] && pathway.facts[i].touches.empty())
      draft.problems.warning(pathway.facts[i].place, fmt::format("nothing uses fact {}", pathway.facts[i].name), "remove it, or name it in a step");
  }
}

/// What would be told by its bare name in every language. What the loader put in is told of where it was written.
void check_titles(Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  const auto warn = [&draft](Place place, std::string_view kind, const std::string& name) {
    draft.problems.warning(place, fmt::format("{} {} has no title, neither in Italian nor in English", kind, name), "add \"title: {it: …, en: …}\"");
  };
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
    const Step& step = pathway.steps[i];
    if (step.name.find('/') != std::string::npos) continue;
    if (step.title.languages.empty()) warn(step.place, "step", step.name);
    // A used pathway's results are told of where they were written.
    const Node* outcomes = step.uses.empty() ? draft.step_sources[i].body->find("outcomes") : nullptr;
    for (std::size_t j = 0; outcomes != nullptr && j < step.outcomes.size() && j < outcomes->entries.size(); ++j)
      if (step.outcomes[j].title.languages.empty()) warn(outcomes->entries[j].place, "outcome", step.name + "/" + step.outcomes[j].name);
  }
  for (const Fact& fact : pathway.facts)
    if (fact.title.languages.empty()) warn(fact.place, "fact", fact.name);
}

/// Roles and parties that nothing names: somebody who reads the definition would wait for them.
void check_unused_names(Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  std::vector<std::string> roles = pathway.managed_by;
  std::vector<std::string> parties;
  for (const Fact& fact : pathway.facts) roles.insert(roles.end(), fact.by.begin(), fact.by.end());
  for (const Step& step : pathway.steps) {
    roles.insert(roles.end(), {step.task_role, step.notify_to});
    roles.insert(roles.end(), step.reopen.by.begin(), step.reopen.by.end());
    parties.push_back(step.waits_on);
    for (const Deadline& deadline : step.deadlines) roles.insert(roles.end(), {deadline.overdue_notify, deadline.overdue_escalate});
  }
  const auto warn = [&draft](const auto& declared, const std::vector<std::string>& used, std::string_view kind, const std::vector<Place>& places) {
    for (std::size_t i = 0; i < declared.size() && i < places.size(); ++i)
      if (std::find(used.begin(), used.end(), declared[i].first) == used.end())
        draft.problems.warning(places[i], fmt::format("nothing uses {} {}", kind, declared[i].first), "remove it, or name it in a step or fact");
  };
  warn(pathway.roles, roles, "role", draft.role_places);
  warn(pathway.parties, parties, "party", draft.party_places);
}

/// Computes whose values need each other.
void check_computes(Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  const auto reads = [&](std::size_t from) {
    std::vector<std::size_t> found;
    if (pathway.steps[from].value == kNone) return found;
    for (const std::uint32_t read : pathway.guards[pathway.steps[from].value].program.reads()) {
      if (read < pathway.variables.size() && pathway.variables[read].kind == Variable::Kind::kStepValue) found.push_back(pathway.variables[read].subject);
    }
    return found;
  };
  for (std::size_t start = 0; start < pathway.steps.size(); ++start) {
    if (pathway.steps[start].value == kNone) continue;
    std::vector<bool> seen(pathway.steps.size(), false);
    std::vector<std::size_t> open = reads(start);
    while (!open.empty() && !seen[start]) {
      const std::size_t at = open.back();
      open.pop_back();
      if (seen[at]) continue;
      seen[at] = true;
      for (const std::size_t next : reads(at)) open.push_back(next);
    }
    if (seen[start])
      draft.problems.error(pathway.guards[pathway.steps[start].value].place, fmt::format("the value of {} is needed to compute itself", pathway.steps[start].name));
  }
}

}  // namespace

void settle_managers(Draft& draft) {
  Pathway& pathway = *draft.pathway;
  if (!pathway.managed_by.empty()) return;
  std::vector<std::string> staff;
  for (const Step& step : pathway.steps)
    if (!step.task_role.empty() && step.name.find('/') == std::string::npos) staff.push_back(step.task_role);
  if (staff.empty())
    for (const Fact& fact : pathway.facts) staff.insert(staff.end(), fact.by.begin(), fact.by.end());
  for (const auto& [role, title] : pathway.roles)
    if (std::find(staff.begin(), staff.end(), role) != staff.end()) pathway.managed_by.push_back(role);
  if (pathway.managed_by.empty() && !draft.problems.any_error())
    draft.problems.error({1, 1}, fmt::format("nobody may open a case of {}", pathway.name), "add \"managed_by: [ROLE, …]\", and the role under \"roles\"");
}

void check_pathway(Draft& draft, const calendar::Almanac& almanac, Place name) {
  if (draft.pathway->name.find('_') != std::string::npos) {
    std::string hyphens = draft.pathway->name;
    std::replace(hyphens.begin(), hyphens.end(), '_', '-');
    draft.problems.error(name, fmt::format("\"{}\" can't be a pathway's name: it has underscores", draft.pathway->name), fmt::format("write \"{}\"", hyphens));
  }
  for (std::size_t i = 0; i < draft.pathway->steps.size() && !draft.problems.full(); ++i) {
    check_deadlines(i, draft, almanac);
    check_outcomes(i, draft);
    check_task(i, draft);
    check_repeat(static_cast<StepIndex>(i), draft);
    const Step& step = draft.pathway->steps[i];
    if (step.kind == StepKind::kCompute && step.value != kNone && step.value_privacy == Privacy::kPublic &&
        draft.pathway->guards[step.value].program.tainted())
      draft.problems.warning(place_in(draft, i, "compute"), fmt::format("the value of {} derives from personal data and is shown to everybody", step.name),
                             "leave out \"show: public\"; or write \"show: statistical\" where the value tells no more than a statistical field would");
  }
  check_unused_facts(draft);
  check_computes(draft);
  check_guards(draft, almanac);
  check_sentries(draft);
  check_reachability(draft);
  check_unused_names(draft);
  check_titles(draft);
  if (!draft.problems.any_error()) check_consequences(draft);
}

}  // namespace ritrovo::definition
