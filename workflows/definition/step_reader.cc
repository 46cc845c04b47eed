#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "workflows/definition/draft.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

/// Reads one step. The model's step is looked up anew where other readers may have changed it; the vector itself no longer grows.
class StepReader {
 public:
  StepReader(StepIndex index, Draft& draft)
      : index_(index),
        draft_(draft),
        problems_(draft.problems),
        step_(draft.pathway->steps[index]),
        what_(fmt::format("step {}", step_.name)),
        fields_(*draft.step_sources[index].body, what_, problems_) {}

  void read() {
    if (!fields_.whole()) return;
    step_.title = read_languages(fields_.take("title"), fmt::format("the title of {}", what_), problems_);
    step_.ground = read_ground(fields_, problems_);
    read_waits_on();
    step_.after = read_sentry(fields_.take("after"), index_, step_.branch, draft_);
    step_.when = guard(fields_.take("when"), "\"when\"");
    step_.cancel_when = read_sentry(fields_.take("cancel_when"), index_, step_.branch, draft_);
    read_flags();
    read_repeat(fields_, index_, draft_);
    read_reopen(fields_, index_, draft_);
    read_completion();
    read_deadlines(fields_, index_, draft_);
    read_of_kind();
    fields_.finish();
  }

 private:
  GuardIndex guard(const Node* node, std::string_view what) {
    return read_guard(node, what, {index_, step_.branch, GuardUse::kCondition}, kBool, draft_);
  }

  void read_waits_on() {
    const Node* node = fields_.take("waits_on");
    const auto name = read_text(node, fmt::format("\"waits_on\" of {}", what_), problems_);
    if (!name) return;
    step_.waits_on = *name;
    std::vector<std::string> names;
    for (const auto& [party, title] : draft_.pathway->parties) {
      if (party == *name) return;
      names.push_back(party);
    }
    problems_.error(node->place, fmt::format("there is no party \"{}\"", *name), suggest(*name, names));
    step_.waits_on = nearest_name(*name, names);
  }

  void read_flags() {
    const auto required = read_boolean(fields_.take("required"), fmt::format("\"required\" of {}", what_), problems_);
    step_.manual = read_boolean(fields_.take("manual"), fmt::format("\"manual\" of {}", what_), problems_).value_or(false);
    step_.discretionary = read_boolean(fields_.take("discretionary"), fmt::format("\"discretionary\" of {}", what_), problems_).value_or(false);
    step_.required = required.value_or(!step_.discretionary);
    if (step_.discretionary && step_.required)
      problems_.error(step_.place, fmt::format("{} is both discretionary and required", what_), "remove one of the two");
  }

  void check_fact_reach(FactIndex fact, Place place) {
    const Fact& found = draft_.pathway->facts[fact];
    if (!out_of_reach(found.per, step_.branch, *draft_.pathway)) return;
    problems_.error(place, fmt::format("\"{}\" is different for each {}, and {} stands outside", found.name, draft_.pathway->persons[found.per].name, what_),
                    fmt::format("move the step into a stage with \"each\", or use a milestone with \"after: {{every: {}}}\"", found.name));
  }

  void read_completion() {
    const Node* done = fields_.take("done_when");
    const Node* outcomes = fields_.take("outcomes");
    if (done != nullptr && outcomes != nullptr) problems_.error(done->place, fmt::format("{} has both done_when and outcomes", what_), "keep one of the two");
    if (step_.kind == StepKind::kStage && outcomes != nullptr && done == nullptr)
      return ritrovo::definition::read_results(*outcomes, step_.outcomes, index_, step_.branch, draft_);
    const bool by_itself = step_.kind != StepKind::kTask && step_.kind != StepKind::kWaitFor;
    if (by_itself && (done != nullptr || outcomes != nullptr))
      problems_.error((done != nullptr ? done : outcomes)->place, fmt::format("{} completes by itself, so it has neither done_when nor outcomes", what_));
    const bool waits = step_.kind == StepKind::kWaitFor && draft_.step_sources[index_].body->find("wait_for") != nullptr;
    if (waits && done == nullptr && outcomes == nullptr)
      problems_.error(step_.place, fmt::format("{} waits for nothing", what_), "add \"done_when: {fact: …}\" or \"outcomes: {…}\"");
    if (outcomes != nullptr) read_outcomes(*outcomes);
    else if (done != nullptr) read_done_when(*done);
  }

