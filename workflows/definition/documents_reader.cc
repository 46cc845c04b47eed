#include "workflows/definition/documents_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "workflows/definition/fields.h"
#include "workflows/definition/tree_building.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;
using Entries = std::vector<std::pair<std::string, Node>>;

/// What a checklist says for all its papers.
struct Checklist {
  std::string step;
  std::string each;        ///< the person role whose papers they are, or empty
  std::string role;        ///< who checks
  std::vector<std::string> reported_by;
  std::string brought_by;  ///< a party, or empty
  std::string filing;      ///< the day that the papers are for, a date of a fact; or empty
};

/// One paper.
struct Paper {
  std::string name;
  Place place;
  std::string it;
  std::string en;
  std::string brought_by;
  const Node* when = nullptr;
  const Node* law = nullptr;
  bool translation = false;
  bool legalisation = false;
  std::string translation_if;   ///< the guard, where it isn't always needed
  std::string legalisation_if;
  std::string valid_for;        ///< from the day of issue
  bool expires = false;         ///< the paper says itself until when
  bool to_follow = false;
  bool required = true;
};

/// Makes the steps and facts of one checklist.
class Maker {
 public:
  Maker(Node& root, Checklist list, Place place) : root_(root), list_(std::move(list)), place_(place) {}

  void add(const Paper& paper) {
    at_ = paper.place;
    paper_ = &paper;
    fact_ = list_.step + "." + paper.name;
    step_ = list_.step + "/" + paper.name;
    declare_facts();
    stage_.emplace_back(step_, stage());
    if (paper.to_follow) add_to_follow();
    if (!list_.filing.empty() && (paper.expires || !paper.valid_for.empty())) add_expiry();
  }
  [[nodiscard]] Node steps() { return map_node(std::move(stage_), place_); }
  /// The stage beside the checklist; nothing where no paper comes or goes later.
  [[nodiscard]] std::optional<Node> later(const Node* title) {
    if (later_.empty()) return std::nullopt;
    const auto word = [title](std::string_view language) {
      const Node* found = title == nullptr ? nullptr : title->find(language);
      return found == nullptr ? std::string() : found->text;
    };
    Entries entries;
    entries.emplace_back("title", languages_node(word("it") + ": dopo", word("en") + ": later", place_));
    entries.emplace_back("after", text_node(list_.step, place_));
    Node no = true_node(place_);
    no.boolean = false;
    entries.emplace_back("required", std::move(no));
    entries.emplace_back("stage", true_node(place_));
    entries.emplace_back("steps", map_node(std::move(later_), place_));
    return map_node(std::move(entries), place_);
  }

 private:
  [[nodiscard]] Node text(std::string words) const { return text_node(std::move(words), at_); }
  [[nodiscard]] Node titled(std::string_view it, std::string_view en) const {
    return languages_node(fmt::format("{}: {}", paper_->it, it), fmt::format("{}: {}", paper_->en, en), at_);
  }
  [[nodiscard]] Node date(bool optional) const {
    Entries entries;
    entries.emplace_back("type", text("date"));
    entries.emplace_back("public", true_node(at_));
    if (optional) entries.emplace_back("optional", true_node(at_));
    return map_node(std::move(entries), at_);
  }
  /// `{fact: …}` of a `done_when`.
  [[nodiscard]] Node done_by(const std::string& fact) const {
    Entries entries;
    entries.emplace_back("fact", text(fact));
    return map_node(std::move(entries), at_);
  }
  [[nodiscard]] Node either(std::vector<Node> parts) const {
    if (parts.size() == 1) return std::move(parts.front());
    Entries entries;
    entries.emplace_back("any", list_node(std::move(parts), at_));
    return map_node(std::move(entries), at_);
  }
  [[nodiscard]] Node on_day(std::string expression) const {
    Entries entries;
    entries.emplace_back("day", text(std::move(expression)));
    return map_node(std::move(entries), at_);
  }
  [[nodiscard]] Node for_each_receipt() const {
    Entries entries;
    entries.emplace_back("for", text(fact_ + ".received"));
    return map_node(std::move(entries), at_);
  }

  void declare(std::string_view name, Node title, Entries data) {
    std::vector<Node> by;
    for (const std::string& role : list_.reported_by) by.push_back(text(role));
    Entries fact;
    fact.emplace_back("title", std::move(title));
    fact.emplace_back("by", list_node(std::move(by), at_));
    if (!list_.each.empty()) fact.emplace_back("per", text(list_.each));
    fact.emplace_back("data", map_node(std::move(data), at_));
    put(map_in(root_, "facts", at_), fmt::format("{}.{}", fact_, name), map_node(std::move(fact), at_));
  }

