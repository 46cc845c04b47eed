#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "workflows/definition/draft.h"

// Steps that happen again: `repeat` (occurrences of their own) and `reopen` (the same instance, active again).
namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

const Field* field_named(const Fact& fact, std::string_view name) {
  const auto found = std::find_if(fact.fields.begin(), fact.fields.end(), [name](const Field& field) { return field.name == name; });
  return found == fact.fields.end() ? nullptr : &*found;
}

/// Reports a fact that is one of each person's where the step stands outside their branch.
void check_fact_reach(FactIndex index, Place place, const Step& step, Draft& draft) {
  const Fact& fact = draft.pathway->facts[index];
  if (!out_of_reach(fact.per, step.branch, *draft.pathway)) return;
  draft.problems.error(place, fmt::format("\"{}\" is different for each {}, and step {} stands outside", fact.name, draft.pathway->persons[fact.per].name, step.name),
                       "move the step into a stage with \"each\"");
}

void read_match(const Node* node, Step& step, Draft& draft) {
  const auto name = read_text(node, "\"match\"", draft.problems);
  if (!name) return;
  if (step.repeat_for == kNone) {
    draft.problems.error(node->place, "\"match\" names a field of the fact that the step repeats for, and there is none", "add \"for: FACT\"");
    return;
  }
  const Fact& fact = draft.pathway->facts[step.repeat_for];
  std::vector<std::string> names;
  for (std::size_t i = 0; i < fact.fields.size(); ++i) {
    names.push_back(fact.fields[i].name);
    if (fact.fields[i].name == *name) step.repeat_match = static_cast<FieldIndex>(i);
  }
  if (step.repeat_match == kNone)
    draft.problems.error(node->place, fmt::format("fact {} has no field \"{}\"", fact.name, *name), suggest(*name, names));
  else if (fact.fields[step.repeat_match].privacy != Privacy::kPublic)
    draft.problems.error(node->place, fmt::format("{}.{} isn't public, and which answer belongs to which report would tell it", fact.name, *name),
                         "declare the field with \"public: true\"");
}

/// A step around that one which repeats, or kNone.
StepIndex repeats_around(const Pathway& pathway, StepIndex step) {
  StepIndex at = pathway.steps[step].stage;
  while (at != kNone && !pathway.steps[at].repeats()) at = pathway.steps[at].stage;
  return at;
}

void read_reopen_by(const Node* node, Step& step, Draft& draft) {
  for (Named& role : read_names(node, "\"by\"", draft.problems)) {
    check_actor_role(role.name, role.place, draft);
    step.reopen.by.push_back(std::move(role.name));
  }
}

}  // namespace

void read_repeat(Fields& fields, StepIndex index, Draft& draft) {
  const Node* node = fields.take("repeat");
  if (node == nullptr) return;
  Problems& problems = draft.problems;
  Step& step = draft.pathway->steps[index];
  Fields repeat(*node, fmt::format("\"repeat\" of step {}", step.name), problems);
  const Node* fact = repeat.take("for");
  if (const auto name = read_text(fact, "\"for\"", problems)) {
    step.repeat_for = find_fact(*name, fact->place, draft);
    if (step.repeat_for != kNone) check_fact_reach(step.repeat_for, fact->place, step, draft);
  }
  step.repeats_itself = repeat.whole() && node->find("for") == nullptr;
  read_match(repeat.take("match"), step, draft);
  step.repeat_while = read_guard(repeat.take("while"), "\"while\"", {index, step.branch, GuardUse::kCondition}, kBool, draft);
  step.repeat_until = read_sentry(repeat.take("until"), index, step.branch, draft);
  step.repeat_at_most = static_cast<std::uint16_t>(read_integer(repeat.take("at_most"), "\"at_most\"", {1, 1000}, problems).value_or(0));
  repeat.finish();
  if (step.repeats_itself && node->find("at_most") == nullptr)
    problems.error(node->place, fmt::format("step {} repeats without a bound", step.name), "add \"at_most: N\", or \"for: FACT\" to repeat for each report of a fact");
  if (step.repeats_itself && step.repeat_at_most > 0 && step.kind != StepKind::kTask && step.kind != StepKind::kWaitFor && step.kind != StepKind::kStage)
    problems.error(node->place, fmt::format("step {} completes at once, so it would repeat {} times on one day", step.name, step.repeat_at_most),
                   "repeat it for a fact, or put it into a stage that repeats");
}