  void read_done_when(const Node& node) {
    if (node.is(Kind::kList)) {
      for (const Node& item : node.items) read_done(item);
      if (node.items.empty()) problems_.error(node.place, "\"done_when\" names no fact");
    } else {
      read_done(node);
    }
  }

  void read_done(const Node& node) {
    if (step_.outcomes.size() >= 200) return;
    Outcome outcome;
    outcome.name = "done";
    const Node* fact = &node;
    if (!node.is(Kind::kText)) {
      Fields fields(node, fmt::format("\"done_when\" of {}", what_), problems_);
      fact = fields.require("fact");
      outcome.when = guard(fields.take("when"), "\"when\"");
      fields.finish();
    }
    read_fact_of(fact, outcome);
    step_.outcomes.push_back(std::move(outcome));
  }

  void read_fact_of(const Node* node, Outcome& outcome) {
    const auto name = read_text(node, "the fact", problems_);
    if (!name) return;
    outcome.fact = find_fact(*name, node->place, draft_);
    if (outcome.fact != kNone) check_fact_reach(outcome.fact, node->place);
  }

  void read_outcomes(const Node& node) {
    if (!node.is(Kind::kMap) || node.entries.empty()) {
      problems_.error(node.place, fmt::format("\"outcomes\" of {} must be a map of at least one outcome", what_));
      return;
    }
    for (std::size_t i = 0; i < step_.outcomes.size() && i < node.entries.size(); ++i) read_outcome(node.entries[i], step_.outcomes[i]);
  }

  void read_outcome(const Entry& entry, Outcome& outcome) {
    const std::string what = fmt::format("outcome {} of {}", entry.key, what_);
    const Node& node = entry.value;
    if (node.is(Kind::kNull)) {
      problems_.error(entry.place, fmt::format("{} says nothing", what), "write a fact, {when: …}, by_hand or by_deadline");
      return;
    }
    if (node.is(Kind::kText)) {
      read_short_outcome(node, what, outcome);
    } else {
      Fields fields(node, what, problems_);
      outcome.title = read_languages(fields.take("title"), fmt::format("the title of {}", what), problems_);
      outcome.ground = read_ground(fields, problems_);
      read_fact_of(fields.take("fact"), outcome);
      outcome.when = guard(fields.take("when"), "\"when\"");
      outcome.by_hand = read_boolean(fields.take("by_hand"), "\"by_hand\"", problems_).value_or(false);
      outcome.by_deadline = read_boolean(fields.take("by_deadline"), "\"by_deadline\"", problems_).value_or(false);
      fields.finish();
      const bool says = node.find("fact") != nullptr || node.find("when") != nullptr;
      if (fields.whole() && !says && !outcome.by_hand && !outcome.by_deadline)
        problems_.error(entry.place, fmt::format("nothing brings about {}", what), "add a fact, \"when\", \"by_hand: true\" or \"by_deadline: true\"");
      if ((outcome.by_hand || outcome.by_deadline) && (says || outcome.by_hand == outcome.by_deadline))
        problems_.error(entry.place, fmt::format("{} comes about in several ways", what), "make it several outcomes");
    }
    if (outcome.by_hand && step_.kind != StepKind::kTask)
      problems_.error(entry.place, fmt::format("{} is by hand, but only a task is worked on", what), "make the step a task, or name a fact");
  }

  void read_short_outcome(const Node& node, const std::string& what, Outcome& outcome) {
    if (node.text == "by_hand") {
      outcome.by_hand = true;
    } else if (node.text == "by_deadline") {
      outcome.by_deadline = true;
    } else if (node.text.find('.') == std::string::npos) {
      problems_.error(node.place, fmt::format("{} must be a fact, by_hand or by_deadline", what), suggest(node.text, {"by_hand", "by_deadline"}));
    } else {
      read_fact_of(&node, outcome);
    }
  }

