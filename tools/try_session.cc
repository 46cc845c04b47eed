#include "tools/try_session.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "tools/context.h"
#include "tools/read_scenario.h"
#include "tools/scenario/play.h"
#include "tools/try_explain.h"
#include "workflows/pathway/rejection_codes.h"
#include "workflows/pathway/next_steps.h"

namespace ritrovo::tools {
namespace {

using definition::kNone;

std::string joined(const std::vector<std::string>& words, std::size_t first, const char* between = " ") {
  return first >= words.size() ? std::string() : fmt::format("{}", fmt::join(words.begin() + static_cast<std::ptrdiff_t>(first), words.end(), between));
}

template <class Item>
std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(item.name);
  return names;
}

bool is_number(const std::string& text) { return !text.empty() && text.size() < 6 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }); }

}  // namespace

const std::vector<TrySession::Verb>& TrySession::verbs() {
  static const std::vector<Verb> kVerbs = {
      {"open", &TrySession::command, "open ROLE:ALIAS{FIELD=VALUE,…} …", "begins the case with its persons"},
      {"report", &TrySession::command, "report FACT [@WHO] FIELD=VALUE … [on=DAY]", "something happened, on that day or today"},
      {"claim", &TrySession::task, "claim STEP [@WHO]", "takes a task on; likewise release, delegate STEP to=ID, start STEP, reopen STEP"},
      {"release", &TrySession::task, "release STEP [@WHO]", ""},
      {"delegate", &TrySession::task, "delegate STEP to=ID [@WHO]", ""},
      {"start", &TrySession::task, "start STEP [@WHO]", ""},
      {"reopen", &TrySession::task, "reopen STEP [@WHO]", ""},
      {"complete", &TrySession::task, "complete STEP [@WHO] [outcome=NAME] [FIELD=VALUE …]", "the work of a task is done"},
      {"task", &TrySession::command, "task ACTION STEP …", ""},
      {"add_person", &TrySession::command, "add_person ROLE:ALIAS{…}", "somebody joins; remove_person @WHO: somebody leaves"},
      {"remove_person", &TrySession::command, "remove_person @WHO", ""},
      {"correct", &TrySession::command, "correct of=NUMBER FIELD=VALUE … [on=DAY]", "a report was wrong; history has its number"},
      {"withdraw", &TrySession::command, "withdraw of=NUMBER", "a report should not have been made"},
      {"suspend", &TrySession::command, "suspend [@WHO] | resume [@WHO] [step=STEP] | close", "what happens to the case as a whole, or to one person's branch"},
      {"resume", &TrySession::command, "resume [@WHO] [step=STEP]", ""},
      {"close", &TrySession::command, "close", ""},
      {"day", &TrySession::day, "day 2025-03-01 | day +30", "moves the clock; what was due until then happens"},
      {"what", &TrySession::what, "what", "what is open, what can still open, and what that waits for"},
      {"facts", &TrySession::facts, "facts [FACT]", "what can be reported, by whom, with which data"},
      {"why", &TrySession::why, "why STEP [@WHO]", "why it opened or ended; or why not: which part of its sentry waits"},
      {"history", &TrySession::history, "history", "all events so far, numbered"},
      {"as", &TrySession::as, "as ROLE:ID | as anybody", "who acts from here on; at first whoever may"},
      {"undo", &TrySession::undo, "undo [N]", "takes the last line back, or the last N"},
      {"expect", &TrySession::expect, "expect STEP [@WHO] OUTCOME", "checks a claim now, and again whenever the saved scenario is played"},
      {"save", &TrySession::save, "save FILE [NAME]", "writes the session as a scenario"},
      {"help", &TrySession::help, "help [WORD]", "this list, or one line of it"},
      {"quit", &TrySession::quit, "quit", "ends the session; so does the end of the input"},
  };
  return kVerbs;
}

TrySession::TrySession(TryPlan plan, std::ostream& out) : plan_(std::move(plan)), out_(out), one_(plan_.library) {
  const std::string title(plan_.pathway->title.in(plan_.language == reading::Language::kItalian ? "it" : "en"));
  out_ << fmt::format("{} {}: {}. Today is {}.\n", plan_.pathway->name, plan_.pathway->version, title, to_string(plan_.today));
  out_ << "Begin with:  " << opening_text() << "\n'help' lists what else there is.\n";
}

