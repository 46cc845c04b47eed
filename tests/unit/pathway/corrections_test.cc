#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/pathway/case_bench.h"
#include "workflows/pathway/rederive.h"

// Corrections, withdrawals and late facts over the pathway with every kind of step.
namespace ritrovo::pathway::test {
namespace {

Day day(const char* text) { return parse_day(text).value(); }

class Corrections : public ::testing::Test {
 protected:
  void accepted(const std::string& line) {
    const Decision decision = bench.give(line);
    EXPECT_TRUE(std::holds_alternative<std::vector<Draft>>(decision)) << line << "\n" << bench.show(decision);
  }
  std::string refused(const std::string& line) {
    const Decision decision = bench.give(line);
    const auto* rejection = std::get_if<Rejection>(&decision);
    return rejection == nullptr ? "" : rejection->code;
  }
  /// The version of the latest report of that fact, as a scenario names it.
  std::string of(const std::string& fact) {
    const definition::FactIndex index = bench.library().with_identity(bench.state().core.identity)->fact_named(fact);
    Version version;
    for (const FactRecord& record : bench.state().core.facts)
      if (record.fact == index) version = record.version;
    return "of=" + std::to_string(version.value());
  }
  void file() {
    accepted("2024-01-08 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2003-05-01,relationship=child}");
    accepted("2024-01-08 report income.declared amount=6000.00");
    accepted("2024-01-09 task complete prepare as=clerk:u1");
    accepted("2024-01-09 task complete check outcome=good as=clerk:u2");
    accepted("2024-01-10 task complete file receipt=R1 filed_on=2024-01-10");
  }
  void arrive() {
    file();
    accepted("2024-03-01 report decision.granted number=N1 as=authority:a1");
    accepted("2024-05-08 report entry.made @rel-1 entered_on=2024-05-08");
  }
  CaseBench bench{library_of({"tests/scenarios/every_kind.yaml"})};
};

TEST_F(Corrections, AnEarlierDayOfFilingMovesTheDeadline) {
  file();
  const Day before = bench.deadline("decision")->due;
  accepted("2024-02-01 correct " + of("form.filed") + " filed_on=2024-01-05 reason=receipt");
  EXPECT_EQ(bench.deadline("decision")->start, day("2024-01-05"));
  EXPECT_LT(bench.deadline("decision")->due, before);
  EXPECT_EQ(bench.count("deadline_moved"), 1U);
  EXPECT_TRUE(bench.replays());
}

TEST_F(Corrections, AWithdrawnFactReopensItsStep) {
  arrive();
  accepted("2024-05-10 withdraw " + of("decision.granted") + " as=authority:a1");
  EXPECT_EQ(bench.life("decision"), StepLife::kActive);
  EXPECT_EQ(bench.life("family", "rel-1"), StepLife::kAvailable) << "the stage that it began is taken back";
  EXPECT_EQ(bench.life("entry", "rel-1"), StepLife::kAvailable);
  accepted("2024-05-11 report decision.refused as=authority:a1");
  EXPECT_EQ(bench.outcome("decision"), "refused");
  EXPECT_TRUE(bench.replays());
}

TEST_F(Corrections, AWithdrawnFactMayBeReportedAgainThoughItHappensOnce) {
  arrive();
  accepted("2024-05-10 withdraw " + of("decision.granted") + " as=authority:a1");
  accepted("2024-05-10 report decision.granted number=N2 as=authority:a1");
  EXPECT_EQ(bench.outcome("decision"), "granted");
  EXPECT_EQ(bench.life("entry", "rel-1"), StepLife::kCompleted) << "by the entry that is still known";
}

TEST_F(Corrections, ALateFactShowsThatADeadlineWasMet) {
  file();
  accepted("2024-04-20 wake");
  ASSERT_EQ(bench.deadline("decision")->clock, Clock::kMissed);
  ASSERT_EQ(bench.life("remind"), StepLife::kActive);
  accepted("2024-04-22 report decision.granted number=N1 on=2024-03-01 as=authority:a1");
  EXPECT_EQ(bench.deadline("decision")->clock, Clock::kMetLate);
  EXPECT_EQ(bench.life("remind"), StepLife::kAvailable) << "opened by the miss alone, it is withdrawn";
  EXPECT_TRUE(bench.replays());
}

TEST_F(Corrections, WhatAPersonDidStaysDoneAndIsMarked) {
  file();
  accepted("2024-02-01 correct " + of("income.declared") + " amount=5000.00");
  EXPECT_EQ(bench.life("means"), StepLife::kActive) << "the income isn't enough";
  EXPECT_EQ(bench.life("prepare"), StepLife::kCompleted);
  EXPECT_EQ(bench.life("decision"), StepLife::kActive) << "the form was filed all the same";
  EXPECT_EQ(bench.count("work_questioned"), 1U);
  EXPECT_TRUE(bench.replays());
}

TEST_F(Corrections, OfABirthDateChangeWhoGoesToSchool) {
  arrive();
  ASSERT_EQ(bench.life("school", "rel-1"), StepLife::kAvailable);
  accepted("2024-05-10 correct of=3 birth_date=2008-05-01");
  EXPECT_EQ(bench.life("school", "rel-1"), StepLife::kActive);
  accepted("2024-05-11 correct of=3 birth_date=2003-05-01");
  EXPECT_EQ(bench.life("school", "rel-1"), StepLife::kAvailable);
  EXPECT_TRUE(bench.replays());
}

TEST_F(Corrections, OfAnOccurrenceTakeItsRepetitionWithThem) {
  file();
  accepted("2024-01-20 report letter.received subject=A");
  ASSERT_EQ(bench.life("letters"), StepLife::kActive);
  accepted("2024-01-21 withdraw " + of("letter.received"));
  EXPECT_EQ(bench.life("letters"), StepLife::kAvailable);
  EXPECT_TRUE(bench.replays());
}

TEST_F(Corrections, OfACorrectionNameTheReportOrTheLatestCorrection) {
  file();
  const std::string filed = of("form.filed");
  accepted("2024-02-01 correct " + filed + " filed_on=2024-01-05");
  const FactRecord* record = bench.state().core.fact_known(Version(static_cast<std::uint32_t>(std::stoul(filed.substr(3)))));
  ASSERT_NE(record, nullptr);
  accepted("2024-02-02 correct of=" + std::to_string(record->source.value()) + " filed_on=2024-01-10");
  EXPECT_EQ(bench.deadline("decision")->start, day("2024-01-10"));
  EXPECT_EQ(refused("2024-02-03 correct " + filed + " filed_on=2024-01-10"), "already_known");
}

TEST_F(Corrections, AreRefusedByName) {
  file();
  EXPECT_EQ(refused("2024-02-01 correct of=99 filed_on=2024-01-05"), "not_correctable");
  EXPECT_EQ(refused("2024-02-01 withdraw of=3"), "not_correctable") << "a person leaves; what is known of them is corrected";
  EXPECT_EQ(refused("2024-02-01 correct " + of("form.filed") + " filed_on=2024-01-05 as=authority:a1"), "not_permitted");
  EXPECT_EQ(refused("2024-02-01 correct " + of("form.filed") + " filed_on=soon"), "invalid_data");
  EXPECT_EQ(refused("2024-02-01 withdraw " + of("form.filed") + " filed_on=2024-01-05"), "invalid_data");
  accepted("2024-02-01 close reason=moved");
  EXPECT_EQ(refused("2024-02-02 correct " + of("form.filed") + " filed_on=2024-01-05"), "case_closed");
}

TEST_F(Corrections, ThatNeedAnErasedValueOpenAnIncident) {
  arrive();
  bench.erase("rel-1");
  accepted("2024-05-10 correct " + of("form.filed") + " filed_on=2024-01-05");
  EXPECT_EQ(bench.deadline("decision")->start, day("2024-01-05"));
  const auto& incidents = bench.state().core.incidents;
  EXPECT_TRUE(std::any_of(incidents.begin(), incidents.end(), [](const Incident& incident) { return incident.rule == Rule::kGuard; }));
  accepted("2024-05-11 resume");
  EXPECT_TRUE(bench.replays());
}

/// A form that was returned while the case was suspended: the step is active again once the case goes on.
class ReturnedMeanwhile : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* line : {"2024-01-08 open life-of-steps sponsor:sponsor{language=it} as=clerk:u1", "2024-01-09 task complete file filed_on=2024-01-09 as=clerk:u1:comune",
                             "2024-01-10 suspend as=clerk:u1", "2024-01-12 report form.returned as=authority:a"})
      accepted(line);
  }
  Version accepted(const std::string& line) {
    const Decision decision = bench.give(line);
    EXPECT_TRUE(std::holds_alternative<std::vector<Draft>>(decision)) << line << "\n" << bench.show(decision);
    return bench.state().core.facts.empty() ? Version() : bench.state().core.facts.back().version;
  }
  CaseBench bench{library_of({"tests/scenarios/life/life.yaml"})};
};

