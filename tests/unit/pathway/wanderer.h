#pragma once

#include <algorithm>
#include <optional>
#include <random>
#include <string>

#include "tests/unit/pathway/case_bench.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::pathway::test {

/// Random commands that are mostly understood: any fact, any task, persons who come and go, days that pass.
class Wanderer {
 public:
  enum class Manner { kAnyOrder, kInOrder, kAsItHappens };  ///< kInOrder may be recorded late, kAsItHappens is recorded on its day
  Wanderer(CaseBench& bench, const definition::Pathway& pathway, unsigned seed, Manner manner = Manner::kAnyOrder)
      : bench_(bench), pathway_(pathway), random_(seed), manner_(manner) {}

  void walk(int steps) {
    bench_.give(opening(), today_);
    for (int i = 0; i < steps; ++i) {
      today_ = today_.plus(static_cast<std::int32_t>(pick(4) == 0 ? pick(40) : pick(4)));
      if (const std::optional<Day> due = PathwayMachine::wake_on(bench_.state()); due && *due <= today_ && (pick(3) != 0 || in_order())) wake();
      bench_.give(next(), today_);
    }
  }
  [[nodiscard]] Day today() const { return today_; }
  /// Works through the days that have begun; in order, until there are none.
  void wake() {
    do {
      bench_.give(verb("wake"), today_);
    } while (in_order() && PathwayMachine::wake_on(bench_.state()).value_or(today_.plus(1)) <= today_);
  }
  /// Takes back or changes something that was told; nothing where nothing was.
  std::optional<Command> correction() {
    const CaseCore& core = bench_.state().core;
    if (pick(6) == 0 && !core.persons.empty()) {
      const Person& person = core.persons[pick(core.persons.size())];
      Command command = verb("correct");
      command.effective_on.reset();
      command.of = person.joined;
      command.data = data(pathway_.persons[person.role].fields);
      return command;
    }
    const auto& facts = !core.withdrawn.empty() && pick(4) == 0 ? core.withdrawn : core.facts;
    if (facts.empty()) return std::nullopt;
    const FactRecord& fact = facts[pick(facts.size())];
    Command command = verb(pick(4) == 0 ? "withdraw" : "correct");
    command.effective_on.reset();
    command.of = fact.version;
    if (command.verb == "withdraw") return command;
    command.data = data(pathway_.facts[fact.fact].fields);
    if (pick(2) == 0) command.effective_on = std::min(today_, fact.effective.plus(static_cast<std::int32_t>(pick(40)) - 20));
    return command;
  }
  std::size_t pick(std::size_t count) { return count == 0 ? 0 : random_() % count; }

