#include "workflows/reading/sentry_words.h"

#include <fmt/format.h>

#include "workflows/reading/guard_words.h"

namespace ritrovo::reading {
namespace {

using definition::Part;
using definition::Step;
using definition::StepKind;

std::string reached(const Wording& words, const Part& part, definition::RoleIndex role, const std::string& what) {
  switch (part.reach) {
    case Part::Reach::kOwn: return what;
    case Part::Reach::kSome: return fmt::format(fmt::runtime(words.pick("per almeno una persona ({}) {}", "for at least one {}, {}")), words.person(role), what);
    case Part::Reach::kEvery: return fmt::format(fmt::runtime(words.pick("per ogni {} {}", "for every {}, {}")), words.person(role), what);
  }
  return what;
}

std::string overdue(const Wording& words, const Part& part) {
  const Step& step = words.pathway().steps[part.step];
  const std::string title = words.quoted(words.title(step));
  if (part.deadline < step.deadlines.size() && step.deadlines.size() > 1) {
    return fmt::format(fmt::runtime(words.pick("scade il termine {} del passo {}", "the deadline {} of {} has passed")),
                       words.quoted(words.term(step.deadlines[part.deadline].term)), title);
  }
  return fmt::format(fmt::runtime(words.pick("scade il termine del passo {}", "the deadline of {} has passed")), title);
}

/// The children of a connective, with the outcomes of one step under "any" taken together.
std::vector<std::string> children_in_words(const Wording& words, const std::vector<Part>& parts, const Part& root) {
  const bool any = root.needed == 1;
  std::vector<std::string> said;
  for (std::size_t i = 0; i < root.children;) {
    const Part& part = parts[root.first_child + i];
    std::vector<std::string> outcomes;
    std::size_t next = i;
    const auto alike = [&](const Part& other) {
      return other.kind == Part::Kind::kStep && other.step == part.step && other.reach == part.reach && other.outcome != definition::kNoOutcome;
    };
    while (any && next < root.children && alike(parts[root.first_child + next])) {
      const Part& other = parts[root.first_child + next++];
      outcomes.push_back(words.quoted(words.title(words.pathway().steps[other.step].outcomes[other.outcome])));
    }
    if (outcomes.size() > 1) {
      const Step& step = words.pathway().steps[part.step];
      said.push_back(reached(words, part, step.branch, end_of_step(words, step, outcomes)));
      i = next;
    } else {
      said.push_back(part_in_words(words, parts, root.first_child + i));
      ++i;
    }
  }
  return said;
}

std::string connective(const Wording& words, const std::vector<Part>& parts, const Part& root, bool nested) {
  const std::vector<std::string> said = children_in_words(words, parts, root);
  if (said.size() == 1) return said.front();
  const bool all = root.needed == root.children;
  const bool any = root.needed == 1;
  if (said.size() == 2 && (all || any)) {
    const std::string text = fmt::format("{}{}{}", said[0], all ? words.pick(" e ", " and ") : words.pick(", oppure ", ", or "), said[1]);
    return nested ? fmt::format("({})", text) : text;
  }
  const std::string list = fmt::format("{}", fmt::join(said, "; "));
  std::string text;
  if (all) {
    text = fmt::format(fmt::runtime(words.pick("si verificano tutte queste condizioni: {}", "all of these hold: {}")), list);
  } else if (any) {
    text = fmt::format(fmt::runtime(words.pick("si verifica una di queste condizioni: {}", "one of these holds: {}")), list);
  } else {
    text = fmt::format(fmt::runtime(words.pick("si verificano almeno {} di queste condizioni: {}", "at least {} of these hold: {}")), root.needed, list);
  }
  return nested ? fmt::format("({})", text) : text;
}

}  // namespace

std::string end_of_step(const Wording& words, const Step& step, const std::vector<std::string>& outcomes) {
  const std::string title = words.quoted(words.title(step));
  if (!outcomes.empty()) {
    return fmt::format(fmt::runtime(words.pick("{} si conclude con l'esito {}", "{} ends with {}")), title, words.any_of(outcomes));
  }
  switch (step.kind) {
    case StepKind::kMilestone: return fmt::format(fmt::runtime(words.pick("è raggiunta la tappa {}", "the milestone {} is reached")), title);
    case StepKind::kCompute: return fmt::format(fmt::runtime(words.pick("è calcolato il valore di {}", "{} has been worked out")), title);
    case StepKind::kNotify: return fmt::format(fmt::runtime(words.pick("è chiesto l'invio di {}", "{} has been sent")), title);
    case StepKind::kStage: return fmt::format(fmt::runtime(words.pick("si conclude la fase {}", "the stage {} ends")), title);
    case StepKind::kTask:
    case StepKind::kWaitFor: break;
  }
  return fmt::format(fmt::runtime(words.pick("si conclude {}", "{} ends")), title);
}

std::string part_in_words(const Wording& words, const std::vector<Part>& parts, std::size_t index) {
  const Part& part = parts[index];
  const definition::Pathway& pathway = words.pathway();
  switch (part.kind) {
    case Part::Kind::kAtLeast: return connective(words, parts, part, index != 0);
    case Part::Kind::kStep: {
      const Step& step = pathway.steps[part.step];
      std::vector<std::string> outcomes;
      if (part.outcome != definition::kNoOutcome) outcomes.push_back(words.quoted(words.title(step.outcomes[part.outcome])));
      return reached(words, part, step.branch, end_of_step(words, step, outcomes));
    }
    case Part::Kind::kFact: {
      const definition::Fact& fact = pathway.facts[part.fact];
      return reached(words, part, fact.per, fmt::format(fmt::runtime(words.pick("è comunicato il fatto {}", "{} is reported")), words.quoted(words.title(fact))));
    }
    case Part::Kind::kOverdue: return reached(words, part, pathway.steps[part.step].branch, overdue(words, part));
    case Part::Kind::kDay:
      return fmt::format(fmt::runtime(words.pick("arriva questo giorno: {}", "this day comes: {}")), value(words, pathway.guards[part.day].source));
  }
  return {};
}

std::string sentry_in_words(const Wording& words, definition::SentryIndex sentry) {
  if (sentry == definition::kNone) return {};
  const std::vector<Part>& parts = words.pathway().sentries[sentry].parts;
  return parts.empty() ? std::string() : part_in_words(words, parts, 0);
}

std::string source_in_words(const Wording& words, const definition::DateSource& source) {
  if (source.opened) return std::string(words.pick("il giorno in cui il passo si apre", "the day on which the step opens"));
  const definition::Fact& fact = words.pathway().facts[source.fact];
  return fmt::format("{} ({})", words.quoted(words.title(fact.fields[source.field])), words.quoted(words.title(fact)));
}

std::string from_source_in_words(const Wording& words, const definition::DateSource& source) {
  if (source.opened) return std::string(words.pick("dal giorno in cui il passo si apre", "from the day on which the step opens"));
  return say(words, "da {}", "from {}", source_in_words(words, source));
}

}  // namespace ritrovo::reading