TEST_F(ReturnedMeanwhile, IsAnsweredByWhatWasFiledAfterItBeforeTheCaseWentOn) {
  accepted("2024-01-15 report form.filed filed_on=2024-01-15 as=clerk:u1");
  accepted("2024-01-20 resume as=clerk:u1");
  EXPECT_EQ(bench.outcome("file"), "done");
  EXPECT_EQ(bench.count("step_reopened"), 1U);
  EXPECT_EQ(bench.deadline("file")->start, day("2024-01-12"));
  EXPECT_EQ(bench.deadline("file")->clock, Clock::kMet);
  EXPECT_TRUE(bench.replays());
}

TEST_F(ReturnedMeanwhile, IsAnsweredByWhatIsCorrectedToThoseDaysAndBackAgain) {
  accepted("2024-01-20 resume as=clerk:u1");
  const Version filed = accepted("2024-02-05 report form.filed filed_on=2024-02-05 as=clerk:u1");
  const std::string before = outcome_bytes(bench.state());
  accepted("2024-02-08 correct of=" + std::to_string(filed.value()) + " filed_on=2024-01-15 on=2024-01-15 as=clerk:u1");
  EXPECT_EQ(bench.outcome("file"), "done");
  EXPECT_EQ(bench.deadline("file")->clock, Clock::kMet);
  const auto pathway = bench.library().with_identity(bench.state().core.identity);
  const Interpreter work(*pathway, bench.library().almanac.get(), bench.state().core, bench.opened(), {day("2024-02-08"), day("2024-02-08"), {}});
  Derivation afresh(work, bench.state().core);
  ASSERT_TRUE(afresh.run());
  EXPECT_EQ(outcome_bytes(bench.state()), outcome_bytes({afresh.core(), {}}));
  accepted("2024-02-09 correct of=" + std::to_string(filed.value()) + " filed_on=2024-02-05 on=2024-02-05 as=clerk:u1");
  EXPECT_EQ(outcome_bytes(bench.state()), before);
  EXPECT_TRUE(bench.replays());
}

