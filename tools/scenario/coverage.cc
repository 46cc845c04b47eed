#include "tools/scenario/coverage.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "workflows/pathway/instance_names.h"

namespace ritrovo::scenario {

using definition::kNone;
using definition::StepIndex;
using definition::StepKind;
using pathway::Body;
using pathway::Rule;

namespace {

constexpr std::uint16_t kWhole = 0xFFFF;

/// Whether something other than the passing of its time can complete the step, or meet the deadline.
bool can_be_met(const definition::Step& step, const definition::Deadline& deadline) {
  if (deadline.met_by_fact != kNone || deadline.met_by_step != kNone || step.outcomes.empty()) return true;
  return std::any_of(step.outcomes.begin(), step.outcomes.end(), [](const definition::Outcome& outcome) { return !outcome.by_deadline; });
}

/// Whether that stage, or one around it, holds the steps of a pathway that is used there.
bool stands_in_a_used_pathway(const definition::Pathway& pathway, StepIndex stage) {
  for (; stage != kNone; stage = pathway.steps[stage].stage)
    if (!pathway.steps[stage].uses.empty()) return true;
  return false;
}

/// Whether a sentry or guard of the pathway asks for that result of the pathway that is used there; the others are the used one's own affair,
/// which may have results that can't come about here.
bool asks_for_result(const definition::Pathway& pathway, StepIndex step, std::size_t outcome) {
  const bool in_sentry = std::any_of(pathway.sentries.begin(), pathway.sentries.end(), [&](const definition::Sentry& sentry) {
    return std::any_of(sentry.parts.begin(), sentry.parts.end(), [&](const definition::Part& part) { return part.step == step && part.outcome == outcome; });
  });
  return in_sentry || std::any_of(pathway.guards.begin(), pathway.guards.end(), [&](const definition::Guard& guard) {
    const std::vector<std::uint32_t>& reads = guard.program.reads();
    return std::any_of(reads.begin(), reads.end(), [&](std::uint32_t read) {
      return pathway.variables[read].kind == definition::Variable::Kind::kStepOutcome && pathway.variables[read].subject == step;
    });
  });
}

}  // namespace

std::string_view name_of(ItemKind kind) {
  switch (kind) {
    case ItemKind::kStep: return "step";
    case ItemKind::kSentry: return "sentry";
    case ItemKind::kOutcome: return "outcome";
    case ItemKind::kDeadline: return "deadline";
  }
  return "";
}

Coverage::Coverage(std::shared_ptr<const definition::Pathway> pathway) : pathway_(std::move(pathway)) {
  for (std::size_t i = 0; i < pathway_->steps.size(); ++i) {
    const auto index = static_cast<StepIndex>(i);
    const definition::Step& step = pathway_->steps[i];
    // What a used pathway does is exercised by scenarios of its own.
    if (stands_in_a_used_pathway(*pathway_, step.stage)) continue;
    const std::string path = pathway_->path_of(index);
    add({index, Part::kItself, 0}, ItemKind::kStep, path, step.place.line);
    add_sentry(index, Part::kAfter, step.after, path + " after");
    add_sentry(index, Part::kCancelWhen, step.cancel_when, path + " cancel_when");
    add_outcomes(index, path);
    if (!step.uses.empty()) continue;
    add_sentry(index, Part::kCompletesWhen, step.completes_when, path + " completes_when");
    add_sentry(index, Part::kUntil, step.until, path + " until");
    add_reopenings(index, path);
    add_deadlines(index, path);
  }
  add_branches();
  add_sentry(kNone, Part::kCompletesWhen, pathway_->completes_when, "completes_when");
  for (std::size_t i = 0; i < pathway_->results.size(); ++i)
    add({kNone, Part::kOutcome, static_cast<std::uint16_t>(i)}, ItemKind::kOutcome, pathway_->name + "/" + pathway_->results[i].name, 1);
}

void Coverage::add_reopenings(StepIndex step, const std::string& path) {
  const definition::Step& declared = pathway_->steps[step];
  for (const definition::FactIndex fact : declared.reopen.on) add({step, Part::kReopened, fact}, ItemKind::kStep, path + " reopened by " + pathway_->facts[fact].name, declared.place.line);
  if (!declared.reopen.by.empty()) add({step, Part::kReopenedByHand, 0}, ItemKind::kStep, path + " reopened by hand", declared.place.line);
}

/// A person's branch can be suspended wherever persons have one; deadlines can be recounted wherever there are some.
void Coverage::add_branches() {
  bool timed = false;
  for (const definition::Step& step : pathway_->steps) {
    if (stands_in_a_used_pathway(*pathway_, step.stage)) continue;
    if (!step.deadlines.empty() && !timed) add({kNone, Part::kRecounted, 0}, ItemKind::kDeadline, "deadlines recounted", step.deadlines.front().place.line);
    timed = timed || !step.deadlines.empty();
    if (step.each == kNone || places_.count({step.each, Part::kBranchSuspended, 0}) != 0) continue;
    const std::string& role = pathway_->persons[step.each].name;
    add({step.each, Part::kBranchSuspended, 0}, ItemKind::kStep, "branch of a " + role + " suspended", step.place.line);
    add({step.each, Part::kBranchResumed, 0}, ItemKind::kStep, "branch of a " + role + " resumed", step.place.line);
  }
}

void Coverage::add(Key key, ItemKind kind, std::string name, std::uint32_t line) {
  places_.emplace(key, items_.size());
  items_.push_back({kind, std::move(name), line, false});
}

void Coverage::add_sentry(StepIndex step, Part part, definition::SentryIndex index, const std::string& name) {
  if (index == kNone || pathway_->sentries[index].parts.empty()) return;
  const definition::Sentry& sentry = pathway_->sentries[index];
  const definition::Part& root = sentry.parts.front();
  if (root.kind != definition::Part::Kind::kAtLeast || root.needed >= root.children) return add({step, part, kWhole}, ItemKind::kSentry, name, sentry.place.line);
  for (std::uint16_t i = 0; i < root.children; ++i)
    add({step, part, i}, ItemKind::kSentry, name + ": " + words_of(sentry, root.first_child + i), sentry.place.line);
}

void Coverage::add_outcomes(StepIndex step, const std::string& path) {
  const definition::Step& declared = pathway_->steps[step];
  for (std::size_t i = 0; i < declared.outcomes.size(); ++i)
    if (declared.uses.empty() || asks_for_result(*pathway_, step, i)) add({step, Part::kOutcome, static_cast<std::uint16_t>(i)}, ItemKind::kOutcome, path + "/" + declared.outcomes[i].name, declared.place.line);
  const bool works = declared.kind == StepKind::kTask || declared.kind == StepKind::kWaitFor;
  if (declared.outcomes.empty() && works) add({step, Part::kOutcome, definition::kNoOutcome}, ItemKind::kOutcome, path + " completed", declared.place.line);
}

void Coverage::add_deadlines(StepIndex step, const std::string& path) {
  const definition::Step& declared = pathway_->steps[step];
  for (std::size_t i = 0; i < declared.deadlines.size(); ++i) {
    const definition::Deadline& deadline = declared.deadlines[i];
    const auto each = [&](Part part, const char* what, bool wanted) {
      if (wanted) add({step, part, static_cast<std::uint16_t>(i)}, ItemKind::kDeadline, path + "/" + deadline.name + " " + what, deadline.place.line);
    };
    each(Part::kSet, "set", true);
    each(Part::kMet, "met", can_be_met(declared, deadline));
    each(Part::kMissed, "missed", true);
    each(Part::kWarned, "warned", deadline.warn_before.has_value());
    each(Part::kInterrupted, "interrupted", deadline.interrupted_on.has_value());
    each(Part::kSuspended, "suspended", deadline.suspended_while != kNone);
    each(Part::kStopped, "stopped with its case or branch", deadline.stops_while_suspended);
    each(Part::kOverdueNotifies, "overdue: notify", !deadline.overdue_notify.empty());
    each(Part::kOverdueEscalates, "overdue: escalate", !deadline.overdue_escalate.empty());
    each(Part::kOverdueOpens, "overdue: open", deadline.overdue_opens != kNone);
    each(Part::kOverdueCompletes, "overdue: complete", deadline.overdue_outcome != definition::kNoOutcome);
  }
}

std::string Coverage::words_of(const definition::Sentry& sentry, std::size_t index) const {
  const definition::Part& part = sentry.parts[index];
  switch (part.kind) {
    case definition::Part::Kind::kAtLeast: {
      std::string words = part.needed == part.children ? "all of" : std::to_string(part.needed) + " of";
      for (std::uint16_t i = 0; i < part.children; ++i) words += (i == 0 ? " " : ", ") + words_of(sentry, part.first_child + i);
      return words;
    }
    case definition::Part::Kind::kFact: return pathway_->facts[part.fact].name;
    case definition::Part::Kind::kStep: {
      const definition::Step& step = pathway_->steps[part.step];
      return part.outcome == definition::kNoOutcome ? step.name : step.name + "/" + step.outcomes[part.outcome].name;
    }
    case definition::Part::Kind::kOverdue: return "overdue " + pathway_->steps[part.step].name;
    case definition::Part::Kind::kDay: return "day " + pathway_->guards[part.day].source;
  }
  return "";
}

/// Whether that part of the sentry held, as the events that are named as the reason show.
bool Coverage::among(const definition::Sentry& sentry, std::size_t index, const Causes& causes) const {
  const definition::Part& part = sentry.parts[index];
  if (part.kind == definition::Part::Kind::kAtLeast) {
    std::uint16_t held = 0;
    for (std::uint16_t i = 0; i < part.children; ++i) held += among(sentry, part.first_child + i, causes) ? 1U : 0U;
    return held >= part.needed;
  }
  return std::any_of(causes.begin(), causes.end(), [&](const Body* cause) {
    const auto* fact = std::get_if<pathway::FactReported>(cause);
    if (part.kind == definition::Part::Kind::kFact) return fact != nullptr && fact->fact == part.fact;
    if (part.kind == definition::Part::Kind::kDay) {
      const std::vector<std::uint32_t>& reads = pathway_->guards[part.day].program.reads();
      return fact != nullptr && std::any_of(reads.begin(), reads.end(), [&](std::uint32_t read) { return pathway_->variables[read].subject == fact->fact; });
    }
    const auto* missed = std::get_if<pathway::DeadlineMissed>(cause);
    if (part.kind == definition::Part::Kind::kOverdue) return missed != nullptr && missed->deadline.step.step == part.step;
    const pathway::StepRef* step = pathway::step_of(*cause);
    if (step == nullptr || step->step != part.step || missed != nullptr) return false;
    const auto* completed = std::get_if<pathway::StepCompleted>(cause);
    return part.outcome == definition::kNoOutcome || (completed != nullptr && completed->outcome == part.outcome);
  });
}

void Coverage::mark(const Key& key) {
  if (const auto found = places_.find(key); found != places_.end()) items_[found->second].exercised = true;
}

void Coverage::mark_sentry(StepIndex step, Part part, definition::SentryIndex index, const Causes& causes) {
  if (index == kNone || pathway_->sentries[index].parts.empty()) return;
  const definition::Sentry& sentry = pathway_->sentries[index];
  mark({step, part, kWhole});
  for (std::uint16_t i = 0; i < sentry.parts.front().children; ++i)
    if (among(sentry, sentry.parts.front().first_child + i, causes)) mark({step, part, i});
}

void Coverage::note(const ScratchCase& one) {
  std::vector<Body> bodies;
  bodies.reserve(one.events().size());
  for (const Event& event : one.events()) {
    bodies.push_back(pathway::decode_body(event.tag, event.body).value());
    Causes causes;
    if (const pathway::Because* why = pathway::because_of(bodies.back()))
      for (const Version cause : why->causes)
        if (cause.value() > 0 && cause.value() <= bodies.size()) causes.push_back(&bodies[cause.value() - 1]);
    note_event(bodies.back(), causes);
    note_deadline(bodies.back(), causes);
    note_overdue(bodies.back(), causes);
    note_branch(bodies.back(), one);
  }
  note_until(one);
}

void Coverage::note_event(const Body& body, const Causes& causes) {
  const pathway::Because* why = pathway::because_of(body);
  if (const auto* ended = std::get_if<pathway::PathwayCompleted>(&body)) {
    mark({kNone, Part::kOutcome, ended->result});
    return mark_sentry(kNone, Part::kCompletesWhen, pathway_->completes_when, causes);
  }
  const pathway::StepRef* ref = pathway::step_of(body);
  if (ref == nullptr || ref->step >= pathway_->steps.size()) return;
  const definition::Step& step = pathway_->steps[ref->step];
  const auto* completed = std::get_if<pathway::StepCompleted>(&body);
  const auto* notified = std::get_if<pathway::NotificationRequested>(&body);
  const bool reached = completed != nullptr && why->rule == Rule::kAfter;
  const bool opened = std::holds_alternative<pathway::StepOpened>(body) || std::holds_alternative<pathway::StepEnabled>(body) ||
                      std::holds_alternative<pathway::ValueComputed>(body) || reached || (notified != nullptr && notified->deadline == 0xFF);
  if (opened) {
    mark({ref->step, Part::kItself, 0});
    if (why != nullptr) mark_sentry(ref->step, Part::kAfter, step.after, causes);
  }
  if (completed != nullptr) {
    mark({ref->step, Part::kOutcome, completed->outcome});
    if (why->rule == Rule::kStage) mark_sentry(ref->step, Part::kCompletesWhen, step.completes_when, causes);
  }
  if (const auto* reopened = std::get_if<pathway::StepReopened>(&body)) {
    if (!reopened->by.empty()) mark({ref->step, Part::kReopenedByHand, 0});
    for (const Body* cause : causes)
      if (const auto* fact = std::get_if<pathway::FactReported>(cause); fact != nullptr && reopened->by.empty()) mark({ref->step, Part::kReopened, fact->fact});
  }
  if (std::holds_alternative<pathway::StepTerminated>(body) && why->rule == Rule::kCancelWhen) mark_sentry(ref->step, Part::kCancelWhen, step.cancel_when, causes);
}

void Coverage::note_deadline(const Body& body, const Causes& causes) {
  const auto seen = [this](const pathway::DeadlineRef& deadline, Part part) { mark({deadline.step.step, part, deadline.deadline}); };
  if (const auto* set = std::get_if<pathway::DeadlineSet>(&body)) seen(set->deadline, Part::kSet);
  if (const auto* met = std::get_if<pathway::DeadlineMet>(&body)) seen(met->deadline, Part::kMet);
  if (const auto* missed = std::get_if<pathway::DeadlineMissed>(&body)) seen(missed->deadline, Part::kMissed);
  if (const auto* warned = std::get_if<pathway::DeadlineWarned>(&body)) seen(warned->deadline, Part::kWarned);
  if (const auto* interrupted = std::get_if<pathway::DeadlineInterrupted>(&body)) seen(interrupted->deadline, Part::kInterrupted);
  if (std::holds_alternative<pathway::TermsRecounted>(body)) mark({kNone, Part::kRecounted, 0});
  const auto* suspended = std::get_if<pathway::DeadlineSuspended>(&body);
  if (suspended == nullptr) return;
  const bool held = std::any_of(causes.begin(), causes.end(), [](const Body* cause) {
    return std::holds_alternative<pathway::PersonSuspended>(*cause) || std::holds_alternative<pathway::CaseSuspended>(*cause);
  });
  seen(suspended->deadline, held ? Part::kStopped : Part::kSuspended);
}

/// What a missed deadline brought.
void Coverage::note_overdue(const Body& body, const Causes& causes) {
  if (const auto* notified = std::get_if<pathway::NotificationRequested>(&body); notified != nullptr && notified->deadline != 0xFF)
    mark({notified->step.step, Part::kOverdueNotifies, notified->deadline});
  if (const auto* escalated = std::get_if<pathway::TaskEscalated>(&body)) mark({escalated->step.step, Part::kOverdueEscalates, escalated->deadline});
  const pathway::StepRef* ref = pathway::step_of(body);
  for (const Body* cause : causes) {
    const auto* missed = std::get_if<pathway::DeadlineMissed>(cause);
    if (missed == nullptr || ref == nullptr) continue;
    const pathway::DeadlineRef& deadline = missed->deadline;
    const definition::Deadline& declared = pathway_->steps[deadline.step.step].deadlines[deadline.deadline];
    const auto* completed = std::get_if<pathway::StepCompleted>(&body);
    if (declared.overdue_opens == ref->step) mark({deadline.step.step, Part::kOverdueOpens, deadline.deadline});
    if (completed != nullptr && *ref == deadline.step && completed->outcome == declared.overdue_outcome) mark({deadline.step.step, Part::kOverdueCompletes, deadline.deadline});
  }
}

void Coverage::note_branch(const Body& body, const ScratchCase& one) {
  const auto role = [&one](pathway::PersonIndex person) { return one.state().core.persons[person].role; };
  if (const auto* suspended = std::get_if<pathway::PersonSuspended>(&body)) mark({role(suspended->person), Part::kBranchSuspended, 0});
  if (const auto* resumed = std::get_if<pathway::PersonResumed>(&body)) mark({role(resumed->person), Part::kBranchResumed, 0});
}

/// No event says that a value became final: the sentry is asked at the end.
void Coverage::note_until(const ScratchCase& one) {
  const pathway::CaseCore& core = one.state().core;
  for (const pathway::StepInstance& instance : core.steps) {
    const definition::SentryIndex until = pathway_->steps[instance.ref.step].until;
    if (until == kNone || instance.computed == Version()) continue;
    pathway::Interpreter asked(*pathway_, one.library().almanac.get(), core, one.opened(), {core.opened_on, core.opened_on, {}});
    std::vector<Version> versions;
    if (asked.judge(instance.ref, until, false, &versions, pathway::Look::kReading).holding != pathway::Holding::kHolds) continue;
    std::vector<Body> bodies;
    for (const Version version : versions) bodies.push_back(pathway::decode_body(one.events()[version.value() - 1].tag, one.events()[version.value() - 1].body).value());
    Causes causes;
    for (const Body& body : bodies) causes.push_back(&body);
    mark_sentry(instance.ref.step, Part::kUntil, until, causes);
  }
}

std::pair<std::size_t, std::size_t> Coverage::count(ItemKind kind) const {
  std::pair<std::size_t, std::size_t> counted;
  for (const Item& item : items_) {
    if (item.kind != kind) continue;
    ++counted.first;
    counted.second += item.exercised ? 1U : 0U;
  }
  return counted;
}

unsigned Coverage::percent() const {
  const auto exercised = std::count_if(items_.begin(), items_.end(), [](const Item& item) { return item.exercised; });
  return items_.empty() ? 100U : static_cast<unsigned>(exercised * 100 / static_cast<std::ptrdiff_t>(items_.size()));
}

}  // namespace ritrovo::scenario
