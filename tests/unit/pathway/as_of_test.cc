#include "workflows/pathway/as_of.h"

#include <gtest/gtest.h>

#include "tests/unit/pathway/case_bench.h"

namespace ritrovo::pathway::test {
namespace {

Day day(unsigned month, unsigned of_month) { return Day(std::chrono::year(2024) / month / of_month); }

/// A case whose application is filed on 10 January and decided on 1 March.
CaseBench decided() {
  CaseBench bench(library_of({"tests/scenarios/every_kind.yaml"}));
  for (const char* line : {"2024-01-08 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2015-05-01,relationship=child}", "2024-01-09 report income.declared amount=6000.00",
                           "2024-01-09 task complete prepare as=clerk:u1", "2024-01-09 task complete check outcome=good as=clerk:u2", "2024-01-10 task complete file receipt=R1 filed_on=2024-01-10",
                           "2024-03-01 report decision.granted number=N1 as=authority:a1"})
    bench.give(line);
  return bench;
}

CaseState folded(const AsOf& as_of) {
  CaseState state;
  for (const Event& event : as_of.events) apply(state, event);
  return state;
}

StepLife life(const CaseBench& bench, const CaseState& state, std::string_view step) { return state.core.life_of({bench.pathway()->step_named(step), kNobody, Version()}); }

TEST(AsOf, TheLatestDayGivesWhatTheCaseCameTo) {
  const CaseBench bench = decided();
  const Result<AsOf> as_of = derive_as_of(bench.library(), bench.events(), bench.opened(), day(3, 1));
  ASSERT_TRUE(as_of) << as_of.error().message;
  EXPECT_EQ(outcome_bytes(folded(*as_of)), outcome_bytes(bench.state()));
}

TEST(AsOf, LeavesOutWhatHappenedLater) {
  const CaseBench bench = decided();
  const Result<AsOf> as_of = derive_as_of(bench.library(), bench.events(), bench.opened(), day(2, 1));
  ASSERT_TRUE(as_of);
  EXPECT_EQ(life(bench, folded(*as_of), "decision"), StepLife::kActive);
  EXPECT_EQ(bench.life("decision"), StepLife::kCompleted);
}

TEST(AsOf, KnowsWhatHappenedByThenAndWasReportedLater) {
  // given a decision of 1 February that was reported on 1 March
  CaseBench bench(library_of({"tests/scenarios/every_kind.yaml"}));
  for (const char* line : {"2024-01-08 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2015-05-01,relationship=child}", "2024-01-09 report income.declared amount=6000.00",
                           "2024-01-09 task complete prepare as=clerk:u1", "2024-01-09 task complete check outcome=good as=clerk:u2", "2024-01-10 task complete file receipt=R1 filed_on=2024-01-10",
                           "2024-03-01 report decision.granted number=N1 on=2024-02-01 as=authority:a1"})
    bench.give(line);
  // then on 2 February it had been decided, and on 31 January it had not
  EXPECT_EQ(life(bench, folded(*derive_as_of(bench.library(), bench.events(), bench.opened(), day(2, 2))), "decision"), StepLife::kCompleted);
  EXPECT_EQ(life(bench, folded(*derive_as_of(bench.library(), bench.events(), bench.opened(), day(1, 31))), "decision"), StepLife::kActive);
}

TEST(AsOf, WhatWasToldKeepsWhoToldItAndWhen) {
  const CaseBench bench = decided();
  const Result<AsOf> as_of = derive_as_of(bench.library(), bench.events(), bench.opened(), day(2, 1));
  ASSERT_TRUE(as_of);
  for (const Event& event : as_of->events) {
    EXPECT_EQ(event.provenance.has_value(), event.cause == event.version) << event.version;
    EXPECT_LE(event.cause, event.version);
  }
}

TEST(AsOf, ADayBeforeTheCaseIsRefused) {
  const CaseBench bench = decided();
  EXPECT_EQ(derive_as_of(bench.library(), bench.events(), bench.opened(), day(1, 7)).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace ritrovo::pathway::test