  void read_of_kind() {
    // Two kinds at once were reported with the outline.
    for (const std::string_view kind : {"task", "wait_for", "compute", "milestone", "notify", "stage", "pathway", "documents"}) static_cast<void>(fields_.take(kind));
    switch (step_.kind) {
      case StepKind::kTask:
        read_task();
        break;
      case StepKind::kWaitFor:
        read_mark("wait_for");
        break;
      case StepKind::kMilestone:
        read_mark("milestone");
        break;
      case StepKind::kCompute:
        read_compute();
        break;
      case StepKind::kNotify:
        read_notify();
        break;
      case StepKind::kStage:
        read_stage();
        break;
    }
  }

  void read_mark(std::string_view key) {
    const Node* node = fields_.take(key);
    if (node != nullptr && !read_boolean(node, fmt::format("\"{}\"", key), problems_).value_or(true))
      problems_.error(node->place, fmt::format("\"{}\" can only be true", key));
  }

  void read_task() {
    const Node* node = fields_.take("task");
    if (node == nullptr) return;
    Fields task(*node, fmt::format("\"task\" of {}", what_), problems_);
    const Node* role = task.require("role");
    if (const auto name = read_text(role, "\"role\"", problems_)) {
      check_actor_role(*name, role->place, draft_);
      step_.task_role = *name;
    }
    step_.task_organisation = read_text(task.take("organisation"), "\"organisation\"", problems_).value_or("");
    read_four_eyes(task.take("four_eyes"));
    read_assign_to(task.take("assign_to"));
    const Node* form = task.take("form");
    if (const auto name = read_text(form, "\"form\"", problems_)) {
      step_.form = find_fact(*name, form->place, draft_);
      if (step_.form != kNone) check_fact_reach(step_.form, form->place);
    }
    task.finish();
  }

  void read_four_eyes(const Node* node) {
    if (node == nullptr) return;
    if (node->is(Kind::kBoolean)) {
      if (!node->boolean || step_.after == kNone) {
        if (node->boolean) problems_.error(node->place, "\"four_eyes: true\" means the tasks in \"after\", and there is no \"after\"", "name the steps: four_eyes: [STEP]");
        return;
      }
      for (const Part& part : draft_.pathway->sentries[step_.after].parts) {
        if (part.kind == Part::Kind::kStep && part.step != kNone && draft_.pathway->steps[part.step].kind == StepKind::kTask &&
            part.reach == Part::Reach::kOwn && std::find(step_.four_eyes.begin(), step_.four_eyes.end(), part.step) == step_.four_eyes.end())
          step_.four_eyes.push_back(part.step);
      }
      if (step_.four_eyes.empty()) problems_.error(node->place, "there is no task in \"after\" that a second person could check", "name the steps: four_eyes: [STEP]");
      return;
    }
    for (const Named& named : read_names(node, "\"four_eyes\"", problems_)) {
      const StepIndex other = find_step(named.name, named.place, draft_);
      if (other == kNone) continue;
      if (draft_.pathway->steps[other].kind != StepKind::kTask)
        problems_.error(named.place, fmt::format("step {} isn't a task: nobody completes it in person", named.name));
      else if (other == index_)
        problems_.error(named.place, fmt::format("{} can't be checked by itself", what_));
      else if (out_of_reach(draft_.pathway->steps[other].branch, step_.branch, *draft_.pathway))
        problems_.error(named.place, fmt::format("step {} is different for each person, and {} stands outside", named.name, what_));
      step_.four_eyes.push_back(other);
    }
  }

