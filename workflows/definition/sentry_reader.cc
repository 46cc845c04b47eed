#include <utility>

#include <fmt/format.h>

#include "workflows/definition/draft.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

/// Fills the parts of one sentry; the parts refer to each other by index, because the vector grows.
class SentryReader {
 public:
  SentryReader(StepIndex owner, RoleIndex branch, Draft& draft) : owner_(owner), branch_(branch), draft_(draft) {}

  void read(const Node& node) {
    append(node.place);
    fill(0, node);
  }
  [[nodiscard]] std::vector<Part>& parts() { return parts_; }
  [[nodiscard]] std::vector<Place>& places() { return places_; }

 private:
  void append(Place place) {
    parts_.emplace_back();
    places_.push_back(place);
  }

  // Bounded by kDefinitionNestingMax: a connective is a map in a list.
  void fill(std::size_t at, const Node& node) {
    if (node.is(Kind::kText)) {
      fill_name(at, node, Part::Reach::kOwn);
      return;
    }
    if (!node.is(Kind::kMap) || node.entries.empty()) {
      draft_.problems.error(node.place, "this must name a step, an outcome (step/outcome) or a fact, or be a map such as {all: […]}",
                            node.is(Kind::kList) ? "say whether all or any of the list: {all: […]}" : "");
      return;
    }
    const Entry& first = node.entries.front();
    if (first.key == "at_least" || first.key == "of") {
      fill_at_least(at, node);
      return;
    }
    if (node.entries.size() > 1) draft_.problems.error(node.entries[1].place, "a part of a sentry says one thing", "put several parts into {all: […]} or {any: […]}");
    if (first.key == "all" || first.key == "any") {
      fill_children(at, first.value);
      parts_[at].needed = first.key == "all" ? parts_[at].children : 1;
    } else if (first.key == "every" || first.key == "some") {
      fill_reach(at, first.value, first.key == "every" ? Part::Reach::kEvery : Part::Reach::kSome);
    } else if (first.key == "overdue") {
      fill_overdue(at, first.value, Part::Reach::kOwn);
    } else if (first.key == "day") {
      parts_[at].kind = Part::Kind::kDay;
      parts_[at].day = read_guard(&first.value, "\"day\"", {owner_, branch_, GuardUse::kDay}, expression::Type(expression::Kind::kDate), draft_);
      if (first.value.is(Kind::kNull)) draft_.problems.error(first.place, "\"day\" has no expression");
    } else {
      draft_.problems.error(first.place, fmt::format("a sentry has no key \"{}\"", first.key),
                            suggest(first.key, {"all", "any", "at_least", "of", "every", "some", "overdue", "day"}));
    }
  }

  void fill_children(std::size_t at, const Node& list) {
    if (!list.is(Kind::kList) || list.items.empty()) {
      draft_.problems.error(list.place, "this must be a list with at least one part");
      return;
    }
    const std::size_t first = parts_.size();
    parts_[at].first_child = static_cast<std::uint16_t>(first);
    parts_[at].children = static_cast<std::uint16_t>(list.items.size());
    for (const Node& item : list.items) append(item.place);
    for (std::size_t i = 0; i < list.items.size(); ++i) fill(first + i, list.items[i]);
  }

  void fill_at_least(std::size_t at, const Node& node) {
    Fields fields(node, "the sentry", draft_.problems);
    const Node* count = fields.require("at_least");
    const Node* of = fields.require("of");
    fields.finish();
    if (of != nullptr) fill_children(at, *of);
    const auto needed = read_integer(count, "\"at_least\"", {1, std::max<std::int64_t>(parts_[at].children, 1)}, draft_.problems);
    parts_[at].needed = static_cast<std::uint16_t>(needed.value_or(1));
  }

