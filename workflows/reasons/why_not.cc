#include "workflows/reasons/why_not.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/interpreter.h"
#include "workflows/reading/guard_words.h"
#include "workflows/reading/sentry_words.h"
#include "workflows/reading/step_words.h"
#include "workflows/reasons/event_words.h"
#include "workflows/reasons/grounds.h"
#include "workflows/reasons/seen.h"

namespace ritrovo::reasons {
namespace {

using definition::kNone;
using definition::Part;
using pathway::Holding;
using pathway::StepLife;
using pathway::StepRef;

/// Steps behind steps that are told.
constexpr std::size_t kStepsBehindMax = 4;

std::string_view kind_of(Holding holding) {
  switch (holding) {
    case Holding::kHolds: return "holds";
    case Holding::kWaits: return "waits";
    case Holding::kNever: return "never";
    case Holding::kFailed: return "failed";
  }
  return {};
}

/// The pathway with each part of each sentry as a sentry of its own, so that the interpreter itself can be asked about one part.
class Apart {
 public:
  explicit Apart(const definition::Pathway& pathway) : pathway_(pathway) {
    const std::size_t sentries = pathway.sentries.size();
    for (std::size_t sentry = 0; sentry < sentries; ++sentry) {
      first_.push_back(pathway_.sentries.size());
      for (std::size_t part = 0; part < pathway.sentries[sentry].parts.size(); ++part) {
        pathway_.sentries.push_back(pathway.sentries[sentry]);
        pathway_.sentries.back().parts.front() = pathway.sentries[sentry].parts[part];
      }
    }
  }
  [[nodiscard]] const definition::Pathway& pathway() const { return pathway_; }
  [[nodiscard]] definition::SentryIndex sentry(definition::SentryIndex of, std::size_t part) const { return static_cast<definition::SentryIndex>(first_[of] + part); }

 private:
  definition::Pathway pathway_;
  std::vector<std::size_t> first_;
};

class Waiting {
 public:
  explicit Waiting(const CaseStory& story)
      : story_(story), apart_(story.pathway()), work_(apart_.pathway(), story.library().almanac.get(), story.core(), story.knowledge().opened, {story.knowledge().today, story.knowledge().today, {}}) {}

  std::vector<Line> of(const StepRef& ref) {
    told_.insert(ref);
    switch (story_.core().life_of(ref)) {
      case StepLife::kAvailable: return to_open(ref);
      case StepLife::kEnabled: return {next(story_.say("lo può avviare {}", "{} may start it", who(ref)), ref)};
      case StepLife::kActive: return to_end(ref);
      case StepLife::kCompleted:
      case StepLife::kTerminated: break;
    }
    return {};
  }
  [[nodiscard]] const std::vector<Line>& next_moves() const { return moves_; }

 private:
  [[nodiscard]] const definition::Step& declared_step(const StepRef& ref) const { return story_.pathway().steps[ref.step]; }
  [[nodiscard]] std::string who(const StepRef& ref) const { return reading::actor_in_words(story_.words(), declared_step(ref)); }
  [[nodiscard]] Asking asking(const StepRef& ref) const { return {story_.state(), story_.library(), ref, story_.knowledge().today}; }

  /// A thing that somebody can do now; each once.
  Line next(std::string text, const StepRef& ref) {
    Line move{"next", fmt::format("{}: {}", story_.title(ref), text), {}, {}};
    set(move.data, "step", story_.pathway().path_of(ref.step));
    if (ref.person < story_.core().persons.size()) set(move.data, "person", story_.core().persons[ref.person].alias);
    const bool known = std::any_of(moves_.begin(), moves_.end(), [&](const Line& line) { return line.text == move.text; });
    if (!known) moves_.push_back(move);
    return {"waits", std::move(text), {}, {}};
  }

  std::vector<Line> to_open(const StepRef& ref) {
    std::vector<Line> lines;
    const definition::Step& step = declared_step(ref);
    const pathway::CaseCore& core = story_.core();
    // Said once: it holds for all that is told behind it.
    if (is_over(story_) && depth_ == 0) lines.push_back({"never", story_.say("il caso è concluso: non si apre più nulla", "the case has ended: nothing opens any more"), {}, {}});
    if (core.life == pathway::CaseLife::kSuspended) lines.push_back({"waits", story_.say("il caso è sospeso: non si apre nulla finché non riprende", "the case is suspended: nothing opens until it is resumed"), {}, {}});
    if (ref.person != pathway::kNobody && core.persons[ref.person].left) lines.push_back({"never", story_.say("{} ha lasciato il caso", "{} left the case", story_.person(ref.person)), {}, {}});
    if (ref.person != pathway::kNobody && core.suspended(ref.person)) lines.push_back({"waits", story_.say("il percorso di {} è sospeso", "the branch of {} is suspended", story_.person(ref.person)), {}, {}});
    if (work_.prospect(ref) == pathway::Prospect::kNever && lines.empty() && !is_over(story_)) lines.push_back({"never", story_.say("non può più aprirsi", "it can't open any more"), {}, {}});
    if (const std::optional<StepRef> stage = work_.parent_of(ref); stage && core.life_of(*stage) != StepLife::kActive) lines.push_back(behind(*stage, story_.say("la fase che lo contiene, {},", "the stage around it, {},", story_.title(*stage)), ItalianGender::kFeminine));
    if (step.repeat_for != kNone && ref.occurrence == Version())
      lines.push_back(none_reported(step.repeat_for));
    if (step.after != kNone) lines.push_back(part(ref, step.after, 0));
    for (const definition::GuardIndex index : {step.where, step.when, step.repeat_while, step.value})
      if (index != kNone) lines.push_back(guard(ref, index));
    if (step.manual || step.discretionary) lines.push_back({"note", story_.say("quando potrà, lo avvierà {}", "once it may, {} starts it", who(ref)), {}, {}});
    add_incidents(ref, lines);
    return lines;
  }