  void declare_facts() {
    Entries received;
    received.emplace_back("received_on", date(false));
    if (!paper_->valid_for.empty()) received.emplace_back("issued_on", date(false));
    if (paper_->expires) received.emplace_back("expires_on", date(false));
    declare("received", titled("ricevuto", "received"), std::move(received));
    const auto dated = [this](std::string_view name, std::string_view field, Node title) {
      Entries data;
      data.emplace_back(std::string(field), date(false));
      declare(name, std::move(title), std::move(data));
    };
    if (paper_->translation) dated("translated", "translated_on", titled("tradotto", "translated"));
    if (paper_->legalisation) dated("legalised", "legalised_on", titled("legalizzato", "legalised"));
    if (paper_->to_follow) dated("promised", "until", titled("seguirà", "to follow"));
  }

  /// Who is waited for: the paper's own party, else the checklist's.
  void wait_on(Entries& entries) const {
    const std::string& party = paper_->brought_by.empty() ? list_.brought_by : paper_->brought_by;
    if (!party.empty()) entries.emplace_back("waits_on", text(party));
  }

  /// The day on which it expires, as an expression.
  [[nodiscard]] std::string expiry() const {
    return paper_->expires ? fact_ + ".received.expires_on" : fmt::format("plus({}.received.issued_on, period(\"{}\"))", fact_, paper_->valid_for);
  }

  /// Translated or legalised: only where it is needed, once for each paper that was handed in.
  [[nodiscard]] Node work(std::string_view done, const std::string& condition, Node title) const {
    Entries entries;
    entries.emplace_back("title", std::move(title));
    entries.emplace_back("repeat", for_each_receipt());
    if (!condition.empty()) entries.emplace_back("when", text(condition));
    wait_on(entries);
    entries.emplace_back("wait_for", true_node(at_));
    entries.emplace_back("done_when", done_by(fmt::format("{}.{}", fact_, done)));
    return map_node(std::move(entries), at_);
  }

  /// What the check waits for: that what is needed was done to this paper, not to an earlier one.
  [[nodiscard]] std::string ready() const {
    std::string guard;
    const auto add = [&](bool needed, const std::string& condition, std::string_view done) {
      if (!needed) return;
      const std::string since = fmt::format("{0}.{1}.{1}_on >= {0}.received.received_on", fact_, done);
      guard += guard.empty() ? "" : " && ";
      guard += condition.empty() ? since : fmt::format("(!({}) || {})", condition, since);
    };
    add(paper_->translation, paper_->translation_if, "translated");
    add(paper_->legalisation, paper_->legalisation_if, "legalised");
    return guard;
  }

  [[nodiscard]] Node check() const {
    Entries entries;
    entries.emplace_back("title", titled("verifica", "check"));
    entries.emplace_back("repeat", for_each_receipt());
    if (std::string guard = ready(); !guard.empty()) entries.emplace_back("when", text(std::move(guard)));
    Entries task;
    task.emplace_back("role", text(list_.role));
    entries.emplace_back("task", map_node(std::move(task), at_));
    const auto chosen = [this](std::string it, std::string en) {
      Entries outcome;
      outcome.emplace_back("by_hand", true_node(at_));
      outcome.emplace_back("title", languages_node(std::move(it), std::move(en), at_));
      return map_node(std::move(outcome), at_);
    };
    Entries outcomes;
    if (paper_->expires || !paper_->valid_for.empty()) {
      Entries expired;
      expired.emplace_back("when", text(expiry() + " < today"));
      expired.emplace_back("title", languages_node("Scaduto", "Expired", at_));
      outcomes.emplace_back("expired", map_node(std::move(expired), at_));
    }
    outcomes.emplace_back("accepted", chosen("In regola", "In order"));
    outcomes.emplace_back("rejected", chosen("Da rifare", "Not in order"));
    entries.emplace_back("outcomes", map_node(std::move(outcomes), at_));
    return map_node(std::move(entries), at_);
  }