bool TrySession::take(const std::string& line) {
  refused_ = false;
  const Result<Words> words = scenario::words_of(line);
  if (!words) return problem("That line can't be read: " + words.error().message + ".", "close it, and try again");
  if (words->empty() || words->front().front() == '#') return true;
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    if (verb.name == words->front()) return (this->*verb.act)(*words);
    names.emplace_back(verb.name);
  }
  const std::string near = nearest_name(words->front(), names);
  return problem(fmt::format("'{}' is nothing that can be done here.", words->front()), near.empty() ? "'help' lists what can" : fmt::format("did you mean '{}'?", near));
}

bool TrySession::problem(const std::string& sentence, const std::string& hint) {
  out_ << "! " << sentence << '\n';
  if (!hint.empty()) out_ << "  " << hint << '\n';
  return false;
}

bool TrySession::help(const Words& words) {
  bool found = false;
  for (const Verb& verb : verbs()) {
    const bool wanted = words.size() < 2 ? *verb.what != '\0' : words[1] == verb.name;
    found = found || wanted;
    if (wanted) out_ << fmt::format("  {:<54} {}\n", verb.usage, verb.what);
  }
  if (!found) return problem(fmt::format("There is no '{}' here.", words[1]), "'help' alone lists what there is");
  if (words.size() > 1) return true;
  out_ << "\n  A day is written 2025-03-01; a text with spaces \"in quotes\"; a person by their alias, @rel-1.\n"
          "  A good way round: 'what' says what the case waits for, 'facts' how to report it, 'why STEP' what a step rests on.\n";
  return true;
}

bool TrySession::day(const Words& words) {
  const std::string wish = words.size() == 2 ? words[1] : std::string();
  std::optional<Day> to;
  if (wish.starts_with('+') && is_number(wish.substr(1))) to = plan_.today.plus(std::stoi(wish.substr(1)));
  else if (const Result<Day> day = parse_day(wish)) to = *day;
  if (!to) return problem("The clock moves to a day, or by a number of days.", "day 2025-03-01, or day +30");
  if (*to < plan_.today) return problem(fmt::format("It is {} already: the clock goes forward only.", to_string(plan_.today)), "'undo' takes lines back; on=DAY reports something that happened earlier");
  scenario::ScratchCase after = one_;
  after.ring(*to);
  keep(std::move(after), {to_string(*to) + " wake"});
  plan_.today = *to;
  out_ << "Today is " << to_string(*to) << ".\n";
  return true;
}

bool TrySession::as(const Words& words) {
  if (words.size() == 2 && words[1] == "anybody") {
    actor_.clear();
    return true;
  }
  std::vector<std::string> roles;
  for (const auto& [role, title] : plan_.pathway->roles) roles.push_back(role);
  const std::size_t colon = words.size() == 2 ? words[1].find(':') : std::string::npos;
  const bool known = colon != std::string::npos && std::find(roles.begin(), roles.end(), words[1].substr(0, colon)) != roles.end();
  if (!known) return problem("Who acts is written ROLE:ID, or anybody.", fmt::format("the roles are {}: as {}:anna", fmt::join(roles, ", "), roles.empty() ? "role" : roles.front()));
  actor_ = words[1];
  return true;
}

bool TrySession::command(const Words& words) {
  std::string line = to_string(plan_.today);
  for (std::size_t i = 0; i < words.size(); ++i) {
    line += " " + words[i];
    if (i == 0 && words[0] == "open" && (words.size() < 2 || words[1] != plan_.pathway->name)) line += " " + plan_.pathway->name;
  }
  Result<scenario::DatedCommand> dated = scenario::read_command(line);
  if (!dated) return problem(fmt::format("That line can't be read: {}.", dated.error().message), "'help " + words[0] + "' shows how it is written");
  const bool says_who = std::any_of(words.begin(), words.end(), [](const std::string& word) { return word.starts_with("as="); });
  act_as_asked(dated->command, says_who);
  as_declared(dated->command);
  return give(std::move(*dated));
}

bool TrySession::task(const Words& words) {
  Words full = {"task"};
  full.insert(full.end(), words.begin(), words.end());
  return command(full);
}