  void add_incidents(const StepRef& ref, std::vector<Line>& lines) const {
    for (const pathway::Incident& incident : story_.core().incidents)
      if (incident.step == ref && story_.has(incident.version))
        lines.push_back({"failed", story_.say("{} (evento {}): si corregge il dato, o si riprova con «resume»", "{} (event {}): correct the value, or look again with \"resume\"", event_in_words(story_, incident.version), incident.version.value()), {}, {}});
  }

  std::vector<Line> to_end(const StepRef& ref) {
    std::vector<Line> lines;
    const definition::Step& step = declared_step(ref);
    for (std::size_t i = 0; i < step.outcomes.size(); ++i) {
      const definition::Outcome& outcome = step.outcomes[i];
      Line line{"waits", story_.say("può concludersi: {}", "it can end: {}", reading::outcome_in_words(story_.words(), step, outcome)), {}, {}};
      set(line.data, "outcome", outcome.name);
      if (outcome.fact != kNone) set(line.data, "fact", story_.pathway().facts[outcome.fact].name);
      if (outcome.when != kNone) line.more.push_back(guard(ref, outcome.when));
      lines.push_back(std::move(line));
    }
    if (step.kind == definition::StepKind::kStage) add_inner(ref, lines);
    else (void)next(story_.say("si attende {}", "waits for {}", who(ref)), ref);
    if (step.completes_when != kNone) lines.push_back(part(ref, step.completes_when, 0));
    add_incidents(ref, lines);
    return lines;
  }

  /// What keeps a stage open.
  void add_inner(const StepRef& ref, std::vector<Line>& lines) {
    for (std::size_t i = ref.step + 1U; i < story_.pathway().steps.size(); ++i) {
      const definition::Step& inner = story_.pathway().steps[i];
      if (inner.stage != ref.step) continue;
      for (const StepRef& instance : work_.instances(static_cast<definition::StepIndex>(i))) {
        if (work_.parent_of(instance) != ref) continue;
        const bool active = story_.core().life_of(instance) == StepLife::kActive;
        const bool owed = inner.required && !inner.discretionary && work_.prospect(instance) == pathway::Prospect::kMay;
        if (active || owed) lines.push_back(behind(instance, story_.title(instance)));
      }
    }
  }

  /// How a step stands that something waits for, and what it waits for itself.
  Line behind(const StepRef& ref, const std::string& named, ItalianGender called = ItalianGender::kMasculine) {
    const StepLife life = story_.core().life_of(ref);
    Line line{"waits", fmt::format("{} {}", named, standing_in_words(story_, ref, called)), {}, {}};
    set(line.data, "step", story_.pathway().path_of(ref.step));
    set(line.data, "life", std::string(name_of(life)));
    if (ref.person < story_.core().persons.size()) set(line.data, "person", story_.core().persons[ref.person].alias);
    if (life == StepLife::kActive || life == StepLife::kEnabled) line.text += story_.say("; si attende {}", "; it waits for {}", who(ref).empty() ? story_.say("ciò che vi è dentro", "what is in it") : who(ref));
    if (told_.contains(ref)) {
      line.text += story_.say(" (detto sopra)", " (told above)");
      return line;
    }
    if (depth_ >= kStepsBehindMax) return line;
    ++depth_;
    line.more = of(ref);
    --depth_;
    return line;
  }