void check_repeat(StepIndex index, Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  const Step& step = pathway.steps[index];
  const Node* node = draft.step_sources[index].body->find("repeat");
  if (node == nullptr) return;
  if (const StepIndex around = repeats_around(pathway, index); around != kNone)
    draft.problems.error(node->place, fmt::format("step {} repeats inside {}, which repeats itself", step.name, pathway.steps[around].name), "let one of the two repeat");
  if (step.repeats_itself && step.reopen.possible())
    draft.problems.error(node->place, fmt::format("step {} both begins again after it is completed and is reopened", step.name), "keep one of the two");
  if (step.repeat_for == kNone || step.repeat_match == kNone) return;
  const Field& key = pathway.facts[step.repeat_for].fields[step.repeat_match];
  for (const Outcome& outcome : step.outcomes) {
    if (outcome.fact == kNone || outcome.fact == step.repeat_for) continue;
    const Field* same = field_named(pathway.facts[outcome.fact], key.name);
    const Node* match = node->find("match");
    if (same == nullptr || same->kind != key.kind || same->privacy != Privacy::kPublic || same->optional)
      draft.problems.error(match == nullptr ? node->place : match->place,
                           fmt::format("fact {} can't be matched with {}: it has no field {} of the same type that is public and always given",
                                       pathway.facts[outcome.fact].name, pathway.facts[step.repeat_for].name, key.name),
                           fmt::format("add \"{}\" to the data of {}", key.name, pathway.facts[outcome.fact].name));
  }
}

void read_reopen(Fields& fields, StepIndex index, Draft& draft) {
  const Node* node = fields.take("reopen");
  if (node == nullptr) return;
  Problems& problems = draft.problems;
  Step& step = draft.pathway->steps[index];
  Fields reopen(*node, fmt::format("\"reopen\" of step {}", step.name), problems);
  const Node* on = reopen.take("for");
  for (const Named& named : read_names(on, "\"for\"", problems)) {
    const FactIndex fact = find_fact(named.name, named.place, draft);
    if (fact == kNone) continue;
    check_fact_reach(fact, named.place, step, draft);
    step.reopen.on.push_back(fact);
  }
  step.reopen.when = read_guard(reopen.take("when"), "\"when\"", {index, step.branch, GuardUse::kCondition}, kBool, draft);
  const Node* by = reopen.take("by");
  read_reopen_by(by, step, draft);
  const Node* clock = reopen.take("clock");
  if (const auto word = read_text(clock, "\"clock\"", problems)) {
    if (*word == "continues") step.reopen.clock = ReopenClock::kContinues;
    else if (*word == "restarts") step.reopen.clock = ReopenClock::kRestarts;
    else if (*word != "stays") problems.error(clock->place, fmt::format("a clock can't be \"{}\"", *word), suggest(*word, {"stays", "continues", "restarts"}));
    if (step.deadlines.empty()) problems.error(clock->place, fmt::format("step {} has no deadline whose clock could go on", step.name), "leave out \"clock\"");
  }
  reopen.finish();
  if (reopen.whole() && on == nullptr && by == nullptr)
    problems.error(node->place, "\"reopen\" says neither for which fact nor by whom", "add \"for: FACT\" or \"by: [ROLE]\"");
  if (step.reopen.when != kNone && step.reopen.on.empty())
    problems.error(node->place, "\"when\" says which reports reopen the step, and there is no \"for\"", "add \"for: FACT\"");
  if (step.kind != StepKind::kTask && step.kind != StepKind::kWaitFor)
    problems.error(node->place, fmt::format("step {} is not done by anybody, so it isn't reopened", step.name), "reopen a task or a wait");
}

}  // namespace ritrovo::definition