 private:
  [[nodiscard]] bool in_order() const { return manner_ != Manner::kAnyOrder; }
  Command verb(std::string name) {
    Command command;
    command.verb = std::move(name);
    command.case_id = CaseId(7);
    command.actor = {"u" + std::to_string(pick(3)), "", {}};
    for (const auto& [role, title] : pathway_.roles) command.actor.roles.push_back(role);
    // In order also means: recorded late, but before anything of a later day.
    if (manner_ == Manner::kInOrder && pick(3) == 0) command.effective_on = std::max(bench_.state().core.reached, today_.plus(-static_cast<std::int32_t>(pick(30))));
    if (pick(5) == 0 && !in_order()) command.effective_on = today_.plus(-static_cast<std::int32_t>(pick(60)));
    return command;
  }
  Value value(const definition::Field& field) {
    using Kind = definition::FieldKind;
    switch (field.kind) {
      case Kind::kString: return "text" + std::to_string(pick(3));
      case Kind::kBoolean: return pick(5) != 0;
      case Kind::kInteger: return static_cast<std::int64_t>(pick(100));
      case Kind::kDecimal: return std::to_string(pick(20'000)) + ".50";
      case Kind::kDate:
        if (pick(80) == 0) return pick(2) == 0 ? "9999-12-31" : "0001-01-01";
        return to_string(today_.plus(-static_cast<std::int32_t>(pick(9) == 0 ? pick(15'000) : pick(30))));
      case Kind::kEnumeration: return field.values[pick(field.values.size())];
    }
    return {};
  }
  Values data(const std::vector<definition::Field>& fields) {
    Values values;
    for (const definition::Field& field : fields)
      if (!field.optional || pick(2) == 0) set(values, field.name, value(field));
    return values;
  }
  NewPerson person(definition::RoleIndex role) {
    return {pathway_.persons[role].name + std::to_string(persons_++), pathway_.persons[role].name, std::nullopt, data(pathway_.persons[role].fields)};
  }
  Command opening() {
    Command command = verb("open");
    command.pathway = pathway_.name;
    command.effective_on.reset();
    for (std::size_t role = 0; role < pathway_.persons.size(); ++role)
      for (std::size_t i = 0; i < (pathway_.persons[role].many ? pick(3) : 1); ++i) command.persons.push_back(person(static_cast<definition::RoleIndex>(role)));
    return command;
  }
  std::optional<std::string> somebody() {
    const auto& persons = bench_.state().core.persons;
    return persons.empty() ? std::nullopt : std::optional(persons[pick(persons.size())].alias);
  }
  /// Mostly a fact that something active waits for, so that cases get far.
  Command report() {
    Command command = verb("report");
    definition::FactIndex index = static_cast<definition::FactIndex>(pick(pathway_.facts.size()));
    PersonIndex about = kNobody;
    const auto& steps = bench_.state().core.steps;
    for (int i = 0; i < 8 && !steps.empty() && pick(5) != 0; ++i) {
      const StepInstance& step = steps[pick(steps.size())];
      if (step.life != StepLife::kActive) continue;
      std::vector<definition::FactIndex> awaited;
      for (const definition::Outcome& outcome : pathway_.steps[step.ref.step].outcomes) {
        if (outcome.fact != definition::kNone && (awaited.empty() || pick(4) == 0)) awaited.push_back(outcome.fact);
        if (outcome.when == definition::kNone) continue;
        for (const std::uint32_t read : pathway_.guards[outcome.when].program.reads())
          if (pathway_.variables[read].kind == definition::Variable::Kind::kFactField) awaited = {pathway_.variables[read].subject};
      }
      for (const definition::Deadline& deadline : pathway_.steps[step.ref.step].deadlines)
        for (const auto& source : {deadline.interrupted_on, deadline.restarts_on})
          if (source && source->fact != definition::kNone && pick(2) == 0) awaited.push_back(source->fact);
      if (awaited.empty()) continue;
      index = awaited[pick(awaited.size())];
      about = step.ref.person;
      break;
    }
    const definition::Fact& fact = pathway_.facts[index];
    command.fact = fact.name;
    if (fact.per != definition::kNone) command.person = about == kNobody ? somebody() : bench_.state().core.persons[about].alias;
    if (pick(30) == 0) command.person = somebody();
    command.data = data(fact.fields);
    return command;
  }
  Command task() {
    Command command = verb("task");
    static const char* const kActions[] = {"claim", "release", "delegate", "complete", "complete", "complete", "start", "reopen"};
    command.action = kActions[pick(8)];
    if (pick(2) == 0) command.actor.organisation = "comune";
    std::vector<const StepInstance*> live;
    for (const StepInstance& step : bench_.state().core.steps)
      if ((step.life == StepLife::kActive || step.life == StepLife::kEnabled || (command.action == "reopen" && step.life == StepLife::kCompleted)) && pathway_.steps[step.ref.step].kind == definition::StepKind::kTask) live.push_back(&step);
    if (live.empty()) return report();
    const StepInstance& step = *live[pick(live.size())];
    const definition::Step& declared = pathway_.steps[step.ref.step];
    if (step.life == StepLife::kEnabled) command.action = "start";
    command.step = declared.name;
    if (step.ref.person != kNobody) command.person = bench_.state().core.persons[step.ref.person].alias;
    if (step.ref.occurrence != Version()) command.occurrence = step.ref.occurrence;
    if (command.action == "delegate") set(command.data, "to", "u1");
    if (command.action != "complete") return command;
    if (declared.form != definition::kNone) command.data = data(pathway_.facts[declared.form].fields);
    std::vector<std::string> by_hand;
    for (const definition::Outcome& outcome : declared.outcomes)
      if (outcome.by_hand) by_hand.push_back(outcome.name);
    if (!by_hand.empty()) set(command.data, "outcome", by_hand[pick(4) == 0 ? pick(by_hand.size()) : 0]);
    return command;
  }
  Command next() {
    const std::size_t what = pick(100);
    if (what < 55) return report();
    if (what < 84) return task();
    if (what < 88 && !in_order())
      if (const std::optional<Command> wrong = correction()) return *wrong;
    if (what < 88) return task();
    Command command = verb(what < 92 ? "add_person" : what < 94 ? "remove_person" : what < 96 ? "suspend" : what < 99 ? "resume" : pick(20) == 0 ? "close" : "wake");
    if (command.verb == "add_person") command.persons = {person(static_cast<definition::RoleIndex>(pick(pathway_.persons.size())))};
    if (command.verb == "remove_person" || ((command.verb == "suspend" || command.verb == "resume") && pick(2) == 0)) command.person = somebody();
    const CaseCore& core = bench_.state().core;
    for (std::size_t i = 0; i < core.persons.size() && command.verb == "resume" && pick(2) == 0; ++i)
      if (core.suspended(static_cast<PersonIndex>(i))) command.person = core.persons[i].alias;
    return command;
  }

  CaseBench& bench_;
  const definition::Pathway& pathway_;
  std::mt19937 random_;
  Manner manner_;
  Day today_ = parse_day("2019-11-01").value();
  std::size_t persons_ = 0;
};

}  // namespace ritrovo::pathway::test