  Line guard(const StepRef& ref, definition::GuardIndex index) {
    const definition::Guard& declared = story_.pathway().guards[index];
    const expression::Value value = result_of(story_, asking(ref), index);
    const bool holds = value.is_value() && !value.is_false();
    const std::string said = reading::condition(story_.words(), declared.source);
    std::string is = !value.is_false() && value.kind() != expression::Kind::kBool ? value.printed() : holds ? story_.say("è così", "it is so") : story_.say("non è così", "it is not so");
    if (value.is_unknown()) is = story_.say("non si può ancora dire", "it can't be told yet");
    if (value.is_error()) is = story_.say("non si può calcolare: {}", "it can't be computed: {}", value.failure_message());
    Line line{value.is_error() ? "failed" : holds ? "holds" : "waits", story_.say("condizione: {}: {} ({})", "guard: {}: {} ({})", said, is, place_in_words(story_, declared_step(ref), declared.place)), {}, {}};
    set(line.data, "source", declared.source);
    set(line.data, "line", std::int64_t{declared.place.line});
    line.more = values_seen(story_, asking(ref), index);
    if (!value.is_unknown())
      for (Line& working : worked_out(story_, asking(ref), index)) line.more.push_back(std::move(working));
    return line;
  }

  Line part(const StepRef& ref, definition::SentryIndex sentry, std::size_t index) {
    const std::vector<Part>& parts = story_.pathway().sentries[sentry].parts;
    if (parts.empty()) return {"holds", story_.say("nessuna attesa", "nothing to wait for"), {}, {}};
    const Part& here = parts[index];
    const Holding holding = work_.judge(ref, apart_.sentry(sentry, index), false, nullptr, pathway::Look::kAhead).holding;
    Line line{std::string(kind_of(holding)), {}, {}, {}};
    if (here.kind == Part::Kind::kAtLeast) {
      line.text = here.needed == here.children ? story_.say("tutte queste condizioni", "all of these")
                  : here.needed == 1           ? story_.say("una di queste condizioni", "one of these")
                                               : story_.say("almeno {} di queste condizioni", "at least {} of these", here.needed);
      for (std::uint16_t i = 0; i < here.children; ++i) line.more.push_back(part(ref, sentry, here.first_child + i));
      return line;
    }
    line.text = story_.say("quando {}", "when {}", reading::part_in_words(story_.words(), parts, index));
    if (holding == Holding::kHolds && here.reach == Part::Reach::kOwn) return line;
    if (here.kind == Part::Kind::kDay) line.more.push_back(guard(ref, here.day));
    else if (here.reach != Part::Reach::kOwn) add_persons(here, line);
    else if (here.kind == Part::Kind::kFact) add_fact(here.fact, line);
    else if (const std::optional<StepRef> target = own_instance(story_.pathway(), here.step, scope_of(ref), ref.step)) line.more.push_back(behind(*target, story_.title(*target)));
    return line;
  }

  [[nodiscard]] Line none_reported(definition::FactIndex fact) const {
    Line line{"waits", story_.say("si apre a ogni comunicazione del fatto {}, che non c'è stata", "it opens for each report of {}, and there was none", story_.words().quoted(story_.words().title(story_.pathway().facts[fact]))), {}, {}};
    add_fact(fact, line);
    return line;
  }

  void add_fact(definition::FactIndex index, Line& line) const {
    const definition::Fact& fact = story_.pathway().facts[index];
    set(line.data, "fact", fact.name);
    if (!fact.by.empty()) line.text += story_.say(" (lo comunica: {})", " (reported by: {})", story_.words().roles(fact.by));
  }

  /// Each person that a part looks at.
  void add_persons(const Part& part, Line& line) {
    const bool of_fact = part.kind == Part::Kind::kFact;
    const definition::RoleIndex role = of_fact ? story_.pathway().facts[part.fact].per : story_.pathway().steps[part.step].branch;
    for (const pathway::PersonIndex person : story_.core().in_scope(role)) {
      if (of_fact) {
        const bool known = story_.core().latest(part.fact, person) != nullptr;
        line.more.push_back({known ? "holds" : "waits", fmt::format("{}: {}", story_.person(person), known ? story_.say("comunicato", "reported") : story_.say("non ancora comunicato", "not yet reported")), {}, {}});
        continue;
      }
      const StepRef target{part.step, person, Version()};
      const pathway::StepInstance* step = story_.core().find(target);
      const bool completed = step != nullptr && step->life == StepLife::kCompleted;
      const bool as_asked = completed && (part.outcome == definition::kNoOutcome || part.outcome == step->outcome);
      Line one = completed ? Line{as_asked ? "holds" : "never", fmt::format("{} {}", story_.title(target), life_in_words(story_, target)), {}, {}} : behind(target, story_.title(target));
      line.more.push_back(std::move(one));
    }
  }

  const CaseStory& story_;
  Apart apart_;
  pathway::Interpreter work_;
  std::set<StepRef> told_;
  std::vector<Line> moves_;
  std::size_t depth_ = 0;
};

}  // namespace

std::vector<Line> waits_of(const CaseStory& story, const StepRef& ref) {
  Waiting waiting(story);
  std::vector<Line> lines = waiting.of(ref);
  for (const Line& move : waiting.next_moves()) lines.push_back(move);
  return lines;
}

}  // namespace ritrovo::reasons