  void fill_reach(std::size_t at, const Node& node, Part::Reach reach) {
    if (node.is(Kind::kMap) && node.entries.size() == 1 && node.entries.front().key == "overdue") {
      fill_overdue(at, node.entries.front().value, reach);
    } else if (node.is(Kind::kText)) {
      fill_name(at, node, reach);
    } else {
      draft_.problems.error(node.place, "every and some look at one step, outcome, fact or missed deadline", "write {every: visa/issued} or {some: {overdue: visa}}");
    }
  }

  void fill_name(std::size_t at, const Node& node, Part::Reach reach) {
    Part& part = parts_[at];
    part.reach = reach;
    if (node.text.find('.') != std::string::npos && node.text.find('/') == std::string::npos) {
      part.kind = Part::Kind::kFact;
      part.fact = find_fact(node.text, node.place, draft_);
      if (part.fact != kNone) check_reach(draft_.pathway->facts[part.fact].per, reach, node);
      return;
    }
    const StepOutcome found = find_step_outcome(node.text, node.place, draft_);
    part.kind = Part::Kind::kStep;
    part.step = found.step;
    part.outcome = found.outcome;
    if (part.step != kNone) check_reach(draft_.pathway->steps[part.step].branch, reach, node);
  }

  void fill_overdue(std::size_t at, const Node& node, Part::Reach reach) {
    Part& part = parts_[at];
    part.kind = Part::Kind::kOverdue;
    part.reach = reach;
    const auto text = read_text(&node, "\"overdue\"", draft_.problems);
    if (!text) return;
    const std::size_t length = draft_.pathway->step_part_of(*text);
    const std::size_t slash = length == text->size() ? std::string::npos : length == 0 ? text->find('/') : length;
    part.step = find_step(std::string_view(*text).substr(0, slash), node.place, draft_);
    if (part.step == kNone) return;
    const Step& step = draft_.pathway->steps[part.step];
    check_reach(step.branch, reach, node);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < step.deadlines.size(); ++i) {
      names.push_back(step.deadlines[i].name);
      if (slash != std::string::npos && step.deadlines[i].name == text->substr(slash + 1)) part.deadline = static_cast<DeadlineIndex>(i);
    }
    if (names.empty()) {
      draft_.problems.error(node.place, fmt::format("step {} has no deadline to miss", step.name));
    } else if (slash != std::string::npos && part.deadline == 0xFF) {
      const std::string wanted = text->substr(slash + 1);
      draft_.problems.error(node.place, fmt::format("step {} has no deadline \"{}\"", step.name, wanted), suggest(wanted, names));
    }
  }

  /// Reports a name that means one thing a person where there is no person, and every or some where there is just one thing.
  void check_reach(RoleIndex owner, Part::Reach reach, const Node& node) {
    const Pathway& pathway = *draft_.pathway;
    if (reach == Part::Reach::kOwn && out_of_reach(owner, branch_, pathway)) {
      draft_.problems.error(node.place, fmt::format("\"{}\" is different for each {}, and this stands outside", node.text, pathway.persons[owner].name),
                            fmt::format("write {{every: {}}} or {{some: {}}}", node.text, node.text));
    }
    if (reach != Part::Reach::kOwn && (owner == kNone || !pathway.persons[owner].many)) {
      draft_.problems.error(node.place, fmt::format("\"{}\" isn't inside an \"each\": there is only one of it", node.text), "leave out every or some");
    }
  }

  StepIndex owner_;
  RoleIndex branch_;
  Draft& draft_;
  std::vector<Part> parts_;
  std::vector<Place> places_;
};

}  // namespace

SentryIndex read_sentry(const Node* node, StepIndex owner, RoleIndex branch, Draft& draft) {
  if (node == nullptr || draft.problems.full()) return kNone;
  SentryReader reader(owner, branch, draft);
  reader.read(*node);
  draft.pathway->sentries.push_back({std::move(reader.parts()), node->place});
  draft.sentry_owners.push_back(owner);
  draft.part_places.push_back(std::move(reader.places()));
  return static_cast<SentryIndex>(draft.pathway->sentries.size() - 1);
}

}  // namespace ritrovo::definition
