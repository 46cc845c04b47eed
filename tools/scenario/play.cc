#include "tools/scenario/play.h"

#include <algorithm>
#include <sstream>
#include <variant>

#include "engine/record/value_json.h"
#include "workflows/pathway/event_view.h"

namespace ritrovo::scenario {

using pathway::StepInstance;

namespace {

std::string plain(const Value& value) {
  std::string text = to_json(value);
  std::erase(text, '"');
  return text;
}

/// "key: rest", where the line begins so.
std::optional<std::pair<std::string, std::string>> heading(const std::string& line) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string::npos || line.find(' ') < colon) return std::nullopt;
  return std::pair(line.substr(0, colon), line.substr(colon + 2));
}

std::string value_of(const ScratchCase& one, const std::string& step, const std::string& person) {
  const StepInstance* instance = one.latest(step, person);
  if (instance == nullptr || instance->computed == Version()) return "none";
  return instance->value == 0xFFFFFFFF ? "sealed" : plain(one.state().core.computed[instance->value]);
}

/// What stands where a claim's last word says what should.
std::string seen(const ScratchCase& one, const std::vector<std::string>& words, const std::string& person) {
  if (words.size() == 2) {
    const StepInstance* instance = one.latest(words[0], person);
    const pathway::StepLife life = instance == nullptr ? pathway::StepLife::kAvailable : instance->life;
    const std::string name = life == pathway::StepLife::kAvailable ? "waiting" : std::string(name_of(life));
    const std::string outcome = one.outcome(words[0], person);
    return words[1] == name || outcome.empty() ? name : outcome;
  }
  if (words[1] == "value") return value_of(one, words[0], person);
  const pathway::RunningDeadline* deadline = one.deadline(words[0], person);
  if (deadline == nullptr) return "none";
  if (words[1] == "due") return to_string(deadline->due);
  return deadline->clock == pathway::Clock::kMetLate ? "met_late" : std::string(name_of(deadline->clock));
}

}  // namespace

std::string told(const Event& event, const pathway::CaseNames& names, const definition::Library& library) {
  const pathway::Body body = pathway::decode_body(event.tag, event.body).value();
  const auto pinned = library.with_identity(names.identity());
  const BodyView view = pathway::view_of(body, names, pinned.get());
  std::string line = to_string(event.effective) + " " + view.name;
  const char* const who = find(view.body, "alias") == nullptr ? "person" : "alias";
  for (const char* key : {"fact", "step", who, "chosen", "outcome", "value", "due", "reason", "to", "day"})
    if (const Value* value = find(view.body, key)) line += (std::string(key) == "due" || std::string(key) == "to" ? std::string(" ") + key : "") + " " + plain(*value);
  return line;
}

std::string check(const ScratchCase& one, const std::string& claim) {
  const std::string form = "an expectation is written 'expect STEP [@PERSON] WHAT', not: " + claim;
  Result<std::vector<std::string>> words = words_of(claim);
  if (!words || words->size() < 2) return form;
  if (words->front() == "case") {
    const std::string_view life = name_of(one.state().core.life);
    return life == (*words)[1] ? std::string() : "expected the case " + (*words)[1] + ", and it is " + std::string(life);
  }
  std::string person;
  if ((*words)[1].starts_with("@")) {
    person = (*words)[1].substr(1);
    words->erase(words->begin() + 1);
  }
  const auto pinned = one.pathway();
  if (pinned == nullptr || pinned->step_named(words->front()) == definition::kNone) return "there is no step " + words->front();
  if (words->size() < 2) return form;
  const std::string is = seen(one, *words, person);
  return is == words->back() ? std::string() : "expected " + claim + ", and it is " + is;
}