TEST_F(ReturnedMeanwhile, ASecondTimeAfterItWasFiledIsActiveOnceTheCaseGoesOn) {
  accepted("2024-01-15 report form.filed filed_on=2024-01-15 as=clerk:u1");
  accepted("2024-01-17 report form.returned as=authority:a");
  accepted("2024-01-20 resume as=clerk:u1");
  EXPECT_EQ(bench.life("file"), StepLife::kActive);
  EXPECT_EQ(bench.deadline("file")->start, day("2024-01-17"));
  EXPECT_TRUE(bench.replays());
}

TEST(WorkInALoop, ThatByWhatIsKnownNowNeverCameToItsTurnIsMarked) {
  CaseBench bench{library_of({"tests/scenarios/life/life.yaml"})};
  const auto accepted = [&bench](const std::string& line) {
    const Decision decision = bench.give(line);
    EXPECT_TRUE(std::holds_alternative<std::vector<Draft>>(decision)) << line << "\n" << bench.show(decision);
  };
  accepted("2024-01-08 open life-of-steps sponsor:sponsor{language=it} as=clerk:u1");
  accepted("2024-01-09 task complete file filed_on=2024-01-09 as=clerk:u1:comune");
  accepted("2024-01-10 report visit.made all_well=false as=clerk:u1");
  accepted("2024-01-12 report visit.made all_well=false as=clerk:u1");
  const std::string second = "of=" + std::to_string(bench.state().core.facts.back().version.value());
  accepted("2024-01-15 task complete visit all_well=true as=clerk:u1");
  ASSERT_EQ(bench.count("work_questioned"), 0U);
  accepted("2024-02-05 correct " + second + " all_well=true on=2024-01-30 as=clerk:u1");
  EXPECT_EQ(bench.count("work_questioned"), 1U) << "the report of the third visit answers the second, after which all is well";
  EXPECT_TRUE(bench.replays());
}

