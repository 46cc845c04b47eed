#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/pathway/case_bench.h"
#include "workflows/pathway/machine.h"
#include "workflows/pathway/next_steps.h"
#include "workflows/pathway/rederive.h"

// What becomes known late, and days that are worked through late.
namespace ritrovo::pathway::test {
namespace {

Day day(const char* text) { return parse_day(text).value(); }

void accepted(CaseBench& bench, const std::string& line) {
  const Decision decision = bench.give(line);
  EXPECT_TRUE(std::holds_alternative<std::vector<Draft>>(decision)) << line << "\n" << bench.show(decision);
}

std::string refused(CaseBench& bench, const std::string& line) {
  const Decision decision = bench.give(line);
  const auto* rejection = std::get_if<Rejection>(&decision);
  return rejection == nullptr ? "" : rejection->code;
}

/// A pathway with a sponsor, relatives, three facts with a public day, and these steps.
std::string small(const std::string& steps, const std::string& top = "") {
  return R"(pathway: small
version: 1
valid_from: 2018-01-01
title: {it: Piccolo, en: Small}
roles: {clerk: {it: Operatore, en: Clerk}}
persons:
  sponsor: {count: one, data: {}}
  relative: {count: many, group: relatives, data: {minor: {type: boolean, optional: true}}}
facts:
  f.a: {by: [clerk], data: {on_day: {type: date, public: true}}}
  f.b: {by: [clerk], data: {on_day: {type: date, public: true}, flag: {type: boolean, optional: true}}}
  f.c: {by: [clerk], data: {on_day: {type: date, public: true}}}
  s.a: {by: [clerk], per: sponsor, data: {on_day: {type: date, public: true}}}
)" + top + "steps:\n" + steps;
}

/// The form is filed on 10 January 2024: the decision is due on 9 April.
class LateFacts : public ::testing::Test {
 protected:
  void open(bool notice_first = false) {
    static const auto kLibrary = library_of({"tests/scenarios/every_kind.yaml"});
    bench.emplace(kLibrary);
    accepted(*bench, "2024-01-08 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2015-05-01,relationship=child}");
    accepted(*bench, "2024-01-08 report income.declared amount=6000.00");
    accepted(*bench, "2024-01-09 task complete prepare as=clerk:u1");
    accepted(*bench, "2024-01-09 task complete check outcome=good as=clerk:u2");
    if (notice_first) accepted(*bench, "2024-01-09 report notice.given given_on=2024-01-09 as=authority:a");
    accepted(*bench, "2024-01-10 task complete file receipt=R1 filed_on=2024-01-10");
  }
  void miss() {
    open();
    accepted(*bench, "2024-04-12 wake");
    ASSERT_EQ(decision().clock, Clock::kMissed);
    ASSERT_EQ(bench->life("remind"), StepLife::kActive);
  }
  [[nodiscard]] const RunningDeadline& decision() const { return *bench->deadline("decision"); }
  std::optional<CaseBench> bench;
};

TEST_F(LateFacts, AnInterruptionKnownLateShowsThatADeadlineWasNotMissed) {
  miss();
  accepted(*bench, "2024-04-15 report papers.requested requested_on=2024-03-01 as=authority:a");
  EXPECT_EQ(decision().clock, Clock::kInterrupted);
  accepted(*bench, "2024-04-16 report papers.deposited deposited_on=2024-03-20");
  EXPECT_EQ(decision().clock, Clock::kRunning);
  EXPECT_EQ(decision().due, day("2024-06-18"));
  EXPECT_EQ(bench->life("remind"), StepLife::kActive) << "what the miss opened stays";
  accepted(*bench, "2024-06-19 wake");
  EXPECT_EQ(decision().clock, Clock::kMissed);
  EXPECT_EQ(bench->count("deadline_missed"), 2U);
  EXPECT_TRUE(bench->replays());
}

TEST_F(LateFacts, AMovedDeadlineThatIsOverdueAllTheSameIsMissedAgain) {
  miss();
  accepted(*bench, "2024-12-02 report papers.deposited deposited_on=2024-03-20");
  EXPECT_EQ(decision().clock, Clock::kMissed) << "nothing was interrupted";
  accepted(*bench, "2024-12-02 report papers.requested requested_on=2024-03-01 as=authority:a");
  EXPECT_EQ(decision().clock, Clock::kRunning);
  EXPECT_EQ(PathwayMachine::wake_on(bench->state()), day("2024-06-19")) << "nobody is warned of what is over already";
  accepted(*bench, "2024-12-02 wake");
  EXPECT_EQ(decision().clock, Clock::kMissed);
  EXPECT_EQ(decision().ended_on, day("2024-06-19"));
}

TEST_F(LateFacts, AnInterruptionAfterTheDueDayChangesNothing) {
  miss();
  accepted(*bench, "2024-04-15 report papers.requested requested_on=2024-04-10 as=authority:a");
  EXPECT_EQ(decision().clock, Clock::kMissed);
}

TEST_F(LateFacts, AStepDoneTooLateWasInTimeOnceItsInterruptionIsKnown) {
  miss();
  accepted(*bench, "2024-04-20 report decision.granted number=N on=2024-04-20 as=authority:a");
  ASSERT_EQ(decision().clock, Clock::kMissed);
  accepted(*bench, "2024-04-22 report papers.requested requested_on=2024-03-01 as=authority:a");
  EXPECT_EQ(decision().clock, Clock::kMetLate);
  EXPECT_TRUE(bench->replays());
}

TEST_F(LateFacts, ATermStoppedFromTheStartIsSetAndStopped) {
  open(true);
  EXPECT_EQ(decision().clock, Clock::kSuspended);
  EXPECT_EQ(decision().due, day("2024-04-09"));
  accepted(*bench, "2024-01-20 report notice.answered");
  EXPECT_EQ(decision().clock, Clock::kRunning);
  EXPECT_EQ(bench->count("deadline_set"), 1U);
  EXPECT_EQ(bench->count("deadline_moved"), 1U);
}

TEST(Deadline, IsMetOnTheDayOfTheReportWheneverTheValuesOfItsGuardWereComputed) {
  CaseBench bench(library_from(small("  law: {wait_for: true, outcomes: {ok: {when: 'today >= date(\"2024-05-01\")'}}}\n"
                                     "  level: {after: law, compute: {value: '1', type: integer, show: public}}\n"
                                     "  a: {wait_for: true, outcomes: {ok: {fact: f.b, when: 'level.value == 1'}}, deadline: {term: nulla_osta, from: f.a.on_day}}\n")));
  accepted(bench, "2024-06-01 open small on=2024-01-08 sponsor:sponsor{}");
  accepted(bench, "2024-06-01 report f.a on_day=2024-01-10 on=2024-01-10");
  accepted(bench, "2024-06-01 report f.b on_day=2024-02-01 on=2024-02-01");
  accepted(bench, "2024-06-01 wake");
  EXPECT_EQ(bench.deadline("a")->clock, Clock::kMetLate) << "known late to be met";
  EXPECT_EQ(bench.deadline("a")->ended_on, day("2024-02-01"));
}

TEST(Overdue, NoLongerHoldsOnceTheDeadlineIsKnownToBeMet) {
  CaseBench bench(library_from(small("  a: {wait_for: true, done_when: {fact: f.b}, deadline: {term: nulla_osta, from: f.a.on_day}}\n"
                                     "  b: {task: {role: clerk}, after: {all: [{overdue: a}, f.c]}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-10 report f.a on_day=2024-01-10");
  accepted(bench, "2024-04-12 wake");
  accepted(bench, "2024-04-12 report f.b on_day=2024-04-01 on=2024-04-01");
  EXPECT_EQ(bench.deadline("a")->clock, Clock::kMetLate);
  accepted(bench, "2024-04-13 report f.c on_day=2024-04-13");
  EXPECT_EQ(bench.life("b"), StepLife::kAvailable);
}

TEST(Warning, LongerThanItsTermComesAtOnce) {
  CaseBench bench(library_from(small("  a: {wait_for: true, done_when: {fact: f.b}, deadline: {term: nulla_osta, from: f.a.on_day, warn_before: P400D}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-10 report f.a on_day=2024-01-10");
  EXPECT_EQ(PathwayMachine::wake_on(bench.state()), day("2024-01-10"));
  accepted(bench, "2024-01-10 wake");
  EXPECT_EQ(bench.count("deadline_warned"), 1U);
}

TEST(CompletesWhen, ADayEndsAStageAndThePathway) {
  CaseBench bench(library_from(small("  s:\n    stage: {}\n    completes_when: {day: 'plus(f.a.on_day, period(\"P1M\"))'}\n"
                                     "    steps: {a: {wait_for: true, done_when: {fact: f.b}}}\n",
                                     "completes_when: {day: 'plus(f.a.on_day, period(\"P2M\"))'}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  EXPECT_FALSE(PathwayMachine::wake_on(bench.state()).has_value());
  accepted(bench, "2024-01-10 report f.a on_day=2024-01-10");
  EXPECT_EQ(PathwayMachine::wake_on(bench.state()), day("2024-02-10"));
  accepted(bench, "2024-02-10 wake");
  EXPECT_EQ(bench.life("s"), StepLife::kCompleted);
  EXPECT_EQ(bench.life("a"), StepLife::kTerminated);
  EXPECT_EQ(PathwayMachine::wake_on(bench.state()), day("2024-03-10"));
  accepted(bench, "2024-03-12 wake");
  EXPECT_EQ(bench.state().core.life, CaseLife::kCompleted);
  EXPECT_FALSE(PathwayMachine::wake_on(bench.state()).has_value());
  EXPECT_TRUE(bench.replays());
}

TEST(Today, NeverGoesBackBehindACommand) {
  CaseBench bench(library_from(small("  a:\n    wait_for: true\n    cancel_when: {all: [{overdue: b}, f.c]}\n"
                                     "    outcomes: {early: {fact: f.b, when: 'today < plus(f.a.on_day, period(\"P110D\"))'}, never: f.c}\n"
                                     "  b: {wait_for: true, deadline: {term: nulla_osta, from: f.a.on_day}, done_when: {fact: f.c}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-10 report f.a on_day=2024-01-10");
  // Nobody woke the case on 10 April, when the deadline was missed and the guard would have held.
  accepted(bench, "2024-05-20 report f.b on_day=2024-05-20");
  EXPECT_EQ(bench.life("a"), StepLife::kActive);
  accepted(bench, "2024-05-20 wake");
  EXPECT_EQ(bench.deadline("b")->clock, Clock::kMissed);
  EXPECT_EQ(bench.deadline("b")->ended_on, day("2024-04-10")) << "events keep their own day";
  EXPECT_EQ(bench.life("a"), StepLife::kActive) << "what was false on 20 May isn't true on 10 April afterwards";
  EXPECT_GT(PathwayMachine::wake_on(bench.state()), day("2024-05-20"));
  EXPECT_TRUE(bench.replays());
}

TEST(LeftOut, AnOptionalFieldIsNoIncident) {
  CaseBench bench(library_from(small("  a: {milestone: true, after: f.b, when: 'f.b.flag'}\n"
                                     "  b: {milestone: true, after: f.b, when: 'known(f.b.flag) && f.b.flag'}\n"
                                     "  c: {milestone: true, after: f.b, when: 'f.b.flag != true'}\n"
                                     "  d: {milestone: true, after: f.b, when: 'relatives.exists(r, r.minor)'}\n"
                                     "  e: {wait_for: true, done_when: {fact: f.c}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{} relative:rel-1{}");
  accepted(bench, "2024-01-10 report f.b on_day=2024-01-10");
  EXPECT_EQ(bench.count("incident_opened"), 0U);
  EXPECT_EQ(bench.life("a"), StepLife::kAvailable) << "waits";
  EXPECT_EQ(bench.life("b"), StepLife::kAvailable);
  EXPECT_EQ(bench.life("c"), StepLife::kCompleted);
  EXPECT_EQ(bench.life("d"), StepLife::kAvailable);
  accepted(bench, "2024-01-11 report f.b on_day=2024-01-11 flag=true");
  EXPECT_EQ(bench.life("a"), StepLife::kCompleted);
  EXPECT_EQ(bench.life("b"), StepLife::kCompleted);
}

TEST(Form, AboutTheOnePersonOfARoleCompletesATaskOfTheCase) {
  CaseBench bench(library_from(small("  a: {task: {role: clerk, form: s.a}, done_when: {fact: s.a}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-09 task complete a on_day=2024-01-09");
  EXPECT_EQ(bench.life("a"), StepLife::kCompleted);
}

TEST(Bounds, TooManyConsequencesAreRefusedNotAsserted) {
  std::string steps = "  s:\n    stage: {each: relative}\n    steps:\n";
  for (int i = 0; i < 110; ++i) steps += "      m" + std::to_string(i) + ": {milestone: true}\n";
  CaseBench bench(library_from(small(steps + "  a: {wait_for: true, done_when: {fact: f.a}}\n")));
  std::string line = "2024-01-08 open small sponsor:sponsor{}";
  for (int i = 0; i < 60; ++i) line += " relative:r" + std::to_string(i) + "{}";
  EXPECT_EQ(refused(bench, line), "too_many_consequences");
  EXPECT_EQ(bench.state().core.life, CaseLife::kNone);
}

TEST(Bounds, ALongChainWrittenBackwardsComesToItsEnd) {
  std::string steps;
  for (int i = 0; i < 300; ++i) steps += "  m" + std::to_string(i) + ": {milestone: true, after: " + (i == 299 ? std::string("f.a") : "m" + std::to_string(i + 1)) + "}\n";
  CaseBench bench(library_from(small(steps)));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-09 report f.a on_day=2024-01-09");
  EXPECT_EQ(bench.life("m0"), StepLife::kCompleted);
  EXPECT_EQ(bench.state().core.life, CaseLife::kCompleted);
}

TEST(Outcome, HashesTheSameWhateverTheOrderOfUnrelatedReports) {
  static const auto kLibrary = library_of({"tests/scenarios/every_kind.yaml"});
  std::vector<std::string> reports = {"2024-01-20 report entry.made @rel-1 entered_on=2024-01-20", "2024-01-20 report entry.made @rel-2 entered_on=2024-01-19",
                                      "2024-01-20 report letter.received subject=A", "2024-01-20 report case.withdrawn"};
  std::string first;
  do {
    CaseBench bench(kLibrary);
    accepted(bench, "2024-01-08 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2015-05-01,relationship=child} relative:rel-2{birth_date=1990-05-01,relationship=spouse}");
    accepted(bench, "2024-01-08 report income.declared amount=9000.00");
    accepted(bench, "2024-01-09 task complete prepare as=clerk:u1");
    accepted(bench, "2024-01-09 task complete check outcome=good as=clerk:u2");
    accepted(bench, "2024-01-10 task complete file receipt=R1 filed_on=2024-01-10");
    accepted(bench, "2024-01-11 report decision.granted number=N1 as=authority:a1");
    for (const std::string& line : reports) accepted(bench, line);
    const std::string bytes = outcome_bytes(bench.state());
    if (first.empty()) first = bytes;
    EXPECT_EQ(bytes, first) << reports.front();
  } while (std::next_permutation(reports.begin(), reports.end()));
}

/// A day on which so much begins that one command can't hold it: a branch for each of 60 relatives, 70 tasks in each.
TEST(ManyAtOnce, ADayThatBringsMoreThanOneCommandMayIsWorkedThroughInSeveralWakes) {
  std::string steps = "  all:\n    after: {day: 'date(\"2024-03-01\")'}\n    stage: {each: relative}\n    steps:\n";
  for (int i = 0; i < 70; ++i) {
    const std::string n = std::to_string(i);
    steps += "      t" + n + ": {title: {it: \"T" + n + "\", en: \"T" + n + "\"}, task: {role: clerk}}\n";
  }
  CaseBench bench(library_from(small(steps)));
  std::string opening = "2024-01-08 open small sponsor:sponsor{}";
  for (int i = 0; i < 60; ++i) opening += " relative:rel-" + std::to_string(i) + "{}";
  accepted(bench, opening);
  int wakes = 0;
  while (wake_on(bench.state().core) && *wake_on(bench.state().core) <= day("2024-03-01") && wakes < 64) {
    accepted(bench, "2024-03-01 wake");
    ++wakes;
  }
  EXPECT_GT(wakes, 1);
  EXPECT_LT(wakes, 10);
  EXPECT_EQ(bench.count("step_opened"), 60U * 71U);
  EXPECT_TRUE(bench.replays());
}

// Guards on `today` see the days in their order, however late a report is.

TEST(Today, OfALateReportIsTheDayThatItIsAbout) {
  CaseBench bench(library_from(small("  a: {task: {role: clerk}, after: f.a, when: 'today >= plus(f.a.on_day, period(\"P10D\"))'}\n"
                                     "  b: {task: {role: clerk}, after: f.a, when: 'today < plus(f.a.on_day, period(\"P5D\"))'}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  // when a fact of January is reported in March
  accepted(bench, "2024-03-01 report f.a on_day=2024-01-10 on=2024-01-10");
  accepted(bench, "2024-03-01 wake");
  // then its consequences have the days that they would have had in January
  EXPECT_EQ(bench.latest("a", "")->opened_on, day("2024-01-20"));
  EXPECT_EQ(bench.life("b"), StepLife::kActive) << "it held when the fact happened";
  EXPECT_EQ(bench.latest("b", "")->opened_on, day("2024-01-10"));
  EXPECT_TRUE(bench.replays());
}

TEST(Today, OfALateReportLeavesWhatIsDueToTheWake) {
  CaseBench bench(library_from(small("  a: {task: {role: clerk}, after: {all: [f.a, {day: 'plus(f.a.on_day, period(\"P10D\"))'}]}, deadline: {term: nulla_osta, from: opened}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-12-02 report f.a on_day=2024-01-10 on=2024-01-10");
  EXPECT_EQ(bench.life("a"), StepLife::kAvailable) << "what else is on its way may show that the deadline was met";
  EXPECT_EQ(PathwayMachine::wake_on(bench.state()), day("2024-01-20"));
  accepted(bench, "2024-12-02 wake");
  EXPECT_EQ(bench.latest("a", "")->opened_on, day("2024-01-20"));
  EXPECT_EQ(bench.deadline("a")->clock, Clock::kMissed);
}

TEST(Warning, ComesForNoDeadlineThatWasOverBeforeAnybodyKnewOfIt) {
  CaseBench bench(library_from(small("  a: {wait_for: true, after: f.a, deadline: {term: nulla_osta, from: f.a.on_day, warn_before: P15D}, done_when: {fact: f.b}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  // when somebody tells in July of a beginning in January, whose term was over in April
  accepted(bench, "2024-07-01 report f.a on_day=2024-01-10 on=2024-01-10");
  accepted(bench, "2024-07-01 wake");
  EXPECT_EQ(bench.deadline("a")->clock, Clock::kMissed);
  EXPECT_EQ(bench.count("deadline_warned"), 0U);
  EXPECT_TRUE(bench.replays());
}

TEST(Warning, OfADeadlineThatBecameKnownLateComesOnTheDayOnWhichItDid) {
  CaseBench bench(library_from(small("  a: {wait_for: true, after: f.a, deadline: {term: nulla_osta, from: f.a.on_day, warn_before: P15D}, done_when: {fact: f.b}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-04-01 report f.a on_day=2024-01-10 on=2024-01-10");
  EXPECT_EQ(bench.deadline("a")->warn_on, day("2024-04-01")) << "fifteen days before 9 April are 25 March";
}

// Who left, and what holds since.

std::string waiting_for_relatives(const std::string& further) {
  return small("  s:\n    stage: {each: relative}\n    steps:\n      visa: {task: {role: clerk}}\n" + further + "  open: {wait_for: true, done_when: {fact: f.c}}\n");
}

TEST(Left, AValueComputedAgainHasTheDayOfTheLeaving) {
  CaseBench bench(library_from(waiting_for_relatives("  many: {compute: {value: 'decimal(size(relatives))', type: decimal, show: public}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{} relative:rel-1{} relative:rel-2{}");
  accepted(bench, "2024-03-04 remove_person @rel-2 as=clerk:u1");
  const Event& last = *std::find_if(bench.events().rbegin(), bench.events().rend(), [](const Event& event) { return event.tag == ValueComputed::kTag; });
  EXPECT_EQ(last.effective, day("2024-03-04"));
  EXPECT_TRUE(bench.replays());
}

TEST(Left, AGuardThatHoldsSinceHasTheDayOfTheLeaving) {
  CaseBench bench(library_from(waiting_for_relatives("  b: {task: {role: clerk}, when: 'size(relatives) == 1'}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{} relative:rel-1{} relative:rel-2{}");
  accepted(bench, "2024-03-04 remove_person @rel-2 as=clerk:u1");
  ASSERT_EQ(bench.life("b"), StepLife::kActive);
  EXPECT_EQ(bench.latest("b", "")->opened_on, day("2024-03-04"));
}

TEST(Left, WhatWaitedForEveryoneOpensOnTheDayOnWhichTheLastOfThoseWhoWereMissingLeft) {
  CaseBench bench(library_from(waiting_for_relatives("  b: {task: {role: clerk}, after: {every: visa}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{} relative:rel-1{} relative:rel-2{} relative:rel-3{}");
  accepted(bench, "2024-02-01 task complete visa @rel-1 as=clerk:u1");
  accepted(bench, "2024-02-02 task complete visa @rel-2 as=clerk:u1");
  accepted(bench, "2024-03-04 remove_person @rel-3 as=clerk:u1");
  ASSERT_EQ(bench.life("b"), StepLife::kActive);
  EXPECT_EQ(bench.latest("b", "")->opened_on, day("2024-03-04"));
}

TEST(Left, WhoeverHadDoneItHeldNobodyUp) {
  CaseBench bench(library_from(waiting_for_relatives("  b: {task: {role: clerk}, after: {every: visa}, when: 'f.b.flag'}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{} relative:rel-1{} relative:rel-2{}");
  accepted(bench, "2024-02-01 task complete visa @rel-1 as=clerk:u1");
  accepted(bench, "2024-02-02 task complete visa @rel-2 as=clerk:u1");
  accepted(bench, "2024-03-04 remove_person @rel-2 as=clerk:u1");
  // what was reported late happened in between: it holds since then, not since the leaving
  accepted(bench, "2024-03-05 report f.b on_day=2024-02-10 flag=true on=2024-02-10");
  ASSERT_EQ(bench.life("b"), StepLife::kActive);
  EXPECT_EQ(bench.latest("b", "")->opened_on, day("2024-02-10"));
  EXPECT_TRUE(bench.replays());
}

TEST(Group, WhatOpensByTheOutcomesOfPersonsOpensOnTheirDay) {
  CaseBench bench(library_from(small("  s:\n    stage: {each: relative}\n    steps:\n      visa: {task: {role: clerk}}\n"
                                     "  b: {task: {role: clerk}, after: f.b, when: 'relatives.exists(r, r.outcomes.visa == \"done\")'}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{} relative:rel-1{}");
  accepted(bench, "2024-01-10 report f.b on_day=2024-01-10");
  accepted(bench, "2024-02-01 task complete visa @rel-1 as=clerk:u1");
  ASSERT_EQ(bench.life("b"), StepLife::kActive);
  EXPECT_EQ(bench.latest("b", "")->opened_on, day("2024-02-01"));
}

TEST(ADayThatRulesAStepOut, EndsThePathwayOnThatDayDerivedAfreshToo) {
  CaseBench bench(library_from(small("  a: {milestone: true, after: {day: 'plus(f.a.on_day, period(\"P2M\"))'}, when: 'f.b.flag'}\n"
                                     "  b: {milestone: true, after: {day: 'plus(f.a.on_day, period(\"P3M\"))'}, required: false}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-10 report f.a on_day=2024-01-10");
  accepted(bench, "2024-01-11 report f.b on_day=2024-01-11 flag=false");
  accepted(bench, "2024-01-12 report f.c on_day=2024-01-12");
  accepted(bench, "2024-03-10 wake");
  ASSERT_EQ(bench.state().core.life, CaseLife::kCompleted);
  const auto pathway = bench.library().with_identity(bench.state().core.identity);
  const Interpreter work(*pathway, bench.library().almanac.get(), bench.state().core, bench.opened(), {day("2024-04-12"), day("2024-04-12"), {}});
  Derivation afresh(work, bench.state().core);
  ASSERT_TRUE(afresh.run());
  EXPECT_EQ(outcome_bytes(bench.state()), outcome_bytes({afresh.core(), {}})) << "b comes a month after the end";
}

TEST(Repetition, ThatWasOverOnTheDayOfAReportIsOverThoughWhatEndedItIsCorrected) {
  CaseBench bench(library_from(small("  a: {task: {role: clerk}, required: false, repeat: {for: f.a, until: f.b}}\n  b: {wait_for: true, done_when: {fact: f.c}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-10 report f.b on_day=2024-01-10");
  const std::string closed = "of=" + std::to_string(bench.state().core.facts.back().version.value());
  accepted(bench, "2024-01-10 report f.a on_day=2024-01-10");
  ASSERT_EQ(bench.count("step_opened"), 1U) << "b alone";
  accepted(bench, "2024-01-12 correct " + closed + " flag=true");
  EXPECT_EQ(bench.count("step_opened"), 1U);
}

TEST(Repetition, WhoseReportWasWithdrawnHasNoDayOfItsOwnAnyMore) {
  CaseBench bench(library_from(small("  a:\n    stage: {}\n    repeat: {for: f.a}\n    required: false\n    steps:\n"
                                     "      m: {milestone: true, after: {day: 'plus(f.a.on_day, period(\"P2M\"))'}}\n"
                                     "  b: {wait_for: true, done_when: {fact: f.c}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-10 report f.a on_day=2024-01-10");
  ASSERT_EQ(PathwayMachine::wake_on(bench.state()), day("2024-03-10"));
  accepted(bench, "2024-01-12 withdraw of=" + std::to_string(bench.state().core.facts.back().version.value()));
  EXPECT_FALSE(PathwayMachine::wake_on(bench.state()).has_value());
  accepted(bench, "2024-03-12 wake");
  EXPECT_TRUE(bench.replays());
}

TEST(WhatIsMissing, LeavesOutADeadlineThatWasMissed) {
  CaseBench bench(library_from(small("  a: {wait_for: true, done_when: {fact: f.b}, deadline: {term: nulla_osta, from: f.a.on_day}}\n"
                                     "  b: {task: {role: clerk}, after: {all: [{overdue: a}, f.c]}}\n")));
  accepted(bench, "2024-01-08 open small sponsor:sponsor{}");
  accepted(bench, "2024-01-10 report f.a on_day=2024-01-10");
  const auto missing = [&bench](const char* on) { return next_steps(bench.state(), bench.library(), bench.opened(), day(on)).back().missing; };
  EXPECT_EQ(missing("2024-01-10"), (std::vector<std::string>{"overdue a", "f.c"}));
  accepted(bench, "2024-04-12 wake");
  EXPECT_EQ(missing("2024-04-12"), std::vector<std::string>{"f.c"});
}

}  // namespace
}  // namespace ritrovo::pathway::test
