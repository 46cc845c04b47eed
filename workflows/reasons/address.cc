#include "workflows/reasons/address.h"

#include <algorithm>
#include <utility>

#include "engine/base/nearest_name.h"
#include "workflows/pathway/guard_context.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::reasons {
namespace {

using definition::kNone;

/// A deadline by its place in its step.
struct Named {
  definition::StepIndex step = kNone;
  std::optional<definition::DeadlineIndex> deadline;
};

std::vector<Named> deadlines_named(const definition::Pathway& pathway, const std::string& name) {
  std::vector<Named> found;
  for (std::size_t i = 0; i < pathway.steps.size(); ++i)
    for (std::size_t d = 0; d < pathway.steps[i].deadlines.size(); ++d)
      if (pathway.steps[i].deadlines[d].term == name || (pathway.steps[i].deadlines[d].name == name && name != "deadline"))
        found.push_back({static_cast<definition::StepIndex>(i), static_cast<definition::DeadlineIndex>(d)});
  return found;
}

std::vector<std::string> names_of(const definition::Pathway& pathway) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
    names.push_back(pathway.steps[i].name);
    names.push_back(pathway.path_of(static_cast<definition::StepIndex>(i)));
    for (const definition::Deadline& deadline : pathway.steps[i].deadlines) {
      names.push_back(fmt::format("{}/{}", pathway.steps[i].name, deadline.name));
      names.push_back(deadline.term);
    }
  }
  return names;
}

Result<Named> named(const definition::Pathway& pathway, const std::string& name) {
  if (const definition::StepIndex step = pathway.step_at(name); step != kNone) return Named{step, std::nullopt};
  if (const std::size_t slash = name.rfind('/'); slash != std::string::npos) {
    const definition::StepIndex step = pathway.step_at(name.substr(0, slash));
    for (std::size_t d = 0; step != kNone && d < pathway.steps[step].deadlines.size(); ++d)
      if (pathway.steps[step].deadlines[d].name == name.substr(slash + 1)) return Named{step, static_cast<definition::DeadlineIndex>(d)};
  }
  const std::vector<Named> found = deadlines_named(pathway, name);
  if (found.size() == 1) return found.front();
  std::string several;
  for (const Named& one : found) several += fmt::format("{}{}/{}", several.empty() ? "" : ", ", pathway.path_of(one.step), pathway.steps[one.step].deadlines[*one.deadline].name);
  for (std::size_t i = 0; found.empty() && i < pathway.steps.size(); ++i)
    if (const std::string path = pathway.path_of(static_cast<definition::StepIndex>(i)); !name.empty() && ("/" + path).ends_with("/" + name)) several += fmt::format("{}{}", several.empty() ? "" : ", ", path);
  if (!several.empty()) return failure(ErrorCode::kMalformed, fmt::format("'{}' may mean: {}", name, several));
  const std::string near = nearest_name(name, names_of(pathway));
  return failure(ErrorCode::kNotFound, fmt::format("{} has no step and no deadline '{}'{}", pathway.name, name, near.empty() ? "; 'ritrovo describe' lists its steps" : fmt::format("; did you mean '{}'?", near)));
}

}  // namespace

Result<Meant> meant_by(const CaseStory& story, Asked asked) {
  if (const std::size_t at = asked.name.find('@'); at != std::string::npos && asked.person.empty()) {
    asked.person = asked.name.substr(at + 1);
    asked.name.resize(at);
  }
  const pathway::CaseCore& core = story.core();
  Result<Named> what = named(story.pathway(), asked.name);
  if (!what) return tl::unexpected(what.error());
  std::optional<pathway::PersonIndex> person;
  if (!asked.person.empty()) {
    person = core.person_named(asked.person);
    std::vector<std::string> aliases;
    for (const pathway::Person& each : core.persons) aliases.push_back(each.alias);
    if (!person) return failure(ErrorCode::kNotFound, fmt::format("nobody in the case is called '{}'; there are: {}", asked.person, fmt::join(aliases, ", ")));
  }
  Meant meant{{}, what->deadline};
  for (const pathway::StepInstance& instance : core.steps)
    if (instance.ref.step == what->step) meant.steps.push_back(instance.ref);
  const definition::RoleIndex branch = story.pathway().steps[what->step].branch;
  const bool repeats = pathway::repeat_of(story.pathway(), what->step) != kNone;
  for (const pathway::PersonIndex each : core.in_scope(branch)) {
    const pathway::StepRef ref{what->step, each, Version()};
    const bool known = std::any_of(meant.steps.begin(), meant.steps.end(), [&](const pathway::StepRef& one) { return one == ref || (repeats && one.person == each); });
    if (!known) meant.steps.push_back(ref);
  }
  std::sort(meant.steps.begin(), meant.steps.end());
  if (person) std::erase_if(meant.steps, [&](const pathway::StepRef& ref) { return ref.person != *person; });
  if (meant.steps.empty()) return failure(ErrorCode::kNotFound, fmt::format("'{}' concerns {}", asked.name, person ? "nobody of that name: it is another person's, or the case's own" : "nobody in the case"));
  if (asked.occurrence) std::erase_if(meant.steps, [&](const pathway::StepRef& ref) { return ref.occurrence != *asked.occurrence; });
  if (meant.steps.empty()) return failure(ErrorCode::kNotFound, fmt::format("'{}' has no occurrence {}", asked.name, asked.occurrence->value()));
  return meant;
}

}  // namespace ritrovo::reasons