/// Whoever may: a role that may report the fact, work on the step, or manage the case.
void TrySession::act_as_asked(Command& command, bool says_who) const {
  if (says_who) return;
  if (!actor_.empty()) {
    const std::size_t colon = actor_.find(':');
    command.actor = {actor_.substr(colon + 1), "", {actor_.substr(0, colon)}};
    return;
  }
  const definition::Pathway& pathway = *plan_.pathway;
  std::string role = pathway.managed_by.front();
  const definition::FactIndex fact = pathway.fact_named(command.fact);
  const definition::StepIndex step = pathway.step_named(command.step.substr(command.step.rfind('/') + 1));
  if (fact != kNone && !pathway.facts[fact].by.empty()) role = pathway.facts[fact].by.front();
  if (step != kNone && !pathway.steps[step].task_role.empty()) role = pathway.steps[step].task_role;
  if (step != kNone && command.action == "reopen" && !pathway.steps[step].reopen.by.empty()) role = pathway.steps[step].reopen.by.front();
  command.actor = {"u1", "", {role}};
}

/// A text that looks like a number is a text where the definition says so.
void TrySession::as_declared(Command& command) const {
  const definition::Pathway& pathway = *plan_.pathway;
  const auto mend = [](Values& values, const std::vector<definition::Field>& fields) {
    for (const definition::Field& field : fields) {
      const Value* value = find(values, field.name);
      const auto* whole = value == nullptr ? nullptr : value->get<std::int64_t>();
      if (whole != nullptr && field.kind == definition::FieldKind::kString) set(values, field.name, std::to_string(*whole));
    }
  };
  definition::FactIndex fact = pathway.fact_named(command.fact);
  const definition::StepIndex step = pathway.step_named(command.step.substr(command.step.rfind('/') + 1));
  if (fact == kNone && step != kNone) fact = pathway.steps[step].form;
  if (fact != kNone) mend(command.data, pathway.facts[fact].fields);
  for (NewPerson& person : command.persons)
    if (const definition::RoleIndex role = pathway.person_role_named(person.role); role != kNone) mend(person.data, pathway.persons[role].fields);
}

bool TrySession::give(scenario::DatedCommand dated) {
  scenario::ScratchCase after = one_;
  after.ring(dated.today);
  const Decision decision = after.give(dated.command, dated.today);
  if (const auto* rejection = std::get_if<Rejection>(&decision)) {
    refused_ = true;
    const bool later = rejection->code == pathway::code::kEffectiveInFuture;
    return problem(rejection->reason + " [" + rejection->code + "]", later ? "'day " + to_string(dated.command.effective_on.value_or(dated.today)) + "' moves the clock there" : hint_for(dated.command));
  }
  keep(std::move(after), {scenario::line_of(dated)});
  return true;
}

/// The case goes on as `after`; the lines are what a scenario says for it.
void TrySession::keep(scenario::ScratchCase after, std::vector<std::string> lines) {
  befores_.push_back({std::exchange(one_, std::move(after)), plan_.today, lines_.size()});
  const std::size_t first = befores_.back().one.events().size();
  std::string incident;
  for (std::size_t i = first; i < one_.events().size(); ++i) {
    const pathway::Body body = pathway::decode_body(one_.events()[i].tag, one_.events()[i].body).value();
    if (const auto* opened = std::get_if<pathway::IncidentOpened>(&body)) incident = plan_.pathway->steps[opened->step.step].name;
  }
  lines_.insert(lines_.end(), lines.begin(), lines.end());
  if (!incident.empty()) lines_.push_back("expect incident " + incident);
  tell(first);
}

void TrySession::tell(std::size_t first_event) {
  for (std::size_t i = first_event; i < one_.events().size(); ++i) {
    const std::string line = scenario::told(one_.events()[i], one_.names(), one_.library());
    const pathway::Body body = pathway::decode_body(one_.events()[i].tag, one_.events()[i].body).value();
    const pathway::StepRef* step = pathway::step_of(body);
    const bool named = step != nullptr && step->step < plan_.pathway->steps.size();
    out_ << "  " << line << (named ? titled(plan_.pathway->steps[step->step].name) : "") << '\n';
  }
  if (first_event == one_.events().size()) out_ << "  (nothing happens)\n";
}

std::string TrySession::titled(const std::string& step) const {
  const reading::Wording words(*plan_.pathway, plan_.library->almanac.get(), plan_.language);
  return "   (" + words.title(plan_.pathway->steps[plan_.pathway->step_named(step)]) + ")";
}