  [[nodiscard]] Node stage() const {
    Entries received;
    received.emplace_back("title", titled("consegna", "handing in"));
    wait_on(received);
    received.emplace_back("wait_for", true_node(at_));
    received.emplace_back("done_when", done_by(fact_ + ".received"));
    Entries steps;
    steps.emplace_back(step_ + "/received", map_node(std::move(received), at_));
    if (paper_->translation) steps.emplace_back(step_ + "/translated", work("translated", paper_->translation_if, titled("traduzione", "translation")));
    if (paper_->legalisation) steps.emplace_back(step_ + "/legalised", work("legalised", paper_->legalisation_if, titled("legalizzazione", "legalisation")));
    steps.emplace_back(step_ + "/check", check());
    std::vector<Node> ends;
    ends.push_back(text(step_ + "/check/accepted"));
    if (paper_->to_follow) ends.push_back(text(fact_ + ".promised"));
    Entries entries;
    entries.emplace_back("title", languages_node(paper_->it, paper_->en, at_));
    if (paper_->law != nullptr) entries.emplace_back("law", *paper_->law);
    if (paper_->when != nullptr) entries.emplace_back("when", *paper_->when);
    if (!paper_->required) {
      // It isn't waited for: what nobody hands in holds nothing back.
      entries.emplace_back("after", text(fact_ + ".received"));
      Node no = true_node(at_);
      no.boolean = false;
      entries.emplace_back("required", std::move(no));
    }
    entries.emplace_back("stage", true_node(at_));
    entries.emplace_back("completes_when", either(std::move(ends)));
    entries.emplace_back("steps", map_node(std::move(steps), at_));
    return map_node(std::move(entries), at_);
  }

  /// A paper that was promised is waited for in the stage beside, with a reminder on its day.
  void add_to_follow() {
    const std::string step = list_.step + "_later/" + paper_->name;
    Entries follows;
    follows.emplace_back("title", titled("seguirà", "to follow"));
    follows.emplace_back("after", text(fact_ + ".promised"));
    wait_on(follows);
    follows.emplace_back("wait_for", true_node(at_));
    follows.emplace_back("done_when", done_by(fact_ + ".received"));
    later_.emplace_back(step + "_to_follow", map_node(std::move(follows), at_));
    Entries task;
    task.emplace_back("role", text(list_.role));
    Entries check;
    check.emplace_back("title", titled("verifica", "check"));
    check.emplace_back("after", text(step + "_to_follow"));
    check.emplace_back("task", map_node(std::move(task), at_));
    later_.emplace_back(step + "_check", map_node(std::move(check), at_));
    Entries notify;
    notify.emplace_back("to", text(list_.role));
    notify.emplace_back("message", languages_node(paper_->it + ": atteso per oggi, non è arrivato.", paper_->en + ": expected by today, it hasn't come.", at_));
    Entries reminder;
    reminder.emplace_back("title", titled("sollecito", "reminder"));
    reminder.emplace_back("after", on_day(fact_ + ".promised.until"));
    reminder.emplace_back("when", text(fmt::format("!known({}.received.received_on)", fact_)));
    reminder.emplace_back("notify", map_node(std::move(notify), at_));
    later_.emplace_back(step + "_reminder", map_node(std::move(reminder), at_));
  }

  /// A paper that expires before the filing is asked for again.
  void add_expiry() {
    Entries expired;
    expired.emplace_back("title", titled("scaduto, da rinnovare", "expired, to be renewed"));
    expired.emplace_back("repeat", for_each_receipt());
    // Valid to the end of its last day; and once they are filed, it no longer matters.
    expired.emplace_back("after", on_day(fmt::format("plus({}, period(\"P1D\"))", expiry())));
    expired.emplace_back("when", text(fmt::format("!known({})", list_.filing)));
    std::vector<Node> settled;
    settled.push_back(text(list_.filing.substr(0, list_.filing.rfind('.'))));
    settled.push_back(text(fact_ + ".received"));  // replaced before it expired
    expired.emplace_back("cancel_when", either(std::move(settled)));
    wait_on(expired);
    expired.emplace_back("wait_for", true_node(at_));
    expired.emplace_back("done_when", done_by(fact_ + ".received"));
    later_.emplace_back(list_.step + "_later/" + paper_->name + "_expired", map_node(std::move(expired), at_));
  }

  Node& root_;
  Checklist list_;
  Place place_;
  Place at_;
  const Paper* paper_ = nullptr;
  std::string fact_;
  std::string step_;
  Entries stage_;
  Entries later_;
};

/// Needed always, never, or where a guard holds.
void read_need(const Node* node, const std::string& what, bool& needed, std::string& condition, Problems& problems) {
  if (node == nullptr) return;
  if (node->is(Kind::kBoolean)) {
    needed = node->boolean;
  } else if (auto guard = read_text(node, what, problems)) {
    needed = true;
    condition = std::move(*guard);
  }
}

