#include "tests/unit/projections/written_case.h"

#include <gtest/gtest.h>

#include <utility>

#include "workflows/definition/loader.h"

namespace ritrovo::projections::test {

namespace {

constexpr const char* kSmallPathway = R"(pathway: small
version: 1
valid_from: 2018-01-01
title: {it: Percorso breve, en: Short pathway}
law: "Legge 1"
parties:
  city: {it: Comune, en: City}
  prefecture: {it: Prefettura, en: Prefecture}
  family: {it: Famiglia, en: Family}
roles:
  caseworker: {it: Operatore, en: Caseworker}
persons:
  sponsor:
    count: one
    title: {it: Richiedente, en: Sponsor}
    data:
      citizenship: {type: string, statistical: true}
      language: {type: string, statistical: true, optional: true}
  relative:
    count: many
    group: relatives
    title: {it: Familiare, en: Relative}
    data:
      given_name: string
      relationship:
        type: enum
        public: true
        optional: true
        values: {spouse: {it: coniuge, en: spouse}, child: {it: figlio, en: child}, other: {it: altro, en: other}}
facts:
  application.filed:
    title: {it: Domanda inviata, en: Application filed}
    law: "Legge 2"
    by: [caseworker]
    data: {filed_on: {type: date, public: true}}
  decision.made:
    title: {it: Nulla osta rilasciato, en: Nulla osta granted}
    by: [caseworker]
    data: {decided_on: {type: date, public: true}}
  entry.made:
    title: {it: Ingresso, en: Entry}
    by: [caseworker]
    per: relative
    data: {entered_on: {type: date, public: true}}
steps:
  application:
    title: {it: Domanda, en: Application}
    stage: {}
    steps:
      file:
        title: {it: Invio, en: Filing}
        waits_on: city
        task: {role: caseworker, form: application.filed}
        done_when: {fact: application.filed}
  decision:
    title: {it: Decisione, en: Decision}
    stage: {}
    after: file
    steps:
      nulla_osta:
        title: {it: Nulla osta, en: Nulla osta}
        law: "Legge 3"
        verified: false
        waits_on: prefecture
        wait_for: true
        deadline: {term: answer, from: application.filed.filed_on, warn_before: P15D}
        outcomes:
          granted: {fact: decision.made, title: {it: Rilasciato, en: Granted}}
  journey:
    title: {it: Arrivo, en: Arrival}
    stage: {each: relative}
    after: nulla_osta/granted
    steps:
      entry:
        title: {it: Ingresso in Italia, en: Entry into Italy}
        waits_on: family
        wait_for: true
        done_when: {fact: entry.made}
  reunited:
    title: {it: Famiglia riunita, en: Family reunited}
    required: false
    after: {every: entry}
    milestone: true
)";

}  // namespace

std::string small_pathway() { return kSmallPathway; }

std::string small_term() {
  return R"(term: answer
version: 1
title: {it: Risposta, en: Answer}
law: "Legge 3"
verified: true
roll: false
chosen_by: start
lengths:
  - {from: 2018-01-01, length: P90D, law: "Legge 3", verified: true}
)";
}

std::shared_ptr<const definition::Library> small_library() {
  definition::Loaded loaded = definition::load({{"small.yaml", small_pathway()}, {"answer.yaml", small_term()}});
  for (const definition::Problem& problem : loaded.problems)
    if (problem.severity == definition::Severity::kError) ADD_FAILURE() << to_string(problem);
  return std::make_shared<const definition::Library>(std::move(loaded.library));
}

Day day(unsigned month, unsigned day_of_month) {
  return Day(std::chrono::year_month_day{std::chrono::year{2025}, std::chrono::month{month}, std::chrono::day{day_of_month}});
}

WrittenCase::WrittenCase(std::shared_ptr<const definition::Library> library, std::uint64_t id)
    : library_(std::move(library)), pathway_(*library_->pathways.at(0)), case_id_(id) {}

WrittenCase& WrittenCase::on(Day effective, const std::string& actor, std::int32_t late) {
  effective_ = effective;
  actor_ = actor;
  late_days_ = late;
  first_ = true;
  return *this;
}