std::string TrySession::hint_for(const Command& command) const {
  const definition::Pathway& pathway = *plan_.pathway;
  if (command.verb == "open") return "open is written  " + opening_text();
  if (one_.pathway() == nullptr) return "begin with  " + opening_text();
  const std::string step = command.step.substr(command.step.rfind('/') + 1);
  if (!step.empty() && pathway.step_named(step) == kNone) {
    const std::string near = nearest_name(step, names_of(pathway.steps));
    return near.empty() ? "'what' lists the steps that are open" : fmt::format("did you mean {}?", near);
  }
  if (!step.empty()) return "'why " + step + "' says where that step stands";
  if (command.fact.empty()) return "'what' says what the case waits for";
  const definition::FactIndex fact = pathway.fact_named(command.fact);
  if (fact == kNone) {
    const std::string near = nearest_name(command.fact, names_of(pathway.facts));
    return near.empty() ? "'facts' lists what can be reported" : fmt::format("did you mean {}?", near);
  }
  return "it is written  report " + command.fact + (pathway.facts[fact].per == kNone ? "" : " @WHO") + fields_text(pathway.facts[fact].fields);
}

std::string TrySession::fields_text(const std::vector<definition::Field>& fields) const {
  using Kind = definition::FieldKind;
  std::string text;
  for (const definition::Field& field : fields) {
    std::string value;
    switch (field.kind) {
      case Kind::kString: value = "TEXT"; break;
      case Kind::kBoolean: value = "true|false"; break;
      case Kind::kInteger: value = "NUMBER"; break;
      case Kind::kDecimal: value = "1200.50"; break;
      case Kind::kDate: value = to_string(plan_.today); break;
      case Kind::kEnumeration: value = joined(field.values, 0, "|"); break;
    }
    text += field.optional ? fmt::format(" [{}={}]", field.name, value) : fmt::format(" {}={}", field.name, value);
  }
  return text;
}

std::string TrySession::opening_text() const {
  std::string text = "open";
  for (const definition::PersonRole& role : plan_.pathway->persons) {
    std::string fields = fields_text(role.fields);
    std::replace(fields.begin(), fields.end(), ' ', ',');
    text += fmt::format(" {}:{}{{{}}}", role.name, role.many ? role.name + "-1" : role.name, fields.empty() ? fields : fields.substr(1));
  }
  return text;
}

bool TrySession::what(const Words& /*words*/) {
  if (one_.pathway() == nullptr) return problem("The case isn't open yet.", "begin with  " + opening_text());
  const pathway::CaseCore& core = one_.state().core;
  out_ << fmt::format("Today is {}; the case is {}.\n", to_string(plan_.today), name_of(core.life));
  for (const pathway::NextStep& next : pathway::next_steps(one_.state(), *plan_.library, one_.opened(), plan_.today)) {
    const definition::Step& step = plan_.pathway->steps[next.ref.step];
    const std::string who = next.ref.person == pathway::kNobody ? std::string() : " @" + core.persons[next.ref.person].alias;
    const bool waits = next.life == pathway::StepLife::kAvailable;
    out_ << fmt::format("  {:<8} {}{}{}", waits ? "waiting" : name_of(next.life), plan_.pathway->path_of(next.ref.step), who, titled(step.name));
    if (!next.role.empty() && !waits) out_ << ", task of " << next.role << (next.claimed_by.empty() ? "" : ", taken on by " + next.claimed_by);
    if (!next.missing.empty()) out_ << fmt::format("{} {}", waits ? "; waits for" : "; ends by", joined(next.missing, 0, ", "));
    for (const pathway::NextDeadline& deadline : next.deadlines) out_ << fmt::format("; due {} ({})", to_string(deadline.due), name_of(deadline.clock));
    if (next.again_on) out_ << "; looked at again on " << to_string(*next.again_on);
    if (next.failed) out_ << "; an incident is open on it";
    out_ << '\n';
  }
  if (const auto why = pathway::stuck(one_.state(), *plan_.library, one_.opened(), plan_.today)) out_ << "The case is stuck: " << *why << ".\n";
  return true;
}

bool TrySession::facts(const Words& words) {
  std::vector<std::string> awaited;
  if (one_.pathway() != nullptr)
    for (const pathway::NextStep& next : pathway::next_steps(one_.state(), *plan_.library, one_.opened(), plan_.today))
      awaited.insert(awaited.end(), next.missing.begin(), next.missing.end());
  bool found = false;
  const reading::Wording reads(*plan_.pathway, plan_.library->almanac.get(), plan_.language);
  for (const definition::Fact& fact : plan_.pathway->facts) {
    if (words.size() > 1 && fact.name != words[1]) continue;
    found = true;
    const bool waits = std::find(awaited.begin(), awaited.end(), fact.name) != awaited.end();
    out_ << fmt::format("{} report {}{}{}\n      {}; by {}\n", waits ? "*" : " ", fact.name, fact.per == kNone ? "" : " @WHO", fields_text(fact.fields), reads.title(fact), joined(fact.by, 0, ", "));
  }
  if (!found) {
    const std::string near = nearest_name(words[1], names_of(plan_.pathway->facts));
    return problem(fmt::format("There is no fact {}.", words[1]), (near.empty() ? "" : fmt::format("did you mean {}? ", near)) + "'facts' lists them");
  }
  out_ << "* something open waits for it\n";
  return true;
}