  void read_assign_to(const Node* node) {
    const auto name = read_text(node, "\"assign_to\"", problems_);
    if (!name) return;
    step_.assign_to = find_step(*name, node->place, draft_);
    if (step_.assign_to == kNone) return;
    const Step& other = draft_.pathway->steps[step_.assign_to];
    if (other.kind != StepKind::kTask)
      problems_.error(node->place, fmt::format("step {} isn't a task: nobody does it in person", *name));
    else if (step_.assign_to == index_)
      problems_.error(node->place, fmt::format("{} can't be assigned to whoever does it", what_));
    else if (out_of_reach(other.branch, step_.branch, *draft_.pathway))
      problems_.error(node->place, fmt::format("step {} is different for each person, and {} stands outside", *name, what_));
    else if (std::find(step_.four_eyes.begin(), step_.four_eyes.end(), step_.assign_to) != step_.four_eyes.end())
      problems_.error(node->place, fmt::format("whoever did {} may not do {} (four_eyes), so it can't be assigned to them", *name, step_.name), "leave out one of the two");
  }

  void read_compute() {
    const Node* node = fields_.take("compute");
    if (node == nullptr) return;
    Fields compute(*node, fmt::format("\"compute\" of {}", what_), problems_);
    const Node* type = compute.require("type");
    expression::Type expected(expression::Kind::kDyn);
    if (const auto word = read_text(type, "\"type\"", problems_)) {
      static const std::vector<std::pair<std::string, expression::Kind>> kTypes = {{"string", expression::Kind::kString},
                                                                                  {"boolean", expression::Kind::kBool},
                                                                                  {"integer", expression::Kind::kInt},
                                                                                  {"decimal", expression::Kind::kDecimal},
                                                                                  {"date", expression::Kind::kDate}};
      std::vector<std::string> names;
      for (const auto& [name, kind] : kTypes) {
        names.push_back(name);
        if (name == *word) expected = expression::Type(kind);
      }
      if (expected.kind() == expression::Kind::kDyn) problems_.error(type->place, fmt::format("\"{}\" isn't a type", *word), suggest(*word, names));
    }
    step_.value = read_guard(compute.require("value"), "\"value\"", {index_, step_.branch, GuardUse::kValue}, expected, draft_);
    const Node* show = compute.take("show");
    if (const auto word = read_text(show, "\"show\"", problems_)) {
      if (*word == "public") step_.value_privacy = Privacy::kPublic;
      else if (*word == "statistical") step_.value_privacy = Privacy::kStatistical;
      else problems_.error(show->place, fmt::format("\"{}\" isn't a way to show a value", *word), "write \"show: public\" or \"show: statistical\", or leave it out");
    }
    step_.until = read_sentry(compute.take("until"), index_, step_.branch, draft_);
    // Of use to those who put this pathway into theirs: `with` may give another value.
    static_cast<void>(read_boolean(compute.take("parameter"), "\"parameter\"", problems_));
    compute.finish();
  }

  void read_notify() {
    const Node* node = fields_.take("notify");
    if (node == nullptr) return;
    Fields notify(*node, fmt::format("\"notify\" of {}", what_), problems_);
    const Node* to = notify.require("to");
    if (const auto name = read_text(to, "\"to\"", problems_)) {
      if (*name != "family") check_actor_role(*name, to->place, draft_);
      step_.notify_to = *name;
    }
    const Node* named = notify.take("template");
    if (const auto name = read_text(named, "\"template\"", problems_)) {
      check_name(*name, NameShape::kSnake, named->place, problems_);
      step_.message_template = *name;
    }
    step_.message_language = read_guard(notify.take("language"), "\"language\"", {index_, step_.branch, GuardUse::kShown}, expression::Type(expression::Kind::kString), draft_);
    step_.message = read_languages(notify.require("message"), fmt::format("the message of {}", what_), problems_);
    notify.finish();
  }

  void read_stage() {
    const Node* node = fields_.take("stage");
    if (node == nullptr) return read_used();
    if (node->is(Kind::kBoolean) && node->boolean) {
      // A plain box may be written `stage: true` as well as `stage: {}`.
    } else {
      Fields stage(*node, fmt::format("\"stage\" of {}", what_), problems_);
      const Node* each = stage.take("each");
      if (const auto name = read_text(each, "\"each\"", problems_)) read_each(*name, each->place);
      const Node* where = stage.take("where");
      if (where != nullptr && each == nullptr) problems_.error(where->place, "\"where\" chooses persons, and there is no \"each\"");
      step_.where = guard(where, "\"where\"");
      stage.finish();
    }
    step_.completes_when = read_sentry(fields_.take("completes_when"), index_, step_.branch, draft_);
    const Node* steps = fields_.take("steps");
    if (steps == nullptr || steps->entries.empty()) problems_.error(step_.place, fmt::format("stage {} has no steps", step_.name), "add \"steps: {…}\"");
  }

