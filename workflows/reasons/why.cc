#include "workflows/reasons/why.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "workflows/pathway/instance_names.h"
#include "workflows/reasons/event_words.h"
#include "workflows/reasons/grounds.h"
#include "workflows/reasons/why_not.h"

namespace ritrovo::reasons {
namespace {

/// Lines of a definition that are quoted.
constexpr std::size_t kQuotedLinesMax = 40;

bool about_deadline(const pathway::Body& body, const pathway::DeadlineRef& ref) {
  return std::visit([&ref](const auto& one) {
    if constexpr (requires { one.deadline == ref; }) return one.deadline == ref;
    else return false;
  }, body);
}

/// Whether the event changed how a step stands.
bool moves_step(const pathway::Body& body) {
  return std::holds_alternative<pathway::StepEnabled>(body) || std::holds_alternative<pathway::StepOpened>(body) || std::holds_alternative<pathway::StepCompleted>(body) ||
         std::holds_alternative<pathway::StepTerminated>(body) || std::holds_alternative<pathway::StepReopened>(body) || std::holds_alternative<pathway::TaskEscalated>(body) ||
         std::holds_alternative<pathway::TaskAssigned>(body) || std::holds_alternative<pathway::NotificationRequested>(body) || std::holds_alternative<pathway::IncidentOpened>(body) ||
         std::holds_alternative<pathway::IncidentResolved>(body) || std::holds_alternative<pathway::StepRevised>(body) || std::holds_alternative<pathway::WorkQuestioned>(body);
}

/// The asked events and all that they rest on, the latest first.
std::vector<Link> chain_of(const CaseStory& story, const std::set<Version>& asked) {
  std::set<Version, std::greater<>> open(asked.begin(), asked.end());
  std::vector<Link> chain;
  // Causes come before what they lead to, so that taking the latest first meets each event once.
  while (!open.empty()) {
    const Version version = *open.begin();
    open.erase(open.begin());
    Link link;
    link.version = version;
    link.day = story.event(version).effective;
    link.event = std::string(name_of(story.body(version)));
    const std::string text = event_in_words(story, version);
    const std::optional<Provenance>& provenance = story.event(version).provenance;
    // An actor's id stays as it is written, at the beginning of a sentence too.
    link.text = provenance && !provenance->actor.id.empty() && text.starts_with(provenance->actor.id) ? text : reading::raised(text);
    link.asked = asked.contains(version);
    link.lines = grounds_of(story, version);
    link.because = causes_of(story, version);
    link.told = pathway::is_command_event(story.body(version)) && link.because.empty();
    open.insert(link.because.begin(), link.because.end());
    chain.push_back(std::move(link));
  }
  return chain;
}

Explanation head_of(const CaseStory& story, const pathway::StepRef& ref) {
  Explanation about;
  const definition::Step& step = story.pathway().steps[ref.step];
  about.path = story.pathway().path_of(ref.step);
  if (ref.person < story.core().persons.size()) about.person = story.core().persons[ref.person].alias;
  about.occurrence = ref.occurrence;
  const definition::Pathway& pathway = story.pathway();
  Line which{"pathway", story.say("percorso {}, versione {}, in vigore dal {}; identità {}", "pathway {}, version {}, in force from {}; identity {}", story.words().quoted(story.words().in(pathway.title)),
                                  pathway.version, to_string(pathway.valid_from), pathway.identity.hex().substr(0, 16)), {}, {}};
  set(which.data, "pathway", pathway.name);
  set(which.data, "version", std::int64_t{pathway.version});
  set(which.data, "identity", pathway.identity.hex());
  set(which.data, "line", std::int64_t{step.place.line});
  about.definition.push_back(std::move(which));
  add_law(story, step.ground, about.definition);
  for (std::string& line : quoted_lines(story, step, kQuotedLinesMax)) about.definition.push_back({"quote", std::move(line), {}, {}});
  return about;
}

}  // namespace

Explanation explain_step(const CaseStory& story, const pathway::StepRef& ref) {
  Explanation about = head_of(story, ref);
  about.about = story.title(ref);
  about.life = std::string(name_of(story.core().life_of(ref)));
  about.standing = fmt::format("{} {}", about.about, standing_in_words(story, ref));
  std::set<Version> asked;
  Version computed;
  for (std::uint32_t at = 1; story.has(Version(at)); ++at) {
    const pathway::Body& body = story.body(Version(at));
    const pathway::StepRef* of = pathway::step_of(body);
    if (of == nullptr || *of != ref) continue;
    if (std::holds_alternative<pathway::ValueComputed>(body)) computed = Version(at);
    if (moves_step(body)) asked.insert(Version(at));
  }
  // Of a value that was worked out again and again, the one that holds.
  if (computed != Version()) asked.insert(computed);
  about.chain = chain_of(story, asked);
  about.waits = waits_of(story, ref);
  for (const pathway::RunningDeadline& deadline : story.core().deadlines) {
    if (deadline.ref.step != ref) continue;
    const std::string address = fmt::format("{}/{}", about.path, story.pathway().steps[ref.step].deadlines[deadline.ref.deadline].name);
    about.definition.push_back({"deadline", fmt::format("{} {}  [{}]", deadline_title(story, deadline.ref), clock_in_words(story, deadline), address), {}, {}});
  }
  return about;
}

Explanation explain_deadline(const CaseStory& story, const pathway::DeadlineRef& ref) {
  Explanation about = head_of(story, ref.step);
  about.about = deadline_title(story, ref);
  about.path += "/" + story.pathway().steps[ref.step.step].deadlines[ref.deadline].name;
  const pathway::RunningDeadline* running = story.core().find(ref);
  about.life = running == nullptr ? "available" : std::string(name_of(running->clock));
  about.standing = fmt::format("{} {}", reading::raised(about.about), running == nullptr ? story.say("non decorre ancora", "does not run yet") : clock_in_words(story, *running));
  std::set<Version> asked;
  for (std::uint32_t at = 1; story.has(Version(at)); ++at)
    if (about_deadline(story.body(Version(at)), ref)) asked.insert(Version(at));
  about.chain = chain_of(story, asked);
  if (running == nullptr) about.waits = waits_of(story, ref.step);
  return about;
}

}  // namespace ritrovo::reasons