bool TrySession::why(const Words& words) {
  if (one_.pathway() == nullptr) return problem("The case isn't open yet.", "begin with  " + opening_text());
  if (words.size() < 2) return problem("Why which step?", "why STEP [@WHO]; 'what' lists steps");
  const std::string alias = words.size() > 2 && words[2].starts_with('@') ? words[2].substr(1) : std::string();
  const Result<void> explained = explain(out_, one_, words[1], alias, plan_.today, plan_.language);
  return explained || problem(explained.error().message + ".", "why STEP [@WHO]; 'what' lists steps");
}

bool TrySession::history(const Words& /*words*/) {
  std::size_t number = 0;
  for (const Event& event : one_.events()) out_ << fmt::format("  {:>4}  {}\n", ++number, scenario::told(event, one_.names(), one_.library()));
  if (number == 0) out_ << "  (nothing happened yet)\n";
  return true;
}

bool TrySession::undo(const Words& words) {
  const bool counts = words.size() == 2 && is_number(words[1]);
  if (words.size() > 1 && !counts) return problem("How many lines to take back is a number.", "undo, or undo 3");
  const std::size_t wanted = counts ? std::stoul(words[1]) : 1;
  if (wanted == 0 || wanted > befores_.size()) return problem(fmt::format("There {} to take back.", befores_.size() == 1 ? "is 1 line" : fmt::format("are {} lines", befores_.size())), "");
  const std::ptrdiff_t back = static_cast<std::ptrdiff_t>(wanted);
  Before& before = *(befores_.end() - back);
  one_ = std::move(before.one);
  plan_.today = before.today;
  lines_.resize(before.lines);
  befores_.erase(befores_.end() - back, befores_.end());
  out_ << fmt::format("Taken back. Today is {}.\n", to_string(plan_.today));
  return true;
}

bool TrySession::expect(const Words& words) {
  if (one_.pathway() == nullptr) return problem("The case isn't open yet.", "begin with  " + opening_text());
  const std::string line = joined(words, 0);
  if (const std::string wrong = scenario::check(one_, joined(words, 1)); !wrong.empty()) return problem("No: " + wrong + ".", "");
  befores_.push_back({one_, plan_.today, lines_.size()});
  lines_.push_back(line);
  out_ << "It is so.\n";
  return true;
}

std::string TrySession::scenario_text(const std::string& name) const {
  return fmt::format("definition: {}\nstyle: story\n\nscenario: {}\n{}\n", plan_.definition, name, fmt::join(lines_, "\n"));
}

bool TrySession::save(const Words& words) {
  if (words.size() < 2) return problem("Into which file?", "save my-case.txt \"a wife who joins later\"");
  if (lines_.empty()) return problem("Nothing happened yet that could be saved.", "begin with  " + opening_text());
  const std::filesystem::path file = words[1];
  std::string name = words.size() > 2 ? joined(words, 2) : file.stem().string();
  std::erase(name, '"');
  scenario::Sources sources;
  sources.library = [this](const std::string&) -> Result<std::shared_ptr<const definition::Library>> { return plan_.library; };
  scenario::Play play(sources);
  const std::string text = play.played(scenario_text(name));
  if (!play.complaints().empty()) return problem("The session can't be played again: " + play.complaints().front().what + ".", "this is a mistake in ritrovo; please report it with the lines above");
  std::ofstream written(file, std::ios::binary);
  written << text;
  written.close();
  if (!written) return problem(fmt::format("{} can't be written.", file.string()), "is the folder there?");
  out_ << fmt::format("Written: {}. 'ritrovo coverage {}' plays it again and says what it leaves out.\n", file.string(), file.string());
  return true;
}

bool TrySession::quit(const Words& /*words*/) {
  over_ = true;
  return true;
}

}  // namespace ritrovo::tools