Paper read_paper(const Entry& entry, Problems& problems) {
  Paper paper;
  paper.name = entry.key;
  paper.place = entry.place;
  check_name(entry.key, NameShape::kSnake, entry.place, problems);
  const std::string what = fmt::format("document {}", entry.key);
  Fields fields(entry.value, what, problems);
  const Text title = read_languages(fields.require("title"), fmt::format("the title of {}", what), problems);
  paper.it = title.in("it");
  paper.en = title.in("en");
  paper.law = fields.take("law");
  paper.when = fields.take("when");
  paper.brought_by = read_text(fields.take("brought_by"), "\"brought_by\"", problems).value_or("");
  read_need(fields.take("translation"), "\"translation\"", paper.translation, paper.translation_if, problems);
  read_need(fields.take("legalisation"), "\"legalisation\"", paper.legalisation, paper.legalisation_if, problems);
  const Node* valid_for = fields.take("valid_for");
  if (read_period(valid_for, "\"valid_for\"", problems)) paper.valid_for = valid_for->text;
  const Node* expires = fields.take("expires");
  paper.expires = read_boolean(expires, "\"expires\"", problems).value_or(false);
  if (paper.expires && valid_for != nullptr) problems.error(expires->place, fmt::format("{} has both \"valid_for\" and \"expires\"", what), "keep one of the two");
  paper.to_follow = read_boolean(fields.take("to_follow"), "\"to_follow\"", problems).value_or(false);
  paper.required = read_boolean(fields.take("required"), "\"required\"", problems).value_or(true);
  fields.finish();
  return paper;
}

/// Makes the checklist of `step` a stage; returns the stage beside it, if there is one.
std::optional<Entry> expand(Entry& step, const std::string& each, Node& root, Problems& problems) {
  const Node body = *step.value.find("documents");
  Fields fields(body, fmt::format("\"documents\" of step {}", step.key), problems);
  Checklist list;
  list.step = step.key;
  list.each = read_text(fields.take("per"), "\"per\"", problems).value_or(each);
  list.role = read_text(fields.require("role"), "\"role\"", problems).value_or("");
  for (Named& named : read_names(fields.take("reported_by"), "\"reported_by\"", problems)) list.reported_by.push_back(std::move(named.name));
  if (list.reported_by.empty()) list.reported_by.push_back(list.role);
  list.brought_by = read_text(fields.take("brought_by"), "\"brought_by\"", problems).value_or("");
  const Node* filing = fields.take("filing");
  list.filing = read_text(filing, "\"filing\"", problems).value_or("");
  if (std::count(list.filing.begin(), list.filing.end(), '.') == 1)
    problems.error(filing->place, "\"filing\" must be the day that the papers are for", "add the name of the fact's date: application.filed.filed_on");
  const Node* items = fields.require("items");
  fields.finish();
  for (const std::string_view own : {"steps", "outcomes", "completes_when", "done_when", "stage", "pathway"}) {
    const Node* found = step.value.find(own);
    if (found != nullptr) problems.error(found->place, fmt::format("step {} is a checklist, so it has no \"{}\" of its own", step.key, own), "remove it");
  }
  if (items == nullptr || !items->is(Kind::kMap) || items->entries.empty()) {
    if (items != nullptr) problems.error(items->place, "\"items\" must be a map of at least one document");
    return std::nullopt;
  }
  Maker maker(root, std::move(list), body.place);
  for (const Entry& item : items->entries) maker.add(read_paper(item, problems));
  put(step.value, "steps", maker.steps());
  std::optional<Node> later = maker.later(step.value.find("title"));
  if (!later) return std::nullopt;
  return Entry{step.key + "_later", step.place, std::move(*later)};
}

void expand_in(Node& steps, const std::string& each, Node& root, Problems& problems) {  // NOLINT(misc-no-recursion): bounded by kDefinitionNestingMax
  if (!steps.is(Kind::kMap)) return;
  std::vector<Entry> entries;
  for (Entry& entry : steps.entries) {
    std::optional<Entry> later;
    if (entry.value.find("documents") != nullptr) {
      later = expand(entry, each, root, problems);
    } else if (Node* inner = find_in(entry.value, "steps")) {
      const Node* stage = entry.value.find("stage");
      const Node* own = stage == nullptr ? nullptr : stage->find("each");
      expand_in(*inner, own != nullptr && own->is(Kind::kText) ? own->text : each, root, problems);
    }
    entries.push_back(std::move(entry));
    if (later) entries.push_back(std::move(*later));
  }
  steps.entries = std::move(entries);
}

}  // namespace

bool expand_documents(Node& root, Problems& problems) {
  Node* steps = find_in(root, "steps");
  if (steps == nullptr) return true;
  // The root grows while its steps are walked: they are taken out, and put back.
  Node taken = std::move(*steps);
  const std::size_t before = problems.count();
  expand_in(taken, {}, root, problems);
  *find_in(root, "steps") = std::move(taken);
  return problems.count() == before;
}

}  // namespace ritrovo::definition
