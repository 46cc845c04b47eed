#include "workflows/reading/chart.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "workflows/reading/guard_words.h"
#include "workflows/reading/sentry_words.h"
#include "workflows/reading/step_words.h"
#include "workflows/reading/text_width.h"

namespace ritrovo::reading {
namespace {

using definition::kNone;
using definition::Part;
using definition::Step;
using definition::StepIndex;
using definition::StepKind;

constexpr std::size_t kNowhere = SIZE_MAX;
constexpr std::size_t kWhole = 40;  ///< lines of a condition: one that is cut would say something else
constexpr std::size_t kBundle = 3;  ///< so many arrows to one thing run together

class ChartMaker {
 public:
  explicit ChartMaker(const Wording& words) : words_(words), pathway_(words.pathway()) {
    box_of_.assign(pathway_.steps.size(), kNowhere);
    group_of_.assign(pathway_.steps.size(), kNowhere);
    frame_of_.assign(pathway_.steps.size(), kNowhere);
  }

  Chart make() {
    place_steps();
    std::vector<std::string> parties;
    for (const auto& [name, title] : pathway_.parties) parties.push_back(words_.party(name));
    chart_.codes = codes_of(parties);
    for (StepIndex i = 0; i < pathway_.steps.size(); ++i)
      if (box_of_[i] != kNowhere) fill(chart_.boxes[box_of_[i]]);
    for (StepIndex i = 0; i < pathway_.steps.size(); ++i) draw_arrows(i);
    return std::move(chart_);
  }

 private:
  const Step& step(StepIndex index) const { return pathway_.steps[index]; }
  std::string_view pick(std::string_view it, std::string_view en) const { return words_.pick(it, en); }

  void place_steps() {
    for (StepIndex i = 0; i < pathway_.steps.size(); ++i) {
      const bool stage = step(i).kind == StepKind::kStage;
      const bool top = step(i).stage == kNone;
      if (stage) {
        frame_of_[i] = chart_.groups.size();
        chart_.groups.push_back(stage_group(i));
      }
      if (stage && top) continue;
      if (top && (chart_.groups.empty() || chart_.groups.back().stage != kNone)) chart_.groups.emplace_back();
      const std::size_t group = top ? chart_.groups.size() - 1 : frame_of_[step(i).stage];
      group_of_[i] = group;
      box_of_[i] = chart_.boxes.size();
      chart_.groups[group].boxes.push_back(chart_.boxes.size());
      chart_.boxes.emplace_back();
      chart_.boxes.back().step = i;
    }
  }

  Group stage_group(StepIndex index) const {
    const Step& stage = step(index);
    Group group;
    group.stage = index;
    group.title = words_.title(stage);
    if (stage.stage != kNone) group.title = fmt::format("{} › {}", words_.title(step(stage.stage)), group.title);
    if (stage.each != kNone) group.title += fmt::format(" - {} {}", pick("per ogni", "for every"), words_.person(stage.each));
    if (const std::string opens = sentry_in_words(words_, stage.after); !opens.empty()) {
      group.notes.push_back(fmt::format("{} {}.", pick("Si apre quando", "Opens when"), opens));
    }
    if (stage.repeat_for != kNone) {
      group.notes.push_back(fmt::format("{}: {}.", pick("Di nuovo a ogni comunicazione", "Anew at each report"), words_.quoted(words_.title(pathway_.facts[stage.repeat_for]))));
    }
    if (stage.repeats_itself) group.notes.emplace_back(pick("Di nuovo dopo ogni conclusione.", "Again after each completion."));
    if (stage.when != kNone) group.notes.push_back(fmt::format("{} {}.", pick("Solo se", "Only if"), condition(words_, pathway_.guards[stage.when].source)));
    if (const std::string ends = sentry_in_words(words_, stage.completes_when); !ends.empty()) {
      group.notes.push_back(fmt::format("{} {}.", pick("Si conclude quando", "Ends when"), ends));
    }
    if (const std::string cancelled = sentry_in_words(words_, stage.cancel_when); !cancelled.empty()) {
      group.notes.push_back(fmt::format("{} {}.", pick("Cessa quando", "Dropped when"), cancelled));
    }
    return group;
  }