  /// A stage that the loader made of a used pathway; `use` and `with` were read then.
  void read_used() {
    static_cast<void>(fields_.take("documents"));
    const Node* node = fields_.take("pathway");
    step_.completes_when = read_sentry(fields_.take("completes_when"), index_, step_.branch, draft_);
    static_cast<void>(fields_.take("steps"));
    const Node* use = node == nullptr ? nullptr : node->find("use");
    const Node* version = node == nullptr ? nullptr : node->find("version");
    const Node* identity = node == nullptr ? nullptr : node->find("identity");
    if (use == nullptr || version == nullptr || identity == nullptr) return;
    step_.uses = use->text;
    step_.uses_version = static_cast<std::uint32_t>(version->integer);
    if (const auto pinned = Hash256::parse(identity->text)) step_.uses_identity = *pinned;
  }

  void read_each(const std::string& name, Place place) {
    const RoleIndex role = draft_.pathway->person_role_named(name);
    std::vector<std::string> names;
    for (const PersonRole& person : draft_.pathway->persons) names.push_back(person.name);
    if (role == kNone) problems_.error(place, fmt::format("there is no person \"{}\"", name), suggest(name, names));
    else if (!draft_.pathway->persons[role].many) problems_.error(place, fmt::format("there is one {}, so \"each\" has no meaning", name), "leave out \"each\"");
  }

  StepIndex index_;
  Draft& draft_;
  Problems& problems_;
  Step& step_;
  std::string what_;
  Fields fields_;
};

}  // namespace

void read_results(const Node& node, std::vector<Outcome>& results, StepIndex owner, RoleIndex branch, Draft& draft) {
  if (!node.is(Kind::kMap) || node.entries.empty()) {
    draft.problems.error(node.place, "results must be a map of at least one name and when it holds");
    return;
  }
  for (std::size_t i = 0; i < results.size() && i < node.entries.size(); ++i) {
    const Entry& entry = node.entries[i];
    const std::string what = fmt::format("result {}", entry.key);
    if (owner == kNone && draft.pathway->step_named(entry.key) != kNone)
      draft.problems.error(entry.place, fmt::format("{} has the name of a step", what), "whoever uses this pathway couldn't tell them apart: rename one");
    if (entry.value.is(Kind::kNull)) {
      draft.problems.error(entry.place, fmt::format("{} says nothing", what), "write a step/outcome, a fact, or {after: …}");
    } else if (entry.value.find("after") == nullptr) {
      results[i].after = read_sentry(&entry.value, owner, branch, draft);
    } else {
      Fields fields(entry.value, what, draft.problems);
      results[i].title = read_languages(fields.take("title"), fmt::format("the title of {}", what), draft.problems);
      results[i].ground = read_ground(fields, draft.problems);
      results[i].after = read_sentry(fields.take("after"), owner, branch, draft);
      fields.finish();
    }
    // Of a stage, the checker tells it with its other outcomes.
    if (owner == kNone && results[i].title.languages.empty())
      draft.problems.warning(entry.place, fmt::format("{} has no title, neither in Italian nor in English", what), "write {after: …, title: {it: …, en: …}}");
  }
}

void read_steps(const Node& root, Draft& draft) {
  for (std::size_t i = 0; i < draft.pathway->steps.size(); ++i) StepReader(static_cast<StepIndex>(i), draft).read();
  open_by_deadlines(draft);
  const Node* completes = root.find("completes_when");
  if (completes != nullptr && completes->is(Kind::kNull)) return;  // reported with the outline
  draft.pathway->completes_when = read_sentry(completes, kNone, kNone, draft);
  const Node* results = root.find("results");
  if (results != nullptr && !results->is(Kind::kNull)) read_results(*results, draft.pathway->results, kNone, kNone, draft);
}

}  // namespace ritrovo::definition
