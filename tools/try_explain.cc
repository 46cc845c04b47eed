#include "tools/try_explain.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/record/value_json.h"
#include "tools/scenario/play.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/interpreter.h"
#include "workflows/reading/sentry_words.h"
#include "workflows/reading/step_words.h"

namespace ritrovo::tools {
namespace {

using definition::kNone;
using pathway::Holding;
using pathway::Interpreter;
using pathway::StepRef;

/// One step of one case, explained.
class Explainer {
 public:
  Explainer(std::ostream& out, const scenario::ScratchCase& one, Day today, reading::Language language)
      : out_(out), one_(one), today_(today), pathway_(*one.pathway()), words_(pathway_, one.library().almanac.get(), language) {}

  void explain(const StepRef& ref) {
    const pathway::CaseCore& core = one_.state().core;
    const pathway::StepInstance* instance = core.find(ref);
    const std::string person = ref.person == pathway::kNobody ? std::string() : " @" + core.persons[ref.person].alias;
    const pathway::StepLife life = core.life_of(ref);
    out_ << fmt::format("{}{}: {} ({})\n", pathway_.path_of(ref.step), person, life == pathway::StepLife::kAvailable ? "waiting" : name_of(life),
                        words_.title(pathway_.steps[ref.step]));
    if (instance != nullptr && life != pathway::StepLife::kAvailable) return reasons(*instance);
    waiting(ref);
  }

 private:
  void reasons(const pathway::StepInstance& step) {
    if (step.opened != Version() && step.opened != step.ended) reason(step.opened);
    if (step.ended != Version()) reason(step.ended);
    const definition::Step& declared = pathway_.steps[step.ref.step];
    if (step.life == pathway::StepLife::kActive)
      for (const definition::Outcome& outcome : declared.outcomes) out_ << fmt::format("  can end with {}: {}\n", outcome.name, reading::outcome_in_words(words_, declared, outcome));
    if (declared.cancel_when != kNone) sentry(step.ref, declared.cancel_when, "cancelled when");
  }

  /// The event, and what it rests on.
  void reason(Version version) {
    const Event& event = one_.events()[version.value() - 1];
    out_ << "  " << scenario::told(event, one_.names(), one_.library()) << '\n';
    const pathway::Body body = pathway::decode_body(event.tag, event.body).value();
    const pathway::Because* why = pathway::because_of(body);
    if (why == nullptr) return;
    for (const Version cause : why->causes)
      if (cause != Version()) out_ << "    because " << scenario::told(one_.events()[cause.value() - 1], one_.names(), one_.library()) << '\n';
    for (const pathway::Read& read : why->reads) saw(read);
    const pathway::StepRef* step = pathway::step_of(body);
    const std::string law = step == nullptr || step->step >= pathway_.steps.size() ? std::string() : reading::ground_in_words(words_, pathway_.steps[step->step].ground);
    if (!law.empty()) out_ << "    law: " << law << '\n';
  }

  void saw(const pathway::Read& read) { out_ << fmt::format("    saw {}{}\n", pathway::variable_name(pathway_, read.variable), read.value ? " = " + to_json(*read.value) : " (sealed)"); }

  void waiting(const StepRef& ref) {
    Interpreter asked(pathway_, one_.library().almanac.get(), one_.state().core, one_.opened(), {today_, today_, {}});
    const definition::Step& step = pathway_.steps[ref.step];
    if (const std::optional<StepRef> stage = asked.parent_of(ref); stage && asked.core().life_of(*stage) != pathway::StepLife::kActive)
      out_ << fmt::format("  its stage {} isn't open: why {}\n", pathway_.path_of(stage->step), pathway_.steps[stage->step].name);
    else if (!asked.surrounded(ref)) out_ << "  its person isn't in the case any more\n";
    if (step.after != kNone) sentry(ref, step.after, "after");
    for (const auto& [guard, name] : {std::pair(step.where, "where"), std::pair(step.when, "when"), std::pair(step.value, "value")})
      if (guard != kNone) this->guard(asked, ref, guard, name);
    if (asked.prospect(ref) == pathway::Prospect::kNever) out_ << "  so it can't open any more\n";
    for (const pathway::Incident& incident : asked.core().incidents)
      if (incident.step == ref) reason(incident.version);
  }

