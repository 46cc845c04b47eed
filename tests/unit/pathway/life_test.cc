#include <gtest/gtest.h>

#include "engine/base/assert.h"
#include "tests/unit/pathway/case_bench.h"
#include "workflows/pathway/machine.h"
#include "workflows/pathway/next_steps.h"

namespace ritrovo::pathway::test {
namespace {

class Life : public ::testing::Test {
 protected:
  static std::shared_ptr<const definition::Library> library() {
    static const auto kLibrary = library_of({"tests/scenarios/every_kind.yaml"});
    return kLibrary;
  }
  void accepted(const std::string& line) {
    const Decision decision = bench.give(line);
    EXPECT_TRUE(std::holds_alternative<std::vector<Draft>>(decision)) << line << "\n" << bench.show(decision);
  }
  void open() { accepted("2025-01-10 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2015-05-01,relationship=child}"); }
  void file() {
    open();
    accepted("2025-01-11 report income.declared amount=6000.00");
    accepted("2025-01-12 task complete prepare as=clerk:u1");
    accepted("2025-01-13 task complete check outcome=good as=clerk:u2");
    accepted("2025-01-14 task complete file receipt=R1 filed_on=2025-01-14");
  }
  void grant() {
    file();
    accepted("2025-02-01 report decision.granted number=N1 as=authority:a1");
  }
  CaseBench bench{library()};
};

TEST_F(Life, OpeningPinsTheDefinitionAndOpensWhatWaitsForNothing) {
  open();
  EXPECT_EQ(bench.state().core.identity, library()->pathways.front()->identity);
  EXPECT_EQ(bench.life("need"), StepLife::kCompleted);
  EXPECT_EQ(bench.life("means"), StepLife::kActive);
  EXPECT_EQ(bench.life("prepare"), StepLife::kAvailable);
  EXPECT_TRUE(bench.replays());
}

TEST_F(Life, AGuardedOutcomeHoldsAsSoonAsItsGuardDoes) {
  open();
  accepted("2025-01-11 report income.declared amount=5999.99");
  EXPECT_EQ(bench.life("means"), StepLife::kActive);
  accepted("2025-01-12 report income.declared amount=6000");
  EXPECT_EQ(bench.outcome("means"), "enough");
  EXPECT_EQ(bench.life("prepare"), StepLife::kActive);
}

TEST_F(Life, AValueIsComputedAgainUntilItIsFinal) {
  open();
  accepted("2025-01-11 add_person relative:rel-2{birth_date=1990-01-01,relationship=spouse}");
  EXPECT_EQ(bench.count("value_computed"), 2U);
  accepted("2025-01-12 report income.declared amount=6999");
  EXPECT_EQ(bench.life("means"), StepLife::kActive) << "for two relatives it takes 7000";
  accepted("2025-01-13 report income.declared amount=7000");
  accepted("2025-01-13 task complete prepare as=clerk:u1");
  accepted("2025-01-13 task complete check outcome=good as=clerk:u2");
  accepted("2025-01-14 task complete file receipt=R1 filed_on=2025-01-14");
  accepted("2025-01-15 add_person relative:rel-3{birth_date=1990-01-01,relationship=spouse}");
  EXPECT_EQ(bench.count("value_computed"), 2U) << "filed: final";
}

TEST_F(Life, AFormReportsItsFactAndCompletesTheTask) {
  file();
  EXPECT_EQ(bench.life("file"), StepLife::kCompleted);
  EXPECT_EQ(bench.outcome("file"), "done");
  EXPECT_EQ(bench.life("filed"), StepLife::kCompleted);
  EXPECT_EQ(bench.life("tell"), StepLife::kCompleted);
  EXPECT_EQ(bench.count("notification_requested"), 1U);
  EXPECT_EQ(bench.life("decision"), StepLife::kActive);
  EXPECT_EQ(bench.life("extra"), StepLife::kEnabled);
}

TEST_F(Life, NothingEndsBeforeItBegan) {
  open();
  accepted("2025-01-11 report income.declared amount=6000.00");
  accepted("2025-01-12 task complete prepare on=2025-01-10 as=clerk:u1");
  const StepInstance* prepared = bench.state().core.find({library()->pathways.front()->step_named("prepare"), kNobody, Version()});
  ASSERT_NE(prepared, nullptr);
  EXPECT_EQ(prepared->life, StepLife::kCompleted);
  EXPECT_EQ(prepared->ended_on, prepared->opened_on);
}

TEST_F(Life, AFactReportedByAnyoneCompletesATask) {
  open();
  accepted("2025-01-11 report income.declared amount=6000.00");
  accepted("2025-01-12 task complete prepare as=clerk:u1");
  accepted("2025-01-13 task complete check outcome=good as=clerk:u2");
  accepted("2025-01-14 report form.filed receipt=R1 filed_on=2025-01-14 as=clerk:u9");
  EXPECT_EQ(bench.life("file"), StepLife::kCompleted);
}

TEST_F(Life, EachPersonHasABranch) {
  grant();
  accepted("2025-02-02 add_person relative:rel-2{birth_date=1990-01-01,relationship=spouse}");
  EXPECT_EQ(bench.life("entry", "rel-1"), StepLife::kActive);
  EXPECT_EQ(bench.life("entry", "rel-2"), StepLife::kActive) << "one who joins later gets a branch";
  accepted("2025-03-01 report entry.made @rel-1 entered_on=2025-03-01");
  EXPECT_EQ(bench.life("school", "rel-1"), StepLife::kActive) << "a child";
  EXPECT_EQ(bench.life("entry", "rel-2"), StepLife::kActive) << "a person's fact reaches that person only";
  EXPECT_EQ(bench.life("reunited"), StepLife::kAvailable);
  accepted("2025-03-05 report entry.made @rel-2 entered_on=2025-03-04");
  EXPECT_EQ(bench.life("school", "rel-2"), StepLife::kAvailable) << "an adult";
  EXPECT_EQ(bench.life("reunited"), StepLife::kCompleted);
  EXPECT_TRUE(bench.replays());
}

TEST_F(Life, WhoeverLeavesEndsTheirBranch) {
  grant();
  accepted("2025-02-02 add_person relative:rel-2{birth_date=1990-01-01,relationship=spouse}");
  accepted("2025-03-01 report entry.made @rel-1 entered_on=2025-03-01");
  accepted("2025-03-02 remove_person @rel-2 reason=stays");
  EXPECT_EQ(bench.life("family", "rel-2"), StepLife::kTerminated);
  EXPECT_EQ(bench.life("entry", "rel-2"), StepLife::kTerminated);
  EXPECT_EQ(bench.life("reunited"), StepLife::kCompleted) << "everybody who is left has entered";
  EXPECT_TRUE(bench.replays());
}

TEST_F(Life, AStageCompletesWhenWhatItRequiresIsDone) {
  grant();
  accepted("2025-03-01 report entry.made @rel-1 entered_on=2025-03-01");
  accepted("2025-03-05 report appointment.held @rel-1");
  accepted("2025-03-06 task complete school @rel-1");
  EXPECT_EQ(bench.life("family", "rel-1"), StepLife::kActive) << "the follow-up waits for its day";
  accepted("2025-06-01 wake");
  EXPECT_EQ(bench.life("follow_up", "rel-1"), StepLife::kActive);
  accepted("2025-06-02 task complete follow_up @rel-1");
  EXPECT_EQ(bench.life("family", "rel-1"), StepLife::kCompleted);
  EXPECT_EQ(bench.state().core.life, CaseLife::kCompleted) << "nothing required is left";
  EXPECT_EQ(bench.life("extra"), StepLife::kTerminated);
  EXPECT_FALSE(PathwayMachine::wake_on(bench.state()).has_value());
  EXPECT_TRUE(bench.replays());
}

TEST_F(Life, ADayIsNoFactAndStillOpensAStep) {
  grant();
  accepted("2025-03-01 report entry.made @rel-1 entered_on=2025-03-01");
  accepted("2025-03-05 report appointment.held @rel-1");
  EXPECT_EQ(PathwayMachine::wake_on(bench.state()), Day(std::chrono::year_month_day(std::chrono::year(2025), std::chrono::June, std::chrono::day(1))));
  accepted("2025-05-31 wake");
  EXPECT_EQ(bench.life("follow_up", "rel-1"), StepLife::kAvailable);
}

TEST_F(Life, RepetitionsAreNamedByTheFactThatCausedThem) {
  open();
  accepted("2025-01-11 report letter.received subject=A");
  accepted("2025-01-12 report letter.received subject=B");
  accepted("2025-01-13 report letter.answered");
  std::size_t active = 0;
  for (const StepInstance& step : bench.state().core.steps) active += step.ref.occurrence != Version() && step.life == StepLife::kActive ? 1U : 0U;
  EXPECT_EQ(active, 1U) << "one answer answers one letter";
  accepted("2025-01-13 report letter.received subject=C");
  accepted("2025-01-14 report letter.received subject=D");
  std::size_t all = 0;
  for (const StepInstance& step : bench.state().core.steps) all += step.ref.occurrence != Version() ? 1U : 0U;
  EXPECT_EQ(all, 3U) << "at most three";
}

TEST_F(Life, WhatIsCancelledDoesNotComeBack) {
  file();
  accepted("2025-01-20 report case.withdrawn");
  EXPECT_EQ(bench.life("decision"), StepLife::kTerminated);
  EXPECT_EQ(bench.deadline("decision")->clock, Clock::kVoid);
  accepted("2025-01-21 report decision.granted number=N as=authority:a1");
  EXPECT_EQ(bench.life("family", "rel-1"), StepLife::kAvailable);
}

TEST_F(Life, ASuspendedCaseOpensNothingUntilItIsResumed) {
  open();
  accepted("2025-01-11 suspend reason=abroad");
  accepted("2025-01-12 report income.declared amount=6000");
  EXPECT_EQ(bench.life("means"), StepLife::kCompleted) << "facts still complete what is active";
  EXPECT_EQ(bench.life("prepare"), StepLife::kAvailable);
  accepted("2025-01-13 resume");
  EXPECT_EQ(bench.life("prepare"), StepLife::kActive);
}

TEST_F(Life, AnErasedValueOpensAnIncidentThatIsVisibleAndResumable) {
  grant();
  bench.erase("rel-1");
  accepted("2025-03-01 report entry.made @rel-1 entered_on=2025-03-01");
  EXPECT_EQ(bench.count("incident_opened"), 1U);
  EXPECT_EQ(bench.life("school", "rel-1"), StepLife::kAvailable) << "neither true nor false";
  accepted("2025-03-02 resume step=school");
  EXPECT_EQ(bench.count("incident_opened"), 1U) << "still the same one";
  EXPECT_EQ(bench.state().core.incidents.size(), 1U);
}

TEST_F(Life, NextStepsSayWhatIsOpenAndWhatIsMissing) {
  open();
  const std::vector<NextStep> next = next_steps(bench.state(), bench.library(), bench.opened(), bench.state().core.opened_on);
  ASSERT_FALSE(next.empty());
  EXPECT_EQ(next.front().life, StepLife::kActive);
  EXPECT_EQ(next.front().waits_on, "prefecture");
  EXPECT_EQ(next.front().missing, std::vector<std::string>{"case.withdrawn"});
  const auto prepare = std::find_if(next.begin(), next.end(), [](const NextStep& step) { return step.role == "clerk"; });
  ASSERT_NE(prepare, next.end());
  EXPECT_EQ(prepare->missing, std::vector<std::string>{"means/enough"});
  EXPECT_FALSE(stuck(bench.state(), bench.library(), bench.opened(), bench.state().core.opened_on).has_value());
}

TEST_F(Life, ARefusalLeavesNothingRequired) {
  file();
  accepted("2025-01-20 report decision.refused as=authority:a1");
  accepted("2025-01-21 task start appeal");
  accepted("2025-01-22 task complete appeal");
  EXPECT_EQ(bench.state().core.life, CaseLife::kCompleted);
}

TEST_F(Life, ACaseThatNothingCanMoveIsStuck) {
  grant();
  accepted("2025-02-02 task start extra");
  accepted("2025-02-02 task complete extra");
  accepted("2025-02-03 report notice.given given_on=2025-02-03 as=authority:a1");
  accepted("2025-02-03 report notice.answered");
  bench.erase("rel-1");
  accepted("2025-03-01 report entry.made @rel-1 entered_on=2025-03-01");
  accepted("2025-03-02 report appointment.held @rel-1");
  const Day today = parse_day("2025-03-02").value();
  EXPECT_FALSE(stuck(bench.state(), bench.library(), bench.opened(), today).has_value()) << "a day will come";
  accepted("2025-06-01 wake");
  accepted("2025-06-02 task complete follow_up @rel-1");
  const std::optional<std::string> why = stuck(bench.state(), bench.library(), bench.opened(), today);
  ASSERT_TRUE(why.has_value()) << "only the school is left, and whether it is needed can't be known";
  EXPECT_EQ(*why, "only what failed is left: resume the step of an incident");
}

TEST_F(Life, AFamilyOfFourIsSmall) {
  grant();
  for (int i = 2; i < 5; ++i)
    accepted("2025-02-02 add_person relative:rel-" + std::to_string(i) + "{birth_date=1990-01-0" + std::to_string(i) + ",relationship=spouse}");
  EXPECT_LT(PathwayMachine::encode(bench.state()).size(), 4096U);
  EXPECT_LE(sizeof(StepInstance), 72U);
}

/// A stage with a task of each of those numbers for every relative, that ends on the first of June.
std::string crowded(int tasks) {
  std::string yaml = R"(pathway: crowded
version: 1
valid_from: 2018-01-01
title: {it: Folla, en: Crowd}
roles: {clerk: {it: Operatore, en: Clerk}}
persons:
  sponsor: {count: one}
  relative: {count: many, group: relatives}
facts:
  all.over: {by: [clerk], data: {day: {type: date, public: true}}}
steps:
  around:
    stage: {}
    cancel_when: {day: 'all.over.day'}
    steps:
      each:
        stage: {each: relative}
        steps:
)";
  for (int i = 0; i < tasks; ++i) yaml += "          t" + std::to_string(i) + ": {task: {role: clerk}}\n";
  return yaml;
}

TEST(Wake, OfADayThatLeadsToMoreThanACommandMayIsABugByName) {
  // given more live steps than one command may end
  CaseBench bench(library_from(crowded(110)));
  bench.give("2025-01-02 open crowded sponsor:sponsor{} relative:first{}");
  for (int i = 0; i < 60; ++i) bench.give("2025-01-02 add_person relative:rel-" + std::to_string(i) + "{}");
  bench.give("2025-01-02 report all.over day=2025-06-01");
  ASSERT_EQ(bench.life("around"), StepLife::kActive);
  Day today;
  const Command wake = command_of("2025-06-01 wake", today);
  // when the day comes that ends them all, then what failed is named, for whoever finds the case in quarantine
  try {
    (void)bench.decide(wake, today);
    FAIL() << "it was decided";
  } catch (const AssertionFailure& failure) {
    EXPECT_NE(std::string(failure.what()).find("kConsequencesMax"), std::string::npos) << failure.what();
  }
}

}  // namespace
}  // namespace ritrovo::pathway::test