WrittenCase& WrittenCase::add(pathway::Body body) {
  version_ = version_.next();
  if (first_) cause_ = version_;
  Event event;
  event.tag = pathway::tag_of(body);
  event.case_id = case_id_;
  event.version = version_;
  event.recorded = Timestamp((std::int64_t{effective_.value()} + late_days_) * 86'400'000 + 36'000'000);
  event.effective = effective_;
  event.cause = cause_;
  if (first_) {
    event.provenance.emplace();
    event.provenance->actor.id = actor_;
  }
  event.body = pathway::encode_body(body);
  events_.push_back(std::move(event));
  first_ = false;
  return *this;
}

WrittenCase& WrittenCase::open(const std::string& citizenship) {
  add(pathway::CaseOpened{pathway_.name, pathway_.version, pathway_.identity, std::nullopt});
  return person("sponsor", "sponsor", {{0, ritrovo::Value(citizenship)}});
}
WrittenCase& WrittenCase::person(const std::string& alias, const std::string& role, std::vector<pathway::FieldValue> values) {
  return add(pathway::PersonAdded{alias, pathway_.person_role_named(role), PersonId(case_id_.value() * 100 + version_.value()), std::move(values)});
}
WrittenCase& WrittenCase::fact(const std::string& name, pathway::PersonIndex person) {
  return add(pathway::FactReported{pathway_.fact_named(name), person, {{0, ritrovo::Value(effective_)}}});
}
WrittenCase& WrittenCase::step_opened(const std::string& name, pathway::PersonIndex person) {
  return add(pathway::StepOpened{ref(name, person), {pathway::Rule::kAfter, 0, {Version(1)}, {}}});
}
WrittenCase& WrittenCase::step_completed(const std::string& name, const std::string& outcome, pathway::PersonIndex person, std::vector<Version> causes) {
  const definition::Step& step = pathway_.steps[ref(name).step];
  definition::OutcomeIndex index = definition::kNoOutcome;
  for (std::size_t i = 0; i < step.outcomes.size(); ++i)
    if (step.outcomes[i].name == outcome) index = static_cast<definition::OutcomeIndex>(i);
  return add(pathway::StepCompleted{ref(name, person), index, {pathway::Rule::kOutcome, 0, std::move(causes), {}}});
}
WrittenCase& WrittenCase::step_terminated(const std::string& name) {
  return add(pathway::StepTerminated{ref(name), pathway::EndReason::kCancelled, {}});
}
WrittenCase& WrittenCase::deadline_set(const std::string& step, Day start, Day due) {
  return add(pathway::DeadlineSet{{ref(step), 0}, start, due, due.plus(-15), {"P90D", 1, 0, {}}, {}});
}
WrittenCase& WrittenCase::deadline_missed(const std::string& step, Day due) { return add(pathway::DeadlineMissed{{ref(step), 0}, due}); }
WrittenCase& WrittenCase::deadline_met(const std::string& step, bool late_report) {
  return add(pathway::DeadlineMet{{ref(step), 0}, late_report, {}});
}

pathway::StepRef WrittenCase::ref(const std::string& step, pathway::PersonIndex person) const {
  const definition::StepIndex index = pathway_.step_named(step);
  EXPECT_NE(index, definition::kNone) << step;
  return {index, person, Version()};
}

WrittenCase waiting_for_prefecture(const std::shared_ptr<const definition::Library>& library, std::uint64_t id, const std::string& citizenship) {
  WrittenCase written(library, id);
  written.on(day(1, 2)).open(citizenship).person("rel-1", "relative").step_opened("application").step_opened("file");
  written.on(day(1, 10)).fact("application.filed");
  const Version filed = written.last();
  written.step_completed("file", "done", pathway::kNobody, {filed}).step_completed("application").step_opened("decision").step_opened("nulla_osta");
  written.deadline_set("nulla_osta", day(1, 10), day(4, 10));
  return written;
}

}  // namespace ritrovo::projections::test