  void add(Box& box, Line::Style style, std::string_view text, std::size_t lines_max) const {
    const bool title = style == Line::Style::kTitle;
    const int indent = (title || style == Line::Style::kDeadline ? kIcon : 0) + (title && box.colour < pathway_.parties.size() ? kBadge : 0);
    bool first = true;
    for (std::string& line : broken(text, kBoxWidth - 2 * kPadding - indent, title ? kTitleSize : kTextSize, title, lines_max)) {
      box.lines.push_back({style, std::move(line), first});
      first = false;
    }
  }

  /// Whether arrows alone don't say when the step opens: several of them, one from another group, or something that is no step.
  bool needs_words(StepIndex index) const {
    const definition::SentryIndex sentry = step(index).after;
    if (sentry == kNone) return step(index).repeat_for != kNone;
    const std::vector<Part>& parts = pathway_.sentries[sentry].parts;
    if (parts.empty()) return false;
    if (parts.size() > 1 || parts[0].kind != Part::Kind::kStep || parts[0].reach != Part::Reach::kOwn) return true;
    return group_of_[parts[0].step] != group_of_[index];
  }

  void fill(Box& box) const {
    const Step& here = step(box.step);
    const std::string doubt = here.ground.verified ? "" : fmt::format(" ({})", words_.unverified());
    box.colour = pathway_.parties.size();
    for (std::size_t i = 0; i < pathway_.parties.size(); ++i)
      if (pathway_.parties[i].first == here.waits_on) box.colour = i;
    add(box, Line::Style::kTitle, words_.title(here) + doubt, 5);
    if (const std::string actor = actor_in_words(words_, here); !actor.empty()) add(box, Line::Style::kActor, actor, 3);
    if (needs_words(box.step)) {
      const std::string opens = here.after != kNone ? sentry_in_words(words_, here.after)
                                                    : fmt::format("{}: {}", pick("a ogni comunicazione", "at each report"), words_.quoted(words_.title(pathway_.facts[here.repeat_for])));
      add(box, Line::Style::kOpens, fmt::format("◇ {}{}", here.after != kNone ? pick("quando ", "when ") : "", opens), kWhole);
    }
    if (here.when != kNone) add(box, Line::Style::kGuard, fmt::format("{} {}", pick("Solo se", "Only if"), condition(words_, pathway_.guards[here.when].source)), kWhole);
    if (!here.four_eyes.empty()) add(box, Line::Style::kNote, pick("Quattro occhi: un'altra persona", "Four eyes: another person"), 2);
    for (const definition::Deadline& deadline : here.deadlines) add_deadline(box, deadline);
    if (const std::string cancelled = sentry_in_words(words_, here.cancel_when); !cancelled.empty()) {
      add(box, Line::Style::kNote, fmt::format("{} {}", pick("Cessa quando", "Dropped when"), cancelled), kWhole);
    }
    const bool plain = here.outcomes.size() == 1 && here.outcomes[0].title.languages.empty() && here.outcomes[0].name == "done";
    if (!plain && here.kind != StepKind::kMilestone) {
      for (const definition::Outcome& outcome : here.outcomes) {
        add(box, Line::Style::kOutcome, words_.title(outcome) + (outcome.ground.verified ? "" : fmt::format(" ({})", words_.unverified())), 3);
      }
    }
    box.dashed = !here.required || here.discretionary;
    box.words = words_.title(here);
    for (const Clause& clause : clauses_of(words_, here)) box.words += fmt::format("\n{}: {}", clause.head, fmt::join(clause.items, "; "));
  }

  void add_deadline(Box& box, const definition::Deadline& deadline) const {
    std::string text = words_.term(deadline.term);
    const calendar::Term* term = words_.almanac() != nullptr ? words_.almanac()->term(deadline.term) : nullptr;
    bool verified = deadline.ground.verified;
    if (term != nullptr && !term->lengths.empty()) {
      const calendar::DatedLength& last = term->lengths.back();
      text = fmt::format("{}: {}", words_.length(last.length, term->counting == calendar::Counting::kWorkingDays), text);
      verified = verified && last.source.verified;
    }
    if (!verified) text += fmt::format(" ({})", words_.unverified());
    add(box, Line::Style::kDeadline, text, 4);
  }