std::optional<Complaint> first_difference(const std::string& is, const std::string& should_be) {
  std::istringstream left(is);
  std::istringstream right(should_be);
  for (std::size_t number = 1;; ++number) {
    std::string a;
    std::string b;
    const bool more_a = static_cast<bool>(std::getline(left, a));
    const bool more_b = static_cast<bool>(std::getline(right, b));
    if (!more_a && !more_b) return std::nullopt;
    if (more_a && more_b && a == b) continue;
    return Complaint{number, "the text says\n    " + (more_a ? a : "(its end)") + "\n  and what follows is\n    " + (more_b ? b : "(nothing more)")};
  }
}

std::string Play::played(const std::string& text) {
  std::istringstream in(text);
  line_ = 0;
  for (std::string line; std::getline(in, line);) {
    ++line_;
    if (line.starts_with("  ")) continue;
    out_ += line + "\n";
    take(line);
  }
  end();
  return std::move(out_);
}

void Play::take(const std::string& line) {
  if (line.empty() || line.front() == '#') return;
  if (const auto found = heading(line)) {
    if (!take_heading(found->first, found->second)) complain("'" + found->first + ":' is no heading of a scenario");
    return;
  }
  if (!case_) return complain("a scenario begins with its definition");
  if (line.starts_with("expect ")) return expect(line.substr(7));
  play(line);
}

bool Play::take_heading(const std::string& key, const std::string& rest) {
  if (key == "definition") {
    end();
    auto library = sources_.library(rest);
    if (!library) {
      complain(library.error().message);
      return true;
    }
    library_ = std::move(*library);
    definition_ = rest;
    begin("");
  } else if (key == "publish") {
    auto library = sources_.library(definition_ + " " + rest);
    if (!library) complain(library.error().message);
    else if (case_) case_->publish(std::move(*library));
  } else if (key == "preamble") {
    take_preamble(rest);
  } else if (key == "style") {
    story_ = rest == "story";
    if (!story_ && rest != "events") complain("a style is 'story' or 'events'");
  } else if (key == "actor") {
    actor_ = rest;
  } else if (key == "opening") {
    opening_ = rest;
  } else if (key == "person") {
    const std::size_t space = rest.find(' ');
    if (space == std::string::npos) complain("a kind of person is written 'person: WORD ROLE{FIELD=VALUE,…}'");
    else persons_[rest.substr(0, space)] = rest.substr(space + 1);
  } else if (key == "scenario") {
    end();
    begin(rest);
  } else if (key == "from") {
    go_on_from(rest);
  } else {
    return false;
  }
  return true;
}

void Play::take_preamble(const std::string& file) {
  const Result<std::string> text = sources_.preamble(file);
  if (!text) return complain(text.error().message);
  std::istringstream in(*text);
  for (std::string line; std::getline(in, line);) {
    const auto found = heading(line);
    if (line.empty() || line.front() == '#') continue;
    if (!found || found->first == "preamble" || !take_heading(found->first, found->second)) complain(file + ": a preamble holds headings alone, not: " + line);
  }
}

void Play::begin(const std::string& name) {
  name_ = name;
  if (library_ == nullptr) return complain("a scenario begins with its definition");
  case_.emplace(library_);
}

void Play::go_on_from(const std::string& name) {
  const auto origin = std::find_if(ended_.begin(), ended_.end(), [&name](const auto& one) { return one.first == name; });
  if (origin == ended_.end()) return complain("no scenario '" + name + "' stands above");
  case_ = origin->second;
}

void Play::end() {
  if (!case_) return;
  settle_refusal();
  settle_incident();
  if (!case_->events().empty()) {
    if (!case_->replays()) complain("replaying '" + name_ + "' gives another state");
    const bool named_twice = !name_.empty() && std::any_of(ended_.begin(), ended_.end(), [this](const auto& one) { return one.first == name_; });
    if (named_twice) complain("two scenarios are named '" + name_ + "'");
    ended_.emplace_back(name_, std::move(*case_));
  }
  case_.reset();
}

