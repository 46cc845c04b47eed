#include <gtest/gtest.h>

#include "tests/unit/pathway/case_bench.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::pathway::test {
namespace {

class Deadlines : public ::testing::Test {
 protected:
  Deadlines() {
    static const auto kLibrary = library_of({"tests/scenarios/every_kind.yaml"});
    bench.emplace(kLibrary);
    accepted("2024-01-08 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2015-05-01,relationship=child}");
    accepted("2024-01-08 report income.declared amount=6000.00");
    accepted("2024-01-09 task complete prepare as=clerk:u1");
    accepted("2024-01-09 task complete check outcome=good as=clerk:u2");
    accepted("2024-01-10 task complete file receipt=R1 filed_on=2024-01-10");
  }
  void accepted(const std::string& line) {
    const Decision decision = bench->give(line);
    EXPECT_TRUE(std::holds_alternative<std::vector<Draft>>(decision)) << line << "\n" << bench->show(decision);
  }
  static Day day(const char* text) { return parse_day(text).value(); }
  [[nodiscard]] const RunningDeadline& decision() const { return *bench->deadline("decision"); }
  std::optional<CaseBench> bench;
};

TEST_F(Deadlines, RunFromTheDayOfTheirFact) {
  EXPECT_EQ(decision().clock, Clock::kRunning);
  EXPECT_EQ(decision().start, day("2024-01-10"));
  EXPECT_EQ(decision().due, day("2024-04-09")) << "ninety days after 10 January 2024, a Tuesday";
  EXPECT_EQ(PathwayMachine::wake_on(bench->state()), day("2024-03-25")) << "the warning, fifteen days before";
}

TEST_F(Deadlines, AreWarnedAndThenMissedOnTheDayAfter) {
  accepted("2024-03-25 wake");
  EXPECT_EQ(bench->count("deadline_warned"), 1U);
  EXPECT_EQ(PathwayMachine::wake_on(bench->state()), day("2024-04-10"));
  accepted("2024-04-09 wake");
  EXPECT_EQ(bench->count("deadline_missed"), 0U) << "it is due at the end of its day";
  accepted("2024-04-10 wake");
  EXPECT_EQ(bench->count("deadline_missed"), 1U);
  EXPECT_EQ(bench->life("remind"), StepLife::kActive) << "after: {overdue: decision}";
  EXPECT_EQ(bench->state().core.deadlines.front().ended_on, day("2024-04-10"));
  EXPECT_TRUE(bench->replays());
}

TEST_F(Deadlines, AreMetByTheDayInTheWorldNotByTheDayOfTheReport) {
  accepted("2024-04-20 report decision.granted number=N on=2024-04-09 as=authority:a");
  EXPECT_EQ(decision().clock, Clock::kMet);
}

TEST_F(Deadlines, AFactAfterTheDueDayMissesThem) {
  accepted("2024-04-20 report decision.granted number=N on=2024-04-10 as=authority:a");
  EXPECT_EQ(decision().clock, Clock::kMissed);
}

TEST_F(Deadlines, ALateReportShowsThatAMissedOneWasMet) {
  accepted("2024-04-12 wake");
  EXPECT_EQ(decision().clock, Clock::kMissed);
  accepted("2024-04-20 report decision.granted number=N on=2024-04-01 as=authority:a");
  EXPECT_EQ(decision().clock, Clock::kMetLate);
  EXPECT_EQ(bench->count("deadline_met"), 1U);
}

TEST_F(Deadlines, AnInterruptionStartsThemAfresh) {
  accepted("2024-02-01 report papers.requested requested_on=2024-02-01 as=authority:a");
  EXPECT_EQ(decision().clock, Clock::kInterrupted);
  EXPECT_FALSE(PathwayMachine::wake_on(bench->state()).has_value());
  accepted("2024-02-15 report papers.deposited deposited_on=2024-02-15");
  EXPECT_EQ(decision().clock, Clock::kRunning);
  EXPECT_EQ(decision().due, day("2024-05-15"));
  EXPECT_EQ(bench->count("deadline_moved"), 1U);
}

TEST_F(Deadlines, ASuspensionLetsTheRestRunOn) {
  accepted("2024-02-01 report notice.given given_on=2024-02-01 as=authority:a");
  EXPECT_EQ(bench->life("notice"), StepLife::kActive);
  EXPECT_EQ(decision().clock, Clock::kSuspended);
  accepted("2024-02-11 report notice.answered");
  EXPECT_EQ(decision().clock, Clock::kRunning);
  EXPECT_EQ(decision().due, day("2024-04-19")) << "ten days later";
}

TEST_F(Deadlines, SeveralDueDaysAreWorkedThroughInOrder) {
  accepted("2024-06-30 wake");
  EXPECT_EQ(bench->count("deadline_warned"), 1U);
  EXPECT_EQ(bench->count("deadline_missed"), 1U);
  EXPECT_FALSE(PathwayMachine::wake_on(bench->state()).has_value());
}

TEST_F(Deadlines, WorkingDaysAreCountedOnTheCalendar) {
  accepted("2024-02-01 report decision.granted number=N as=authority:a");
  accepted("2024-03-27 report entry.made @rel-1 entered_on=2024-03-27");
  EXPECT_EQ(bench->deadline("appointment", "rel-1")->due, day("2024-04-09")) << "eight working days over Easter and Easter Monday";
}

}  // namespace
}  // namespace ritrovo::pathway::test
