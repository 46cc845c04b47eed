#include "projections/caseload.h"

#include <gtest/gtest.h>

#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

TEST(Caseload, CountsAnOpenCaseOnceUnderTheStageThatHoldsItUp) {
  const auto library = small_library();
  CaseFold fold(library);
  Caseload caseload;
  tell(fold, caseload, {waiting_for_prefecture(library, 1), waiting_for_prefecture(library, 2)});
  const CaseloadReport report = caseload.report("it");
  EXPECT_EQ(report.cases, 2U);
  EXPECT_EQ(report.open, 2U);
  EXPECT_EQ(report.persons, 4U);
  EXPECT_EQ(report.by_stage, (std::vector<CaseCount>{{"decision", "Decisione", 2}}));
}

TEST(Caseload, NamesWhomEachCaseWaitsForInTheLanguageAsked) {
  const auto library = small_library();
  CaseFold fold(library);
  Caseload caseload;
  WrittenCase fresh(library, 3);
  fresh.on(day(2, 1)).open("PE").step_opened("application").step_opened("file");
  tell(fold, caseload, {waiting_for_prefecture(library, 1), waiting_for_prefecture(library, 2), fresh});
  EXPECT_EQ(caseload.report("en").waiting_for, (std::vector<CaseCount>{{"prefecture", "Prefecture", 2}, {"city", "City", 1}}));
  EXPECT_EQ(caseload.report("it").by_stage, (std::vector<CaseCount>{{"application", "Domanda", 1}, {"decision", "Decisione", 2}}));
}

TEST(Caseload, CountsTheSponsorsCitizenshipOfOpenCasesMostFirst) {
  const auto library = small_library();
  CaseFold fold(library);
  Caseload caseload;
  tell(fold, caseload, {waiting_for_prefecture(library, 1, "PE"), waiting_for_prefecture(library, 2, "EG"), waiting_for_prefecture(library, 3, "EG")});
  EXPECT_EQ(caseload.report("en").by_nationality, (std::vector<CaseCount>{{"EG", "EG", 2}, {"PE", "PE", 1}}));
}

TEST(Caseload, NamesTheResultOfACompletedCaseByItsLastMilestone) {
  const auto library = small_library();
  CaseFold fold(library);
  Caseload caseload;
  WrittenCase reunited = waiting_for_prefecture(library, 1);
  reunited.on(day(5, 1)).step_completed("nulla_osta", "granted").step_completed("reunited").add(pathway::PathwayCompleted{});
  WrittenCase without = waiting_for_prefecture(library, 2);
  without.on(day(5, 1)).add(pathway::PathwayCompleted{});
  WrittenCase closed = waiting_for_prefecture(library, 3);
  closed.on(day(5, 1)).add(pathway::CaseClosed{});
  tell(fold, caseload, {reunited, without, closed});
  const CaseloadReport report = caseload.report("it");
  EXPECT_EQ(report.open, 0U);
  EXPECT_EQ(report.completed, 2U);
  EXPECT_EQ(report.closed, 1U);
  EXPECT_EQ(report.results, (std::vector<CaseCount>{{"reunited", "Famiglia riunita", 1}, {"", "", 1}}));
  EXPECT_TRUE(report.by_stage.empty());
}

TEST(Caseload, GivesMedianAndNinetiethPercentileByNearestRank) {
  const auto library = small_library();
  CaseFold fold(library);
  Caseload caseload;
  std::vector<WrittenCase> cases;
  for (std::int32_t days = 1; days <= 10; ++days) {
    WrittenCase written = waiting_for_prefecture(library, static_cast<std::uint64_t>(days));
    written.on(day(1, 10).plus(days * 10)).step_completed("nulla_osta", "granted");
    cases.push_back(written);
  }
  tell(fold, caseload, cases);
  const CaseloadReport report = caseload.report("en");
  const auto found = std::find_if(report.durations.begin(), report.durations.end(), [](const StepDuration& d) { return d.step == "nulla_osta"; });
  ASSERT_NE(found, report.durations.end());
  EXPECT_EQ(*found, (StepDuration{"nulla_osta", "Nulla osta", "Prefecture", 10, 50, 90}));
}

TEST(Caseload, CountsNoDaysForAStepWhoseFactWasKnownBefore) {
  const auto library = small_library();
  CaseFold fold(library);
  Caseload caseload;
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(1, 5)).step_completed("nulla_osta", "granted");
  tell(fold, caseload, {written});
  EXPECT_EQ(caseload.report("en").durations.back().median_days, 0);
}

}  // namespace
}  // namespace ritrovo::projections::test