  void guard(const Interpreter& asked, const StepRef& ref, definition::GuardIndex index, const char* name) {
    const expression::Value value = asked.evaluate(ref, index);
    std::string is = value.is_true() ? "holds" : value.is_false() ? "is false" : value.is_error() ? "can't be computed: " + std::string(value.failure_message()) : "";
    if (value.is_unknown()) {
      is = "waits for";
      for (const std::uint32_t variable : value.unknown_variables()) is += " " + pathway::variable_name(pathway_, variable);
    }
    out_ << fmt::format("  {} {}: {}\n", name, pathway_.guards[index].source, is.empty() ? "has a value" : is);
    const pathway::SealedValues sealed(one_.opened(), none_, asked.core().version);
    const pathway::GuardContext context(pathway_, asked.core(), sealed, {ref.person, ref.occurrence}, today_);
    if (!value.is_unknown())
      for (const std::uint32_t variable : pathway_.guards[index].program.reads()) saw(context.read_of(variable));
  }

  void sentry(const StepRef& ref, definition::SentryIndex index, const char* name) {
    const std::vector<definition::Part>& parts = pathway_.sentries[index].parts;
    if (parts.empty()) return;
    out_ << "  " << name << "\n";
    part(ref, parts, 0, 4, index);
  }

  Holding part(const StepRef& ref, const std::vector<definition::Part>& parts, std::size_t index, std::size_t indent, definition::SentryIndex sentry) {
    const definition::Part& here = parts[index];
    const Holding holding = judged(ref, parts, index, sentry);
    const char sign = holding == Holding::kHolds ? '+' : holding == Holding::kNever ? 'x' : '-';
    out_ << std::string(indent, ' ') << sign << ' ';
    if (here.kind != definition::Part::Kind::kAtLeast) {
      out_ << reading::part_in_words(words_, parts, index) << '\n';
      return holding;
    }
    out_ << (here.needed == here.children ? std::string("all of") : here.needed == 1 ? std::string("any of") : fmt::format("{} of", here.needed)) << '\n';
    for (std::uint16_t i = 0; i < here.children; ++i) part(ref, parts, here.first_child + i, indent + 2, sentry);
    return holding;
  }

  /// The interpreter judges whole sentries: it gets a copy of the pathway in which this one is that part alone.
  Holding judged(const StepRef& ref, const std::vector<definition::Part>& parts, std::size_t index, definition::SentryIndex sentry) {
    definition::Pathway altered = pathway_;
    std::vector<definition::Part>& alone = altered.sentries[sentry].parts;
    alone = parts;
    alone.front() = parts[index];
    Interpreter asked(altered, one_.library().almanac.get(), one_.state().core, one_.opened(), {today_, today_, {}});
    return asked.judge(ref, sentry, false, nullptr, pathway::Look::kAhead).holding;
  }

  std::ostream& out_;
  const scenario::ScratchCase& one_;
  Day today_;
  const definition::Pathway& pathway_;
  reading::Wording words_;
  std::vector<Draft> none_;
};

}  // namespace

void explain(std::ostream& out, const scenario::ScratchCase& one, definition::StepIndex step, const std::string& alias, Day today, reading::Language language) {
  const pathway::CaseCore& core = one.state().core;
  const auto pinned = one.pathway();
  Explainer explainer(out, one, today, language);
  std::vector<StepRef> refs;
  for (const pathway::StepInstance& instance : core.steps)
    if (instance.ref.step == step) refs.push_back(instance.ref);
  const bool repeats = pathway::repeat_of(*pinned, step) != kNone;
  for (const pathway::PersonIndex person : core.in_scope(pinned->steps[step].branch)) {
    const StepRef ref{step, person, Version()};
    if (!repeats && std::find(refs.begin(), refs.end(), ref) == refs.end()) refs.push_back(ref);
  }
  if (!alias.empty()) std::erase_if(refs, [&](const StepRef& ref) { return ref.person == pathway::kNobody || core.persons[ref.person].alias != alias; });
  for (const StepRef& ref : refs) explainer.explain(ref);
  if (refs.empty() && repeats) return explainer.explain({step, pathway::kNobody, Version()});
  if (refs.empty()) out << "nobody in the case is concerned\n";
}

}  // namespace ritrovo::tools