TEST(WorkInALoop, ThatLostItsTurnHasItAgainOnceTheWithdrawalIsTakenBack) {
  CaseBench bench{library_of({"tests/scenarios/life/life.yaml"})};
  bench.give("2024-01-08 open life-of-steps sponsor:sponsor{language=it} as=clerk:u1");
  bench.give("2024-01-09 report form.filed filed_on=2024-01-09 as=clerk:u1");
  const std::string filed = "of=" + std::to_string(bench.state().core.facts.back().version.value());
  bench.give("2024-01-10 report visit.made all_well=false as=clerk:u1");
  bench.give("2024-01-15 task complete visit all_well=true as=clerk:u1");
  const std::string before = outcome_bytes(bench.state());
  bench.give("2024-02-05 withdraw " + filed + " as=clerk:u1");
  ASSERT_EQ(bench.count("work_questioned"), 1U) << "without a form there were no visits";
  bench.give("2024-02-06 correct " + filed + " as=clerk:u1");
  EXPECT_EQ(outcome_bytes(bench.state()), before) << "the second visit is told of once, as the work that it was";
  EXPECT_TRUE(bench.replays());
}

TEST(AReopeningByHand, IsToldOnceThoughACorrectionComesBackToIt) {
  CaseBench bench{library_of({"tests/scenarios/life/life.yaml"})};
  for (const char* line : {"2024-01-08 open life-of-steps sponsor:sponsor{language=it} as=clerk:u1", "2024-01-09 task complete file filed_on=2024-01-09 as=clerk:u1:comune",
                           "2024-01-18 task reopen file as=head:h", "2024-01-20 report form.filed filed_on=2024-01-20 as=clerk:u1", "2024-02-05 report form.returned as=authority:a"})
    bench.give(line);
  const std::string returned = "of=" + std::to_string(bench.state().core.facts.back().version.value());
  bench.give("2024-02-10 report form.filed filed_on=2024-02-10 as=clerk:u1");
  ASSERT_EQ(bench.outcome("file"), "done");
  const std::size_t moves = bench.state().core.moves.size();
  bench.give("2024-02-12 withdraw " + returned + " as=authority:a");
  EXPECT_EQ(bench.state().core.moves.size(), moves);
  const auto pathway = bench.library().with_identity(bench.state().core.identity);
  const Interpreter work(*pathway, bench.library().almanac.get(), bench.state().core, bench.opened(), {day("2024-02-12"), day("2024-02-12"), {}});
  Derivation afresh(work, bench.state().core);
  ASSERT_TRUE(afresh.run());
  EXPECT_EQ(outcome_bytes(bench.state()), outcome_bytes({afresh.core(), {}}));
  EXPECT_TRUE(bench.replays());
}

}  // namespace
}  // namespace ritrovo::pathway::test