  /// The line of a box that an arrow leaves: of that outcome, that deadline, or the title. Counts first lines of a style.
  std::size_t line_of(const Box& box, Line::Style style, std::size_t number) const {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < box.lines.size(); ++i) {
      if (box.lines[i].style != style || !box.lines[i].first) continue;
      if (seen++ == number) return i;
    }
    return 0;
  }

  void draw_arrows(StepIndex target) {
    const definition::SentryIndex sentry = step(target).after;
    if (sentry == kNone) return;
    const std::size_t first = chart_.arrows.size();
    for (const Part& part : pathway_.sentries[sentry].parts) {
      if (part.kind != Part::Kind::kStep && part.kind != Part::Kind::kOverdue) continue;
      Arrow arrow;
      arrow.overdue = part.kind == Part::Kind::kOverdue;
      arrow.from = box_of_[part.step];
      arrow.from_group = arrow.from == kNowhere ? frame_of_[part.step] : group_of_[part.step];
      if (arrow.from != kNowhere) {
        const Box& box = chart_.boxes[arrow.from];
        if (arrow.overdue) arrow.line = line_of(box, Line::Style::kDeadline, part.deadline == 0xFF ? 0 : part.deadline);
        if (!arrow.overdue && part.outcome != definition::kNoOutcome) arrow.line = line_of(box, Line::Style::kOutcome, part.outcome);
      }
      arrow.to = box_of_[target];
      arrow.to_group = arrow.to == kNowhere ? frame_of_[target] : group_of_[target];
      chart_.arrows.push_back(arrow);
    }
    for (std::size_t i = first; i < chart_.arrows.size(); ++i) chart_.arrows[i].bundled = chart_.arrows.size() - first >= kBundle;
  }

  const Wording& words_;
  const definition::Pathway& pathway_;
  Chart chart_;
  std::vector<std::size_t> box_of_;    ///< by step
  std::vector<std::size_t> group_of_;  ///< by step: in which its box stands
  std::vector<std::size_t> frame_of_;  ///< by step: the group that a stage is
};

}  // namespace

std::vector<std::string> codes_of(const std::vector<std::string>& names) {
  std::vector<std::string> codes;
  const auto free = [&codes](const std::string& code) { return code.size() == 2 && std::find(codes.begin(), codes.end(), code) == codes.end(); };
  for (const std::string& name : names) {
    std::string letters;   // all of them, as capitals
    std::string initials;  // of the words that are longer than "of", "di" and "del"
    for (std::size_t at = 0; at < name.size();) {
      std::size_t end = at;
      while (end < name.size() && std::isalpha(static_cast<unsigned char>(name[end])) != 0) ++end;
      for (std::size_t i = at; i < end; ++i) letters += static_cast<char>(std::toupper(static_cast<unsigned char>(name[i])));
      if (end - at > 3 && initials.size() < 2) initials += letters[letters.size() - (end - at)];
      at = std::max(end, at + 1);
    }
    std::string code = initials;
    for (std::size_t i = 1; i < letters.size() && !free(code); ++i) code = {letters[0], letters[i]};
    for (std::size_t i = 0; i < 100 && !free(code); ++i) code = fmt::format("{:02}", i);
    codes.push_back(std::move(code));
  }
  return codes;
}

int height_of(const Line& line) { return line.style == Line::Style::kTitle ? kTitleHeight : kTextHeight; }

int height_of(const Box& box) {
  int height = 2 * kPadding;
  for (const Line& line : box.lines) height += height_of(line);
  return height;
}

int middle_of(const Box& box, std::size_t line) {
  int y = kPadding;
  for (std::size_t i = 0; i < line; ++i) y += height_of(box.lines[i]);
  return y + height_of(box.lines[line]) / 2;
}

Chart make_chart(const Wording& words) { return ChartMaker(words).make(); }

}  // namespace ritrovo::reading