std::string Play::person_in_full(const std::string& word) const {
  const std::size_t colon = word.find(':');
  const std::size_t equals = word.find('=');
  const auto kind = colon == std::string::npos ? persons_.end() : persons_.find(word.substr(0, colon));
  if (kind == persons_.end()) return word;
  std::string full = kind->second;
  const std::size_t brace = std::min(full.find('{'), full.size());
  full.insert(brace, ":" + word.substr(colon + 1, equals == std::string::npos ? equals : equals - colon - 1));
  if (const std::size_t blank = full.find('?'); blank != std::string::npos && equals != std::string::npos) full.replace(blank, 1, word.substr(equals + 1));
  return full;
}

std::string Play::in_full(const std::string& line) const {
  const Result<std::vector<std::string>> words = words_of(line);
  if (!words) return line;
  std::string full;
  bool says_who = actor_.empty();
  for (const std::string& word : *words) {
    says_who = says_who || word.starts_with("as=");
    full += (full.empty() ? "" : " ") + person_in_full(word);
    if (word == "open" && !opening_.empty()) full += " " + opening_;
  }
  return says_who ? full : full + " as=" + actor_;
}

void Play::play(const std::string& line) {
  settle_refusal();
  settle_incident();
  const Result<DatedCommand> dated = read_command(in_full(line));
  if (!dated) return complain(dated.error().message);
  const std::size_t before = case_->events().size();
  if (story_) {
    case_->ring(dated->today);
    tell_since(before);
    if (dated->command.verb == "wake") {
      if (case_->events().size() == before) out_ += "  (nothing)\n";
      return;
    }
  }
  give(*dated);
}

void Play::give(const DatedCommand& dated) {
  const Decision decision = case_->decide(dated.command, dated.today);
  if (!same_decision(decision, case_->decide(dated.command, dated.today, pathway::Reach::kEverything)))
    complain("the index of what depends on what leaves something out");
  if (!story_) out_ += case_->show(decision);
  if (const auto* rejection = std::get_if<Rejection>(&decision)) {
    if (!story_) return;
    refusal_ = rejection->code;
    why_refused_ = rejection->reason;
    out_ += "  ! " + rejection->code + ": " + rejection->reason + "\n";
    return;
  }
  const std::size_t before = case_->events().size();
  case_->take(std::get<std::vector<Draft>>(decision), dated.command, dated.today);
  if (story_) tell_since(before);
}

void Play::tell_since(std::size_t before) {
  for (std::size_t i = before; i < case_->events().size(); ++i) {
    const Event& event = case_->events()[i];
    out_ += "  " + told(event, case_->names(), case_->library()) + "\n";
    const pathway::Body body = pathway::decode_body(event.tag, event.body).value();
    const auto* incident = std::get_if<pathway::IncidentOpened>(&body);
    if (incident == nullptr) continue;
    incident_ = incident->step.step == definition::kNone ? case_->pathway()->name : case_->pathway()->steps[incident->step.step].name;
  }
}

void Play::expect(const std::string& claim) {
  Result<std::vector<std::string>> words = words_of(claim);
  if (!words || words->size() < 2) return complain("an expectation is written 'expect STEP [@PERSON] WHAT', not: " + claim);
  if (words->front() == "refused") {
    if (refusal_ != (*words)[1]) complain("expected to be refused with " + (*words)[1] + ", and it " + (refusal_.empty() ? std::string("wasn't refused") : "was with " + refusal_ + ": " + why_refused_));
    return refusal_.clear();
  }
  settle_refusal();
  if (words->front() == "incident") {
    if (incident_ != (*words)[1]) complain("expected an incident on " + (*words)[1] + ", and there is " + (incident_.empty() ? std::string("none") : "one on " + incident_));
    return incident_.clear();
  }
  settle_incident();
  if (std::string wrong = check(*case_, claim); !wrong.empty()) complain(std::move(wrong));
}

void Play::settle_refusal() {
  if (!refusal_.empty()) complain("nobody expected this refusal: " + refusal_ + ": " + why_refused_);
  refusal_.clear();
}

void Play::settle_incident() {
  if (!incident_.empty()) complain("nobody expected an incident on " + incident_);
  incident_.clear();
}

}  // namespace ritrovo::scenario
